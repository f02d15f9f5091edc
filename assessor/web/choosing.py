"""The page on which a facilitator chooses what to talk about first, in place of what the rule takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from assessor.forms import ChoiceForm
from assessor.web.admission import FACILITATOR, admits
from assessor.web.results import made
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.report import FacetLine, Report

choosing = Blueprint("choosing", __name__, url_prefix="/results/<assessment_id>/points")


@choosing.get("")
@admits(FACILITATOR)
def points(assessment_id: str) -> str:
    """Show every facet that could be talked about, with its weight."""
    report = made(assessment_id)
    given = {"facets": [f.facet.id for f in report.points], "reason": report.chosen.reason if report.chosen else ""}
    return _points(assessment_id, report, ChoiceForm(_ids(report), guard(), given=given))


@choosing.post("")
@admits(FACILITATOR)
def choose(assessment_id: str) -> ResponseReturnValue:
    """Keep the choice, or leave it to the rule again."""
    report = made(assessment_id)
    form = ChoiceForm(_ids(report), guard(), request.form)
    sound = form.validate()
    if form.forged or (not sound and request.form.get("go") != "rule"):
        return _points(assessment_id, report, form), 400 if form.forged else 422
    facets = [] if request.form.get("go") == "rule" else form["facets"].data
    site().store.choose(assessment_id, facets, form["reason"].data)
    return redirect(url_for("results.result", assessment_id=assessment_id, _anchor="points"), 303)


def _offered(report: Report) -> list[FacetLine]:
    """Return what can be chosen: the weak facets, the weightiest first, and what was chosen besides."""
    return [*report.weak, *(f for f in report.points if f not in report.weak)]


def _ids(report: Report) -> list[str]:
    return [line.facet.id for line in _offered(report)]


def _points(assessment_id: str, report: Report, form: ChoiceForm) -> str:
    assessment = site().store.kept(assessment_id)
    return render_template("points.html", assessment=assessment, report=report, offered=_offered(report), form=form)
