"""The form that begins an assessment, and the one that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField

from assessor.forms.fields import NAME, One, Several, ids, limited, line, named
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from assessor.bank import Bank
    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]


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


class Confirm(Guarded):
    """A form that holds nothing but its token."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, guard, submitted)
