"""Answers as they are given, and as a table of people by items that numpy can score."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from assessor.errors import AnswersError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from assessor.bank import Bank

BLANK = -1
REFUSED = -2
SHOWN = 10
LEADING = ("person", "perspective")
EDITION = "edition"


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
    ``bank.codes[item]``, or BLANK. `rows` are the rows that were asked.
    """

    rows: tuple[str, ...]
    items: tuple[str, ...]
    persons: tuple[str, ...]
    perspectives: tuple[str, ...]
    codes: NDArray[np.int8]

    def only(self, items: frozenset[str]) -> Answers:
        """Return the same people's answers to some of the items."""
        keep = [n for n, item in enumerate(self.items) if item in items]
        return Answers(
            rows=self.rows,
            items=tuple(self.items[n] for n in keep),
            persons=self.persons,
            perspectives=self.perspectives,
            codes=self.codes[:, keep],
        )


def gather(bank: Bank, responses: Sequence[Response], rows: Sequence[str]) -> Answers:
    """Return responses as a table over the items of `rows`; answers to a reworded item are left out."""
    items = _items_of(bank, rows)
    lookup = {item: {code.code: n for n, code in enumerate(bank.codes[item])} for item in items}
    codes = np.full((len(responses), len(items)), BLANK, dtype=np.int8)
    for line, response in enumerate(responses):
        for column, item in enumerate(items):
            answer = response.answers.get(item)
            if answer and answer.code and answer.revision == bank.item[item].revision:
                codes[line, column] = lookup[item].get(answer.code, BLANK)
    return Answers(
        rows=tuple(rows),
        items=items,
        persons=tuple(r.person for r in responses),
        perspectives=tuple(r.perspective for r in responses),
        codes=codes,
    )


def parse(text: str, bank: Bank, name: str) -> Answers:
    """Parse a CSV of answers: header ``person, perspective, <item id>...``, one line per person.

    An optional column ``edition`` must name the bank's edition. Commas, semicolons and tabs are understood.
    Raises AnswersError that names the file, line and column of what does not fit.
    """
    header, lines = _table(text, name)
    items = _columns(header, bank, name)
    if not lines:
        raise AnswersError(f"{name}: there is a header but no line with answers.")
    persons, perspectives, editions = (_column(header, lines, key) for key in (*LEADING, EDITION))
    _check_edition(editions, bank, name)
    _check_people(persons, perspectives, bank, name)
    codes = _codes(header, lines, items, bank)
    if (codes == REFUSED).any():  # spaces around a code are forgiven, but only looked for when something fails
        codes = _codes(header, [[cell.strip() for cell in cells] for cells in lines], items, bank)
    _refuse(_misfits(codes, header, lines, items, bank, name))
    return Answers(rows=_asked(items, bank), items=items, persons=persons, perspectives=perspectives, codes=codes)


def _items_of(bank: Bank, rows: Sequence[str]) -> tuple[str, ...]:
    wanted = {item.id for row in rows for item in bank.row_items(row)}
    return tuple(item.id for item in bank.items if item.id in wanted)


def _table(text: str, name: str) -> tuple[list[str], list[list[str]]]:
    first = text.lstrip().partition("\n")[0]
    if not first:
        raise AnswersError(f"{name}: the file is empty; its first line must be person, perspective, and the item ids.")
    if "\0" in text:
        raise AnswersError(
            f"{name}: the file holds NUL characters, so it is not a text table; save it as CSV in UTF-8."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        header = [cell.strip() for cell in next(reader)]
        lines = [cells for cells in reader if cells]
    except csv.Error as error:
        raise AnswersError(f"{name}, line {reader.line_num}: this is not valid CSV ({error}).") from error
    for number, cells in enumerate(lines, start=2) if len({len(header), *map(len, lines)}) > 1 else ():
        if len(cells) != len(header):
            raise AnswersError(f"{name}, line {number}: {len(cells)} cells where the header has {len(header)}.")
    return header, lines


def _columns(header: Sequence[str], bank: Bank, name: str) -> tuple[str, ...]:
    faults = [f"{name}: the column “{c}” is missing" for c in LEADING if c not in header]
    faults += [f"{name}: the column “{c}” stands there {n} times" for c, n in Counter(header).items() if n > 1]
    items = tuple(c for c in header if c not in {*LEADING, EDITION})
    faults += [
        f"{name}, line 1: “{c}” is no item of {bank.id} {bank.edition}; `assessor codebook` lists the items"
        for c in items
        if c not in bank.item
    ]
    faults += [f"{name}: {fault}" for fault in _half_rows(items, bank)]
    _refuse(faults)
    return items


def _half_rows(items: Sequence[str], bank: Bank) -> Iterator[str]:
    """Yield a fault for every missing column of a row (or the core) that is otherwise there."""
    present = set(items)
    for row in bank.rows:
        own = [i.id for i in bank.row_items(row.id) if row.innovation is None or not i.core]
        missing = [item for item in own if item not in present]
        if missing and len(missing) < len(own) and (row.innovation or _core_meant(present, bank)):
            yield (
                f"the column “{', '.join(missing)}” is missing, but other questions of {row.id} are there; "
                "add it and leave it blank where nobody was asked"
            )


def _core_meant(present: set[str], bank: Bank) -> bool:
    """Tell whether the file asks a core line itself, not only core items that its rows own."""
    return any(
        item in present and bank.row[bank.item[item].row].innovation is None for item in present & set(bank.item)
    )


def _asked(items: Sequence[str], bank: Bank) -> tuple[str, ...]:
    present = set(items)
    return tuple(
        row.id
        for row in bank.rows
        if any(i.id in present and (row.innovation is None or not i.core) for i in bank.row_items(row.id))
    )


def _column(header: Sequence[str], lines: Sequence[Sequence[str]], key: str) -> tuple[str, ...]:
    return tuple(map(itemgetter(header.index(key)), lines)) if key in header else ()


def _check_edition(editions: Sequence[str], bank: Bank, name: str) -> None:
    others = sorted(set(editions) - {bank.edition, ""})
    if others:
        raise AnswersError(
            f"{name}: these answers were given to edition {', '.join(others)}, the bank is edition {bank.edition}; "
            "name the folder of their edition with --bank."
        )


def _check_people(persons: Sequence[str], perspectives: Sequence[str], bank: Bank, name: str) -> None:
    faults = [f"{name}, line {n}: the person has no id" for n, person in enumerate(persons, start=2) if not person]
    if len(set(persons)) < len(persons):
        faults += [f"{name}: person “{p}” stands there {n} times" for p, n in Counter(persons).items() if p and n > 1]
    for unknown in sorted(set(perspectives) - bank.perspective.keys()):
        line = perspectives.index(unknown) + 2
        faults.append(f"{name}, line {line}: “{unknown}” is no perspective; known are {', '.join(bank.perspective)}")
    _refuse(faults)


def _codes(header: Sequence[str], lines: Sequence[Sequence[str]], items: Sequence[str], bank: Bank) -> NDArray[np.int8]:
    """Return every answer as a position among its item's codes: cells are numbered in one pass, then looked up."""
    words = ["", *dict.fromkeys(code.code for item in items for code in bank.codes[item])]
    number = {word: n for n, word in enumerate(words)}
    cells = map(number.get, chain.from_iterable(lines), repeat(len(words)))
    numbers = np.fromiter(cells, np.int16, len(lines) * len(header)).reshape(len(lines), len(header))
    codes = np.empty((len(lines), len(items)), np.int8)
    for n, item in enumerate(items):
        place = {"": BLANK, **{code.code: k for k, code in enumerate(bank.codes[item])}}
        table = np.array([*(place.get(word, REFUSED) for word in words), REFUSED], np.int8)
        codes[:, n] = table[numbers[:, header.index(item)]]
    return codes


def _misfits(
    codes: NDArray[np.int8],
    header: Sequence[str],
    lines: Sequence[Sequence[str]],
    items: Sequence[str],
    bank: Bank,
    name: str,
) -> Iterator[str]:
    for line, column in np.argwhere(codes == REFUSED):
        item = items[column]
        cell = lines[line][header.index(item)]
        allowed = ", ".join(code.code for code in bank.codes[item])
        hint = " (NA in capitals is refused: R writes it for a blank)" if cell == "NA" else ""
        yield (
            f"{name}, line {line + 2}, column {item}: “{cell[:40]}” is no answer here; "
            f"allowed are {allowed} or a blank{hint}"
        )


def _refuse(faults: Iterator[str] | Sequence[str]) -> None:
    shown = list(islice(faults, SHOWN + 1))
    if shown:
        more = ["... and more"] if len(shown) > SHOWN else []
        raise AnswersError("\n".join([*(f"{fault}." for fault in shown[:SHOWN]), *more]))
