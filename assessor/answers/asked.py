"""Who was asked what in a CSV: as `planned` says, and where it says nothing by what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assessor.answers.model import BLANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from assessor.bank import Bank

    Codes = NDArray[np.int8]
    Flags = NDArray[np.bool_]


def rows_there(items: Sequence[str], bank: Bank) -> tuple[str, ...]:
    """Return the rows of which more than borrowed core items is there; a core line is there as a whole or not."""
    present = set(items)
    own = {row.id: {i.id for i in bank.row_items(row.id) if not (i.core and row.innovation)} for row in bank.rows}
    return tuple(row.id for row in bank.rows if (own[row.id] & present if row.innovation else own[row.id] <= present))


def who_was_asked(codes: Codes, items: Sequence[str], rows: Sequence[str], planned: Sequence[str], bank: Bank) -> Flags:
    """Return who was asked which row: one line per person, one column per row.

    A core line is asked of everybody; another row of those who plan its innovation or, where nobody wrote down what
    they plan, of those who answered one of its questions that the core does not borrow.
    """
    answered = np.ones((len(codes), len(rows)), np.bool_)
    for n, row in enumerate(rows):
        if bank.row[row].innovation:
            own = [k for k, item in enumerate(items) if bank.item[item].row == row and not bank.item[item].core]
            answered[:, n] = (codes[:, own] != BLANK).any(axis=1)
    if not any(planned):
        return answered
    plans = {cell: n for n, cell in enumerate(dict.fromkeys(planned))}
    asked = np.array([[bank.row[row].innovation in {None, *cell.split()} for row in rows] for cell in plans], np.bool_)
    known = np.array([[cell != ""] for cell in plans])
    who = np.fromiter(map(plans.__getitem__, planned), np.int64, len(planned))
    return np.where(known[who], asked[who], answered)


def unasked(
    codes: Codes, items: Sequence[str], rows: Sequence[str], asked: Flags, perspectives: Sequence[str], bank: Bank
) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and reason of every answer to a question that the person was not asked."""
    order = {p: n for n, p in enumerate(bank.perspective)}
    meant = np.array([[p in bank.item[item].perspectives for item in items] for p in order], np.bool_)
    who = np.fromiter(map(order.__getitem__, perspectives), np.int64, len(perspectives))
    answered = codes >= 0
    for line, column in np.argwhere(answered & ~meant[who]).tolist():
        yield line, column, f"this is not asked of “{perspectives[line]}”; is the perspective right?"
    for column, item in enumerate(bank.item[item] for item in items):
        if not item.core and item.row in rows:
            for (line,) in np.argwhere(answered[:, column] & ~asked[:, rows.index(item.row)]).tolist():
                yield (
                    line,
                    column,
                    f"this is asked where “{bank.row[item.row].innovation}” is planned; is “planned” right?",
                )
