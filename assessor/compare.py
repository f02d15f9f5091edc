"""Two assessments of one service: what moved, what did not, and what cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING, Literal

from assessor.difference import Difference, difference
from assessor.score import FEWEST_ITEMS, Group, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assessor.bank import Bank
    from assessor.difference import Overlap
    from assessor.disclosure import View

    Linked = Callable[[Mapping[str, Sequence[str]], Mapping[str, Sequence[int]]], Mapping[str, Overlap]]

Direction = Literal["up", "down", "same"]
Reason = Literal["reworded", "retired", "unasked", "unscored", "few", "small"]
Verdict = Literal["up", "down", "none", "few"]
FEWEST = 5
FEWEST_PARTS = 2  # parts: with one there is nothing to weigh


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
    """A row before and after over the items that can be compared, `compared` of `asked` of them.

    `difference`: after less before, between two groups of people. `bounded`: the widest spread there can be stands in
    for one that is not told. `standardised`: the difference if the parts of the people had been as large both times.
    """

    compared: int
    asked: int
    difference: Difference | None = None
    bounded: bool = False
    standardised: float | None = None

    @property
    def verdict(self) -> Verdict | None:
        """Return what a difference between groups says; None where one person or a team answered, or nothing compares.

        “few”: fewer than five people, fewer than three questions, or no spread to judge by; of one that is only known
        to be at most so wide, nothing follows but that a difference beyond it is one.
        """
        if self.reason or max(self.n) < FEWEST:
            return None
        if self.difference is None:
            return "few"
        still: Verdict = "few" if self.bounded else "none"
        return "up" if self.difference.low > 0 else "down" if self.difference.high < 0 else still


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


def compare(
    bank: Bank,
    before: View,
    after: View,
    stale: Mapping[str, Reason] | None = None,
    parts: Sequence[tuple[View, View]] = (),
    linked: Linked | None = None,
) -> Comparison:
    """Compare what was published at two times over the items that have a score in both.

    `stale`: items whose wording or existence changed between the two, with the reason. Rows are scored anew over the
    items that are left, as the mean of their means; a row with less than half of its items left has no verdict.
    `parts`: cells that were published both times. `linked`: says for rows, with their items and how many
    people each score rests on, how the scores of linked people go together.
    """
    stale = dict(stale or {})
    order = dict.fromkeys([*(i.id for i in bank.items), *stale])
    put = {*before.items, *before.hidden, *after.items, *after.hidden, *stale}
    items = tuple(_item_change(i, before, after, stale.get(i)) for i in order if i in put and _scored(bank, i))
    common = frozenset(c.id for c in items if not c.reason)
    moved = [_row_change(bank, row, before, after, common) for row in dict.fromkeys([*after.rows, *before.rows])]
    tested = {change.id: own for change in moved if (own := _testable(bank, change, common))}
    views = before, after
    known = linked(tested, {change.id: change.n for change in moved}) if linked and tested else {}
    overlaps = _usable(bank, known, views, tested)
    rows = tuple(
        _tested(change, bank, views, tested[change.id], parts, overlaps.get(change.id))
        if change.id in tested
        else change
        for change in moved
    )
    return Comparison(rows=rows, items=items, n=(before.cell.people, after.cell.people))


def stale_items(bank: Bank, *revisions: Mapping[str, int]) -> dict[str, Reason]:
    """Return the items that were answered in a wording or an edition that the bank no longer has.

    `revisions`: in which revision each item was answered, one mapping for each assessment.
    """
    answered = [pair for told in revisions for pair in told.items()]
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


def _testable(bank: Bank, change: RowChange, common: frozenset[str]) -> list[str]:
    """Return the items of a row that is tested: at least three of them, and five people each time; else none."""
    items = [i.id for i in bank.row_items(change.id) if i.id in common]
    return items if not change.reason and len(items) >= FEWEST_ITEMS and min(change.n) >= FEWEST else []


def _usable(
    bank: Bank, overlaps: Mapping[str, Overlap], views: tuple[View, View], tested: Mapping[str, Sequence[str]]
) -> dict[str, Overlap]:
    """Return the overlaps of rows whose spreads are told; where one stands in it is not that of the linked people.

    The correlation rests on so many rows, or more.
    """
    spreads = {row: [_spread(bank, row, view, tested[row]) for view in views] for row in tested if row in overlaps}
    usable = [row for row, found in spreads.items() if None not in found and any(found)]
    return {row: overlaps[row]._replace(parts=len(usable)) for row in usable}


def _tested(
    change: RowChange,
    bank: Bank,
    views: tuple[View, View],
    items: Sequence[str],
    parts: Sequence[tuple[View, View]],
    overlap: Overlap | None,
) -> RowChange:
    """Return a row with its difference; where its spread is not told, the widest there can be stands in."""
    spreads = [_spread(bank, change.id, view, items) for view in views]
    before, after = (_group(change.id, view, items, sd) for view, sd in zip(views, spreads, strict=True))
    bounded = None in spreads
    found = difference(after, before, overlap)
    return replace(change, difference=found, bounded=bounded, standardised=_standardised(parts, items))


def _spread(bank: Bank, row: str, view: View, items: Sequence[str]) -> float | None:
    """Return the spread that was published of a row, if it is that of some items and of no others; else None."""
    shown = {i.id for i in bank.row_items(row) if _scored(bank, i.id) and i.id in view.items and view.items[i.id].n}
    return view.rows[row].whole.sd if shown == set(items) else None


def _group(row: str, view: View, items: Sequence[str], sd: float | None) -> Group:
    """Return a row's group over some items: with the spread that was published, else with the widest there can be.

    A second spread over the same people would tell more of them than the first. The widest: scores between 0 and 100
    with a mean m have a variance of at most m (100 - m) n / (n - 1) (Bhatia and Davis 2000, American Mathematical
    Monthly 107:353-357), so that the test is too timid and never too bold.
    """
    n, mean = view.rows[row].whole.n, _mean(view, items)
    return Group(n, mean, sqrt(mean * (100 - mean) * n / (n - 1)) if sd is None else sd)


def _standardised(parts: Sequence[tuple[View, View]], items: Sequence[str]) -> float | None:
    """Return the difference with every part weighted by the mean of its two shares of the people.

    Only parts that show all of the items both times; None where there are fewer than two of them.
    """
    whole = [(b, a) for b, a in parts if all(i in v.items and v.items[i].n for i in items for v in (b, a))]
    if len(whole) < FEWEST_PARTS:
        return None
    people = [sum(pair[k].cell.people for pair in whole) for k in (0, 1)]
    weights = [(b.cell.people / people[0] + a.cell.people / people[1]) / 2 for b, a in whole]
    return sum(w * (_mean(a, items) - _mean(b, items)) for w, (b, a) in zip(weights, whole, strict=True))


def _mean(view: View, items: Sequence[str]) -> float:
    return fmean(view.items[item].mean or 0 for item in items)
