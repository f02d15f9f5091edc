"""The forms of accounts: signing in, setting a password, adding and changing somebody, giving them services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField
from wtforms.validators import ValidationError

from assessor.accounts import ROLES, fault
from assessor.forms.fields import NAME, One, Some, limited, line, named, printable
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field
    from wtforms.form import BaseForm

    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]

EMAIL = 254


class SignInForm(Guarded):
    """Who one is; what is wrong with it is never said field by field."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({"name": StringField(filters=[line]), "password": StringField()}, guard, submitted)


class ForgottenForm(Guarded):
    """Whose password was forgotten."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({"name": StringField(filters=[line], validators=[named])}, guard, submitted)


class PasswordForm(Guarded):
    """A new password, typed twice; with a name where the link makes the owner."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None, *, naming: bool = False) -> None:
        name = {"name": StringField(filters=[line], validators=[named, limited(NAME)])} if naming else {}
        super().__init__(
            {**name, "password": StringField(validators=[_fit]), "again": StringField(validators=[_same])},
            guard,
            submitted,
        )


class PersonForm(Guarded):
    """Who somebody is, and as what they come in."""

    def __init__(
        self, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__({**_who(), "role": One(choices=_offered(ROLES))}, guard, submitted, given)


class MineForm(Guarded):
    """One's own name and mail address, and if one likes a new password; the old one shows who is typing."""

    def __init__(
        self, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        fields = {
            **_who(),
            "password": StringField(validators=[_fit_or_none]),
            "again": StringField(validators=[_same]),
            "old": StringField(),
        }
        super().__init__(fields, guard, submitted, given)


class ServicesForm(Guarded):
    """Which services somebody sees."""

    def __init__(
        self,
        services: Collection[str],
        guard: Guard,
        submitted: Submitted | None = None,
        given: Collection[str] = (),
    ) -> None:
        super().__init__({"services": Some(choices=_offered(services))}, guard, submitted, {"services": sorted(given)})


def is_name(text: str) -> bool:
    """Tell whether a name can be read and kept."""
    return bool(text.split()) and len(text) <= NAME and text == printable(text)


def is_email(text: str) -> bool:
    """Tell whether a mail server could make sense of an address."""
    name, at, host = text.rpartition("@")
    return (
        bool(name and at and host)
        and len(text) <= EMAIL
        and text.isascii()
        and all(c.isprintable() and c not in ' ,;<>"' for c in text)
    )


def _offered(codes: Collection[str]) -> list[Any]:
    """Return choices as our fields take them: codes alone, for the templates have the words."""
    return list(codes)


def _who() -> dict[str, Any]:
    return {
        "name": StringField(filters=[line], validators=[named, limited(NAME)]),
        "email": StringField(filters=[line, _absent], validators=[_email]),
    }


def _fit_or_none(form: BaseForm, field: Field) -> None:
    if field.data:
        _fit(form, field)


def _fit(_form: BaseForm, field: Field) -> None:
    if reason := fault(field.data or ""):
        raise ValidationError(reason)


def _same(form: BaseForm, field: Field) -> None:
    if (field.data or "") != (form["password"].data or ""):
        raise ValidationError("different")


def _email(_form: BaseForm, field: Field) -> None:
    if field.data and not is_email(field.data):
        raise ValidationError("email")


def _absent(text: str | None) -> str | None:
    return text or None
