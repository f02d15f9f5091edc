"""What services have planned, as JSON and CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.exports.tables import cell, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessor.plan import PlannedAction, Target
    from assessor.store import Service

PLAN = (
    *("service", "action", "row", "facet", "suggestion", "wave", "text", "who", "due", "sign", "state", "since"),
    *("revision", "history", "target"),
)


def plan_json(service: Service, actions: Iterable[PlannedAction], targets: Mapping[str, Target]) -> dict[str, Any]:
    """Return what a service has planned, with the history of its states, and its targets in points by row."""
    return {
        "service": service.name,
        "targets": {row: target.points for row, target in targets.items() if target.points is not None},
        "actions": [_action(action) for action in actions],
    }


def plan_csv(plans: Iterable[dict[str, Any]]) -> str:
    """Return plans as a table: a line per action, with its row's target, then one per row that only has a target."""
    lines = ([cell(line.get(key)) for key in PLAN] for found in plans for line in _lines(found))
    return table([PLAN, *lines])


def _action(action: PlannedAction) -> dict[str, Any]:
    return {
        "action": action.id,
        "row": action.row,
        "facet": action.facet,
        "suggestion": action.suggestion,
        "wave": action.wave,
        **action.now._asdict(),
        "since": action.since.at,
        "revision": action.revision,
        "history": [step._asdict() for step in action.history],
    }


def _lines(found: dict[str, Any]) -> list[dict[str, Any]]:
    actions, targets, service = found["actions"], found["targets"], found["service"]
    acted = [
        {**a, "service": service, "target": targets.get(a["row"]), "history": _steps(a["history"])} for a in actions
    ]
    bare = targets.keys() - {action["row"] for action in actions}
    return acted + [{"service": service, "row": row, "target": targets[row]} for row in sorted(bare)]


def _steps(history: list[dict[str, str]]) -> str:
    return "; ".join(f"{step['state']} {step['at']}" for step in history)
