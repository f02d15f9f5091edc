"""What may be said of a group: figures over cells of enough people, none of which can be worked out by subtraction.

Once an assessment is closed its people fall into cells: perspectives, pooled where few answered. Everything that is
published rests on one table, the tallies of items by cells, from which too small tallies are taken out; means of
facets and rows are means of the tallies that are left, so they tell nothing that the tallies do not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from assessor.bank import OBSERVED, TESTED
from assessor.score import FEWEST_ITEMS, Group, RowScore, Table, interval, spread, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assessor.answers import Answers
    from assessor.bank import Bank
    from assessor.score import ItemScore

SMALLEST = 5
FULL_COUNTS = 10  # below, answers are counted as in line, between and against only

Standing = Literal["in line", "between", "against", "unscored"]
Reason = Literal["few", "kept"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """People whose figures are published together; `invited` is None where it is not known."""

    perspectives: tuple[str, ...]
    people: int
    invited: int | None = None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One item in one cell: `n` answers that count, mean alignment, how far they are in line, don't know.

    `counts`: people per answer code; None where the cell is too small for it. `na` and `blank` are given for one
    person only: of a group nobody learns who left out what.
    """

    n: int
    mean: float | None
    standings: Mapping[Standing, int]
    dk: int
    na: int = 0
    blank: int = 0
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class View:
    """All figures of one cell, or of everybody; `hidden` says of which items there is none, and why."""

    cell: Cell
    items: Mapping[str, Tally]
    hidden: Mapping[str, Reason]
    rows: Mapping[str, RowScore]
    facets: Mapping[tuple[str, str], Group]


@dataclass(frozen=True, kw_only=True)
class Published:
    """Everything that may be said of one assessment.

    `everyone` is over all cells together; `cells` is empty where there is only one. The answers of the perspectives in
    `held` are in no figure. `everyone` is None where too few people answered in all.
    """

    everyone: View | None
    cells: tuple[View, ...]
    held: tuple[str, ...]
    smallest: int


def publish(
    bank: Bank, answers: Answers, smallest: int = SMALLEST, invited: Mapping[str, int] | None = None
) -> Published:
    """Return what may be published of a table of answers.

    `smallest`: people in the smallest cell; 1 where one person answers for a service and sees her own answers whole.
    `invited`: people per perspective, for response rates and intervals.
    """
    cells, held = partition(bank, Counter(answers.perspectives), smallest, invited or {})
    if not cells:
        return Published(everyone=None, cells=(), held=held, smallest=smallest)
    views = _views(bank, answers, cells, smallest)
    return Published(
        everyone=_everyone(bank, answers, views, smallest),
        cells=tuple(view for view, _ in views) if len(cells) > 1 else (),
        held=held,
        smallest=smallest,
    )


def _views(bank: Bank, answers: Answers, cells: Sequence[Cell], smallest: int) -> list[tuple[View, dict[str, Tally]]]:
    """Return the view of each cell, and beside it all its tallies, for the sum."""
    tables = [Table(bank, answers.of(cell.perspectives)) for cell in cells]
    tallies = [_tallies(table, cell, smallest) for table, cell in zip(tables, cells, strict=True)]
    hidden = _hidden(tallies, answers.items, smallest)
    parts = zip(tables, cells, tallies, hidden, strict=True)
    return [(_view(table, cell, found, gone, smallest), found) for table, cell, found, gone in parts]


def _everyone(bank: Bank, answers: Answers, views: Sequence[tuple[View, dict[str, Tally]]], smallest: int) -> View:
    """Return the view of all cells together: its tallies are the sums of theirs."""
    cell = _together([view.cell for view, _ in views])
    tallies = {
        item: _sum(parts) for item in answers.items if (parts := [found[item] for _, found in views if item in found])
    }
    few: dict[str, Reason] = {item: "few" for item, t in tallies.items() if _small(t, smallest)}
    return _view(Table(bank, answers.of(cell.perspectives)), cell, tallies, few, smallest)


def partition(
    bank: Bank, people: Mapping[str, int], smallest: int, invited: Mapping[str, int]
) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return the cells that people fall into, and the perspectives that are held back because they fit in none.

    A perspective with enough people is a cell. Smaller ones of a pool are put together, with the next smallest of the
    pool if they are still too few; where even the whole pool is too small, its people are in no figure.
    """
    cells: list[Cell] = []
    held: list[str] = []
    for pool in _pools(bank, people):
        small, large = _split(pool, people, smallest)
        if sum(people[p] for p in small) >= smallest:
            cells.append(_cell(small, people, invited))
        else:
            held += small
        cells += [_cell([p], people, invited) for p in large]
    order = {p: n for n, p in enumerate(bank.perspective)}
    return tuple(sorted(cells, key=lambda cell: order[cell.perspectives[0]])), tuple(held)


def _pools(bank: Bank, people: Mapping[str, int]) -> list[list[str]]:
    pools: dict[str, list[str]] = {}
    for perspective in bank.perspectives:
        if people.get(perspective.id):
            pools.setdefault(perspective.pool or perspective.id, []).append(perspective.id)
    return list(pools.values())


def _split(pool: Sequence[str], people: Mapping[str, int], smallest: int) -> tuple[list[str], list[str]]:
    """Return the perspectives of a pool that are put together, and those that stand alone."""
    small = [p for p in pool if people[p] < smallest]
    large = sorted((p for p in pool if people[p] >= smallest), key=lambda p: people[p])
    while small and large and sum(people[p] for p in small) < smallest:
        small.append(large.pop(0))
    return sorted(small, key=pool.index), sorted(large, key=pool.index)


def _cell(perspectives: Sequence[str], people: Mapping[str, int], invited: Mapping[str, int]) -> Cell:
    asked = [invited.get(p) for p in perspectives]
    known = [n for n in asked if n is not None]
    return Cell(
        perspectives=tuple(perspectives),
        people=sum(people[p] for p in perspectives),
        invited=sum(known) if len(known) == len(asked) else None,
    )


def _together(cells: Sequence[Cell]) -> Cell:
    known = [cell.invited for cell in cells if cell.invited is not None]
    return Cell(
        perspectives=tuple(p for cell in cells for p in cell.perspectives),
        people=sum(cell.people for cell in cells),
        invited=sum(known) if len(known) == len(cells) else None,
    )


def _tallies(table: Table, cell: Cell, smallest: int) -> dict[str, Tally]:
    """Return the tallies of the items that were put to somebody in a cell."""
    found = {item: table.item_score(column) for item, column in table.column.items()}
    return {
        item: _tally(table.bank, item, score, cell.people, single=smallest == 1)
        for item, score in found.items()
        if score.asked
    }


def _tally(bank: Bank, item: str, found: ItemScore, people: int, *, single: bool) -> Tally:
    codes = bank.codes[item]
    standings = Counter[Standing]()
    for code in codes:
        standings[standing(bank, code.alignment)] += found.counts.get(code.code, 0)
    return Tally(
        n=sum(found.counts.values()),
        mean=found.mean if found.n else _sureness(found),
        standings=dict(standings),
        dk=found.dk,
        na=found.na if single else 0,
        blank=found.blank if single else 0,
        counts=dict(found.counts) if single or people >= FULL_COUNTS else None,
    )


def _sureness(found: ItemScore) -> float | None:
    """Return how sure people are on 0-100; it is no alignment and enters no score."""
    given, last = list(found.counts.values()), len(found.counts) - 1
    return 100 * sum(n * k for k, n in enumerate(given)) / (sum(given) * last) if any(given) else None


def standing(bank: Bank, alignment: float | None) -> Standing:
    """Return how far an answer is in line: as the highest band, as the lowest one, or between."""
    if alignment is None:
        return "unscored"
    band = bank.band_of(whole(alignment))
    return "in line" if band == bank.bands[-1] else "against" if band == bank.bands[0] else "between"


def _answers(tally: Tally) -> int:
    return tally.n + tally.dk


def _small(tally: Tally, smallest: int) -> bool:
    """Tell whether too few people stand behind a tally: those who answered or, if nobody did, who did not know."""
    return 0 < (tally.n or tally.dk) < smallest


def _hidden(tallies: Sequence[Mapping[str, Tally]], items: Iterable[str], smallest: int) -> list[dict[str, Reason]]:
    """Return for each cell the items that are taken out of it, with the reason."""
    hidden: list[dict[str, Reason]] = [{} for _ in tallies]
    for item in items:
        found = {n: t[item] for n, t in enumerate(tallies) if item in t and _answers(t[item])}
        for cell, reason in _gone(found, smallest).items():
            hidden[cell][item] = reason
    return hidden


def _gone(tallies: Mapping[int, Tally], smallest: int) -> dict[int, Reason]:
    """Return the cells that one item is taken out of.

    Everybody's tally less those that are shown is the tally of those that are not: together they must be as many as
    the smallest cell, else the next smallest tally goes with them.
    """
    gone: dict[int, Reason] = {cell: "few" for cell, tally in tallies.items() if _small(tally, smallest)}
    rest = sorted((cell for cell in tallies if cell not in gone), key=lambda cell: _answers(tallies[cell]))
    while gone and rest and _small(_sum([tallies[cell] for cell in gone]), smallest):
        gone[rest.pop(0)] = "kept"
    return gone


def _sum(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of several cells together; counts per answer only where every cell has them."""
    n = sum(t.n for t in tallies)
    weighed = [(t.mean, t.n) for t in tallies if t.mean is not None]
    standings = Counter[Standing]()
    counts = Counter[str]()
    for tally in tallies:
        standings.update(tally.standings)
        counts.update(tally.counts or {})
    full = all(t.counts is not None for t in tallies)
    return Tally(
        n=n,
        mean=sum(mean * k for mean, k in weighed) / sum(k for _, k in weighed) if weighed else None,
        standings=dict(standings),
        dk=sum(t.dk for t in tallies),
        na=sum(t.na for t in tallies),
        blank=sum(t.blank for t in tallies),
        counts=dict(counts) if full else None,
    )


def _view(table: Table, cell: Cell, tallies: Mapping[str, Tally], hidden: Mapping[str, Reason], smallest: int) -> View:
    """Return a cell's view, every mean of which is a mean of tallies that are shown."""
    shown = {item: tally for item, tally in tallies.items() if item not in hidden}
    view = _Means(table, cell, shown, hidden, smallest)
    return View(
        cell=cell,
        items=shown,
        hidden=hidden,
        rows={row: view.row(row) for row in table.answers.rows},
        facets={
            (r, facet): view.group(r, columns) for r in table.answers.rows for facet, columns in table.facets(r).items()
        },
    )


@dataclass(frozen=True)
class _Means:
    """Means over the tallies that are shown."""

    table: Table
    cell: Cell
    shown: Mapping[str, Tally]
    hidden: Mapping[str, Reason]
    smallest: int

    def row(self, row: str) -> RowScore:
        """Return a row's means: over all its items, and over tested knowledge and observed practice apart."""
        kinds = (TESTED + OBSERVED, TESTED, OBSERVED)
        return RowScore(*(self.group(row, self.table.of_row(row, some)) for some in kinds))

    def group(self, row: str, columns: Sequence[int]) -> Group:
        """Return the mean of the items' means, if at least half of those that apply are shown.

        Where nobody left anything out it equals the mean of the people's means, which alone would give away, set
        beside the tallies, what the few who left something out had answered. A question that the core borrows from
        the row counts with its one tally, also where some in the cell were not asked the rest of the row.
        """
        kept = [c for c in columns if self._tally(c) and self._tally(c).n >= self.smallest]  # type: ignore[union-attr]
        applying = [c for c in columns if self._applies(c)]
        means = self.table.person_means(row, kept)
        people = means[~np.isnan(means)]
        if not kept or 2 * len(kept) < len(applying) or len(people) < self.smallest:
            return Group(0, None, None)
        mean = float(np.mean([self.shown[self.table.answers.items[c]].mean for c in kept]))
        sd = spread(people) if len(people) > 1 else None
        span = None
        if len(kept) >= FEWEST_ITEMS and sd:
            span = interval(mean, sd, len(people), self.cell.invited)
        return Group(len(people), mean, sd, span, self.table.agreement(row, kept))

    def _tally(self, column: int) -> Tally | None:
        return self.shown.get(self.table.answers.items[column])

    def _applies(self, column: int) -> bool:
        """Tell whether an item counts among those that should have a score."""
        item = self.table.answers.items[column]
        found = self._tally(column)
        return item in self.hidden or (found is not None and (_answers(found) > 0 or found.blank > 0))
