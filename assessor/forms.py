"""Forms made from the bank: parsing and validation only; how a field looks is the templates' business.

Errors are reasons (`long`, `address`, ...); the sentences for them stand in the templates.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from wtforms.csrf.session import SessionCSRF
from wtforms.fields import RadioField, SelectMultipleField, StringField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.validators import ValidationError

from assessor.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence

    from werkzeug.datastructures import MultiDict
    from wtforms.fields import Field

    from assessor.bank import Bank, Code, Item

    Submitted = MultiDict[str, str]

NAME, NOTE, LINK = 120, 2000, 500
TOKEN = "csrf_token"  # noqa: S105 - the name of a field
SHOWN = "shown"


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


class Rating(RadioField):
    """One point of a scale."""

    layout = "points"

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse a code that is not offered."""
        if self.data is not None and self.data not in (self.choices or ()):
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


class Several(SelectMultipleField):
    """At least one of several."""

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Refuse what is not offered, and an empty choice."""
        if set(self.data or ()) - set(self.choices or ()):
            raise ValidationError("unknown")
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


def _text(limit: int) -> Callable[[BaseForm, Field], None]:
    def check(_form: BaseForm, field: Field) -> None:
        text = field.data or ""
        if _unprintable(text):
            raise ValidationError("control")
        if len(text) > limit:
            raise ValidationError("long")

    return check


def _name(_form: BaseForm, field: Field) -> None:
    if all(unicodedata.category(c)[0] in "ZC" for c in field.data or ""):
        raise ValidationError("missing")


def _address(_form: BaseForm, field: Field) -> None:
    if field.data and not _is_address(field.data):
        raise ValidationError("address")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(map(str.isspace, text))
    except ValueError:
        return False


SITUATION = re.compile(r"(.+[.!?]”?)\s+([^.!?]+\?)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """One question on a page with its three fields."""

    item: Item
    number: int
    text: str
    codes: tuple[Code, ...]
    answer: Any
    note: Any
    evidence: Any

    @property
    def parts(self) -> tuple[str, str]:
        """Return the situation that a vignette tells, and what is asked about it."""
        told = SITUATION.fullmatch(self.text) if self.item.option else None
        return (told[1], told[2]) if told else ("", self.text)

    @property
    def faults(self) -> Iterator[Fault]:
        """Yield what is to be mended here; the anchor of an answer is its first radio button."""
        for field in (self.answer, self.note, self.evidence):
            anchor = f"{self.item.id}.{self.codes[0].code}" if field is self.answer else field.name
            yield from (Fault(anchor, reason, self.number) for reason in field.errors[:1])

    @property
    def blank(self) -> Fault | None:
        """Return where to go when there is no answer yet."""
        return None if self.answer.data else Fault(f"{self.item.id}.{self.codes[0].code}", "blank", self.number)


class Page:
    """One page of questions: what is kept, and over it what was just submitted.

    A page carries fingerprints of what it showed, so that a field which was left untouched in this tab never
    overwrites what another tab has saved since. Radio buttons cannot be emptied: an absent one changes nothing.
    """

    def __init__(
        self,
        bank: Bank,
        items: Sequence[Item],
        perspective: str,
        saved: Mapping[str, Answer],
        guard: Guard,
        submitted: Submitted | None = None,
        first: int = 1,
    ) -> None:
        self._bank, self._perspective = bank, perspective
        self._saved = {item.id: current(bank, item, saved.get(item.id)) for item in items}
        self._submitted = submitted
        self._form = BaseForm(_fields(bank, items), meta=guard.meta())
        self._form.process(self._touched(), data=_values(self._saved))
        self.valid = submitted is None or self._form.validate()
        self.questions = tuple(self._question(item, n) for n, item in enumerate(items, start=first))

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return _token(self._form)

    @property
    def shown(self) -> str:
        """Return the fingerprints of what is kept, which the page carries to the next submission."""
        return " ".join(f"{name}:{_fingerprint(text)}" for name, text in _values(self._saved).items() if text)

    @property
    def forged(self) -> bool:
        """Tell whether the page came without its token."""
        return bool(self._form[TOKEN].errors)

    @property
    def foreign(self) -> bool:
        """Tell whether answers to questions of another page came along."""
        return any("." in name and name not in self._form for name in self._submitted or ())

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return everything to be mended."""
        return tuple(fault for question in self.questions for fault in question.faults)

    @property
    def blanks(self) -> tuple[Fault, ...]:
        """Return the questions without an answer."""
        return tuple(fault for question in self.questions if (fault := question.blank))

    @property
    def changes(self) -> dict[str, Answer]:
        """Return what was changed on the page and may be kept."""
        found = {q.item.id: self._changed(q) for q in self.questions}
        return {item: answer for item, answer in found.items() if answer != self._saved[item]}

    def _changed(self, question: Question) -> Answer:
        answer = self._saved[question.item.id]
        if not question.answer.errors:
            answer = replace(answer, code=question.answer.data)
        if not question.note.errors:
            answer = replace(answer, note=question.note.data or "")
        if not question.evidence.errors:
            answer = replace(answer, evidence=question.evidence.data or "")
        return answer

    def _touched(self) -> Submitted | None:
        """Return the submitted fields without those that still hold what the page showed."""
        if self._submitted is None:
            return None
        shown = dict(entry.rpartition(":")[::2] for entry in self._submitted.get(SHOWN, "").split())
        kept = self._submitted.copy()
        for name, text in self._submitted.items():
            empty_radio = name.endswith(".code") and not text
            if "." in name and (empty_radio or _fingerprint(tidy(text)) == shown.get(name, _fingerprint(""))):
                kept.poplist(name)
        return kept

    def _question(self, item: Item, number: int) -> Question:
        code, note, evidence = map(self._form.__getitem__, _names(item.id))
        text = item.wording(self._perspective)
        return Question(item, number, text, self._bank.codes[item.id], code, note, evidence)


class StartForm(BaseForm):
    """What an assessment needs to begin."""

    def __init__(
        self, bank: Bank, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        fields: dict[str, Any] = {
            "service": StringField(filters=[line], validators=[_name, _text(NAME)]),
            "wave": StringField(filters=[line], validators=[_name, _text(NAME)]),
            "innovations": Several(choices=_ids(bank.innovations)),
            "perspective": One(choices=_ids(bank.perspectives)),
        }
        super().__init__(fields, meta=guard.meta())
        self.process(submitted, data=given or {})

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return _token(self)

    @property
    def forged(self) -> bool:
        """Tell whether the page came without its token."""
        return bool(self[TOKEN].errors)

    @property
    def values(self) -> dict[str, Any]:
        """Return what was chosen, as `Store.start` takes it."""
        return {name: field.data for name, field in self._fields.items() if name != TOKEN}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return everything to be mended."""
        return tuple(Fault(n, f.errors[0]) for n, f in self._fields.items() if f.errors and n != TOKEN)


class Confirm(BaseForm):
    """A form that holds nothing but its token."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, meta=guard.meta())
        self.process(submitted)

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return _token(self)


def current(bank: Bank, item: Item, answer: Answer | None) -> Answer:
    """Return an answer as it counts now: a code given to an earlier wording is a blank."""
    if answer is None:
        return Answer(revision=item.revision)
    known = answer.revision == item.revision and answer.code in {code.code for code in bank.codes[item.id]}
    return replace(answer, code=answer.code if known else None, revision=item.revision)


def _fields(bank: Bank, items: Sequence[Item]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for item in items:
        code, note, evidence = _names(item.id)
        fields[code] = FIELDS[item.kind](choices=_ids(bank.codes[item.id], "code"), coerce=_code)
        fields[note] = StringField(filters=[tidy], validators=[_text(NOTE)])
        fields[evidence] = StringField(filters=[tidy], validators=[_text(LINK), _address])
    return fields


def _ids(parts: Iterable[object], name: str = "id") -> list[Any]:
    return [getattr(part, name) for part in parts]


def _token(form: BaseForm) -> str:
    token: Any = form[TOKEN]
    return str(token.current_token)


def _code(value: str | None) -> str | None:
    return value or None


def _names(item: str) -> tuple[str, str, str]:
    """Return the names of an item's fields; a dot stands in no id, so they collide with nothing."""
    return f"{item}.code", f"{item}.note", f"{item}.link"


def _values(saved: Mapping[str, Answer]) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for item, answer in saved.items():
        values.update(zip(_names(item), (answer.code, answer.note, answer.evidence), strict=True))
    return values


def _fingerprint(text: str) -> str:
    return blake2s(text.encode(), digest_size=4).hexdigest()
