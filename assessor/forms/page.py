"""One page of questions: what is kept, and over it what was just submitted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import TYPE_CHECKING, Any, NamedTuple

from wtforms.fields import StringField
from wtforms.form import BaseForm

from assessor.answers import Answer
from assessor.forms.fields import FIELDS, LINK, NOTE, TOKEN, Fault, address, limited, tidy, token_of, whole_address

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence

    from werkzeug.datastructures import MultiDict

    from assessor.bank import Bank, Code, Item
    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]

SHOWN = "shown"
SITUATION = re.compile(r"(.+[.!?]”?)\s+([^.!?]+\?)", re.DOTALL)


@dataclass(frozen=True)
class Question:
    """One question on a page with its fields; `evidence` is None where no links are asked for."""

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
        for field in (f for f in (self.answer, self.note, self.evidence) if f is not None):
            anchor = f"{self.item.id}.{self.codes[0].code}" if field is self.answer else field.name
            yield from (Fault(anchor, reason, self.number) for reason in field.errors[:1])

    @property
    def blank(self) -> Fault | None:
        """Return where to go when there is no answer yet."""
        return None if self.answer.data else Fault(f"{self.item.id}.{self.codes[0].code}", "blank", self.number)


class Kept(NamedTuple):
    """A field that is only shown, with what a template asks of WTForms' fields."""

    name: str
    data: str | None
    layout: str = ""
    errors: tuple[str, ...] = ()


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
        *,
        links: bool = True,
    ) -> None:
        self._bank, self._perspective = bank, perspective
        self._saved = {item.id: current(bank, item, saved.get(item.id)) for item in items}
        self._submitted, self._links = submitted, links
        self._names = frozenset(name for item in items for name in self._names_of(item))
        touched = self._touched()
        self._form = BaseForm(_fields(bank, items, self._names.intersection(touched or ())), meta=guard.meta())
        self._form.process(touched, data=_values(self._saved))
        if submitted is not None:
            self._form.validate()
        self.questions = tuple(self._question(item, n) for n, item in enumerate(items, start=first))

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return token_of(self._form)

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
        return any("." in name and name not in self._names for name in self._submitted or ())

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
        kept = self._saved[question.item.id]
        return Answer(
            code=_valid(question.answer, kept.code),
            note=_valid(question.note, kept.note) or "",
            evidence=_valid(question.evidence, kept.evidence) or "",
            revision=kept.revision,
        )

    def _touched(self) -> Submitted | None:
        """Return the submitted fields without those that still hold what the page showed."""
        if self._submitted is None:
            return None
        empty = _fingerprint("")
        shown = dict(entry.rpartition(":")[::2] for entry in self._submitted.get(SHOWN, "").split())
        kept = self._submitted.copy()
        for name, text in self._submitted.items():
            empty_radio = name.endswith(".code") and not text
            if "." in name and (empty_radio or _fingerprint(tidy(text)) == shown.get(name, empty)):
                kept.poplist(name)
        return kept

    def _question(self, item: Item, number: int) -> Question:
        text, codes = item.wording(self._perspective), self._bank.codes[item.id]
        return Question(item, number, text, codes, *self._shown(item), *(() if self._links else (None,)))

    def _shown(self, item: Item) -> Iterator[Any]:
        """Yield the fields of a question; what was not touched need not be bound and checked, which takes time."""
        kept = self._saved[item.id]
        for name, value in zip(self._names_of(item), (kept.code, kept.note, kept.evidence), strict=False):
            yield self._form[name] if name in self._form else Kept(name, value, FIELDS[item.kind].layout)

    def _names_of(self, item: Item) -> tuple[str, ...]:
        return _names(item.id)[: 3 if self._links else 2]


def current(bank: Bank, item: Item, answer: Answer | None) -> Answer:
    """Return an answer as it counts now: a code given to an earlier wording is a blank."""
    if answer is None:
        return Answer(revision=item.revision)
    if answer.revision == item.revision and answer.code in bank.allowed[item.id]:
        return answer
    return replace(answer, code=None, revision=item.revision)


def _fields(bank: Bank, items: Sequence[Item], touched: Container[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for item in items:
        code, note, evidence = _names(item.id)
        if code in touched:
            fields[code] = FIELDS[item.kind](bank.allowed[item.id])
        if note in touched:
            fields[note] = StringField(filters=[tidy], validators=[limited(NOTE)])
        if evidence in touched:
            fields[evidence] = StringField(filters=[tidy, whole_address], validators=[limited(LINK), address])
    return fields


def _valid(field: Any, kept: str | None) -> str | None:
    """Return what a field holds; what is kept where it is not asked for or not in order."""
    data: str | None = kept if field is None or field.errors else field.data
    return data


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
