"""Pages for the person who answers: start, one page per row, review, submit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.assessed import current
from assessor.forms import Confirm, StartForm
from assessor.store import Finished, NotGiven, Taken
from assessor.web import asking
from assessor.web.addresses import Linked
from assessor.web.admission import ANYONE, FACILITATOR, admits, keep_submitted, sees, visitor
from assessor.web.journey import Journey, lengths
from assessor.web.listing import entries
from assessor.web.naming import free
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.store import Assessment, Survey

answering = Blueprint("answering", __name__)


@answering.get("/")
@admits(ANYONE)
def home() -> ResponseReturnValue:
    """Show what this is, and what was begun or finished here; somebody unknown is asked to sign in."""
    who = visitor()
    if who is None:
        return redirect(url_for("signing.sign_in"), 303)
    services, found = [s for s in site().store.services() if who.sees(s.id)], entries()
    waves = [(service, [entry for entry in found if entry.kept.service == service]) for service in services]
    return render_template("home.html", waves=waves)


@answering.get("/start")
@admits(FACILITATOR)
def start() -> str:
    """Ask who assesses what; a service that answers again finds its last choice, or that of its last survey."""
    store, ident = site().store, request.args.get("service", "")
    found, surveys = (store.assessments(ident), store.surveys.surveys(ident)) if ident and sees(ident) else ([], [])
    last = next((a for a in reversed(found) if not a.agreed), None)
    like = last or next(reversed(surveys), None)
    given = {
        "service": like.service.name if like else "",
        "innovations": [i for i in like.innovations if i in site().bank.innovation] if like else [],
        "perspective": last.perspective if last else None,
        "wave": free(site().clock().strftime("%B %Y"), {a.wave for a in found}),
    }
    return _start(StartForm(site().bank, guard(), given=given), last=last)


@answering.post("/start")
@admits(FACILITATOR)
def begin() -> ResponseReturnValue:
    """Start an assessment."""
    form = StartForm(site().bank, guard(), request.form)
    if not form.validate():
        return _start(form), 400 if form.forged else 422
    try:
        begun = site().store.start(**form.values, bank=site().bank, now=site().now(), starter=visitor())
    except NotGiven:
        form.refuse("service", "given")
        return _start(form), 409
    except Taken as taken:
        return _start(form, taken.assessment), 409
    return redirect(url_for(".resume", token=begun.token), 303)


@answering.get("/answer/<token>")
@admits(ANYONE)
def resume(token: str) -> ResponseReturnValue:
    """Go on where the first answer is missing."""
    return redirect(asking.next_page(_journey(token)), 303)


@answering.get("/answer/<token>/<row_id>")
@admits(ANYONE)
def questions(token: str, row_id: str) -> ResponseReturnValue:
    """Show one page of questions; `?check` names those without an answer."""
    journey = _journey(token)
    row = journey.row(row_id) or abort(404)
    return asking.show(journey, row, journey.page(row, guard()), check="check" in request.args)


@answering.post("/answer/<token>/<row_id>")
@admits(ANYONE)
def save(token: str, row_id: str) -> ResponseReturnValue:
    """Save what is valid, then decide where to go."""
    journey = _journey(token)

    def change(decide: asking.Decide) -> Journey:
        site().store.change(journey.assessment.id, lambda kept: decide(replace(journey, response=kept)), site().now())
        return _journey(token)

    return asking.save(row_id, change)


@answering.get("/review/<token>")
@admits(ANYONE)
def review(token: str) -> ResponseReturnValue:
    """Show every answer with the way back to its question."""
    return _review(_journey(token), Confirm(guard()))


@answering.post("/review/<token>")
@admits(ANYONE)
def submit(token: str) -> ResponseReturnValue:
    """Close the assessment for good."""
    journey = _journey(token)
    form = Confirm(guard(), request.form)
    if not form.validate():
        return _review(journey, form), 400
    site().store.submit(journey.assessment.id, site().now())
    keep_submitted(journey.assessment.id)
    flash("submitted")
    return redirect(url_for("results.result", assessment_id=journey.assessment.id), 303)


def _journey(token: str) -> Journey:
    """Load a draft; raise NotFound, Outdated, or Finished when it was submitted."""
    found = site().store.draft(token)
    if found.submitted:
        raise Finished(found.id)
    return Journey(site().bank, current(site().bank, found), site().store.answers(found.id), Linked(token))


def _start(form: StartForm, taken: Assessment | Survey | None = None, last: Assessment | None = None) -> str:
    services = [service for service in site().store.services() if sees(service.id)]
    return render_template(
        "start.html", form=form, taken=taken, last=last, services=services, lengths=lengths(site().bank)
    )


def _review(journey: Journey, form: Confirm) -> str:
    return render_template("review.html", journey=journey, form=form)
