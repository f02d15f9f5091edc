"""What a report says, as frozen values: page and PDF only lay them out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assessor.plan import by_row
from assessor.report.lines import STEP, Agreed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.bank import Bank, Finding, Innovation, Row, Theme
    from assessor.plan import PlannedAction
    from assessor.report.basis import Basis
    from assessor.report.lines import FacetLine, Gap, ItemLine, Line, Occasion, Part, RowLine
    from assessor.report.moves import ComparisonReport
    from assessor.report.points import Chosen, Passed, Weight

BRIEF = 5  # actions


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the results page and the PDF say about one assessment, laid out from its `basis`.

    `unseen`: facets that score as high as a strength, but whose practice nobody answered for. `ratings`: what people
    answered alone before a team agreed. `weak`: the facets below the highest band, the weightiest first, of which
    `ruled` are those that the rule takes, though the scores of some in `passed` are lower; `chosen` is there where a
    facilitator overruled it. `plan`: the actions that
    stand; `did`: those of earlier times, in the states of today.
    """

    bank: Bank
    basis: Basis
    occasion: Occasion
    n: int
    hidden: bool
    rows: tuple[RowLine, ...]
    strengths: tuple[FacetLine, ...]
    points: tuple[FacetLine, ...]
    tied: tuple[FacetLine, ...]
    ruled: tuple[FacetLine, ...]
    unseen: tuple[FacetLine, ...]
    weak: tuple[FacetLine, ...]
    weights: Mapping[str, Weight]
    passed: tuple[Passed, ...]
    unknown: tuple[RowLine, ...]
    empty: tuple[tuple[Innovation, Theme], ...]
    findings: tuple[Finding, ...]
    items: tuple[ItemLine, ...]
    everyone: Part | None
    parts: tuple[Part, ...]
    held: tuple[str, ...]
    smallest: int
    gaps: tuple[Gap, ...]
    comments: tuple[str, ...] = ()
    crowded: tuple[str, ...] = ()
    since: ComparisonReport | None = None
    ratings: Report | None = None
    chosen: Chosen | None = None
    plan: tuple[PlannedAction, ...] = ()
    did: tuple[PlannedAction, ...] = ()

    @property
    def plan_by_row(self) -> tuple[tuple[str, tuple[PlannedAction, ...]], ...]:
        """Return the actions that stand, under the titles of their rows."""
        return by_row(self.bank, self.plan)

    @property
    def brief(self) -> tuple[tuple[str, PlannedAction], ...]:
        """Return as many of the actions that stand as a short edition has room for, each with the title of its row.

        What is still to be done comes before what is over.
        """
        found = ((title, action) for title, actions in self.plan_by_row for action in actions)
        return tuple(sorted(found, key=lambda pair: not pair[1].open)[:BRIEF])

    @property
    def did_by_row(self) -> tuple[tuple[str, tuple[PlannedAction, ...]], ...]:
        """Return the actions of earlier times, under the titles of their rows."""
        return by_row(self.bank, self.did)

    @property
    def targets(self) -> dict[str, int]:
        """Return by row id where the service wants its rows to be, in points."""
        return {row.row.id: row.line.target for row in self.rows if row.line.target is not None}

    @property
    def single(self) -> bool:
        """Tell whether one person answered for the service."""
        return self.smallest == 1

    @property
    def agreed(self) -> tuple[Agreed, ...]:
        """Return every question that a team answered or objected to, with the ratings that came before."""
        said = (item for item in self.items if self.occasion.agreed and (item.answer or item.note))
        return tuple(Agreed(item=item, rated=self.alone.get(item.id)) for item in said)

    @cached_property
    def alone(self) -> dict[str, ItemLine]:
        """Return by item id how people had rated alone what a team then agreed on, where that may be shown."""
        return {item.id: item for item in self.ratings.items if item.counts} if self.ratings else {}

    @property
    def beside(self) -> tuple[tuple[RowLine, Line | None], ...]:
        """Return every row with the score that people's ratings had given it before a team agreed."""
        rated = {row.row.id: row.line for row in self.ratings.rows} if self.ratings else {}
        return tuple((row, rated.get(row.row.id)) for row in self.rows)

    @property
    def moved(self) -> tuple[Agreed, ...]:
        """Return the questions on which the team agreed on something else than people had rated alone, widest first."""
        found = [a for a in self.agreed if abs(a.apart or 0) >= STEP]
        return tuple(sorted(found, key=lambda a: -abs(a.apart or 0)))

    @property
    def scored(self) -> bool:
        """Tell whether any facet has a score."""
        return any(facet.line.score is not None for row in self.rows for facet in row.facets)

    @property
    def scorable(self) -> int:
        """Return how many questions can have a score; how sure somebody is never has one."""
        return sum(item.item.kind != "confidence" for item in self.items)

    @property
    def ranked(self) -> tuple[tuple[Theme, tuple[RowLine, ...]], ...]:
        """Return the rows under their themes, the highest score first and rows without a score last."""
        order = sorted(self.rows, key=lambda r: (r.line.score is None, -(r.line.score or 0)))
        return tuple((t, rows) for t in self.bank.themes if (rows := tuple(r for r in order if r.theme == t)))

    @property
    def listing(self) -> tuple[tuple[Row, tuple[ItemLine, ...]], ...]:
        """Return every question once, under the first row that it stands in, in the order of the numbers."""
        first = {i.id: r.row for r in reversed(self.rows) for i in (*r.items, *r.confidence)}
        return tuple((r.row, tuple(i for i in self.items if first[i.id] == r.row)) for r in self.rows)

    @property
    def borrowed(self) -> tuple[Row, ...]:
        """Return the rows that the core questions are borrowed from, in the bank's order."""
        rows = {finding.row for item in self.items if item.item.core for finding in item.findings}
        return tuple(row for row in self.bank.rows if row.id in rows)
