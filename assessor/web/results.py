"""Pages for what came out: one assessment, two of them compared, a service over time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from flask import Blueprint, abort, render_template, send_file

from assessor.answers import gather
from assessor.report import Occasion, build, build_comparison
from assessor.web.site import site

if TYPE_CHECKING:
    from flask import Response as Reply

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.report import ComparisonReport, Line, Report
    from assessor.store import Assessment, Store

results = Blueprint("results", __name__)
Assessed = tuple[Occasion, "Answers", tuple["Response", ...]]


def assessed(bank: Bank, store: Store, assessment_id: str) -> Assessed:
    """Return what a report is built from: the occasion, the answers as a table, and the responses with their notes."""
    found = store.assessment(assessment_id)
    response = store.answers(assessment_id)
    rows = [row.id for row in bank.asked_rows(found.innovations)]
    return _occasion(bank, found, demo=store.demo), gather(bank, [response], rows), (response,)


@results.get("/results/<assessment_id>")
def result(assessment_id: str) -> str:
    """Show the result of one assessment."""
    assessment = _finished(assessment_id)
    return render_template(
        "results.html", assessment=assessment, report=_report(assessment), earlier=_earlier(assessment)
    )


@results.get("/results/<assessment_id>/report.pdf")
def report_pdf(assessment_id: str) -> Reply:
    """Send the report as PDF."""
    assessment = _finished(assessment_id)
    made = site().renderer.assessment(_report(assessment))
    return _pdf(made, assessment.service.name, assessment.wave)


@results.get("/results/<assessment_id>/compare/<earlier_id>")
def compare(assessment_id: str, earlier_id: str) -> str:
    """Show what changed between two assessments of one service."""
    before, after = _pair(assessment_id, earlier_id)
    return render_template("compare.html", report=_comparison(before, after), before=before, after=after)


@results.get("/results/<assessment_id>/compare/<earlier_id>/comparison.pdf")
def comparison_pdf(assessment_id: str, earlier_id: str) -> Reply:
    """Send the comparison as PDF."""
    before, after = _pair(assessment_id, earlier_id)
    made = site().renderer.comparison(_comparison(before, after))
    return _pdf(made, after.service.name, before.wave, after.wave)


@results.get("/services/<service_id>")
def service(service_id: str) -> str:
    """Show the assessments of one service, and its scores over time."""
    found = site().store.service(service_id)
    waves = site().store.assessments(service_id)
    scored = [(a, _report(a)) for a in waves if a.submitted and site().asks(a)]
    lines = {row: [_line(report, row.id) for _, report in scored] for row in site().bank.rows}
    shown = {row: cells for row, cells in lines.items() if any(cells)}
    return render_template("service.html", service=found, waves=waves, scored=scored, lines=shown, earlier=_earlier)


def _occasion(bank: Bank, assessment: Assessment, *, demo: bool) -> Occasion:
    who = bank.perspective.get(assessment.perspective)
    return Occasion(
        service=assessment.service.name,
        wave=assessment.wave,
        date=(assessment.submitted or assessment.opened)[:10],
        perspectives=(who.name if who else assessment.perspective,),
        innovations=tuple(bank.innovation[i].name for i in assessment.innovations if i in bank.innovation),
        edition=assessment.edition,
        demo=demo,
    )


def _finished(assessment_id: str) -> Assessment:
    """Load a finished assessment of the bank's edition; what is still a draft has no result."""
    found = site().store.assessment(assessment_id)
    return site().current(found) if found.submitted else abort(404)


def _pair(assessment_id: str, earlier_id: str) -> tuple[Assessment, Assessment]:
    """Load two finished assessments of one service, the earlier first; the earlier may be of another edition."""
    pair = sorted(map(site().store.assessment, {assessment_id, earlier_id}), key=_finish)
    if len(pair) < 2 or pair[0].service != pair[1].service or not all(a.submitted for a in pair):
        abort(404)
    return pair[0], site().current(pair[1])


def _report(assessment: Assessment) -> Report:
    return build(site().bank, *assessed(site().bank, site().store, assessment.id))


def _comparison(before: Assessment, after: Assessment) -> ComparisonReport:
    early, late = (assessed(site().bank, site().store, a.id) for a in (before, after))
    return build_comparison(site().bank, (early[0], late[0]), (early[1], late[1]), (*early[2], *late[2]))


def _earlier(assessment: Assessment) -> list[Assessment]:
    """Return the assessments of the same service and bank that were finished before, the latest first."""
    waves = (a for a in site().store.assessments(assessment.service.id) if a.submitted and a.bank == assessment.bank)
    return sorted((a for a in waves if _finish(a) < _finish(assessment)), key=_finish, reverse=True)


def _finish(assessment: Assessment) -> tuple[str, str, str]:
    return assessment.submitted or "", assessment.opened, assessment.id


def _line(report: Report, row: str) -> Line | None:
    return next((r.line for r in report.rows if r.row.id == row), None)


def _pdf(made: bytes, *names: str) -> Reply:
    """Send a PDF under a name that people find again."""
    stem = "-".join(re.findall(r"\w+", " ".join(names).casefold()))[:80].strip("-") or "report"
    return send_file(io.BytesIO(made), "application/pdf", as_attachment=True, download_name=f"{stem}.pdf", max_age=0)
