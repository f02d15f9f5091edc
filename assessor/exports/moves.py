"""What a comparison and a trend say, as plain values for JSON: in whole points, null where there is nothing."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assessor.report import ComparisonReport
from assessor.score import whole

if TYPE_CHECKING:
    from assessor.compare import RowChange
    from assessor.difference import Shift
    from assessor.report import ItemMove, Line, Occasion, Trend
    from assessor.report.lines import Part


def comparison(report: ComparisonReport) -> dict[str, Any]:
    """Return a comparison as `assessor compare --json` prints it."""
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


def trend(found: Trend) -> dict[str, Any]:
    """Return a trend as `assessor trend --json` prints it."""
    return {
        "bank": {"id": found.bank.id, "edition": found.bank.edition},
        "service": found.last.service,
        "mode": found.mode,
        "earlier": found.earlier,
        "left_out": [asdict(wave) for wave in found.absent],
        "tested": found.tested,
        "waves": [
            _occasion(wave.occasion, wave.n)
            | {"parts": [asdict(part) for part in wave.parts], "held": wave.held, "crowded": wave.crowded}
            for wave in found.waves
        ],
        "rows": [
            {
                "row": course.row.id,
                "scores": [_line(point.line) for point in course.points],
                "since_before": [_step(point.since, same=point.same) for point in course.points],
                "first_to_last": _step(course.overall),
            }
            for course in found.courses
        ],
        "first_and_last": comparison(found.overall) if found.overall else None,
    }


def repeated(found: ComparisonReport | Trend) -> dict[str, Any]:
    """Return whichever of the two it is."""
    return comparison(found) if isinstance(found, ComparisonReport) else trend(found)


def _occasion(occasion: Occasion, people: int) -> dict[str, Any]:
    return {
        "wave": occasion.wave,
        "date": occasion.date,
        "edition": occasion.edition or None,
        "people": people,
        "perspectives": occasion.perspectives,
        "planned": occasion.innovations,
    }


def _line(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    low, high = line.interval or (None, None)
    return {"score": _whole(line.score), "n": line.n, "low": _whole(low), "high": _whole(high)}


def _step(change: RowChange | None, *, same: bool | None = None) -> dict[str, Any] | None:
    return None if change is None else _row(change) | ({} if same is None else {"same_questions": same})


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
