"""The comparison of two assessments of one service."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from assessor.compare import Change, compare, stale_items
from assessor.report.model import ComparisonReport, ItemMove, RowMove
from assessor.report.people import given, hides, one, shows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.answers import Answers, Response
    from assessor.bank import Bank, Item, Row
    from assessor.compare import Comparison, Direction
    from assessor.report.model import Occasion

C = TypeVar("C", bound=Change)


def build_comparison(
    bank: Bank,
    occasions: tuple[Occasion, Occasion],
    answers: tuple[Answers, Answers],
    responses: Sequence[Response] = (),
) -> ComparisonReport:
    """Build the comparison of two assessments of one service, the earlier first."""
    hidden = any(hides(len(a.persons)) for a in answers)
    found = compare(bank, *answers, stale=stale_items(bank, *responses))
    found = replace(
        found,
        rows=tuple(_guarded(c, found.n) for c in found.rows),
        items=tuple(_guarded(c, found.n) for c in found.items),
    )
    moves = {} if hidden else {c.id: _move(bank, c, answers) for c in found.items}
    reasons = [(c.reason, moves[c.id]) for c in found.incomparable if c.reason and c.id in moves]
    return ComparisonReport(
        bank=bank,
        before=occasions[0],
        after=occasions[1],
        n=found.n,
        hidden=hidden,
        rows=() if hidden else tuple(RowMove(row=bank.row[c.id], change=c) for c in found.rows),
        up=_moved(found, moves, "up"),
        down=_moved(found, moves, "down"),
        same=_moved(found, moves, "same"),
        incomparable=tuple(
            (reason, tuple(m for r, m in reasons if r == reason)) for reason in dict.fromkeys(r for r, _ in reasons)
        ),
    )


def _guarded(change: C, people: tuple[int, int]) -> C:
    """Return a change without its figures where fewer than five answers of a group stand behind one of them."""
    if any(n and not shows(n, p) for n, p in zip(change.n, people, strict=True)):
        return replace(change, before=None, after=None, reason=change.reason or "small")
    return change


def _moved(found: Comparison, moves: dict[str, ItemMove], direction: Direction) -> tuple[ItemMove, ...]:
    return tuple(moves[change.id] for change in found.moved(direction) if change.id in moves)


def _move(bank: Bank, change: Change, answers: tuple[Answers, Answers]) -> ItemMove:
    item = bank.item.get(change.id)
    before, after = (given(bank, change.id, a) for a in answers)
    return ItemMove(
        id=change.id,
        text=item.wording(one(answers[1].perspectives) or "all") if item else change.id,
        row=_asked_in(bank, item, answers) if item else None,
        change=change,
        before=before,
        after=after,
    )


def _asked_in(bank: Bank, item: Item, answers: tuple[Answers, Answers]) -> Row:
    """Return the item's own row where it was asked at either time, else the core line that borrows it."""
    own = bank.row[item.row]
    asked = [bank.row[row] for row in dict.fromkeys([*answers[1].rows, *answers[0].rows])]
    core = (row for row in asked if row.innovation is None and row.theme == own.theme)
    return own if own in asked else next(core, own)
