"""What a service has planned, laid beside its scores."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assessor.plan import Plan
    from assessor.report.model import Report


def planned(report: Report, plan: Plan | None) -> Report:
    """Return a report with the plan of its service, and the targets on its rows; one that is hidden stays as it is."""
    if plan is None or report.hidden:
        return report
    rows = tuple(replace(row, line=replace(row.line, target=plan.targets.get(row.row.id))) for row in report.rows)
    return replace(report, rows=rows, plan=plan.standing, did=plan.earlier)
