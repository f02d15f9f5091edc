"""Fields and their checks: parsing and validation only; how a field looks is the templates' business."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from wtforms.csrf.session import SessionCSRF
from wtforms.fields import Field, RadioField, SelectMultipleField
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, MutableMapping, Sequence

    from wtforms.form import BaseForm

NAME, NOTE, LINK, CODE = 120, 2000, 500, 200
TOKEN = "csrf_token"  # noqa: S105 - the name of a field


class Guard(NamedTuple):
    """What a form needs to know that it came from our own page."""

    key: bytes
    session: MutableMapping[str, Any]

    def meta(self) -> DefaultMeta:
        """Return the settings of a guarded form; its token lives as long as the session."""
        meta = DefaultMeta()
        meta.update_values(
            {
                "csrf": True,
                "csrf_class": SessionCSRF,
                "csrf_secret": self.key,
                "csrf_context": self.session,
                "csrf_time_limit": None,
                "locales": False,
            }
        )
        return meta


class Fault(NamedTuple):
    """One thing to mend on a page: the id to go to, the reason, and the number of the question (0: none)."""

    anchor: str
    reason: str
    number: int = 0


class Rating(Field):
    """One point of a scale; a template draws its buttons, so that it knows no more of them than their codes."""

    layout = "points"

    def __init__(self, allowed: Container[str], **settings: Any) -> None:
        super().__init__(**settings)
        self.allowed = allowed

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take a code; one that is empty is a blank."""
        if valuelist:
            self.data = valuelist[0] or None

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a code that is not offered."""
        if self.data is not None and self.data not in self.allowed:
            raise ValidationError("unknown")


class Situation(Rating):
    """One of the ways to act in a vignette."""

    layout = "ways"


FIELDS: Mapping[str, type[Rating]] = {
    "misconception": Rating,
    "aligned": Rating,
    "observation": Rating,
    "confidence": Rating,
    "vignette": Situation,
}


class Some(SelectMultipleField):
    """Any of several, or none."""

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not offered."""
        if set(self.data or ()) - set(self.choices or ()):
            raise ValidationError("unknown")


class Several(Some):
    """At least one of several."""

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not offered, and an empty choice."""
        super().pre_validate(form)
        if not self.data:
            raise ValidationError("missing")


class One(RadioField):
    """Exactly one of several."""

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not offered, and no choice."""
        if not self.data:
            raise ValidationError("missing")
        if self.data not in (self.choices or ()):
            raise ValidationError("unknown")


def tidy(text: str | None) -> str:
    """Return text as it is kept: no white space around it, lines ended by a line feed."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def line(text: str | None) -> str:
    """Return text as one line with single spaces."""
    return " ".join((text or "").split())


def printable(text: str) -> str:
    """Return text without the characters that cannot stand on a page."""
    return "".join(c for c in text if not _control(c))


def _control(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t"


def _unprintable(text: str) -> bool:
    return any(map(_control, text))


def limited(limit: int) -> Callable[[BaseForm, Field], None]:
    """Return a check that text can be shown and is at most `limit` characters long."""

    def check(_form: BaseForm, field: Field) -> None:
        text = field.data or ""
        if _unprintable(text):
            raise ValidationError("control")
        if len(text) > limit:
            raise ValidationError("long")

    return check


def named(_form: BaseForm, field: Field) -> None:
    """Refuse a name in which there is nothing to read."""
    if all(unicodedata.category(c)[0] in "ZC" for c in field.data or ""):
        raise ValidationError("missing")


def address(_form: BaseForm, field: Field) -> None:
    """Refuse what is no http or https address; none at all is fine."""
    if field.data and not _is_address(field.data):
        raise ValidationError("address")


def whole_address(text: str) -> str:
    """Return an address as it was meant: people leave out what stands before www."""
    return f"https://{text}" if text.startswith("www.") else text


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        return False


def ids(parts: Iterable[object], name: str = "id") -> list[Any]:
    """Return the ids of some parts of the bank, or their codes."""
    return [getattr(part, name) for part in parts]


def token_of(form: BaseForm) -> str:
    """Return the token that shows that a form is ours."""
    token: Any = form[TOKEN]
    return str(token.current_token)
