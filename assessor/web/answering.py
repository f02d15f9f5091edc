"""Pages for the person who answers: start, one page per row, review, submit."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for

from assessor.assessed import current
from assessor.forms import Confirm, StartForm
from assessor.store import Finished, NotGiven, Taken
from assessor.web.admission import ANYONE, FACILITATOR, admits, keep_submitted, sees, visitor
from assessor.web.journey import Journey, length
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from flask.typing import ResponseReturnValue

    from assessor.answers import Answer, Response
    from assessor.bank import Row
    from assessor.forms import Page
    from assessor.store import Assessment

answering = Blueprint("answering", __name__)
LEFT, MOST_LEFT = "left", 60  # a cookie holds 4 kB


@answering.get("/")
@admits(ANYONE)
def home() -> ResponseReturnValue:
    """Show what this is, and what was begun or finished here; somebody unknown is asked to sign in."""
    who = visitor()
    if who is None:
        return redirect(url_for("signing.sign_in"), 303)
    assessments = [a for a in site().store.assessments() if who.runs or a.submitted]
    services = filter(lambda service: who.sees(service.id), site().store.services())
    waves = [(service, [a for a in assessments if a.service == service]) for service in services]
    return render_template("home.html", waves=waves)


@answering.get("/start")
@admits(FACILITATOR)
def start() -> str:
    """Ask who assesses what; a service that answers again finds its last choice."""
    found = site().store.assessments(request.args["service"]) if request.args.get("service") else []
    last = found[-1] if found else None
    given = {
        "service": last.service.name if last else "",
        "innovations": [i for i in last.innovations if i in site().bank.innovation] if last else [],
        "perspective": last.perspective if last else None,
        "wave": _free(site().clock().strftime("%B %Y"), {a.wave for a in found}),
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
    return redirect(_next_page(_journey(token)), 303)


@answering.get("/answer/<token>/<row_id>")
@admits(ANYONE)
def questions(token: str, row_id: str) -> ResponseReturnValue:
    """Show one page of questions; `?check` names those without an answer."""
    journey = _journey(token)
    row = journey.row(row_id) or abort(404)
    return _questions(journey, row, journey.page(row, guard()), check="check" in request.args)


@answering.post("/answer/<token>/<row_id>")
@admits(ANYONE)
def save(token: str, row_id: str) -> ResponseReturnValue:
    """Save what is valid, then decide where to go."""
    journey = _journey(token)
    row = journey.row(row_id) or abort(404)
    page = journey.page(row, guard(), request.form)
    if page.forged:
        return _questions(journey, row, page), 400

    def decide(kept: Response) -> Mapping[str, Answer]:
        return replace(journey, response=kept).page(row, guard(), request.form).changes

    site().store.change(journey.assessment.id, decide, site().now())
    journey = _journey(token)
    if page.faults or page.foreign:
        return _questions(journey, row, journey.page(row, guard(), request.form)), 422
    if request.form.get("go") == "keep":  # sent in passing by keep.js, nobody waits for a page
        return "", 204
    if request.form.get("go") == "skip":
        _leave(journey, row)
    return redirect(_after(journey, row, request.form.get("go")), 303)


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
    return Journey(site().bank, current(site().bank, found), site().store.answers(found.id))


def _next_page(journey: Journey) -> str:
    row = journey.first_open
    token = journey.assessment.token
    return url_for(".questions", token=token, row_id=row.id) if row else url_for(".review", token=token)


def _after(journey: Journey, row: Row, go: str | None) -> str:
    """Return where a button leads: back, later, review (where it was changed from), skip (leave blank) or on."""
    token = journey.assessment.token
    if go == "later":
        flash("later")
        return url_for(".home")
    if go == "review":
        return url_for(".review", token=token, _anchor=row.id)
    if go != "back" and journey.unanswered(row) and not _left(journey, row):
        return url_for(".questions", token=token, row_id=row.id, check="")
    beside = journey.beside(row, -1 if go == "back" else 1) or (row if go == "back" else None)
    return url_for(".questions", token=token, row_id=beside.id) if beside else url_for(".review", token=token)


def _left(journey: Journey, row: Row) -> bool:
    """Tell whether the blanks of a page were left on purpose; none can join them, for an answer cannot be emptied."""
    return f"{journey.assessment.id}.{row.id}" in session.get(LEFT, ())


def _leave(journey: Journey, row: Row) -> None:
    if not _left(journey, row):
        session[LEFT] = [*session.get(LEFT, ()), f"{journey.assessment.id}.{row.id}"][-MOST_LEFT:]


def _free(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: with (2), (3), ... behind it where it is."""
    return next(n for n in chain([name], (f"{name} ({k})" for k in count(2))) if n not in taken)


def _start(form: StartForm, taken: Assessment | None = None, last: Assessment | None = None) -> str:
    services = [service for service in site().store.services() if sees(service.id)]
    return render_template(
        "start.html", form=form, taken=taken, last=last, services=services, length=length(site().bank)
    )


def _questions(journey: Journey, row: Row, page: Page, *, check: bool = False) -> str:
    blanks = page.blanks if check else ()
    return render_template(
        "questions.html",
        journey=journey,
        row=row,
        page=page,
        faults=(*page.faults, *blanks),
        reviewing=request.values.get("from") == "review",
    )


def _review(journey: Journey, form: Confirm) -> str:
    return render_template("review.html", journey=journey, form=form)
