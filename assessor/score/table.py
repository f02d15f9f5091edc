"""Answers laid over their bank, and the scores of items and groups that follow from them, on 0-100."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from assessor.agreement import Agreement, agreement
from assessor.answers import BLANK
from assessor.bank import DONT_KNOW, NOT_APPLICABLE, OBSERVED, TESTED
from assessor.score.figures import SAME, interval, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assessor.answers import Answers
    from assessor.bank import Bank, Item, Kind

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

FEWEST_ITEMS = 3
Kept = TypeVar("Kept", np.float64, np.bool_)


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


class Table:
    """Answers laid over their bank: who was asked what, and the alignment of each answer."""

    def __init__(self, bank: Bank, answers: Answers) -> None:
        self.bank, self.answers = bank, answers
        self.items: list[Item] = [bank.item[item] for item in answers.items]
        self.column = {item: n for n, item in enumerate(answers.items)}

    @cached_property
    def codes(self) -> NDArray[np.int8]:
        """The position of each answer among its item's codes, per item and person."""
        return np.ascontiguousarray(self.answers.codes.T)

    @cached_property
    def values(self) -> Floats:
        """Alignment per item and code; NaN where there is none, and in one column more for BLANK, which is -1."""
        found = [[c.alignment for c in self.bank.codes[item.id]] for item in self.items]
        width = 1 + max(map(len, found), default=0)
        padded = [line + [None] * (width - len(line)) for line in found]
        return np.array(padded, np.float64).reshape(len(found), width)

    @cached_property
    def known(self) -> Flags:
        """Whether there is an alignment, per item and person."""
        return self._looked_up(~np.isnan(self.values))

    @cached_property
    def _credits(self) -> Floats:
        """Alignment per item and person, to be added up: 0 without one."""
        return self._looked_up(np.nan_to_num(self.values))

    def _looked_up(self, of_codes: NDArray[Kept]) -> NDArray[Kept]:
        """Return what is said of each item's codes (lines as in `values`) for what each person answered."""
        return of_codes[np.arange(len(self.items))[:, None], self.codes]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many people gave which answer, per item and code; the last column holds the blanks, as in `values`."""
        lines, width = self.values.shape
        place = self.codes % width + width * np.arange(lines)[:, None]
        return np.bincount(place.ravel(), minlength=lines * width).reshape(lines, width)

    @cached_property
    def who(self) -> NDArray[np.int64]:
        """The position of each person's perspective among the bank's."""
        order = {p: n for n, p in enumerate(self.bank.perspective)}
        return np.fromiter(map(order.__getitem__, self.answers.perspectives), np.int64, len(self.answers.perspectives))

    @cached_property
    def asked(self) -> Flags:
        """Who was asked, per item: those of its row and perspective, and whoever answered all the same.

        Core items are asked of everybody, whatever row they are borrowed from.
        """
        meant = [[p in item.perspectives for p in self.bank.perspective] for item in self.items]
        rows = {row: self.answers.asked_row(row) for row in {item.row for item in self.items}}
        reached = [rows[item.row] | item.core for item in self.items]
        of = np.array(meant, np.bool_).reshape(len(self.items), len(self.bank.perspective))[:, self.who]
        found: Flags = (of & np.array(reached, np.bool_).reshape(of.shape)) | (self.codes != BLANK)
        return found

    @cached_property
    def applies(self) -> Flags:
        """To whom the item applies, per item: asked, and not answered with “does not apply”."""
        places = np.array([self._place(item.id, NOT_APPLICABLE) for item in self.items], np.int8)
        return self.asked & np.not_equal(self.codes, places[:, None])

    @cached_property
    def _counts(self) -> list[list[int]]:
        """The counts as plain numbers, which are quicker to take one by one."""
        found: list[list[int]] = self.counts.tolist()
        return found

    @cached_property
    def blanks(self) -> list[int]:
        """How many people left an item out that they were asked, per item."""
        found: list[int] = (self.asked & (self.codes == BLANK)).sum(axis=1).tolist()
        return found

    @cached_property
    def spreads(self) -> list[float]:
        """Standard deviation of the alignments per item; 0 where fewer than two people have one."""
        n, means = self._scored
        squares = np.nansum(self.counts * (self.values - means[:, None]) ** 2, axis=1)
        found = np.sqrt(squares / np.maximum(n - 1, 1))
        return [sd if sd > SAME else 0.0 for sd in found.tolist()]

    @cached_property
    def _scored(self) -> tuple[NDArray[np.int64], Floats]:
        """How many people have an alignment, per item, and its mean; 0 where nobody has one."""
        n = (self.counts * ~np.isnan(self.values)).sum(axis=1)
        return n, np.nansum(self.counts * self.values, axis=1) / np.maximum(n, 1)

    @cached_property
    def _means(self) -> list[tuple[int, float]]:
        """How many people have an alignment, per item, and its mean, as plain numbers."""
        return list(zip(*(found.tolist() for found in self._scored), strict=True))

    @cached_property
    def _points(self) -> list[int]:
        """The number of codes with an alignment, per item."""
        found: list[int] = (~np.isnan(self.values)).sum(axis=1).tolist()
        return found

    def _place(self, item: str, code: str) -> int:
        """Return the position of a code among the item's codes, -99 where it is not offered."""
        return next((n for n, c in enumerate(self.bank.codes[item]) if c.code == code), -99)

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
        total = self._credits[columns].sum(axis=0)
        answered, applicable = (of[columns].sum(axis=0, dtype=np.int16) for of in (self.known, self.applies))
        enough = self.answers.asked_row(row) & (answered > 0) & (2 * answered >= applicable)
        means: Floats = np.divide(total, answered, out=np.full(len(total), np.nan), where=enough)
        return means

    def group(self, row: str, columns: Sequence[int], means: Floats | None = None) -> Group:
        """Return the group's score over some columns of a row."""
        means = self.person_means(row, columns) if means is None else means
        kept = means[~np.isnan(means)]
        n = len(kept)
        sd = spread(kept) if n > 1 else None
        mean = float(kept.mean()) if n else None
        span = interval(mean, sd, n) if len(columns) >= FEWEST_ITEMS and mean is not None and sd else None
        return Group(n, mean, sd, span, self.agreement(columns, self.answers.asked_row(row)))

    def agreement(self, columns: Sequence[int], people: Flags | None = None) -> Agreement | None:
        """Return the agreement of all or some people over the rated (not the vignette) items among some columns."""
        rated = [n for n in columns if not self.items[n].option]
        return agreement([self._ratings(n, people) for n in rated])

    def _ratings(self, column: int, people: Flags | None) -> list[int]:
        """Return how many of all or some people gave each rating of an item; ratings stand before other codes."""
        points = self._points[column]
        if people is None or people.all():
            return self._counts[column][:points]
        codes = self.answers.codes[people & self.known[column], column]
        found: list[int] = np.bincount(codes, minlength=points).tolist()
        return found

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
        counts = {code.code: n for code, n in zip(codes, self._counts[column], strict=False)}
        dk, na = counts.pop(DONT_KNOW), counts.pop(NOT_APPLICABLE, 0)
        n, mean = self._means[column]
        return ItemScore(n, counts, dk, na, self.blanks[column], mean if n else None)
