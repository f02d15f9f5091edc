"""Pages for a team that agrees: begin, one screen for each question, what was agreed, close."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.assessed import current, rated, surveyed
from assessor.assessed.withheld import Withheld
from assessor.forms import Confirm, MeetingForm
from assessor.report import unjudged
from assessor.store import CONSENSUS, Finished, NotFound, NotGiven, Taken
from assessor.web.addresses import Meeting
from assessor.web.admission import FACILITATOR, admits, sees, visitor
from assessor.web.journey import Journey
from assessor.web.naming import free
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from assessor.answers import Answer, Response
    from assessor.bank import Item
    from assessor.forms import Page
    from assessor.report import ItemLine, Report
    from assessor.store import Assessment, Survey

meeting = Blueprint("meeting", __name__, url_prefix="/meetings")


@meeting.get("/new")
@admits(FACILITATOR)
def new() -> str:
    """Ask what a meeting needs; one that follows a survey asks for its name only."""
    survey = _survey()
    return _new(MeetingForm(site().bank, guard(), given=_given(survey), follows=survey is not None), survey)


@meeting.post("/new")
@admits(FACILITATOR)
def begin() -> ResponseReturnValue:
    """Begin a meeting; from then on the survey before it stays closed."""
    survey = _survey()
    form = MeetingForm(site().bank, guard(), request.form, follows=survey is not None)
    if not form.validate():
        return _new(form, survey), 400 if form.forged else 422
    if survey:
        _seal(survey)
    try:
        begun = _start(form, survey)
    except NotGiven:
        form.refuse("service", "given")
        return _new(form, survey), 409
    except Taken as taken:
        return _new(form, survey, taken.assessment), 409
    return redirect(url_for(".overview", assessment_id=begun.id), 303)


@meeting.get("/<assessment_id>")
@admits(FACILITATOR)
def overview(assessment_id: str) -> str:
    """Show what was agreed so far, and what is still open."""
    return _overview(_journey(assessment_id), Confirm(guard()))


@meeting.post("/<assessment_id>")
@admits(FACILITATOR)
def close(assessment_id: str) -> ResponseReturnValue:
    """Close the meeting for good; with open questions, only after it was asked whether that is meant."""
    journey, form = _journey(assessment_id), Confirm(guard(), request.form)
    if not form.validate():
        return _overview(journey, form), 400
    if not any(answer.code for answer in journey.answers.values()):
        form.refuse("agreed", "empty")
        return _overview(journey, form), 422
    left = journey.unanswered()
    if left and request.form.get("open") != str(len(left)):
        return render_template("meeting_close.html", journey=journey, form=form, left=left)
    site().store.submit(assessment_id, site().now())
    flash("submitted")
    return redirect(url_for("results.result", assessment_id=assessment_id), 303)


@meeting.get("/<assessment_id>/<item_id>")
@admits(FACILITATOR)
def question(assessment_id: str, item_id: str) -> str:
    """Show one question: how people rated it alone, what the team agrees on, who sees it otherwise."""
    journey = _journey(assessment_id)
    return _question(journey, _page(journey, item_id))


@meeting.post("/<assessment_id>/<item_id>")
@admits(FACILITATOR)
def agree(assessment_id: str, item_id: str) -> ResponseReturnValue:
    """Save what the team agrees on, then go on."""
    journey = _journey(assessment_id)
    page = _page(journey, item_id, submitted=True)
    if page.forged:
        return _question(journey, page), 400

    def decide(kept: Response) -> Mapping[str, Answer]:
        """Read the page over what is kept by now: another screen may have saved since."""
        return _page(replace(journey, response=kept), item_id, submitted=True).changes

    site().store.change(assessment_id, decide, site().now())
    if page.faults or page.foreign:
        return _question(_journey(assessment_id), page), 422
    return redirect(_onward(journey, item_id, request.form.get("go")), 303)


def _survey() -> Survey | None:
    """Return the survey that a meeting follows, if the address names one."""
    after = request.args.get("after")
    if not after:
        return None
    survey = site().store.surveys.survey(after)
    if not survey.over(site().now()):
        raise NotFound("This survey is not over yet.")
    return survey


def _seal(survey: Survey) -> None:
    """Seal a survey before a meeting follows it; raise what keeps it from being read, but for too few answers."""
    try:
        surveyed(site().bank, site().store, survey, site().now())
    except Withheld as withheld:
        if withheld.reason == "open":
            raise


def _given(survey: Survey | None) -> dict[str, object]:
    store = site().store
    of = survey.service.id if survey else request.args.get("service")
    waves = {*(a.wave for a in store.assessments(of)), *(s.wave for s in store.surveys.surveys(of))} if of else ()
    service = store.service(of).name if of else ""
    return {"service": service, "wave": free(f"Meeting, {site().clock().strftime('%B %Y')}", waves)}


def _start(form: MeetingForm, survey: Survey | None) -> Assessment:
    return site().store.start(
        service=survey.service.name if survey else form["service"].data,
        wave=form["wave"].data,
        innovations=survey.innovations if survey else form["innovations"].data,
        perspective=site().bank.broadest.id,
        bank=site().bank,
        now=site().now(),
        starter=visitor(),
        mode=CONSENSUS,
        ratings=survey.id if survey else None,
    )


def _journey(assessment_id: str) -> Journey:
    """Load a meeting; raise NotFound for anything else, Outdated, or Finished when it was closed."""
    found = site().store.assessment(assessment_id)
    if not found.agreed:
        raise NotFound("This is no meeting.")
    if found.submitted:
        raise Finished(found.id)
    return Journey(site().bank, current(site().bank, found), site().store.answers(found.id), Meeting(found.id))


def _items(journey: Journey) -> list[Item]:
    return [item for row in journey.rows for item in journey.items(row)]


def _page(journey: Journey, item_id: str, *, submitted: bool = False) -> Page:
    """Return the page of one question; what somebody says against it is its note."""
    number, item = next(((n, i) for n, i in enumerate(_items(journey), 1) if i.id == item_id), (0, None))
    if item is None:
        abort(404)
    return journey.page_of((item,), number, guard(), request.form if submitted else None)


def _onward(journey: Journey, item_id: str, go: str | None) -> str:
    """Return where a button leads: back, to everything (list), or on."""
    items = [item.id for item in _items(journey)]
    place = items.index(item_id) + (-1 if go == "back" else 1)
    if go == "list" or not 0 <= place < len(items):
        return journey.at.review(_anchor=item_id)
    return url_for(".question", assessment_id=journey.assessment.id, item_id=items[place])


def _rated(assessment: Assessment) -> Report | None:
    """Return what people rated alone; None where they did not, or too few of them."""
    found = rated(site().bank, site().store, assessment, site().now())
    return found.report(site().bank) if found else None


def _line(journey: Journey, item: Item) -> tuple[ItemLine | None, str]:
    """Return how people rated a question alone, and if that is not shown the reason."""
    assessment = site().store.assessment(journey.assessment.id)
    if assessment.ratings is None:
        return None, "unasked"
    report = _rated(assessment)
    line = next((line for line in report.items if line.id == item.id), None) if report else None
    return (line, "") if line and line.counts else (None, (line.hidden if line else None) or "few")


def _new(form: MeetingForm, survey: Survey | None, taken: Assessment | Survey | None = None) -> str:
    services = [service for service in site().store.services() if sees(service.id)]
    return render_template("meeting_new.html", form=form, survey=survey, taken=taken, services=services)


def _overview(journey: Journey, form: Confirm) -> str:
    return render_template("meeting.html", journey=journey, form=form, numbered=_numbered(journey))


def _numbered(journey: Journey) -> Sequence[tuple[str, Sequence[tuple[int, Item]]]]:
    """Return the questions with their numbers, under the titles of their parts."""
    return [(row.title, list(enumerate(journey.items(row), journey.first(row)))) for row in journey.rows]


def _question(journey: Journey, page: Page) -> str:
    asked = page.questions[0]
    line, withheld = _line(journey, asked.item)
    spread = unjudged(site().bank, line) if line else ()
    return render_template(
        "meeting_question.html",
        journey=journey,
        page=page,
        asked=asked,
        row=next(row for row in journey.rows if asked.item in journey.items(row)),
        spread=spread,
        people=line.shares.answers if line else 0,
        withheld=withheld or ("" if spread else "unasked"),
        last=len(_items(journey)),
    )
