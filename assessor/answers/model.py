"""Answers as they are given, and as a table of people by items that numpy can score."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from assessor.answers.waves import Wave
    from assessor.bank import Bank

BLANK = -1


@dataclass(frozen=True)
class Answer:
    """One answer: the stored code (None: blank), an optional note, an optional link to evidence."""

    code: str | None = None
    note: str = ""
    evidence: str = ""
    revision: int = 1


@dataclass(frozen=True, kw_only=True)
class Response:
    """One person's answers by item id."""

    person: str
    perspective: str
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers of any number of people to one bank.

    `codes` has one line per person and one column per item; it holds the position of the answer among
    ``bank.codes[item]``, or BLANK. `rows` are the rows that were asked; `asked` has one line per person and one column
    per row, and says of whom (None: each of everybody). `waves` are those that a file names.
    """

    rows: tuple[str, ...]
    items: tuple[str, ...]
    persons: tuple[str, ...]
    perspectives: tuple[str, ...]
    codes: NDArray[np.int8]
    asked: NDArray[np.bool_] | None = None
    waves: tuple[Wave, ...] = ()

    def of(self, perspectives: Collection[str]) -> Answers:
        """Return the answers of the people of some perspectives."""
        keep = [n for n, p in enumerate(self.perspectives) if p in perspectives]
        if len(keep) == len(self.persons):
            return self
        return replace(
            self,
            persons=tuple(self.persons[n] for n in keep),
            perspectives=tuple(self.perspectives[n] for n in keep),
            codes=self.codes[keep],
            asked=None if self.asked is None else self.asked[keep],
        )

    def asked_row(self, row: str) -> NDArray[np.bool_]:
        """Return who was asked a row: nobody where it is not among the rows."""
        if self.asked is None:
            return np.full(len(self.persons), row in self.rows)
        return self.asked[:, self.rows.index(row)] if row in self.rows else np.zeros(len(self.persons), np.bool_)


def gather(bank: Bank, responses: Sequence[Response], rows: Sequence[str], edition: str | None = None) -> Answers:
    """Return responses as a table over the items of `rows`; answers to a reworded item are left out.

    `edition`: the edition that was answered. Of another one than the bank's, only what was answered is known to have
    been asked.
    """
    items = _items_of(bank, rows)
    if edition not in {None, bank.edition}:
        items = tuple(item for item in items if any(item in response.answers for response in responses))
    lines = ((r.person, i, a.revision, a.code) for r in responses for i, a in r.answers.items())
    return _laid_out(bank, [(r.person, r.perspective) for r in responses], lines, rows, items)


def tabulate(
    bank: Bank, people: Sequence[tuple[str, str]], lines: Iterable[tuple[str, str, int, str]], rows: Sequence[str]
) -> Answers:
    """Return what people answered in the bank's own edition as a table over the items of `rows`.

    `people`: person and perspective; `lines`: person, item, revision, code, in any order.
    """
    return _laid_out(bank, people, lines, rows, _items_of(bank, rows))


def _laid_out(
    bank: Bank,
    people: Sequence[tuple[str, str]],
    lines: Iterable[tuple[str, str, int, str | None]],
    rows: Sequence[str],
    items: Sequence[str],
) -> Answers:
    """Lay answers out, each in its place; in plain bytes, which take a single answer quicker than an array does."""
    place: dict[tuple[str, int, str | None], tuple[int, int]] = {
        (item, bank.item[item].revision, code.code): (column, n)
        for column, item in enumerate(items)
        for n, code in enumerate(bank.codes[item])
    }
    start = {person: n * len(items) for n, (person, _) in enumerate(people)}
    codes = bytearray(np.full(len(people) * len(items), BLANK, np.int8).tobytes())
    for person, item, revision, code in lines:
        if found := place.get((item, revision, code)):
            codes[start[person] + found[0]] = found[1]
    return Answers(
        rows=tuple(rows),
        items=tuple(items),
        persons=tuple(person for person, _ in people),
        perspectives=tuple(perspective for _, perspective in people),
        codes=np.frombuffer(codes, np.int8).reshape(len(people), len(items)),
    )


def _items_of(bank: Bank, rows: Sequence[str]) -> tuple[str, ...]:
    wanted = {item.id for row in rows for item in bank.row_items(row)}
    return tuple(item.id for item in bank.items if item.id in wanted)
