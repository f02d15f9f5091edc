"""How far people's scores spread, told so that no answer of fewer than the smallest cell can be worked out from it.

A spread joins what one person answered to several questions, which the tallies do not. Where few people left
something out it would give their answers away: if five of six have the same score, what the sixth answered is what the
tallies say beyond five times that score. So a spread is taken over people who left out the same questions as enough
others of their cell; those may change places without a figure changing. The rest may exchange single answers.
"""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from assessor.bank import OBSERVED, TESTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from assessor.score import Table

    Flags = NDArray[np.bool_]
    Gaps = NDArray[np.int8]
    Numbers = NDArray[np.int64]

KNOWN = 4
WIDTH = 12  # so many gaps of three bits stand in a whole number beside the number of a person
FEW = 20  # numbers per person that are quicker to count one by one than to sort


class Told(NamedTuple):
    """The people over whom a row's spread may be told, and the cells, by their numbers, in which they are enough."""

    people: Flags
    cells: Flags

    def of_everybody(self) -> Flags | None:
        """Return those people of all cells together; None where they are too few in some."""
        return self.people if self.cells.all() else None

    def of_cell(self, number: int, members: Flags) -> Flags | None:
        """Return those among the members of a cell; None where they are too few."""
        return self.people[members] if self.cells[number] else None


def told(table: Table, cells: Numbers, smallest: int) -> dict[str, Told]:
    """Return per row the people over whom its spread may be told.

    `cells`: the cell of each person, by its number. Rows that share questions are told over the same people; where
    that cannot be, a row of an innovation is told by itself and the core line that borrows from it is not.
    """
    rows = {row: frozenset(table.of_row(row, TESTED + OBSERVED)) for row in table.answers.rows}
    gaps = _gaps(table)
    found: dict[str, Told] = {}
    for linked in dict.fromkeys(_linked(columns, rows.values()) for columns in rows.values()):
        people, fits = _alike(gaps, sorted(linked), cells, smallest)
        for row in (row for row, columns in rows.items() if columns and columns <= linked):
            found[row] = Told(people, fits)
            if not fits.all() and table.bank.row[row].innovation:
                apart, enough = _alike(gaps, sorted(rows[row]), cells, smallest)
                found[row] = Told(np.where(fits[cells], people, apart), fits | enough)
    return found


def at_most(table: Table, columns: Sequence[int]) -> float:
    """Return the spread that people's scores would have if whoever is high in one question were high in all.

    It is the mean of the questions' own spreads, which the spread of people's scores cannot pass where nobody left
    anything out (Cauchy and Schwarz), and rests on nothing but what was answered to each question.
    """
    return fmean(table.spreads[c] for c in columns)


def _linked(columns: frozenset[int], rows: Iterable[frozenset[int]]) -> frozenset[int]:
    """Return the columns of all rows that share questions with some columns, or with each other through others."""
    while more := {c for row in rows if columns & row for c in row} - columns:
        columns |= more
    return columns


def _gaps(table: Table) -> Gaps:
    """Return per person and item whether it was answered (4), whether it applies (2), whether its row was asked (1)."""
    asked = {row: table.answers.asked_row(row) for row in {item.row for item in table.items}}
    rows = np.array([asked[item.row] for item in table.items], np.int8)
    gaps: Gaps = (KNOWN * table.known.astype(np.int8) + 2 * table.applies.astype(np.int8) + rows).T
    return gaps


def _alike(gaps: Gaps, columns: Sequence[int], cells: Numbers, smallest: int) -> tuple[Flags, Flags]:
    """Return who left out the same of some columns as enough others of the cell, and the cells that they stand for.

    They stand for their cell if they are at least half of it, and if to each question none of the others gave an
    answer, or enough did.
    """
    gaps = gaps[:, columns]
    alike = _size(gaps, cells) >= smallest
    members = cells == np.arange(cells.max(initial=-1) + 1)[:, None]
    others = members[:, ~alike].astype(np.int64) @ (gaps[~alike] >= KNOWN)
    enough = ((others == 0) | (others >= smallest)).all(axis=1)
    return alike, enough & (2 * (members & alike).sum(axis=1) >= members.sum(axis=1))


def _size(gaps: Gaps, cells: Numbers) -> Numbers:
    """Return for each person how many of the cell have the same gaps, herself among them."""
    key = cells
    for start in range(0, gaps.shape[1], WIDTH):
        part = gaps[:, start : start + WIDTH]
        key = key * 8 ** part.shape[1] + part @ 8 ** np.arange(part.shape[1])
        if key.max(initial=0) > FEW * len(key):
            key = np.unique(key, return_inverse=True)[1]
    size: Numbers = np.bincount(key)[key]
    return size
