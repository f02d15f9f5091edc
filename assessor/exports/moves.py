"""What a comparison says, as plain values for JSON: in whole points, null where there is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.score import whole

if TYPE_CHECKING:
    from assessor.compare import RowChange
    from assessor.difference import Shift
    from assessor.report import ComparisonReport, ItemMove, Occasion
    from assessor.report.lines import Part


def comparison(report: ComparisonReport) -> dict[str, Any]:
    """Return a comparison as the export of a survey has it."""
    return {
        "bank": {"id": report.bank.id, "edition": report.bank.edition},
        "service": report.after.service,
        "before": _occasion(report.before, report.n[0]),
        "after": _occasion(report.after, report.n[1]),
        "hidden": report.hidden,
        "questions": {"asked": report.asked, "compared": report.compared},
        "tested": report.tested,
        "beyond_chance": report.clear,
        "linked": report.linked,
        "detectable": _whole(report.detectable),
        "rows": [_row(move.change) | {"dont_know": _shift(move.unknown)} for move in report.rows],
        "items": [_item(move) for move in (*report.up, *report.down, *report.same)],
        "not_comparable": [_item(m) | {"reason": reason} for reason, moves in report.incomparable for m in moves],
        "misconceptions": [
            {"text": held.text, "people": [held.before, held.after]} | (_shift(held.shift) or {})
            for held in report.misconceptions
        ],
        "parts": [
            {"part": part.name, "before": _part(part.before), "after": _part(part.after)} for part in report.parts
        ],
        "gaps": [
            {"row": gap.row.id, "one": gap.one.name, "other": gap.other.name, "then": gap.then, "now": gap.now}
            for gap in report.gaps
        ],
    }


def _occasion(occasion: Occasion, people: int) -> dict[str, Any]:
    return {
        "wave": occasion.wave,
        "date": occasion.date,
        "edition": occasion.edition or None,
        "people": people,
        "perspectives": occasion.perspectives,
        "planned": occasion.innovations,
    }


def _row(change: RowChange) -> dict[str, Any]:
    """Return a row before and after; `verdict` is that of the test between groups, `direction` that of the points."""
    told = change.difference
    return {
        "row": change.id,
        "before": _whole(change.before),
        "after": _whole(change.after),
        "points": change.points,
        "direction": change.direction,
        "verdict": change.verdict,
        "reason": change.reason,
        "n": change.n,
        "compared": change.compared,
        "asked": change.asked,
        "low": _whole(told.low) if told else None,
        "high": _whole(told.high) if told else None,
        "effect": round(told.effect, 1) + 0.0 if told and not change.bounded else None,
        "linked": told.linked if told else 0,
        "same_mix": _whole(change.standardised),
    }


def _item(move: ItemMove) -> dict[str, Any]:
    return {
        "item": move.id,
        "row": move.row.id if move.row else None,
        "before": _whole(move.change.before),
        "after": _whole(move.change.after),
        "points": move.change.points,
        "answers": [move.before, move.after],
    }


def _shift(found: Shift | None) -> dict[str, int] | None:
    return {name: whole(value) for name, value in found._asdict().items()} if found else None


def _part(part: Part | None) -> dict[str, Any] | None:
    return {"people": part.people, "invited": part.invited} if part else None


def _whole(value: float | None) -> int | None:
    return None if value is None else whole(value)
