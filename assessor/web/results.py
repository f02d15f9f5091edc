"""Pages for what came out: one assessment, two of them compared, a service over time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, send_file

from assessor.assessed import asks, assessed, comparable, finished, order, pair, survey_pair, surveyed
from assessor.store import Assessment, Survey
from assessor.web.admission import FACILITATOR, READER, SUBMITTER, admits, sees, visitor
from assessor.web.site import site

if TYPE_CHECKING:
    from flask import Response as Reply

    from assessor.assessed import Assessed
    from assessor.pdf import Edition
    from assessor.report import ComparisonReport, Line, Report

results = Blueprint("results", __name__)


@results.get("/results/<assessment_id>")
@admits(FACILITATOR, READER, SUBMITTER)
def result(assessment_id: str) -> str:
    """Show the result of one assessment."""
    assessment = site().store.kept(assessment_id)
    report = _report(assessment)
    earlier = _earlier(assessment) if sees(assessment.service.id) else []
    return render_template(
        "results.html", assessment=assessment, report=report, done=_done(assessment), earlier=earlier
    )


@results.get("/results/<assessment_id>/<any(report, board, easy):edition>.pdf")
@admits(FACILITATOR, READER, SUBMITTER)
def report_pdf(assessment_id: str, edition: Edition) -> Reply:
    """Send the report as PDF: the whole, the four pages for a board, or the one that is easy to read."""
    assessment = site().store.kept(assessment_id)
    made = site().renderer.assessment(_report(assessment), edition)
    return send_pdf(made, assessment.service.name, assessment.wave, "" if edition == "report" else edition)


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
    return send_pdf(made, after.service.name, before.wave, after.wave)


@results.get("/services/<service_id>")
@admits(FACILITATOR, READER)
def service(service_id: str) -> str:
    """Show the assessments of one service, and its scores over time."""
    store, who = site().store, visitor()
    waves = [a for a in store.assessments(service_id) if a.submitted or (who and who.runs)]
    surveys = [s for s in store.surveys.surveys(service_id) if s.seen or (who and who.runs) or _over(s)]
    both: list[Assessment | Survey] = [*waves, *surveys]
    scored = [(a, _report(a)) for a in both if _shown(a)]
    lines = {row: [_line(report, row.id) for _, report in scored] for row in site().bank.rows}
    return render_template(
        "service.html",
        service=store.service(service_id),
        waves=waves,
        surveys=[(s, _over(s)) for s in surveys],
        scored=scored,
        lines={row: cells for row, cells in lines.items() if any(cells)},
        earlier=_earlier,
    )


def _shown(assessment: Assessment | Survey) -> bool:
    """Tell whether the scores may stand in a list: a survey only once its results were asked for."""
    if not asks(site().bank, assessment):
        return False
    return bool(assessment.seen if isinstance(assessment, Survey) else assessment.submitted)


def _over(survey: Survey) -> bool:
    """Tell whether no answer can come any more."""
    return site().store.surveys.settle(survey.id, site().now())


def _done(assessment: Assessment | Survey) -> str:
    """Return when the last answer was given."""
    return (assessment.end if isinstance(assessment, Survey) else assessment.submitted) or assessment.opened


def _pair(assessment_id: str, earlier_id: str) -> tuple[Assessment, Assessment] | tuple[Survey, Survey]:
    store = site().store
    if isinstance(store.kept(assessment_id), Survey):
        return survey_pair(store, assessment_id, earlier_id)
    return pair(site().bank, store, assessment_id, earlier_id)


def _assessed(assessment: Assessment | Survey) -> Assessed:
    bank, store = site().bank, site().store
    if isinstance(assessment, Survey):
        return surveyed(bank, store, assessment, site().now())
    return assessed(bank, store, assessment, site().now())


def made(assessment_id: str) -> Report:
    """Return the report of an assessment that is over; raise what says why there is none."""
    return _report(site().store.kept(assessment_id))


def _report(assessment: Assessment | Survey) -> Report:
    if isinstance(assessment, Assessment):
        finished(site().bank, site().store, assessment.id)
    return _assessed(assessment).report(site().bank)


def _comparison(before: Assessment | Survey, after: Assessment | Survey) -> ComparisonReport:
    links = site().store.surveys.links(before.id, after.id) if isinstance(after, Survey) else None
    return _assessed(after).comparison(site().bank, _assessed(before), links)


def _earlier(assessment: Assessment | Survey) -> list[Assessment] | list[Survey]:
    """Return the assessments of the same service, bank and mode that were finished before, the latest first."""
    if isinstance(assessment, Survey):
        surveys = (s for s in site().store.surveys.surveys(assessment.service.id) if comparable(s, assessment))
        done = (s for s in surveys if asks(site().bank, s) and _over(s) and (s.end or "") < (assessment.end or ""))
        return sorted(done, key=lambda survey: survey.end or "", reverse=True)
    waves = (a for a in site().store.assessments(assessment.service.id) if a.submitted and comparable(a, assessment))
    return sorted((a for a in waves if order(a) < order(assessment)), key=order, reverse=True)


def _line(report: Report, row: str) -> Line | None:
    return next((r.line for r in report.rows if r.row.id == row), None)


def send_pdf(made: bytes, *names: str) -> Reply:
    """Send a PDF under a name that people find again."""
    stem = "-".join(re.findall(r"\w+", " ".join(names).casefold()))[:80].strip("-") or "report"
    return send_file(io.BytesIO(made), "application/pdf", as_attachment=True, download_name=f"{stem}.pdf", max_age=0)
