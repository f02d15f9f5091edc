"""From answers to alignment: items, facets, rows and people, all on 0-100."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor, sqrt
from typing import TYPE_CHECKING

import numpy as np

from assessor.agreement import Agreement, agreement
from assessor.answers import BLANK
from assessor.bank import DONT_KNOW, NOT_APPLICABLE, OBSERVED, TESTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assessor.answers import Answers
    from assessor.bank import Bank, Item, Kind

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FEWEST_ITEMS = 3
SAME = 1e-9
USUAL_SPREAD = 15  # points; 0.6 on a scale of five points


@dataclass(frozen=True)
class Group:
    """A score over people: `n` people who have one, mean and sd in points of 0-100, interval, agreement."""

    n: int
    mean: float | None
    sd: float | None
    interval: tuple[float, float] | None = None
    agreement: Agreement | None = None


@dataclass(frozen=True)
class RowScore:
    """A row: all its scored items, and apart from each other tested knowledge and observed practice."""

    whole: Group
    tested: Group
    observed: Group


@dataclass(frozen=True)
class ItemScore:
    """An item: `n` answers with an alignment, answers per code, don't know, does not apply, blank, mean alignment.

    n + dk + na + blank = the people who were asked (for a confidence item, whose answers have no alignment, n is 0).
    """

    n: int
    counts: dict[str, int]
    dk: int
    na: int
    blank: int
    mean: float | None

    @property
    def answers(self) -> int:
        """Return how many people answered, “don't know” and “does not apply” included."""
        return sum(self.counts.values()) + self.dk + self.na

    @property
    def asked(self) -> int:
        """Return how many people were asked."""
        return self.answers + self.blank


@dataclass(frozen=True)
class People:
    """Row scores of each person: one line per person and one column per row, NaN where there is none."""

    persons: tuple[str, ...]
    perspectives: tuple[str, ...]
    rows: tuple[str, ...]
    whole: Floats
    tested: Floats
    observed: Floats


@dataclass(frozen=True)
class Score:
    """Everything that is computed from one table of answers.

    `facets` are scored within a row: a core line holds only some of the items of the facets that it borrows.
    """

    n: int
    rows: dict[str, RowScore]
    facets: dict[tuple[str, str], Group]
    items: dict[str, ItemScore]
    people: People


def score(bank: Bank, answers: Answers) -> Score:
    """Score a table of answers.

    Alignment of a rating: 100 (x - 1) / (A - 1), reversed for a negative pole; of a vignette: its option's credit.
    A person has a score in a row that was asked of her when at least half of the items that apply have an alignment;
    don't know, does not apply and blank never enter a mean. A group's score is the mean of its people's scores.
    """
    table = Table(bank, answers)
    parts = {
        row: tuple(table.person_means(row, table.of_row(row, kinds)) for kinds in (TESTED + OBSERVED, TESTED, OBSERVED))
        for row in answers.rows
    }
    return Score(
        n=len(answers.persons),
        rows={row: table.row_score(row, *means) for row, means in parts.items()},
        facets={
            (row, f): table.group(row, columns) for row in answers.rows for f, columns in table.facets(row).items()
        },
        items={item: table.item_score(column) for column, item in enumerate(answers.items)},
        people=People(
            answers.persons,
            answers.perspectives,
            answers.rows,
            *(_columns([means[k] for means in parts.values()], len(answers.persons)) for k in range(3)),
        ),
    )


class Table:
    """Answers laid over their bank: who was asked what, and the alignment of each answer."""

    def __init__(self, bank: Bank, answers: Answers) -> None:
        self.bank, self.answers = bank, answers
        self.items: list[Item] = [bank.item[item] for item in answers.items]
        self.column = {item: n for n, item in enumerate(answers.items)}

    @cached_property
    def alignment(self) -> list[Floats]:
        """Alignment per item and person; NaN without one (the code BLANK, -1, picks the NaN put last)."""
        tables = (np.array([*(c.alignment for c in self.bank.codes[i.id]), None], np.float64) for i in self.items)
        return [table[self.answers.codes[:, n]] for n, table in enumerate(tables)]

    @cached_property
    def who(self) -> NDArray[np.int64]:
        """The position of each person's perspective among the bank's."""
        order = {p: n for n, p in enumerate(self.bank.perspective)}
        return np.fromiter(map(order.__getitem__, self.answers.perspectives), np.int64, len(self.answers.perspectives))

    @cached_property
    def asked(self) -> list[Flags]:
        """Who was asked, per item: those of its row and perspective, and whoever answered all the same.

        Core items are asked of everybody, whatever row they are borrowed from.
        """
        meant = [np.array([p in item.perspectives for p in self.bank.perspective]) for item in self.items]
        rows = [item.core or self.answers.asked_row(item.row) for item in self.items]
        reached = [of[self.who] & row for of, row in zip(meant, rows, strict=True)]
        return [flags | (self.answers.codes[:, n] != BLANK) for n, flags in enumerate(reached)]

    @cached_property
    def applies(self) -> list[Flags]:
        """To whom the item applies, per item: asked, and not answered with “does not apply”."""
        return [
            asked & (self.answers.codes[:, n] != self.place(n, NOT_APPLICABLE)) for n, asked in enumerate(self.asked)
        ]

    @cached_property
    def spreads(self) -> list[float]:
        """Standard deviation of the alignments per item; 0 where fewer than two people have one."""
        known = (alignment[~np.isnan(alignment)] for alignment in self.alignment)
        return [spread(found) if len(found) > 1 else 0.0 for found in known]

    def place(self, column: int, code: str) -> int:
        """Return the position of a code among the item's codes, -99 where it is not offered."""
        return next((n for n, c in enumerate(self.bank.codes[self.items[column].id]) if c.code == code), -99)

    def of_row(self, row: str, kinds: tuple[Kind, ...]) -> list[int]:
        """Return the columns of a row's items of some kinds."""
        return [self.column[i.id] for i in self.bank.row_items(row) if i.id in self.column and i.kind in kinds]

    def facets(self, row: str) -> dict[str, list[int]]:
        """Return the columns of a row's scored items by facet."""
        columns = self.of_row(row, TESTED + OBSERVED)
        facets = dict.fromkeys(self.items[n].facet for n in columns)
        return {facet: [n for n in columns if self.items[n].facet == facet] for facet in facets}

    def person_means(self, row: str, columns: Sequence[int]) -> Floats:
        """Return each person's mean alignment over some columns of a row, NaN below half of what applies.

        NaN too for whoever was not asked the row, though what it lends to the core was answered.
        """
        total, answered, applicable = (np.zeros(len(self.answers.persons)) for _ in range(3))
        for n in columns:
            known = ~np.isnan(self.alignment[n])
            total += np.where(known, self.alignment[n], 0)
            answered += known
            applicable += self.applies[n]
        means: Floats = np.full(len(total), np.nan)
        enough = self.answers.asked_row(row) & (answered > 0) & (2 * answered >= applicable)
        return np.divide(total, answered, out=means, where=enough)

    def group(self, row: str, columns: Sequence[int], means: Floats | None = None) -> Group:
        """Return the group's score over some columns of a row."""
        means = self.person_means(row, columns) if means is None else means
        kept = means[~np.isnan(means)]
        n = len(kept)
        sd = spread(kept) if n > 1 else None
        mean = float(kept.mean()) if n else None
        span = interval(mean, sd, n) if len(columns) >= FEWEST_ITEMS and mean is not None and sd else None
        return Group(n, mean, sd, span, self.agreement(columns, self.answers.asked_row(row)))

    def agreement(self, columns: Sequence[int], people: Flags) -> Agreement | None:
        """Return the agreement of some people over the rated (not the vignette) items among some columns."""
        rated = [n for n in columns if not self.items[n].option]
        points = [sum(c.alignment is not None for c in self.bank.codes[self.items[n].id]) for n in rated]
        known = [self.answers.codes[people & ~np.isnan(self.alignment[n]), n] + 1.0 for n in rated]
        return agreement(known, points)

    def row_score(self, row: str, whole: Floats, tested: Floats, observed: Floats) -> RowScore:
        """Return a row's score from its people's means."""
        return RowScore(
            self.group(row, self.of_row(row, TESTED + OBSERVED), whole),
            self.group(row, self.of_row(row, TESTED), tested),
            self.group(row, self.of_row(row, OBSERVED), observed),
        )

    def item_score(self, column: int) -> ItemScore:
        """Return an item's counts and mean alignment."""
        codes = self.bank.codes[self.items[column].id]
        found = np.bincount(self.answers.codes[:, column] + 1, minlength=len(codes) + 1)[1:]
        counts = {code.code: int(n) for code, n in zip(codes, found, strict=True)}
        known = self.alignment[column][~np.isnan(self.alignment[column])]
        blank = int((self.asked[column] & (self.answers.codes[:, column] == BLANK)).sum())
        dk, na = counts.pop(DONT_KNOW), counts.pop(NOT_APPLICABLE, 0)
        return ItemScore(len(known), counts, dk, na, blank, float(known.mean()) if len(known) else None)


def whole(value: float) -> int:
    """Return a score as it is printed: whole points, halves upward."""
    return floor(value + 0.5)


def interval(mean: float, sd: float, n: int, invited: int | None = None) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean, mean ± t(n - 1) · s / √n · √(1 - n / N), clipped to 0-100.

    `invited`: N, if it is known; unknown where more answered than were invited. None where everybody answered: then
    nobody is left to be uncertain about.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and needed only where a group is scored

    if invited == n:
        return None
    left = 1 - n / invited if invited and invited > n else 1
    half = float(stdtrit(n - 1, 0.975)) * sd / n**0.5 * left**0.5
    return max(0.0, mean - half), min(100.0, mean + half)


def detectable(people: int) -> float:
    """Return the smallest difference between two times, in points, that can be told from chance.

    It is t(2n - 2) · s · √(2 / n). `people`: n, how many answer each time, at least two. s is taken to be 15 points,
    which is usual on 0-100.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - as above

    return float(stdtrit(2 * people - 2, 0.975)) * USUAL_SPREAD * sqrt(2 / people)


def share(part: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of n people, on 0-100. Wilson (1927), JASA 22:209-212."""
    z, p = 1.959963984540054, part / n
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return 100 * (middle - half) / (1 + z * z / n), 100 * (middle + half) / (1 + z * z / n)


def pooled(groups: Sequence[Group]) -> float:
    """Return the standard deviation (n - 1) over the people of several groups, from what is known of each group."""
    n = sum(group.n for group in groups)
    mean = sum(group.n * (group.mean or 0) for group in groups) / n
    within = sum((group.n - 1) * (group.sd or 0) ** 2 for group in groups)
    between = sum(group.n * ((group.mean or 0) - mean) ** 2 for group in groups)
    return sqrt((within + between) / (n - 1))


def spread(means: Floats) -> float:
    """Return the standard deviation (n - 1); exactly 0 where all are the same but for the last digit."""
    return float(means.std(ddof=1)) if np.ptp(means) > SAME else 0.0


def _columns(arrays: Sequence[Floats], n: int) -> Floats:
    return np.column_stack(arrays) if arrays else np.empty((n, 0))
