"""The comparison of two assessments of one service."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

from assessor.compare import Comparison, compare, stale_items
from assessor.difference import shift
from assessor.disclosure import SMALLEST, linked_in, overlaps
from assessor.plan import became
from assessor.report.apart import Apart
from assessor.report.moves import ComparisonReport, GapMove, ItemMove, MisconceptionMove, PartMove, RowMove
from assessor.report.people import part_of
from assessor.score import detectable, whole

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from assessor.answers import Answers
    from assessor.bank import Bank, Item, Row
    from assessor.compare import Change, Direction, Linked, RowChange
    from assessor.difference import Overlap, Shift
    from assessor.disclosure import Cell, Published, Tally, View
    from assessor.report.basis import Basis

    Both = tuple[Published, Published]

NOTHING = Comparison(rows=(), items=(), n=(0, 0))


def compare_linked(
    bank: Bank, before: Basis, after: Basis, answers: tuple[Answers, Answers], links: Mapping[str, str]
) -> ComparisonReport:
    """Return the comparison of what was published at two times, with the answers behind it for who answered both.

    `links`: from a person of the earlier to the same person of the later, for those who hold a keep-safe code.
    """
    known = linked_in(answers, (before.published, after.published), links)
    linked = partial(overlaps, bank, known) if known.links else None
    return replace(compare_bases(bank, before, after, linked), linked=len(known.links))


def compare_told(
    bank: Bank, before: Basis, after: Basis, linked: int, overlaps: Mapping[str, Overlap]
) -> ComparisonReport:
    """Return the comparison of what was published at two times, where it is told who answered both.

    `linked`: how many people did; `overlaps`: per row how their scores go together.
    """
    found = compare_bases(bank, before, after, (lambda _rows, _people: overlaps) if overlaps else None)
    return replace(found, linked=linked)


def compare_bases(bank: Bank, before: Basis, after: Basis, linked: Linked | None = None) -> ComparisonReport:
    """Return the comparison that follows from what was published at two times, the earlier first.

    `linked`: says how the scores of people go together who are known to have answered both times.
    """
    both = before.published, after.published
    early, late = (published.everyone for published in both)
    found = NOTHING
    if early and late:
        stale = stale_items(bank, before.revisions, after.revisions)
        found = compare(bank, early, late, stale, _parts(both), linked)
    put = {c.id for c in found.items if c.reason in {None, "unscored"}}
    texts = {**before.texts, **after.texts}
    moves = {c.id: _move(bank, c, (before, after), texts) for c in found.items}
    reasons = [(c.reason, moves[c.id]) for c in found.incomparable if c.reason]
    return ComparisonReport(
        bank=bank,
        before=before.occasion,
        after=after.occasion,
        n=found.n if found.items else (before.n, after.n),
        hidden=not (early and late),
        rows=tuple(RowMove(row=bank.row[c.id], change=c, unknown=_unknown(bank, c, both, put)) for c in found.rows),
        up=_moved(found, moves, "up"),
        down=_moved(found, moves, "down"),
        same=_moved(found, moves, "same"),
        incomparable=tuple(
            (reason, tuple(m for r, m in reasons if r == reason)) for reason in dict.fromkeys(r for r, _ in reasons)
        ),
        parts=_mix(bank, both),
        gaps=tuple(_gaps(bank, both, found)),
        misconceptions=tuple(_misconceptions(bank, both, found, texts)),
        detectable=detectable(min(found.n)) if min(found.n) >= SMALLEST else None,
        did=became(before.plan, after.plan),
        told=(before, after),
    )


def _parts(both: Both) -> list[tuple[View, View]]:
    """Return the cells that were published both times."""
    after = {view.cell.perspectives: view for view in both[1].cells}
    return [(v, after[v.cell.perspectives]) for v in both[0].cells if v.cell.perspectives in after]


def _mix(bank: Bank, both: Both) -> tuple[PartMove, ...]:
    """Return who answered each time: the cells, or everybody where there is one only; nobody where one person did."""
    if min(p.smallest for p in both) == 1:
        return ()
    before, after = ({c.perspectives: part_of(bank, c) for c in _cells(p)} for p in both)
    return tuple(PartMove(before=before.get(key), after=after.get(key)) for key in dict.fromkeys([*before, *after]))


def _cells(published: Published) -> list[Cell]:
    return [v.cell for v in published.cells or filter(None, [published.everyone])]


def _unknown(bank: Bank, change: RowChange, both: Both, put: Collection[str]) -> Shift | None:
    """Return how the share of “don't know” moved between groups, over the questions that were put alike both times.

    None where these are fewer than half of the row's, as for its score.
    """
    items = [item.id for item in bank.row_items(change.id) if item.id in put]
    if change.reason == "unasked" or 2 * len(items) < change.asked:
        return None
    pairs = [_counted(items, p.everyone) for p in both if p.everyone and p.smallest > 1]
    return shift(pairs[0], pairs[1]) if len(pairs) == len(both) and all(n for _, n in pairs) else None


def _counted(items: Sequence[str], view: View) -> tuple[float, int]:
    """Return the share of “don't know” among the answers to a row's questions, as of people and of how many.

    One person's answers are no independent witnesses, so they count as one, and a row has as many people as its
    question with most answers.
    """
    found = [view.items[item] for item in items if item in view.items]
    people = max((t.n + t.dk for t in found), default=0)
    return people * sum(t.dk for t in found) / (sum(t.n + t.dk for t in found) or 1), people


def _misconceptions(bank: Bank, both: Both, found: Comparison, texts: Mapping[str, str]) -> Iterator[MisconceptionMove]:
    """Yield for every misconception that can be compared between groups how many hold it before and after."""
    views = [p.everyone for p in both if p.everyone and p.smallest > 1]
    for change in found.items:
        if len(views) < len(both) or change.reason or bank.item[change.id].kind != "misconception":
            continue
        before, after = (_held(view.items[change.id]) for view in views)
        if before[1] and after[1]:
            yield MisconceptionMove(text=texts[change.id], before=before, after=after, shift=shift(before, after))


def _held(tally: Tally) -> tuple[int, int]:
    return tally.standings.get("against", 0), tally.n


def _gaps(bank: Bank, both: Both, found: Comparison) -> Iterator[GapMove]:
    """Yield how far two parts of the people lay apart in a row, then and now, over the questions shown of all four."""
    same, apart = {change.id for change in found.items if not change.reason}, Apart(bank)
    for (b1, a1), (b2, a2) in combinations(_parts(both), 2):
        for row in (row for row in b1.rows if row in a1.rows):
            items = [item for item in apart.shared(row, (b1, b2, a1, a2)) if item in same]
            if items:
                then, now = _apart(b1, b2, items), _apart(a1, a2, items)
                one, other = part_of(bank, a1.cell), part_of(bank, a2.cell)
                yield GapMove(row=bank.row[row], one=one, other=other, then=then, now=now)


def _apart(one: View, other: View, items: Sequence[str]) -> int:
    a, b = (fmean(view.items[item].mean or 0 for item in items) for view in (one, other))
    return whole(a) - whole(b)


def _moved(found: Comparison, moves: dict[str, ItemMove], direction: Direction) -> tuple[ItemMove, ...]:
    return tuple(moves[change.id] for change in found.moved(direction) if change.id in moves)


def _move(bank: Bank, change: Change, told: tuple[Basis, Basis], texts: Mapping[str, str]) -> ItemMove:
    item = bank.item.get(change.id)
    before, after = (basis.label(bank, change.id) for basis in told)
    return ItemMove(
        id=change.id,
        text=texts.get(change.id) or (item.wording("all") if item else change.id),
        row=_asked_in(bank, item, told) if item else None,
        facet=bank.facet[item.facet] if item else None,
        turned=bool(item and item.polarity == "negative"),
        change=change,
        before=before,
        after=after,
    )


def _asked_in(bank: Bank, item: Item, told: tuple[Basis, Basis]) -> Row:
    """Return the item's own row where it was asked both times, else the core line that borrows it."""
    own = bank.row[item.row]
    asked = [bank.row[row] for row in dict.fromkeys([*told[1].rows, *told[0].rows])]
    core = (row for row in asked if item.core and row.innovation is None and row.theme == own.theme)
    return own if all(own.id in basis.rows for basis in told) else next(core, own)
