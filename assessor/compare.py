"""Two assessments of one service: what moved, what did not, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.answers import Response
    from assessor.bank import Bank
    from assessor.disclosure import View

Direction = Literal["up", "down", "same"]
Reason = Literal["reworded", "retired", "unasked", "unscored", "few", "small"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """A row or an item before and after, on 0-100; `reason` says why it cannot be compared.

    `n`: how many people the two scores rest on.
    """

    id: str
    before: float | None
    after: float | None
    reason: Reason | None = None
    n: tuple[int, ...] = (0, 0)

    @property
    def points(self) -> int | None:
        """Return after minus before as both are printed, so that a reader's sum is right; None where one is missing."""
        return None if self.before is None or self.after is None else whole(self.after) - whole(self.before)

    @property
    def direction(self) -> Direction | None:
        """Return where it moved, by the printed points."""
        if self.points is None:
            return None
        return "same" if self.points == 0 else "up" if self.points > 0 else "down"


@dataclass(frozen=True, kw_only=True)
class RowChange(Change):
    """A row before and after over the items that can be compared, `compared` of `asked` of them."""

    compared: int
    asked: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What moved between two assessments."""

    rows: tuple[RowChange, ...]
    items: tuple[Change, ...]
    n: tuple[int, int]

    def moved(self, direction: Direction) -> tuple[Change, ...]:
        """Return the items that moved in a direction, the largest change first."""
        chosen = [c for c in self.items if c.direction == direction]
        return tuple(sorted(chosen, key=lambda c: -abs(c.points or 0)))

    @property
    def incomparable(self) -> tuple[Change, ...]:
        """Return the items that cannot be compared."""
        return tuple(c for c in self.items if c.reason)


def compare(bank: Bank, before: View, after: View, stale: Mapping[str, Reason] | None = None) -> Comparison:
    """Compare what was published at two times over the items that have a score in both.

    `stale`: items whose wording or existence changed between the two, with the reason. Rows are scored anew over the
    items that are left, as the mean of their means; a row with less than half of its items left has no verdict.
    """
    stale = dict(stale or {})
    order = dict.fromkeys([*(i.id for i in bank.items), *stale])
    put = {*before.items, *before.hidden, *after.items, *after.hidden, *stale}
    items = tuple(_item_change(i, before, after, stale.get(i)) for i in order if i in put and _scored(bank, i))
    common = frozenset(c.id for c in items if not c.reason)
    rows = tuple(_row_change(bank, row, before, after, common) for row in dict.fromkeys([*after.rows, *before.rows]))
    return Comparison(rows=rows, items=items, n=(before.cell.people, after.cell.people))


def stale_items(bank: Bank, *responses: Response) -> dict[str, Reason]:
    """Return the items that were answered in a wording or an edition that the bank no longer has."""
    answered = [(item, answer.revision) for response in responses for item, answer in response.answers.items()]
    return {
        item: "reworded" if item in bank.item else "retired"
        for item, revision in answered
        if item not in bank.item or bank.item[item].revision != revision
    }


def _scored(bank: Bank, item: str) -> bool:
    return item not in bank.item or bank.item[item].kind != "confidence"


def _item_change(item: str, before: View, after: View, stale: Reason | None) -> Change:
    hidden: Reason | None = "small" if item in {*before.hidden, *after.hidden} else None
    if stale or hidden:
        return Change(id=item, before=None, after=None, reason=stale or hidden)
    first, second = before.items.get(item), after.items.get(item)
    reason: Reason | None = None
    if first is None or second is None:
        reason = "unasked"
    elif first.mean is None or second.mean is None:
        reason = "unscored"
    return Change(
        id=item,
        before=first.mean if first else None,
        after=second.mean if second else None,
        reason=reason,
        n=(first.n if first else 0, second.n if second else 0),
    )


def _row_change(bank: Bank, row: str, before: View, after: View, common: frozenset[str]) -> RowChange:
    own = [item.id for item in bank.row_items(row) if _scored(bank, item.id)]
    asked = [item for item in own if row in after.rows and item in {*after.items, *after.hidden}]
    compared = [item for item in asked if item in common]
    reason: Reason | None = None
    if row not in before.rows or not asked:
        reason = "unasked"
    elif 2 * len(compared) < len(asked):
        reason = "few"
    return RowChange(
        id=row,
        before=None if reason else _mean(before, compared),
        after=None if reason else _mean(after, compared),
        reason=reason,
        n=tuple(view.rows[row].whole.n if row in view.rows else 0 for view in (before, after)),
        compared=len(compared),
        asked=len(asked),
    )


def _mean(view: View, items: Sequence[str]) -> float:
    return fmean(view.items[item].mean or 0 for item in items)
