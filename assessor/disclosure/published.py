"""What is published: views of cells and of everybody, every figure of which rests on tallies that are shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING

import numpy as np

from assessor.bank import OBSERVED, TESTED
from assessor.disclosure.cells import SMALLEST, crowded, partition, together
from assessor.disclosure.spreads import at_most, told
from assessor.disclosure.tallies import answers_in, small, taken_out, tallies_of, total
from assessor.score import FEWEST_ITEMS, Group, RowScore, Table, interval, pooled, spread, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assessor.agreement import Verdict
    from assessor.answers import Answers
    from assessor.bank import Bank, Kind
    from assessor.disclosure.cells import Cell
    from assessor.disclosure.spreads import Told
    from assessor.disclosure.tallies import Reason, Tally

    Flags = NDArray[np.bool_]
    Numbers = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class View:
    """All figures of one cell, or of everybody; `hidden` says of which items there is none, and why.

    Facets, and tested knowledge apart from observed practice, are given for everybody only. `verdicts`: whether people
    rate a row's items alike; the figures behind it are not published.
    """

    cell: Cell
    items: Mapping[str, Tally]
    hidden: Mapping[str, Reason]
    rows: Mapping[str, RowScore]
    facets: Mapping[tuple[str, str], Group]
    verdicts: Mapping[str, Verdict | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Published:
    """Everything that may be said of one assessment.

    `everyone` is over all cells together; `cells` is empty where there is only one. The answers of the perspectives in
    `held` and `crowded` are in no figure: too few answered, or more than were invited. `everyone` is None where too few
    people answered in all.
    """

    everyone: View | None
    cells: tuple[View, ...]
    held: tuple[str, ...]
    smallest: int
    crowded: tuple[str, ...] = ()


def publish(
    bank: Bank, answers: Answers, smallest: int = SMALLEST, invited: Mapping[str, int] | None = None
) -> Published:
    """Return what may be published of a table of answers.

    `smallest`: people in the smallest cell; 1 where one person answers for a service and sees her own answers whole.
    `invited`: people per perspective, for response rates and intervals.
    """
    people = Counter(answers.perspectives)
    cells, held = partition(bank, people, smallest, invited or {})
    over = crowded(people, invited or {})
    if not cells:
        return Published(everyone=None, cells=(), held=held, smallest=smallest, crowded=over)
    whole = Table(bank, answers.of(together(cells).perspectives))
    tables = [Table(bank, answers.of(cell.perspectives)) for cell in cells] if len(cells) > 1 else [whole]
    tallies = [tallies_of(table, cell, smallest) for table, cell in zip(tables, cells, strict=True)]
    cell_of = _numbered(whole.answers, cells)
    spreads = told(whole, cell_of, smallest)
    everyone = _everyone(whole, cells, tallies, smallest, cell_of, spreads)
    views = _views(tables, cells, tallies, smallest, cell_of, spreads) if len(cells) > 1 else ()
    if views:
        items = {row: [item.id for item in bank.row_items(row)] for row in answers.rows}
        everyone = replace(everyone, rows={row: joined(row, items[row], everyone, views) for row in answers.rows})
    return Published(everyone=everyone, cells=views, held=held, smallest=smallest, crowded=over)


def _numbered(answers: Answers, cells: Sequence[Cell]) -> Numbers:
    """Return the cell of each person, by its number."""
    number = {p: n for n, cell in enumerate(cells) for p in cell.perspectives}
    return np.fromiter(map(number.__getitem__, answers.perspectives), np.int64, len(answers.perspectives))


def _everyone(
    table: Table,
    cells: Sequence[Cell],
    tallies: Sequence[Mapping[str, Tally]],
    smallest: int,
    cell_of: Numbers,
    spreads: Mapping[str, Told],
) -> View:
    """Return the view of all cells together: its tallies are the sums of theirs."""
    items = table.answers.items
    sums = {item: total(parts) for item in items if (parts := [t[item] for t in tallies if item in t])}
    few: dict[str, Reason] = {item: "few" for item, tally in sums.items() if small(tally, smallest)}
    shown = {item: tally for item, tally in sums.items() if item not in few}
    alike = {row: found.of_everybody() for row, found in spreads.items()}
    return _Means(table, tuple(cells), shown, few, smallest, cell_of, alike).of_everybody()


def joined(row: str, items: Sequence[str], everyone: View, views: Sequence[View]) -> RowScore:
    """Return everybody's row with its number and spread put together from those of the cells.

    So they tell nothing that the cells do not; where a cell that was asked has no score, there is no spread. Where all
    that has a score was tested, or all of it observed, that is the same score. `items`: those of the row.
    """
    found = everyone.rows[row]
    score = found.whole
    asked = [view.rows[row].whole for view in views if {*items} & {*view.items, *view.hidden}]
    scored = [group for group in asked if group.mean is not None]
    if score.mean is None or not scored:
        return found
    n = sum(group.n for group in scored)
    sd = pooled(scored) if len(scored) == len(asked) else None
    span = interval(score.mean, sd, n, everyone.cell.invited) if sd and score.interval else None
    whole = replace(score, n=n, sd=sd, interval=span)
    return RowScore(whole, *(whole if part == score else part for part in (found.tested, found.observed)))


def _views(
    tables: Sequence[Table],
    cells: Sequence[Cell],
    tallies: Sequence[Mapping[str, Tally]],
    smallest: int,
    cell_of: Numbers,
    spreads: Mapping[str, Told],
) -> tuple[View, ...]:
    """Return the view of each cell."""
    hidden = taken_out(tallies, tables[0].answers.items, smallest)
    views = []
    for n, (table, cell, found, gone) in enumerate(zip(tables, cells, tallies, hidden, strict=True)):
        shown = {item: tally for item, tally in found.items() if item not in gone}
        members = cell_of == n
        alike = {row: told.of_cell(n, members) for row, told in spreads.items()}
        nobody = np.zeros(cell.people, np.int64)
        views.append(_Means(table, (cell,), shown, gone, smallest, nobody, alike).of_cell())
    return tuple(views)


def coarse(sd: float) -> float:
    """Return a spread in whole points, as far as a printed interval tells it anyway; at least 1 where there is any.

    In full precision it would tell, beside the tallies, who of a few people answered what together.
    """
    return float(max(1, whole(sd))) if sd else 0.0


@dataclass(frozen=True)
class _Means:
    """Means over the tallies that are shown.

    `cell_of`: the cell of each person, by its number. `alike`: per row the people over whom its spread may be told.
    """

    table: Table
    cells: tuple[Cell, ...]
    shown: Mapping[str, Tally]
    hidden: Mapping[str, Reason]
    smallest: int
    cell_of: Numbers
    alike: Mapping[str, Flags | None]

    def of_everybody(self) -> View:
        """Return the view with all that is published."""
        answers = self.table.answers
        facets = {(r, f): self.group(r, columns) for r in answers.rows for f, columns in self.table.facets(r).items()}
        return self._view({row: self._row(row, TESTED, OBSERVED) for row in answers.rows}, facets)

    def of_cell(self) -> View:
        """Return the view of a cell: its items, and its rows as a whole."""
        return self._view({row: self._row(row) for row in self.table.answers.rows}, {})

    def _view(self, rows: Mapping[str, RowScore], facets: Mapping[tuple[str, str], Group]) -> View:
        return View(
            cell=self.cell,
            items=self.shown,
            hidden=self.hidden,
            rows=rows,
            facets=facets,
            verdicts={row: self._verdict(row) for row in rows},
        )

    def _row(self, row: str, tested: tuple[Kind, ...] = (), observed: tuple[Kind, ...] = ()) -> RowScore:
        """Return a row's means: over all its items, and over those of some kinds apart."""
        return RowScore(*(self.group(row, self.table.of_row(row, k)) for k in (TESTED + OBSERVED, tested, observed)))

    def _verdict(self, row: str) -> Verdict | None:
        columns = self._kept(self.table.of_row(row, TESTED + OBSERVED))
        alike = self.table.agreement(columns)
        return alike.verdict if alike else None

    def group(self, row: str, columns: Sequence[int]) -> Group:
        """Return the mean of the items' means, if at least half of those that apply are shown.

        Where nobody left anything out it equals the mean of the people's means, which alone would give away, set
        beside the tallies, what the few who left something out had answered. A question that the core borrows from
        the row counts with its one tally, also where some in the cell were not asked the rest of the row.
        """
        kept = self._kept(columns)
        if not kept or 2 * len(kept) < sum(map(self._applies, columns)):
            return Group(0, None, None)
        means = self.table.person_means(row, kept)
        people = self._people(means)
        n = int(people.sum())
        if n < self.smallest:
            return Group(0, None, None)
        mean = fmean(found.mean or 0 for c in kept if (found := self._tallies[c]))
        sd = coarse(self._spread(row, kept, means, people)) if n > 1 else None
        wide = len(kept) >= FEWEST_ITEMS and sd
        return Group(n, mean, sd, interval(mean, sd or 0, n, self.cell.invited) if wide else None)

    def _spread(self, row: str, kept: Sequence[int], means: NDArray[np.float64], people: Flags) -> float:
        """Return how far the scores spread over those of whom it may be told, or how far at most."""
        alike = self.alike.get(row)
        chosen = means[:0] if alike is None else means[alike & people]
        return spread(chosen) if 2 * len(chosen) >= people.sum() else at_most(self.table, kept)

    def _people(self, means: NDArray[np.float64]) -> Flags:
        """Return who has a score, without the people of cells in which too few have one.

        Else their number and spread could be told from everybody's and the other cells'.
        """
        known = ~np.isnan(means)
        enough = np.bincount(self.cell_of[known], minlength=len(self.cells)) >= self.smallest
        kept: Flags = known & enough[self.cell_of]
        return kept

    @cached_property
    def cell(self) -> Cell:
        """All cells together."""
        return together(self.cells)

    def _kept(self, columns: Sequence[int]) -> list[int]:
        """Return the columns whose tally is shown and has a mean."""
        return [c for c in columns if (found := self._tallies[c]) and found.n]

    @cached_property
    def _tallies(self) -> list[Tally | None]:
        """What is shown of each column."""
        return [self.shown.get(item) for item in self.table.answers.items]

    def _applies(self, column: int) -> bool:
        """Tell whether an item counts among those that should have a score."""
        item = self.table.answers.items[column]
        found = self._tallies[column]
        return item in self.hidden or (found is not None and (answers_in(found) > 0 or found.blank > 0))
