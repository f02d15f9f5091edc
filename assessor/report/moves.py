"""What a comparison says, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessor.bank import Bank, Facet, Row
    from assessor.compare import Change, Reason, RowChange
    from assessor.report.model import Occasion


@dataclass(frozen=True, kw_only=True)
class RowMove:
    """A row before and after."""

    row: Row
    change: RowChange


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
    """Everything that the comparison page and PDF say about two assessments of one service."""

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
