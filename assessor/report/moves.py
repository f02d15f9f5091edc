"""What a comparison says, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assessor.difference import LINKED_FALSE, MOST_FALSE, TRIALS, Overlap
from assessor.plan import by_row

if TYPE_CHECKING:
    from assessor.bank import Bank, Facet, Row
    from assessor.compare import Change, Reason, RowChange
    from assessor.difference import Shift, Trial
    from assessor.plan import PlannedAction
    from assessor.report.basis import Basis
    from assessor.report.lines import Occasion, Part


@dataclass(frozen=True, kw_only=True)
class RowMove:
    """A row before and after, with the share of “don't know” where groups answered."""

    row: Row
    change: RowChange
    unknown: Shift | None = None


@dataclass(frozen=True, kw_only=True)
class PartMove:
    """A part of the people before and after; None where it was not published."""

    before: Part | None
    after: Part | None

    @property
    def name(self) -> str:
        """Return its name."""
        return next(part.name for part in (self.after, self.before) if part)


@dataclass(frozen=True, kw_only=True)
class GapMove:
    """How far two parts of the people lie apart in a row, in points as printed, then and now."""

    row: Row
    one: Part
    other: Part
    then: int
    now: int

    @property
    def change(self) -> int:
        """Return how much wider the gap became, or narrower (below 0), whoever is above."""
        return abs(self.now) - abs(self.then)


@dataclass(frozen=True, kw_only=True)
class MisconceptionMove:
    """A statement against its row: people who agree and of how many, before and after, with the shares."""

    text: str
    before: tuple[int, int]
    after: tuple[int, int]
    shift: Shift


@dataclass(frozen=True, kw_only=True)
class ItemMove:
    """An item before and after, with the answers as they were given where one person answered.

    `turned`: a low answer is in line, so that a rise of the score is a fall of the answer.
    """

    id: str
    text: str
    row: Row | None
    facet: Facet | None
    turned: bool
    change: Change
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class ComparisonReport:
    """Everything that the comparison page and PDF say about two assessments of one service.

    `linked`: of so many it is told that they answered both times, from five on; there may be a few more. `detectable`:
    the smallest difference, in points, that such groups could tell from chance. `did`: the actions that were planned at
    the earlier time or before it, in the states of today. `told`: what was published each time, from which all of it
    follows.
    """

    bank: Bank
    before: Occasion
    after: Occasion
    n: tuple[int, int]
    hidden: bool
    rows: tuple[RowMove, ...]
    up: tuple[ItemMove, ...]
    down: tuple[ItemMove, ...]
    same: tuple[ItemMove, ...]
    incomparable: tuple[tuple[Reason, tuple[ItemMove, ...]], ...]
    parts: tuple[PartMove, ...] = ()
    gaps: tuple[GapMove, ...] = ()
    misconceptions: tuple[MisconceptionMove, ...] = ()
    linked: int = 0
    detectable: float | None = None
    did: tuple[PlannedAction, ...] = ()
    told: tuple[Basis, Basis] = field(compare=False)

    @property
    def tested(self) -> int:
        """Return how many rows were tested for chance."""
        return sum(move.change.difference is not None for move in self.rows)

    @property
    def clear(self) -> int:
        """Return how many of these moved up or down beyond chance."""
        return sum(move.change.verdict in {"up", "down"} for move in self.rows)

    @property
    def did_by_row(self) -> tuple[tuple[str, tuple[PlannedAction, ...]], ...]:
        """Return the actions of the earlier time, under the titles of their rows."""
        return by_row(self.bank, self.did)

    @property
    def joined(self) -> bool:
        """Tell whether the test of any row took people as linked."""
        return bool(self.overlaps)

    @property
    def overlaps(self) -> dict[str, Overlap]:
        """Return how the scores of linked people go together, per row whose test took them into account."""
        tests = ((move.change.id, move.change.difference) for move in self.rows)
        return {row: Overlap(test.linked, test.correlation) for row, test in tests if test and test.linked}

    @property
    def mixed(self) -> bool:
        """Tell whether any difference could be weighed for who answered."""
        return any(move.change.standardised is not None for move in self.rows)

    @property
    def shifts(self) -> int:
        """Return how many shares are compared."""
        return len(self.misconceptions) + sum(move.unknown is not None for move in self.rows)

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Return how well such a test tells, as tried with made-up people."""
        return TRIALS

    @property
    def most_false(self) -> float:
        """Return in how many of 100 trials, at most, it told of a change where there was none."""
        return MOST_FALSE

    @property
    def linked_false(self) -> tuple[float, float]:
        """Return in how few and how many of 100 it did so where at least 20 answered and people were linked."""
        return LINKED_FALSE

    @property
    def best(self) -> tuple[ItemMove, ...]:
        """Return the items that rose most, all of them where several rose alike."""
        return tuple(m for m in self.up if m.change.points == self.up[0].change.points)

    @property
    def worst(self) -> tuple[ItemMove, ...]:
        """Return the items that fell most, all of them where several fell alike."""
        return tuple(m for m in self.down if m.change.points == self.down[0].change.points)

    @property
    def compared(self) -> int:
        """Return how many items could be compared."""
        return len(self.up) + len(self.down) + len(self.same)

    @property
    def asked(self) -> int:
        """Return how many items were asked at either time."""
        return self.compared + sum(len(items) for _, items in self.incomparable)

    @property
    def one_person(self) -> bool:
        """Tell whether each of the two is one person's view."""
        return self.n == (1, 1)
