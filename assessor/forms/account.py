"""The forms of accounts: signing in, setting a password, adding somebody, giving them services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField
from wtforms.validators import ValidationError

from assessor.accounts import ROLES, fault
from assessor.forms.fields import NAME, One, Some, limited, line, named, printable
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Collection

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
    """Who is added, and as what."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        fields = {
            "name": StringField(filters=[line], validators=[named, limited(NAME)]),
            "email": StringField(filters=[line, _absent], validators=[_email]),
            "role": One(choices=_offered(ROLES)),
        }
        super().__init__(fields, guard, submitted)


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


def _fit(_form: BaseForm, field: Field) -> None:
    if reason := fault(field.data or ""):
        raise ValidationError(reason)


def _same(form: BaseForm, field: Field) -> None:
    if field.data != form["password"].data:
        raise ValidationError("different")


def _email(_form: BaseForm, field: Field) -> None:
    if field.data and not is_email(field.data):
        raise ValidationError("email")


def _absent(text: str | None) -> str | None:
    return text or None
