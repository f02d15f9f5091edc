"""A CSV of answers: read whole, or refused with a sentence that names the place of what does not fit."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice, repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from assessor.answers.asked import rows_there, unasked, who_was_asked
from assessor.answers.model import BLANK, Answers
from assessor.answers.waves import MODE, SERVICE, SUBMITTED, WAVE, chosen, waves
from assessor.errors import AnswersError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from assessor.bank import Bank

REFUSED = -2
SHOWN = 10
LEADING = ("person", "perspective")
EDITION = "edition"
PLANNED = "planned"
BESIDE = (*LEADING, EDITION, PLANNED, "assessment", SERVICE, WAVE, MODE, SUBMITTED)


@dataclass(frozen=True)
class Sheet:
    """A file's name, header and lines of cells, each with the number it has in the file."""

    name: str
    header: tuple[str, ...]
    numbers: tuple[int, ...]
    lines: tuple[list[str], ...]

    def column(self, key: str) -> tuple[str, ...]:
        """Return a column without white space round its cells; nothing where there is no such column."""
        if key not in self.header:
            return ()
        return tuple(map(str.strip, map(itemgetter(self.header.index(key)), self.lines)))

    def place(self, line: int) -> str:
        """Return the place of a line, counted from 0, as it stands before a fault."""
        return f"{self.name}, line {self.numbers[line]}"


def parse(text: str, bank: Bank, name: str, *, service: str | None = None, wave: str | None = None) -> Answers:
    """Parse a CSV of answers: header ``person, perspective, <item id>...``, one line per person.

    An optional column ``edition`` must name the bank's edition, and ``planned`` holds the innovations that decide which
    rows a person was asked; ``service``, ``wave``, ``mode`` and ``submitted`` are kept as `waves`, ``assessment``,
    which an export has too, is passed over. `service` and `wave` choose among the people of a file that names several.
    Commas, semicolons and tabs are understood, and spaces round a cell are forgiven.
    Raises AnswersError that names the file, line and column of what does not fit.
    """
    sheet = chosen(_sheet(text, name), service, wave)
    items = _items(sheet, bank)
    persons, perspectives, planned = map(sheet.column, (*LEADING, PLANNED))
    _check_edition(sheet, bank)
    _refuse(chain(_strangers(sheet, persons, perspectives, bank), _unknown_plans(sheet, planned, bank)))
    codes = _codes(sheet.lines, sheet.header, items, bank)
    if (codes == REFUSED).any():
        codes = _codes([[cell.strip() for cell in cells] for cells in sheet.lines], sheet.header, items, bank)
    rows = rows_there(items, bank)
    asked = who_was_asked(codes, items, rows, planned, bank)
    strange = unasked(codes, items, rows, asked, perspectives, bank)
    _refuse(chain(_misfits(codes, sheet, items, bank), _placed(strange, sheet, items)))
    kept = np.flatnonzero(asked.any(axis=0))
    return Answers(
        rows=tuple(rows[n] for n in kept),
        items=items,
        persons=persons,
        perspectives=perspectives,
        codes=codes,
        asked=asked[:, kept],
        waves=waves(sheet),
    )


def _sheet(text: str, name: str) -> Sheet:
    first = text.lstrip().partition("\n")[0]
    if not first:
        raise AnswersError(f"{name}: the file is empty; its first line must be person, perspective, and the item ids.")
    if "\0" in text:
        raise AnswersError(
            f"{name}: the file holds NUL characters, so it is not a text table; save it as CSV in UTF-8."
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        (_, header), *found = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise AnswersError(f"{name}, line {reader.line_num}: this is not valid CSV ({error}).") from error
    if not found:
        raise AnswersError(f"{name}: there is a header but no line with answers.")
    numbers, lines = zip(*found, strict=True)
    sheet = Sheet(name, tuple(map(str.strip, header)), numbers, lines)
    _refuse(
        f"{sheet.place(n)}: {len(cells)} cells where the header has {len(header)}"
        for n, cells in enumerate(lines)
        if len(cells) != len(header)
    )
    return sheet


def _items(sheet: Sheet, bank: Bank) -> tuple[str, ...]:
    name, header = sheet.name, sheet.header
    faults = [f"{name}: the column “{c}” is missing" for c in LEADING if c not in header]
    faults += [f"{name}: the column “{c}” stands there {n} times" for c, n in Counter(header).items() if n > 1]
    items = tuple(c for c in header if c not in BESIDE)
    faults += [
        f"{name}, line 1: “{c}” is no item of {bank.id} {bank.edition}; `assessor codebook` lists the items"
        if c
        else f"{name}, line 1: a column has no name; R writes none with `write.csv(..., row.names = FALSE)`"
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


def _check_edition(sheet: Sheet, bank: Bank) -> None:
    others = sorted(set(sheet.column(EDITION)) - {bank.edition, ""})
    if others:
        raise AnswersError(
            f"{sheet.name}: these answers were given to edition {', '.join(others)}, the bank is edition "
            f"{bank.edition}; name the folder of their edition with --bank."
        )


def _strangers(sheet: Sheet, persons: Sequence[str], perspectives: Sequence[str], bank: Bank) -> Iterator[str]:
    """Yield a fault for every person without an id or with somebody else's, and every unknown perspective."""
    yield from (f"{sheet.place(n)}: the person has no id" for n, person in enumerate(persons) if not person)
    if len(set(persons)) < len(persons):
        doubles = ((p, n) for p, n in Counter(persons).items() if p and n > 1)
        yield from (f"{sheet.name}: person “{p}” stands there {n} times" for p, n in doubles)
    known = ", ".join(bank.perspective)
    for unknown in sorted(set(perspectives) - bank.perspective.keys()):
        yield f"{sheet.place(perspectives.index(unknown))}: “{unknown}” is no perspective; known are {known}"


def _unknown_plans(sheet: Sheet, planned: Sequence[str], bank: Bank) -> Iterator[str]:
    """Yield a fault for every planned innovation that the bank does not have, at the first person with that plan."""
    known = ", ".join(bank.innovation)
    for plan in dict.fromkeys(planned):
        for unknown in (word for word in plan.split() if word not in bank.innovation):
            yield f"{sheet.place(planned.index(plan))}: “{unknown}” is no innovation; known are {known}"


def _codes(lines: Sequence[Sequence[str]], header: Sequence[str], items: Sequence[str], bank: Bank) -> NDArray[np.int8]:
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


def _misfits(codes: NDArray[np.int8], sheet: Sheet, items: Sequence[str], bank: Bank) -> Iterator[str]:
    for line, column in np.argwhere(codes == REFUSED):
        item = items[column]
        cell = sheet.lines[line][sheet.header.index(item)]
        allowed = ", ".join(code.code for code in bank.codes[item])
        hint = " (NA in capitals is refused: R writes it for a blank)" if cell == "NA" else ""
        yield (
            f"{sheet.place(line)}, column {item}: “{cell[:40]}” is no answer here; "
            f"allowed are {allowed} or a blank{hint}"
        )


def _placed(faults: Iterable[tuple[int, int, str]], sheet: Sheet, items: Sequence[str]) -> Iterator[str]:
    yield from (f"{sheet.place(line)}, column {items[column]}: {fault}" for line, column, fault in faults)


def _refuse(faults: Iterable[str]) -> None:
    shown = list(islice(faults, SHOWN + 1))
    if shown:
        more = ["... and more"] if len(shown) > SHOWN else []
        raise AnswersError("\n".join([*(_ended(fault) for fault in shown[:SHOWN]), *more]))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."
