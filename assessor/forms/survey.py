"""The forms of a survey: to make one, to hand out links, to invite by mail."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from wtforms.fields import BooleanField, StringField
from wtforms.validators import ValidationError

from assessor.disclosure import SMALLEST
from assessor.forms.account import is_email
from assessor.forms.fields import NAME, One, Several, ids, limited, line, named, tidy
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field
    from wtforms.form import BaseForm

    from assessor.bank import Bank
    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]

MOST_PEOPLE, LARGEST_CELL = 100_000, 50
MOST_LINKS, MOST_MAILS = 500, 100
UNKNOWN = "?"
INVITED = "invited."


class SurveyForm(Guarded):
    """What a survey needs to be made: its name, what is planned, who is asked, when it opens and closes."""

    def __init__(
        self, bank: Bank, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        self.perspectives = bank.perspectives
        invited = {f"{INVITED}{p.id}": StringField(filters=[line], validators=[_people]) for p in bank.perspectives}
        fields: dict[str, Any] = {
            "service": StringField(filters=[line], validators=[named, limited(NAME)]),
            "wave": StringField(filters=[line], validators=[named, limited(NAME)]),
            "innovations": Several(choices=ids(bank.innovations)),
            **invited,
            "opens": StringField(filters=[line], validators=[_day]),
            "closes": StringField(filters=[line], validators=[_day, _later]),
            "min_cell": StringField(filters=[line], validators=[_cell]),
            "over": StringField(filters=[line]),  # the version that is corrected
        }
        super().__init__(fields, guard, submitted, given)

    @property
    def invited(self) -> dict[str, int | None]:
        """Return how many are invited of each perspective that is asked; None: not known."""
        typed = {p.id: self[f"{INVITED}{p.id}"].data or "" for p in self.perspectives}
        return {p: None if text == UNKNOWN else int(text) for p, text in typed.items() if text not in {"", "0"}}

    @property
    def days(self) -> tuple[str | None, str | None]:
        """Return the days on which it opens and closes."""
        return self["opens"].data or None, self["closes"].data or None


class LinksForm(Guarded):
    """How many one-time links, and for whom."""

    def __init__(
        self,
        perspectives: list[Any],
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        fields = {
            "number": StringField(filters=[line], validators=[_number]),
            "perspective": One(choices=perspectives),
        }
        super().__init__(fields, guard, submitted, given)


class MailsForm(Guarded):
    """To which addresses invitations go, one in a line, and for whom they are."""

    def __init__(self, perspectives: list[Any], guard: Guard, submitted: Submitted | None = None) -> None:
        fields = {
            "addresses": StringField(filters=[tidy], validators=[_addresses]),
            "perspective": One(choices=perspectives),
        }
        super().__init__(fields, guard, submitted)

    @property
    def addresses(self) -> list[str]:
        """Return the addresses, each once."""
        return list(dict.fromkeys(_apart(self["addresses"].data)))

    @property
    def strange(self) -> list[str]:
        """Return what was typed and is no address."""
        return [text for text in self.addresses if not is_email(text)]


class ReopenForm(Guarded):
    """Until when a survey is open again; empty: until somebody closes it."""

    def __init__(
        self, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__({"closes": StringField(filters=[line], validators=[_day])}, guard, submitted, given)

    @property
    def day(self) -> str | None:
        """Return the day at whose end it closes."""
        return self["closes"].data or None


class SureForm(Guarded):
    """A box to tick before something that cannot be undone."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({"sure": BooleanField(validators=[_ticked])}, guard, submitted)


def _within(least: int, most: int, text: str) -> bool:
    return text.isascii() and text.isdecimal() and least <= int(text) <= most


def _people(_form: BaseForm, field: Field) -> None:
    text = field.data or ""
    if text not in {"", UNKNOWN} and not _within(0, MOST_PEOPLE, text):
        raise ValidationError("people")


def _cell(_form: BaseForm, field: Field) -> None:
    if not _within(SMALLEST, LARGEST_CELL, field.data or ""):
        raise ValidationError("cell")


def _number(_form: BaseForm, field: Field) -> None:
    if not _within(1, MOST_LINKS, field.data or ""):
        raise ValidationError("number")


def _day(_form: BaseForm, field: Field) -> None:
    try:
        date.fromisoformat(field.data or "2000-01-01")
    except ValueError:
        raise ValidationError("day") from None


def _later(form: BaseForm, field: Field) -> None:
    if field.data and form["opens"].data and field.data < form["opens"].data:
        raise ValidationError("later")


def _addresses(_form: BaseForm, field: Field) -> None:
    found = _apart(field.data)
    if not found or len(found) > MOST_MAILS or not all(map(is_email, found)):
        raise ValidationError("addresses")


def _apart(text: str | None) -> list[str]:
    """Return addresses as people list them: in lines, or with commas or semicolons between, as mail programs do."""
    return [address for address in re.split(r"[\s,;<>]+", text or "") if address]


def _ticked(_form: BaseForm, field: Field) -> None:
    if not field.data:
        raise ValidationError("sure")
