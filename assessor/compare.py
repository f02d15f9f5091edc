"""Two assessments of one service: what moved, what did not, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assessor.score import Group, score, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.score import ItemScore, RowScore

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
    n: tuple[int, int] = (0, 0)

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


def compare(bank: Bank, before: Answers, after: Answers, stale: Mapping[str, Reason] | None = None) -> Comparison:
    """Compare two tables of answers over the items that have an alignment in both.

    `stale`: items whose wording or existence changed between the two, with the reason. Rows are scored anew over the
    items that are left; a row with less than half of its items left has no verdict.
    """
    stale = dict(stale or {})
    first, second = _put(bank, before), _put(bank, after)
    ids = [i for i in dict.fromkeys([*(i.id for i in bank.items), *stale]) if i in first or i in second or i in stale]
    items = tuple(_item_change(i, first.get(i), second.get(i), stale.get(i)) for i in ids if _scored(bank, i))
    common = frozenset(c.id for c in items if not c.reason)
    early, late = score(bank, before.only(common)).rows, score(bank, after.only(common)).rows
    asked = {r: [i.id for i in bank.row_items(r) if i.id in second and _scored(bank, i.id)] for r in after.rows}
    rows = tuple(
        _row_change(row, early.get(row), late.get(row), asked.get(row, []), common)
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


def _put(bank: Bank, answers: Answers) -> dict[str, ItemScore]:
    """Return the items that were put to somebody."""
    return {item: found for item, found in score(bank, answers).items.items() if found.asked}


def _item_change(item: str, before: ItemScore | None, after: ItemScore | None, stale: Reason | None) -> Change:
    if stale:
        return Change(id=item, before=None, after=None, reason=stale)
    first, second = before.mean if before else None, after.mean if after else None
    reason: Reason | None = None
    if before is None or after is None:
        reason = "unasked"
    elif first is None or second is None:
        reason = "unscored"
    n = before.n if before else 0, after.n if after else 0
    return Change(id=item, before=first, after=second, reason=reason, n=n)


def _row_change(
    row: str, early: RowScore | None, late: RowScore | None, asked: Sequence[str], common: frozenset[str]
) -> RowChange:
    compared = sum(item in common for item in asked)
    first, second = (found.whole if found else Group(0, None, None) for found in (early, late))
    reason: Reason | None = None
    if early is None or late is None or not asked:
        reason = "unasked"
    elif 2 * compared < len(asked):
        reason = "few"
    elif first.mean is None or second.mean is None:
        reason = "unscored"
    return RowChange(
        id=row,
        before=None if reason else first.mean,
        after=None if reason else second.mean,
        reason=reason,
        n=(first.n, second.n),
        compared=compared,
        asked=len(asked),
    )
