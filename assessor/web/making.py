"""Pages that make a survey, and correct one that is not open yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from assessor.assessed import day
from assessor.disclosure import SMALLEST
from assessor.forms import SurveyForm
from assessor.forms.survey import INVITED, UNKNOWN
from assessor.store import NotGiven, Opened, Overtaken, Setup, Taken
from assessor.web.admission import FACILITATOR, admits, sees, visitor
from assessor.web.days import LAST, moment, past
from assessor.web.journey import lengths
from assessor.web.naming import free
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.store import Survey

making = Blueprint("making", __name__, url_prefix="/surveys")
OWN = {"service", "wave", "opens", "closes", "over"}  # what a clone does not take over


@making.get("/new")
@admits(FACILITATOR)
def new() -> str:
    """Ask what a survey needs; one that is cloned brings its own answers along."""
    return _new(SurveyForm(site().bank, guard(), given=_given()))


@making.post("/new")
@admits(FACILITATOR)
def make() -> ResponseReturnValue:
    """Make a survey; it is not open yet."""
    form = _submitted()
    if form.faults or form.forged:
        return _new(form), 400 if form.forged else 422
    try:
        made = _make(setup_of(form))
    except Taken as taken:
        return _new(form, taken=taken), 409
    except NotGiven:
        form.refuse("service", "given")
        return _new(form), 409
    return redirect(url_for("running.survey", assessment_id=made.id), 303)


@making.get("/<assessment_id>/edit")
@admits(FACILITATOR)
def edit(assessment_id: str) -> str:
    """Show what a survey is made of, to be corrected as long as it is not open."""
    found = _unopened(assessment_id)
    kept = site().store.setups.setup(assessment_id)
    return _new(SurveyForm(site().bank, guard(), given=_typed(kept)), found)


@making.post("/<assessment_id>/edit")
@admits(FACILITATOR)
def revise(assessment_id: str) -> ResponseReturnValue:
    """Correct a survey; who comes too late sees that somebody else has, and may save once more."""
    found, form = _unopened(assessment_id), _submitted()
    if form.faults or form.forged:
        return _new(form, found), 400 if form.forged else 422
    try:
        site().store.setups.revise(
            found.id, setup_of(form), over=form["over"].data or "", bank=site().bank, starter=visitor()
        )
    except Taken as taken:
        return _new(form, found, taken=taken), 409
    except NotGiven:
        form.refuse("service", "given")
        return _new(form, found), 409
    except Overtaken as overtaken:
        return _new(form, found, overtaken=overtaken), 409
    flash("revised")
    return redirect(url_for("running.survey", assessment_id=found.id), 303)


def setup_of(form: SurveyForm) -> Setup:
    """Return what was typed and chosen as a survey is made of it."""
    opens, closes = form.days
    return Setup(
        service=form["service"].data,
        wave=form["wave"].data,
        innovations=tuple(form["innovations"].data),
        invited=form.invited,
        opens=moment(opens),
        closes=moment(closes, LAST),
        min_cell=int(form["min_cell"].data),
    )


def _unopened(assessment_id: str) -> Survey:
    found = site().store.surveys.survey(assessment_id)
    if found.state != "draft":
        raise Opened
    return found


def _submitted() -> SurveyForm:
    form = SurveyForm(site().bank, guard(), request.form)
    if form.validate() and not form.invited:
        form.refuse(f"{INVITED}{site().bank.perspectives[0].id}", "nobody")
    if not form.faults and past(form.days[1]):
        form.refuse("closes", "past")
    return form


def _make(setup: Setup) -> Survey:
    return site().store.surveys.create(
        service=setup.service,
        wave=setup.wave,
        innovations=setup.innovations,
        invited=setup.invited,
        bank=site().bank,
        now=site().now(),
        opens=setup.opens,
        closes=setup.closes,
        min_cell=setup.min_cell,
        starter=visitor(),
    )


def _typed(kept: Setup) -> dict[str, object]:
    """Return what somebody would have typed for what is kept."""
    return {
        "service": kept.service,
        "wave": kept.wave,
        "innovations": list(kept.innovations),
        "opens": day(kept.opens) if kept.opens else "",
        "closes": day(kept.closes) if kept.closes else "",
        "min_cell": str(kept.min_cell),
        "over": kept.mark,
        **{f"{INVITED}{p}": UNKNOWN if n is None else str(n) for p, n in kept.invited.items()},
    }


def _given() -> dict[str, object]:
    """Return what a new survey begins with: of a service, or of the survey that it is cloned from."""
    store, taken = site().store, request.args.get("service")
    waves = {*(a.wave for a in store.assessments(taken)), *(s.wave for s in store.surveys.surveys(taken))}
    given: dict[str, object] = {
        "service": store.service(taken).name if taken else "",
        "wave": free(site().clock().strftime("%B %Y"), waves if taken else ()),
        "min_cell": str(SMALLEST),
    }
    like = request.args.get("like")
    if like and store.surveys.survey(like).service.id == taken:
        typed = _typed(store.setups.setup(like))
        given |= {name: value for name, value in typed.items() if name not in OWN}
    return given


def _new(
    form: SurveyForm, survey: Survey | None = None, *, taken: Taken | None = None, overtaken: Overtaken | None = None
) -> str:
    services = [service for service in site().store.services() if sees(service.id)]
    return render_template(
        "survey_new.html",
        form=form,
        survey=survey,
        taken=taken,
        overtaken=overtaken,
        services=services,
        lengths=lengths(site().bank),
    )
