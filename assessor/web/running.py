"""Pages for those who run a survey: open it, hand out links, watch who answers, close it, archive it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.assessed import day
from assessor.assessed.withheld import lacking
from assessor.disclosure import arrivals, outlook
from assessor.forms import Confirm, LinksForm, MailsForm, ReopenForm
from assessor.score import detectable
from assessor.store import Followed, Overtaken, Settled, Setup, Unopened
from assessor.web.admission import FACILITATOR, admits
from assessor.web.days import LAST, moment, past
from assessor.web.handouts import csv_of, slips_of
from assessor.web.journey import length_of
from assessor.web.site import bare_link, guard, link, local, site

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from assessor.disclosure import Arrivals, Prospect
    from assessor.forms.guarded import Guarded
    from assessor.store import Survey

running = Blueprint("running", __name__, url_prefix="/surveys")
ANY = "any"  # a link on which people choose their perspective themselves


@running.get("/<assessment_id>")
@admits(FACILITATOR)
def survey(assessment_id: str) -> str:
    """Show a survey with everything that can be done to it."""
    return _survey(_found(assessment_id))


@running.post("/<assessment_id>")
@admits(FACILITATOR)
def move(assessment_id: str) -> ResponseReturnValue:
    """Open, close, reopen, archive, or change the shared link, as the button says."""
    found, form = _found(assessment_id), Confirm(guard(), request.form)
    if not form.validate():
        return _survey(found, form), 400
    act = ACTS.get(request.form.get("go", "")) or abort(400)
    try:
        act(found)
    except Overtaken:
        flash("overtaken")
    except Unopened:
        flash("unopened")
    except Settled:
        flash("settled")
    else:
        flash(request.form["go"])
    return redirect(url_for(".survey", assessment_id=assessment_id), 303)


@running.get("/<assessment_id>/close")
@admits(FACILITATOR)
def close(assessment_id: str) -> ResponseReturnValue:
    """Ask whether it is meant, and say what follows; nothing is asked of one that is not open."""
    found, now = _found(assessment_id), site().now()
    if found.state != "open" or found.over(now):
        return redirect(url_for(".survey", assessment_id=assessment_id), 303)
    arrived = _arrived(found, site().store.surveys.invited(found.id))
    return render_template("survey_close.html", survey=found, arrived=arrived, form=Confirm(guard()))


@running.post("/<assessment_id>/links")
@admits(FACILITATOR)
def links(assessment_id: str) -> ResponseReturnValue:
    """Make one-time links and hand them out once: as a table, or as slips to print."""
    found = _found(assessment_id)
    form = LinksForm(_whom(found), guard(), request.form)
    if not form.validate():
        return _survey(found, form), 400 if form.forged else 422
    whom = _perspective(form["perspective"].data)
    tokens = site().store.surveys.invite(found.id, [None] * int(form["number"].data), whom)
    addresses = [link(url_for("joining.join", token=token)) for token in tokens]
    if request.form.get("as") == "table":
        return csv_of(found, addresses, whom)
    return slips_of(found, addresses, whom)


@running.post("/<assessment_id>/mails")
@admits(FACILITATOR)
def mails(assessment_id: str) -> ResponseReturnValue:
    """Invite people by mail, each with a link of their own."""
    found = _found(assessment_id)
    form = MailsForm(_whom(found), guard(), request.form)
    if not form.validate() or site().post is None:
        return _survey(found, form), 400 if form.forged else 422
    whom, address = _perspective(form["perspective"].data), bare_link("joining.join")
    site().store.outbox.invite(found.id, form.addresses, whom, address, site().now())
    site().mailing.set()
    flash("invited")
    return redirect(url_for(".survey", assessment_id=assessment_id), 303)


@running.post("/<assessment_id>/reminders")
@admits(FACILITATOR)
def remind(assessment_id: str) -> ResponseReturnValue:
    """Write once more to those whose link was not used; until a reminder has left, the old link goes on working."""
    found, form = _found(assessment_id), Confirm(guard(), request.form)
    if not form.validate() or site().post is None:
        return _survey(found, form), 400
    site().store.outbox.remind(found.id, bare_link("joining.join"), site().now())
    site().mailing.set()
    flash("reminded")
    return redirect(url_for(".survey", assessment_id=assessment_id), 303)


@running.post("/<assessment_id>/reopen")
@admits(FACILITATOR)
def reopen(assessment_id: str) -> ResponseReturnValue:
    """Open a survey again, until a new day if one is given."""
    found, form = _found(assessment_id), ReopenForm(guard(), request.form)
    if form.validate() and past(form.day):
        form.refuse("closes", "past")
    if form.faults or form.forged:
        return _survey(found, form), 400 if form.forged else 422
    try:
        site().store.surveys.reopen(found.id, site().now(), moment(form.day, LAST))
    except Followed:
        flash("followed")
    except Settled:
        flash("settled")
    return redirect(url_for(".survey", assessment_id=assessment_id), 303)


def _open(found: Survey) -> None:
    site().store.surveys.open(found.id, site().now(), over=request.form.get("over", ""))
    site().store.surveys.share(found.id)


def _close(found: Survey) -> None:
    site().store.surveys.close(found.id, site().now())


def _archive(found: Survey) -> None:
    site().store.surveys.archive(found.id)


def _share(found: Survey) -> None:
    site().store.surveys.share(found.id)


def _unshare(found: Survey) -> None:
    site().store.surveys.unshare(found.id)


def _forget(found: Survey) -> None:
    site().store.outbox.forget(found.id)


ACTS: dict[str, Callable[[Survey], None]] = {
    "open": _open,
    "close": _close,
    "archive": _archive,
    "share": _share,
    "unshare": _unshare,
    "forget": _forget,
}


def _found(assessment_id: str) -> Survey:
    site().store.surveys.settle(assessment_id, site().now())
    return site().store.surveys.survey(assessment_id)


def _whom(found: Survey) -> list[str]:
    return [ANY, *site().store.surveys.invited(found.id)]


def _perspective(chosen: str) -> str | None:
    return None if chosen == ANY else chosen


def _until(found: Survey) -> str:
    """Return the day at whose end it was to close, if that is still to come."""
    planned = day(found.closes) if found.closes else ""
    return "" if past(planned) else planned


class Reach(NamedTuple):
    """Which change can be told from chance, in points: if all people answer and if half do; None: too few for figures.

    Where nobody knows how many `people` there are, it is that of ten.
    """

    people: int | None
    whole: float | None
    half: float | None


def _reach(prospect: Prospect, invited: Mapping[str, int | None], smallest: int) -> Reach:
    """Return what can be told of a perspective, together with those that it is put together with."""
    numbers = [invited[p] for p in (prospect.perspective, *prospect.beside)]
    known = [n for n in numbers if n is not None]
    if len(known) < len(numbers):
        return Reach(None, detectable(10), None)
    people = sum(known)
    whole, half = (detectable(n) if n >= smallest else None for n in (people, people // 2))
    return Reach(people, whole, half)


def _arrived(found: Survey, invited: Mapping[str, int | None]) -> Arrivals:
    return arrivals(site().bank, site().store.submitted.people(found.id), invited, found.min_cell)


def _survey(found: Survey, form: Guarded | None = None) -> str:
    surveys, now = site().store.surveys, site().now()
    invited = surveys.invited(found.id)
    shared = surveys.shared(found.id)
    told = outlook(site().bank, invited, found.min_cell)
    return render_template(
        "survey.html",
        survey=found,
        form=form or Confirm(guard()),
        invited=invited,
        mark=Setup.of(found, invited).mark,
        arrived=_arrived(found, invited),
        over=found.over(now),
        takes=found.takes(now),
        waiting_until=None if surveys.settle(found.id, now) or not found.over(now) else found.last,
        shared=link(url_for("joining.join", token=shared)) if shared else None,
        mails=site().post is not None,
        here=local(link("/")),
        reach={p.perspective: _reach(p, invited, found.min_cell) for p in told.prospects},
        outlook=told,
        length=length_of(found),
        lack=lacking(site().bank, site().store, found) if found.over(now) else None,
        unreached=site().store.outbox.unreached(found.id),
        links=form if isinstance(form, LinksForm) else LinksForm([], guard(), given={"number": "10"}),
        letters=form if isinstance(form, MailsForm) else MailsForm([], guard()),
        meetings=[a for a in site().store.assessments(found.service.id) if a.ratings == found.id],
        again=form if isinstance(form, ReopenForm) else ReopenForm(guard(), given={"closes": _until(found)}),
    )
