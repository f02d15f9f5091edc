"""Two assessments of one service: what moved, what did not, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assessor.score import score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.score import Group, ItemScore

Direction = Literal["up", "down", "same"]
Reason = Literal["reworded", "retired", "unasked", "unscored", "few"]
LEAST = 0.5


@dataclass(frozen=True, kw_only=True)
class Change:
    """A row or an item before and after, in points of 0-100; `reason` says why it cannot be compared."""

    id: str
    before: float | None
    after: float | None
    reason: Reason | None = None

    @property
    def points(self) -> float | None:
        """Return after minus before, in points; None where one of them is missing."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def direction(self) -> Direction | None:
        """Return where it moved; less than half a point is printed as 0 and called the same."""
        if self.points is None:
            return None
        return "same" if abs(self.points) < LEAST else "up" if self.points > 0 else "down"


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


def compare(bank: Bank, before: Answers, after: Answers, stale: Mapping[str, Reason] | None = None) -> Comparison:
    """Compare two tables of answers over the items that have an alignment in both.

    `stale`: items whose wording or existence changed between the two, with the reason. Rows are scored anew over the
    items that are left; a row with less than half of its items left has no verdict.
    """
    stale = dict(stale or {})
    first, second = score(bank, before).items, score(bank, after).items
    ids = [i for i in dict.fromkeys([*(i.id for i in bank.items), *stale]) if i in first or i in second or i in stale]
    items = tuple(_item_change(i, first.get(i), second.get(i), stale.get(i)) for i in ids if _scored(bank, i))
    common = frozenset(c.id for c in items if not c.reason)
    early, late = score(bank, before.only(common)).rows, score(bank, after.only(common)).rows
    rows = tuple(
        _row_change(
            bank,
            row,
            early[row].whole if row in early else None,
            late[row].whole if row in late else None,
            common,
            after,
        )
        for row in dict.fromkeys([*after.rows, *before.rows])
    )
    return Comparison(rows=rows, items=items, n=(len(before.persons), len(after.persons)))


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


def _item_change(item: str, before: ItemScore | None, after: ItemScore | None, stale: Reason | None) -> Change:
    first, second = before.mean if before else None, after.mean if after else None
    if stale:
        return Change(id=item, before=None, after=None, reason=stale)
    if before is None or after is None:
        return Change(id=item, before=first, after=second, reason="unasked")
    if first is None or second is None:
        return Change(id=item, before=first, after=second, reason="unscored")
    return Change(id=item, before=first, after=second)


def _row_change(
    bank: Bank, row: str, early: Group | None, late: Group | None, common: frozenset[str], after: Answers
) -> RowChange:
    asked = [i.id for i in bank.row_items(row) if i.kind != "confidence" and i.id in after.items]
    compared = sum(item in common for item in asked)
    first, second = (group.mean if group else None for group in (early, late))
    enough = 0 < len(asked) <= 2 * compared
    return RowChange(
        id=row,
        before=first if enough else None,
        after=second if enough else None,
        reason="few" if not enough else "unscored" if first is None or second is None else None,
        compared=compared,
        asked=len(asked),
    )
