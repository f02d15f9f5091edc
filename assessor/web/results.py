"""Pages for what came out: one assessment, two of them compared, a service over time."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, url_for

from assessor import series
from assessor.assessed import asks, assessed, comparable, ended, finished, order, pair, survey_pair, surveyed
from assessor.forms import ShareForm
from assessor.pdf import DESIGNS
from assessor.store import Assessment, Survey
from assessor.web.admission import FACILITATOR, READER, SUBMITTER, admits, sees, visitor
from assessor.web.listing import earlier, entries, repeated
from assessor.web.papers import Download, deliver, follow, prepare
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from assessor.assessed import Assessed
    from assessor.pdf import Edition
    from assessor.report import ComparisonReport, Report

results = Blueprint("results", __name__)


@results.get("/results/<assessment_id>")
@admits(FACILITATOR, READER, SUBMITTER)
def result(assessment_id: str) -> str:
    """Show the result of one assessment."""
    return show(site().store.kept(assessment_id))


@results.get("/results/<assessment_id>/<any(report, board, easy):edition>.pdf")
@admits(FACILITATOR, READER, SUBMITTER)
def report_pdf(assessment_id: str, edition: Edition) -> ResponseReturnValue:
    """Send the report as PDF: the whole, the four pages for a board, or the one that is easy to read."""
    progress = url_for(".report_progress", assessment_id=assessment_id, edition=edition)
    kept = closed(assessment_id)
    return deliver(download_of(kept, edition, whole=sees(kept.service.id)), progress)


@results.get("/results/<assessment_id>/<any(report, board, easy):edition>")
@admits(FACILITATOR, READER, SUBMITTER)
def report_progress(assessment_id: str, edition: Edition) -> ResponseReturnValue:
    """Say how far the report is."""
    kept = closed(assessment_id)
    return follow(
        download_of(kept, edition, whole=sees(kept.service.id)),
        file=url_for(".report_pdf", assessment_id=assessment_id, edition=edition),
        back=url_for(".result", assessment_id=assessment_id),
    )


@results.get("/results/<assessment_id>/compare/<earlier_id>")
@admits(FACILITATOR, READER)
def compare(assessment_id: str, earlier_id: str) -> str:
    """Show what changed between two assessments of one service."""
    before, after = _pair(assessment_id, earlier_id)
    return render_template("compare.html", report=_comparison(before, after), before=before, after=after, file=None)


@results.get("/results/<assessment_id>/compare/<earlier_id>/comparison.pdf")
@admits(FACILITATOR, READER)
def comparison_pdf(assessment_id: str, earlier_id: str) -> ResponseReturnValue:
    """Send the comparison as PDF."""
    progress = url_for(".comparison_progress", assessment_id=assessment_id, earlier_id=earlier_id)
    return deliver(_both(assessment_id, earlier_id), progress)


@results.get("/results/<assessment_id>/compare/<earlier_id>/comparison")
@admits(FACILITATOR, READER)
def comparison_progress(assessment_id: str, earlier_id: str) -> ResponseReturnValue:
    """Say how far the comparison is."""
    return follow(
        _both(assessment_id, earlier_id),
        file=url_for(".comparison_pdf", assessment_id=assessment_id, earlier_id=earlier_id),
        back=url_for(".compare", assessment_id=assessment_id, earlier_id=earlier_id),
    )


@results.get("/services/<service_id>")
@admits(FACILITATOR, READER)
def service(service_id: str) -> str:
    """Show the assessments of one service, without a result of theirs: that would take too long."""
    found = entries(service_id)
    return render_template(
        "service.html",
        service=site().store.service(service_id),
        entries=[(entry, earlier(entry, found)) for entry in found],
        trend=repeated(found),
    )


def show(kept: Assessment | Survey, form: ShareForm | None = None) -> str:
    """Return the page of a result; who runs the assessment can show it to others from there."""
    who, ours = visitor(), sees(kept.service.id)
    given: dict[str, Any] = {"earlier": _earlier(kept) if ours else []}
    if ours and who and who.runs:
        given |= {"form": form or ShareForm(guard()), "links": site().store.links.all(kept.id, site().now())}
    return laid_out("results.html", kept, whole=ours, **given)


def laid_out(template: str, kept: Assessment | Survey, *, whole: bool, **given: Any) -> str:
    """Return a page with a result, and have its PDFs made meanwhile; `whole`: with what the service plans."""
    kept, build = closed(kept.id), cache(lambda: _report(kept, whole=whole))
    downloads = [download_of(kept, edition, build, whole=whole) for edition in DESIGNS]
    jobs = [download.job for download in downloads] if site().ahead else []  # before anything is read for them
    report = build()
    prepare(jobs)
    return render_template(template, assessment=kept, report=report, done=ended(kept), **given)


def _over(survey: Survey) -> bool:
    """Tell whether no answer can come any more."""
    return site().store.surveys.settle(survey.id, site().now())


def latest(service_id: str) -> Assessment | Survey | None:
    """Return the assessment of a service that ended last, of those whose scores may stand in a list."""
    store = site().store
    both: list[Assessment | Survey] = [*store.assessments(service_id), *store.surveys.surveys(service_id)]
    return max((kept for kept in both if series.listed(site().bank, kept)), key=ended, default=None)


def _pair(assessment_id: str, earlier_id: str) -> tuple[Assessment, Assessment] | tuple[Survey, Survey]:
    store = site().store
    if isinstance(store.kept(assessment_id), Survey):
        return survey_pair(store, assessment_id, earlier_id)
    return pair(site().bank, store, assessment_id, earlier_id)


def _assessed(assessment: Assessment | Survey, *, whole: bool = True) -> Assessed:
    """Return an assessment as a report needs it; what its service plans is not for who merely submitted answers."""
    bank, store, now = site().bank, site().store, site().now()
    if isinstance(assessment, Survey):
        found = surveyed(bank, store, assessment, now)
    else:
        found = assessed(bank, store, assessment, now)
    return found if whole else replace(found, plan=None)


def made(assessment_id: str) -> Report:
    """Return the report of an assessment that is over, by itself; raise what says why there is none."""
    return _assessed(_done(site().store.kept(assessment_id))).report(site().bank)


def _report(assessment: Assessment | Survey, *, whole: bool) -> Report:
    found = _assessed(_done(assessment), whole=whole)
    bank, store, now = site().bank, site().store, site().now()
    return (series.followed(bank, store, assessment, found, now) if whole else found).report(bank)


def _done(kept: Assessment | Survey) -> Assessment | Survey:
    """Return what was given, if it is a survey or finished; raise NotFound or Outdated for another assessment."""
    if isinstance(kept, Assessment):
        finished(site().bank, site().store, kept.id)
    return kept


def closed(assessment_id: str) -> Assessment | Survey:
    """Return an assessment that can be reported, sealed if it is a survey; raise what its result would raise."""
    _seal(_done(site().store.kept(assessment_id)))
    return site().store.kept(assessment_id)


def _seal(kept: Assessment | Survey) -> None:
    """See to it that what a report needs was seen before: to find that out for every download would take too long."""
    rated = site().store.surveys.survey(kept.ratings) if isinstance(kept, Assessment) and kept.ratings else None
    survey = kept if isinstance(kept, Survey) else rated
    if survey and not (survey.seen and asks(site().bank, survey)):
        _assessed(kept)


def download_of(
    kept: Assessment | Survey,
    edition: Edition = "report",
    build: Callable[[], Report] | None = None,
    *,
    whole: bool = True,
) -> Download:
    """Return an edition of a report as something to download; `build` gives the report, if it need not be built anew.

    `whole`: with what the service plans.
    """
    render = site().renderer.assessment
    return Download(
        design=edition,
        about=(kept,),
        build=build or (lambda: _report(kept, whole=whole)),
        render=lambda built: render(built, edition),
        label="" if edition == "report" else edition,
        planned=whole,
        since=(lambda: series.previous(site().bank, site().store, kept)) if whole else lambda: None,
    )


def _both(assessment_id: str, earlier_id: str) -> Download:
    before, after = _pair(assessment_id, earlier_id)
    for kept in (before, after):
        _seal(kept)
    return Download(
        design="comparison",
        about=(before, after),
        build=lambda: _comparison(before, after),
        render=site().renderer.comparison,
    )


def _comparison(before: Assessment | Survey, after: Assessment | Survey) -> ComparisonReport:
    bank, store = site().bank, site().store
    early, late = _assessed(before), _assessed(after)  # sealed by that, which settles whether the two are joined
    return late.comparison(bank, early, series.links(store, before, after))


def _earlier(assessment: Assessment | Survey) -> list[Assessment] | list[Survey]:
    """Return the assessments of the same service, bank and mode that were finished before, the latest first."""
    if isinstance(assessment, Survey):
        surveys = (s for s in site().store.surveys.surveys(assessment.service.id) if comparable(s, assessment))
        done = (s for s in surveys if asks(site().bank, s) and _over(s) and (s.end or "") < (assessment.end or ""))
        return sorted(done, key=lambda survey: survey.end or "", reverse=True)
    waves = (a for a in site().store.assessments(assessment.service.id) if a.submitted and comparable(a, assessment))
    return sorted((a for a in waves if order(a) < order(assessment)), key=order, reverse=True)
