"""The forms of an action plan: an action, the state it is in, the target of a row."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField
from wtforms.validators import ValidationError

from assessor.forms.fields import NAME, One, limited, line, named, tidy
from assessor.forms.guarded import Guarded
from assessor.plan import PLANNED, STATES, Intent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field
    from wtforms.form import BaseForm

    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]

TEXT, SIGN, MOST = 1200, 600, 100


class Looked(Guarded):
    """A form that knows which version it was filled in over; 0 where there was none."""

    def __init__(
        self,
        fields: Mapping[str, Any],
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__({**fields, "revision": StringField()}, guard, submitted, given)

    @property
    def revision(self) -> int:
        """Return the version; what is no number is none that ever was."""
        text = str(self["revision"].data or 0)
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class ActionForm(Looked):
    """An action: in which of `rows` it belongs where that is asked, and what is intended."""

    def __init__(
        self,
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
        *,
        rows: Sequence[Any] = (),
    ) -> None:
        fields: dict[str, Any] = {
            "text": StringField(filters=[tidy], validators=[named, limited(TEXT)]),
            **({"row": One(choices=list(rows))} if rows else {}),
            "who": StringField(filters=[line], validators=[limited(NAME)]),
            "due": StringField(filters=[line], validators=[_day]),
            "sign": StringField(filters=[tidy], validators=[limited(SIGN)]),
            "state": One(choices=_states()),
        }
        super().__init__(fields, guard, submitted, {"state": PLANNED, **(given or {})})

    @property
    def intent(self) -> Intent:
        """Return what was typed and chosen."""
        return Intent(**{name: self[name].data or "" for name in Intent._fields})


class StateForm(Looked):
    """The state that one tap puts an action in."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({"state": One(choices=_states())}, guard, submitted)


class VersionForm(Looked):
    """Which version somebody looked at, and nothing else."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, guard, submitted)


class TargetForm(Looked):
    """Where a row should be, in points; nothing takes the target back."""

    def __init__(
        self, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__({"points": StringField(filters=[line], validators=[_points])}, guard, submitted, given)

    @property
    def wanted(self) -> int | None:
        """Return the target; None for none."""
        return int(self["points"].data) if self["points"].data else None


def _states() -> list[Any]:
    return list(STATES)


def _day(_form: BaseForm, field: Field) -> None:
    text = field.data or ""
    try:
        sound = not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        sound = False
    if not sound:
        raise ValidationError("day")


def _points(_form: BaseForm, field: Field) -> None:
    text = field.data or "0"
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and int(text) <= MOST):
        raise ValidationError("points")
