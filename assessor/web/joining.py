"""Pages for a person who answers in a survey: come in by a link, answer, submit, leave no trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, redirect, render_template, request, session, url_for

from assessor.accounts import neighbourhood
from assessor.assessed import Outdated, asks
from assessor.disclosure import SMALLEST, outlook
from assessor.forms import CodeForm, Confirm, JoinForm, SendForm, SlipForm
from assessor.store import Closed, Empty, Gone, Used
from assessor.web import asking
from assessor.web.addresses import Mine
from assessor.web.admission import ANYONE, admits
from assessor.web.handouts import plain
from assessor.web.journey import Journey, length_of
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from assessor.answers import Answer, Response
    from assessor.bank import Perspective
    from assessor.store import Draft, Entry

joining = Blueprint("joining", __name__)
KEY, CODE, KEPT = "mine", "code", "kept"  # in the browser's cookie; the last two until they were shown


@joining.get("/join")
@admits(ANYONE)
def enter() -> str:
    """Ask for the code of a link that somebody has on paper."""
    return render_template("enter.html", form=SlipForm(guard()))


@joining.post("/join")
@admits(ANYONE)
def follow() -> ResponseReturnValue:
    """Follow the code of a link; where there is none, show what was typed."""
    form = SlipForm(guard(), request.form)
    if form.validate():
        token = plain(form["slip"].data)
        if site().store.drafts.leads(token, _address(), site().now()):
            return redirect(url_for(".join", token=token), 303)
        form.refuse("slip", "nowhere")
    return render_template("enter.html", form=form), 400 if form.forged else 422


@joining.get("/join/<token>")
@admits(ANYONE)
def join(token: str) -> ResponseReturnValue:
    """Say what this is and who will see what; the only address that holds a secret."""
    entry = _entry(token)
    offered = _offered(entry)
    return _join(entry, offered, JoinForm(offered, guard()))


@joining.post("/join/<token>")
@admits(ANYONE)
def begin(token: str) -> ResponseReturnValue:
    """Begin a draft."""
    entry = _entry(token)
    offered = _offered(entry)
    form = JoinForm(offered, guard(), request.form)
    if not form.validate():
        return _join(entry, offered, form), 400 if form.forged else 422
    begun = site().store.drafts.begin(token, form["perspective"].data, site().now())
    session[KEY], session[CODE] = begun
    return redirect(url_for(".code"), 303)


@joining.get("/mine/code")
@admits(ANYONE)
def code() -> str:
    """Show the code that brings the draft back, once."""
    journey, shown = _journey(), session.pop(CODE, None)
    onward = asking.next_page(journey)
    return render_template("code.html", journey=journey, code=shown, onward=onward, form=Confirm(guard()))


@joining.post("/mine/code")
@admits(ANYONE)
def new_code() -> ResponseReturnValue:
    """Make a new code in place of one that was lost."""
    _journey()
    if Confirm(guard(), request.form).validate():
        session[CODE] = site().store.drafts.recode(session[KEY], site().now())
    return redirect(url_for(".code"), 303)


@joining.get("/mine")
@admits(ANYONE)
def mine() -> ResponseReturnValue:
    """Go on where the first answer is missing; without a draft, ask for its code."""
    return redirect(asking.next_page(_journey()) if KEY in session else url_for(".resume"), 303)


@joining.get("/mine/page/<row_id>")
@admits(ANYONE)
def questions(row_id: str) -> ResponseReturnValue:
    """Show one page of questions; `?check` names those without an answer."""
    journey = _journey()
    row = journey.row(row_id) or abort(404)
    return asking.show(journey, row, journey.page(row, guard()), check="check" in request.args)


@joining.post("/mine/page/<row_id>")
@admits(ANYONE)
def save(row_id: str) -> ResponseReturnValue:
    """Save what is valid, then decide where to go."""

    def change(decide: asking.Decide) -> Journey:
        def of_kept(draft: Draft, kept: Response) -> Mapping[str, Answer]:
            return decide(_travel(draft, kept))

        return _travel(*site().store.drafts.change(_key(), of_kept, site().now()))

    return asking.save(row_id, change)


@joining.get("/mine/review")
@admits(ANYONE)
def review() -> str:
    """Show every answer with the way back to its question."""
    return _review(_journey(), SendForm(guard()))


@joining.post("/mine/review")
@admits(ANYONE)
def submit() -> ResponseReturnValue:
    """Submit the answers; the draft, its code and its link to the invitation are destroyed."""
    journey, form, store = _journey(), SendForm(guard(), request.form), site().store
    if not form.validate():
        return _review(journey, form), 400 if form.forged else 422
    keep: str = form["keep"].data
    if keep and not store.drafts.recalls(session[KEY], keep, _address(), site().now()):
        form.refuse("keep", "keep")
        return _review(journey, form), 422
    keep = keep or (store.drafts.new_code() if form["wanted"].data else "")
    try:
        store.drafts.submit(session[KEY], site().now(), keep)
    except Empty:
        form.refuse(journey.rows[0].id, "empty")
        return _review(journey, form), 422
    _forget()
    session[KEPT] = keep
    return redirect(url_for(".done"), 303)


@joining.get("/mine/done")
@admits(ANYONE)
def done() -> str:
    """Say thanks, and show a keep-safe code once."""
    return render_template("done.html", code=session.pop(KEPT, ""))


@joining.get("/mine/resume")
@admits(ANYONE)
def resume() -> str:
    """Ask for the code that brings a draft back."""
    return _resume(CodeForm(guard()))


@joining.post("/mine/resume")
@admits(ANYONE)
def come_back() -> ResponseReturnValue:
    """Bring a draft back to this browser."""
    form = CodeForm(guard(), request.form)
    if not form.validate():
        return _resume(form), 400 if form.forged else 422
    try:
        key = site().store.drafts.resume(form["code"].data, _address(), site().now())
    except Gone:
        form.refuse("code", "nowhere")
        return _resume(form), 422
    _forget()
    session[KEY] = key
    return redirect(url_for(".mine"), 303)


@joining.get("/mine/pause")
@admits(ANYONE)
def pause() -> str:
    """Say how to come back, and how to leave a shared computer."""
    return render_template("pause.html", journey=_journey(), form=Confirm(guard()))


@joining.post("/mine/leave")
@admits(ANYONE)
def leave() -> ResponseReturnValue:
    """Sign out of a draft on this computer; its code brings it back."""
    if not Confirm(guard(), request.form).validate():
        return redirect(url_for(".pause"), 303)
    _forget()
    return redirect(url_for(".resume", left=""), 303)


def _entry(token: str) -> Entry:
    """Load a link; raise NotFound, Used, Closed or Outdated when nobody can begin with it."""
    entry = site().store.surveys.entry(token)
    if entry.used or not entry.active:
        raise Used
    if not entry.survey.takes(site().now()):
        raise Closed(entry.survey)
    if not asks(site().bank, entry.survey):
        raise Outdated(entry.survey, site().bank)
    return entry


def _journey() -> Journey:
    """Load the draft of this browser; raise Gone, Closed or Outdated."""
    return _travel(*site().store.drafts.draft(_key(), site().now()))


def _key() -> str:
    """Return the key of this browser's draft; raise Gone where it has none."""
    if KEY not in session:
        raise Gone
    key: str = session[KEY]
    return key


def _travel(draft: Draft, response: Response) -> Journey:
    if not asks(site().bank, draft.survey):
        raise Outdated(draft.survey, site().bank)
    until = draft.survey.last if draft.survey.over(site().now()) else ""
    return Journey(site().bank, draft, response, Mine(), survey=True, until=until)


def _offered(entry: Entry) -> list[Perspective]:
    """Return the perspectives that a link offers: its own, or those that the survey asks.

    Raises Used where the survey does not ask from the view that the link is for: then it takes nobody.
    """
    asked, own = site().store.surveys.invited(entry.survey.id), entry.perspective
    offered = [p for p in site().bank.perspectives if p.id in asked and own in {None, p.id}]
    if not offered:
        raise Used
    return offered


def _forget() -> None:
    """Take everything about a draft out of the browser's cookie."""
    asking.forget()
    for name in (KEY, CODE, KEPT):
        session.pop(name, None)


def _address() -> str:
    return neighbourhood(request.remote_addr or "")


def _begun_here(entry: Entry) -> bool:
    """Tell whether somebody has begun to answer this survey in this browser."""
    try:
        draft, _ = site().store.drafts.draft(session.get(KEY, ""), site().now())
    except (Gone, Closed):
        return False
    return draft.survey.id == entry.survey.id


def _invited(entry: Entry, offered: list[Perspective]) -> list[tuple[str, int | None]]:
    """Return how many are invited from each view that is offered; an untrue number would show."""
    people = site().store.surveys.invited(entry.survey.id)
    return [(p.name, people[p.id]) for p in offered]


def _join(entry: Entry, offered: list[Perspective], form: JoinForm) -> str:
    return render_template(
        "join.html",
        entry=entry,
        form=form,
        offered=offered,
        length=length_of(entry.survey, entry.perspective),
        invited=_invited(entry, offered),
        smallest=SMALLEST,
        begun=KEY in session and _begun_here(entry),
        shown=outlook(site().bank, site().store.surveys.invited(entry.survey.id), entry.survey.min_cell).shown,
    )


def _review(journey: Journey, form: SendForm) -> str:
    return render_template("review.html", journey=journey, form=form)


def _resume(form: CodeForm) -> str:
    return render_template("resume.html", form=form, left="left" in request.args)
