"""The comparison of two assessments of one service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.compare import Comparison, compare, stale_items
from assessor.disclosure import publish
from assessor.report.moves import ComparisonReport, ItemMove, RowMove
from assessor.report.people import given, smallest_cell, wordings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.answers import Answers, Response
    from assessor.bank import Bank, Item, Row
    from assessor.compare import Change, Direction
    from assessor.disclosure import View
    from assessor.report.model import Occasion

NOTHING = Comparison(rows=(), items=(), n=(0, 0))


def build_comparison(
    bank: Bank,
    occasions: tuple[Occasion, Occasion],
    answers: tuple[Answers, Answers],
    responses: Sequence[Response] = (),
    *,
    smallest: tuple[int | None, int | None] = (None, None),
) -> ComparisonReport:
    """Build the comparison of two assessments of one service, the earlier first.

    `smallest`: people in the smallest cell each time; left out, one person is taken to answer for the service.
    """
    before, after = (_published(bank, a, n) for a, n in zip(answers, smallest, strict=True))
    found = compare(bank, before, after, stale_items(bank, *responses)) if before and after else NOTHING
    texts = {**wordings(bank, answers[0]), **wordings(bank, answers[1])}
    moves = {c.id: _move(bank, c, answers, texts) for c in found.items}
    reasons = [(c.reason, moves[c.id]) for c in found.incomparable if c.reason]
    return ComparisonReport(
        bank=bank,
        before=occasions[0],
        after=occasions[1],
        n=found.n if found.items else (len(answers[0].persons), len(answers[1].persons)),
        hidden=not (before and after),
        rows=tuple(RowMove(row=bank.row[c.id], change=c) for c in found.rows),
        up=_moved(found, moves, "up"),
        down=_moved(found, moves, "down"),
        same=_moved(found, moves, "same"),
        incomparable=tuple(
            (reason, tuple(m for r, m in reasons if r == reason)) for reason in dict.fromkeys(r for r, _ in reasons)
        ),
    )


def _published(bank: Bank, answers: Answers, smallest: int | None) -> View | None:
    return publish(bank, answers, smallest or smallest_cell(answers)).everyone


def _moved(found: Comparison, moves: dict[str, ItemMove], direction: Direction) -> tuple[ItemMove, ...]:
    return tuple(moves[change.id] for change in found.moved(direction) if change.id in moves)


def _move(bank: Bank, change: Change, answers: tuple[Answers, Answers], texts: Mapping[str, str]) -> ItemMove:
    item = bank.item.get(change.id)
    before, after = (given(bank, change.id, a) for a in answers)
    return ItemMove(
        id=change.id,
        text=texts.get(change.id) or (item.wording("all") if item else change.id),
        row=_asked_in(bank, item, answers) if item else None,
        facet=bank.facet[item.facet] if item else None,
        turned=bool(item and item.polarity == "negative"),
        change=change,
        before=before,
        after=after,
    )


def _asked_in(bank: Bank, item: Item, answers: tuple[Answers, Answers]) -> Row:
    """Return the item's own row where it was asked both times, else the core line that borrows it."""
    own = bank.row[item.row]
    asked = [bank.row[row] for row in dict.fromkeys([*answers[1].rows, *answers[0].rows])]
    core = (row for row in asked if item.core and row.innovation is None and row.theme == own.theme)
    return own if all(own.id in a.rows for a in answers) else next(core, own)
