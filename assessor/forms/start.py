"""The forms of an assessment: to begin it, to end it, to choose what to talk about first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField
from wtforms.validators import ValidationError

from assessor.forms.fields import NAME, One, Several, ids, limited, line, named
from assessor.forms.guarded import Guarded
from assessor.report.points import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field
    from wtforms.form import BaseForm

    from assessor.bank import Bank
    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]


REASON = 600


class StartForm(Guarded):
    """What an assessment needs to begin."""

    def __init__(
        self, bank: Bank, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        fields: dict[str, Any] = {
            "service": StringField(filters=[line], validators=[named, limited(NAME)]),
            "wave": StringField(filters=[line], validators=[named, limited(NAME)]),
            "innovations": Several(choices=ids(bank.innovations)),
            "perspective": One(choices=ids(bank.perspectives)),
        }
        super().__init__(fields, guard, submitted, given)


class MeetingForm(Guarded):
    """What a meeting needs to begin; one that follows a survey (`follows`) needs no more than a name."""

    def __init__(
        self,
        bank: Bank,
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
        *,
        follows: bool = False,
    ) -> None:
        fields: dict[str, Any] = {
            "service": StringField(filters=[line], validators=[named, limited(NAME)]),
            "wave": StringField(filters=[line], validators=[named, limited(NAME)]),
            "innovations": Several(choices=ids(bank.innovations)),
        }
        super().__init__({"wave": fields["wave"]} if follows else fields, guard, submitted, given)


class ChoiceForm(Guarded):
    """Up to three facets to talk about first, and why these."""

    def __init__(
        self,
        facets: Iterable[str],
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        offered: list[Any] = list(facets)
        fields = {
            "facets": Several(choices=offered, validators=[_few]),
            "reason": StringField(filters=[line], validators=[named, limited(REASON)]),
        }
        super().__init__(fields, guard, submitted, given)


def _few(_form: BaseForm, field: Field) -> None:
    if len(field.data or ()) > MOST:
        raise ValidationError("many")


class Confirm(Guarded):
    """A form that holds nothing but its token."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, guard, submitted)
