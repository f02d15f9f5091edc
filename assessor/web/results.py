"""Pages for what came out: one assessment, two of them compared, a service over time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, send_file

from assessor.assessed import asks, assessed, finished, order, pair
from assessor.web.admission import FACILITATOR, READER, SUBMITTER, admits, sees, visitor
from assessor.web.site import site

if TYPE_CHECKING:
    from flask import Response as Reply

    from assessor.assessed import Assessed
    from assessor.report import ComparisonReport, Line, Report
    from assessor.store import Assessment

results = Blueprint("results", __name__)


@results.get("/results/<assessment_id>")
@admits(FACILITATOR, READER, SUBMITTER)
def result(assessment_id: str) -> str:
    """Show the result of one assessment."""
    assessment = _finished(assessment_id)
    return render_template(
        "results.html",
        assessment=assessment,
        report=_report(assessment),
        earlier=_earlier(assessment) if sees(assessment.service.id) else [],
    )


@results.get("/results/<assessment_id>/report.pdf")
@admits(FACILITATOR, READER, SUBMITTER)
def report_pdf(assessment_id: str) -> Reply:
    """Send the report as PDF."""
    assessment = _finished(assessment_id)
    made = site().renderer.assessment(_report(assessment))
    return _pdf(made, assessment.service.name, assessment.wave)


@results.get("/results/<assessment_id>/compare/<earlier_id>")
@admits(FACILITATOR, READER)
def compare(assessment_id: str, earlier_id: str) -> str:
    """Show what changed between two assessments of one service."""
    before, after = _pair(assessment_id, earlier_id)
    return render_template("compare.html", report=_comparison(before, after), before=before, after=after)


@results.get("/results/<assessment_id>/compare/<earlier_id>/comparison.pdf")
@admits(FACILITATOR, READER)
def comparison_pdf(assessment_id: str, earlier_id: str) -> Reply:
    """Send the comparison as PDF."""
    before, after = _pair(assessment_id, earlier_id)
    made = site().renderer.comparison(_comparison(before, after))
    return _pdf(made, after.service.name, before.wave, after.wave)


@results.get("/services/<service_id>")
@admits(FACILITATOR, READER)
def service(service_id: str) -> str:
    """Show the assessments of one service, and its scores over time."""
    found = site().store.service(service_id)
    who = visitor()
    waves = [a for a in site().store.assessments(service_id) if a.submitted or (who and who.runs)]
    scored = [(a, _report(a)) for a in waves if a.submitted and asks(site().bank, a)]
    lines = {row: [_line(report, row.id) for _, report in scored] for row in site().bank.rows}
    shown = {row: cells for row, cells in lines.items() if any(cells)}
    return render_template("service.html", service=found, waves=waves, scored=scored, lines=shown, earlier=_earlier)


def _finished(assessment_id: str) -> Assessment:
    return finished(site().bank, site().store, assessment_id)


def _pair(assessment_id: str, earlier_id: str) -> tuple[Assessment, Assessment]:
    return pair(site().bank, site().store, assessment_id, earlier_id)


def _assessed(assessment: Assessment) -> Assessed:
    return assessed(site().bank, site().store, assessment)


def _report(assessment: Assessment) -> Report:
    return _assessed(assessment).report(site().bank)


def _comparison(before: Assessment, after: Assessment) -> ComparisonReport:
    return _assessed(after).comparison(site().bank, _assessed(before))


def _earlier(assessment: Assessment) -> list[Assessment]:
    """Return the assessments of the same service and bank that were finished before, the latest first."""
    waves = (a for a in site().store.assessments(assessment.service.id) if a.submitted and a.bank == assessment.bank)
    return sorted((a for a in waves if order(a) < order(assessment)), key=order, reverse=True)


def _line(report: Report, row: str) -> Line | None:
    return next((r.line for r in report.rows if r.row.id == row), None)


def _pdf(made: bytes, *names: str) -> Reply:
    """Send a PDF under a name that people find again."""
    stem = "-".join(re.findall(r"\w+", " ".join(names).casefold()))[:80].strip("-") or "report"
    return send_file(io.BytesIO(made), "application/pdf", as_attachment=True, download_name=f"{stem}.pdf", max_age=0)
