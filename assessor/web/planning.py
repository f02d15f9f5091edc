"""Pages for what a service plans: its actions by row and state, each to be edited, and the targets of its rows.

Whoever saves over what somebody else has saved in the meantime gets both versions back, and may save once more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.assessed import ended
from assessor.assessed.withheld import Withheld
from assessor.forms import ActionForm, StateForm, TargetForm, VersionForm
from assessor.plan import OPEN, Target, by_row
from assessor.store import Overtaken
from assessor.web.admission import FACILITATOR, READER, admits
from assessor.web.days import past
from assessor.web.results import latest, made
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from assessor.bank import Action, Facet, Row
    from assessor.plan import Intent, PlannedAction
    from assessor.report import FacetLine, Report

planning = Blueprint("planning", __name__, url_prefix="/services/<service_id>/plan")


@planning.get("")
@admits(FACILITATOR, READER)
def plan(service_id: str) -> str:
    """Show what is planned, by row and state, and what could be."""
    return _plan(service_id, StateForm(guard()))


@planning.get("/new")
@admits(FACILITATOR)
def new(service_id: str) -> str:
    """Ask for an action; one that the bank suggests is written down already."""
    taken = _suggestion()
    given = {"text": taken[0].text, "row": _row_of(service_id, taken[1])} if taken else {}
    return _new(service_id, _action_form(service_id, given=given))


@planning.post("/new")
@admits(FACILITATOR)
def add(service_id: str) -> ResponseReturnValue:
    """Add an action to the plan."""
    form = _action_form(service_id, submitted=True)
    if not form.validate():
        return _new(service_id, form), 400 if form.forged else 422
    taken, at = _suggestion(), latest(service_id)
    added = site().store.plans.add(
        service_id,
        form.intent,
        row=form["row"].data,
        now=site().now(),
        facet=taken[1].id if taken else None,
        suggestion=taken[0].id if taken else None,
        assessment=(at.id, ended(at)) if at else None,
    )
    _noted("added", form.intent)
    return _back(service_id, added.id)


@planning.get("/<action_id>")
@admits(FACILITATOR)
def action(service_id: str, action_id: str) -> str:
    """Show one action with everything that was saved of it, to be edited."""
    kept = site().store.plans.action(service_id, action_id)
    return _edit(service_id, kept, _form_over(kept))


@planning.post("/<action_id>")
@admits(FACILITATOR)
def change(service_id: str, action_id: str) -> ResponseReturnValue:
    """Save an action anew; show both versions where somebody else was quicker."""
    kept, form = site().store.plans.action(service_id, action_id), ActionForm(guard(), request.form)
    if not form.validate():
        return _edit(service_id, kept, form), 400 if form.forged else 422
    return _save(service_id, action_id, form.revision, form.intent)


@planning.post("/<action_id>/state")
@admits(FACILITATOR)
def move(service_id: str, action_id: str) -> ResponseReturnValue:
    """Put an action in another state, with one tap."""
    kept, form = site().store.plans.action(service_id, action_id), StateForm(guard(), request.form)
    if not form.validate():
        return _plan(service_id, form), 400
    return _save(service_id, action_id, form.revision, kept.now._replace(state=form["state"].data))


@planning.post("/<action_id>/delete")
@admits(FACILITATOR)
def delete(service_id: str, action_id: str) -> ResponseReturnValue:
    """Delete an action that was written by mistake, as long as no report has told others of it."""
    kept, form = site().store.plans.action(service_id, action_id), VersionForm(guard(), request.form)
    if not form.validate():
        return _edit(service_id, kept, _form_over(kept)), 400
    try:
        site().store.plans.delete(service_id, action_id, form.revision)
    except Overtaken:
        flash("changed")
        return redirect(url_for(".action", service_id=service_id, action_id=action_id), 303)
    flash("deleted")
    return redirect(url_for(".plan", service_id=service_id), 303)


@planning.get("/target/<row_id>")
@admits(FACILITATOR)
def target(service_id: str, row_id: str) -> str:
    """Ask where a row should be."""
    kept = _kept(service_id, row_id)
    return _target(service_id, kept, TargetForm(guard(), given={"points": _shown(kept), "revision": kept.revision}))


@planning.post("/target/<row_id>")
@admits(FACILITATOR)
def aim(service_id: str, row_id: str) -> ResponseReturnValue:
    """Set where a row should be; show both where somebody else was quicker."""
    kept, form = _kept(service_id, row_id), TargetForm(guard(), request.form)
    if not form.validate():
        return _target(service_id, kept, form), 400 if form.forged else 422
    try:
        site().store.plans.aim(service_id, row_id, form.revision, form.wanted)
    except Overtaken:
        kept = _kept(service_id, row_id)
        given = {"points": form["points"].data, "revision": kept.revision}
        return _target(service_id, kept, TargetForm(guard(), given=given), overtaken=True), 409
    flash("saved")
    return _back(service_id, f"row-{row_id}")


def _noted(what: str, intent: Intent) -> None:
    """Say that an action is kept; and that its day is over, if it is still to be done: that may be a slip."""
    flash(what)
    if intent.state in OPEN and past(intent.due):
        flash("past")


def _save(service_id: str, action_id: str, revision: int, intent: Intent) -> ResponseReturnValue:
    try:
        site().store.plans.change(service_id, action_id, revision, intent, site().now())
    except Overtaken:
        kept = site().store.plans.action(service_id, action_id)
        return _edit(service_id, kept, _form_over(kept, intent), overtaken=intent), 409
    _noted("saved", intent)
    return _back(service_id, action_id)


def _back(service_id: str, anchor: str) -> ResponseReturnValue:
    return redirect(url_for(".plan", service_id=service_id, _anchor=anchor), 303)


def _form_over(kept: PlannedAction, intent: Intent | None = None) -> ActionForm:
    """Return a form that saves over what is kept by now, filled with that, or with what somebody wants instead."""
    return ActionForm(guard(), given={**(intent or kept.now)._asdict(), "revision": kept.revision})


def _action_form(service_id: str, *, given: Mapping[str, str] | None = None, submitted: bool = False) -> ActionForm:
    rows = [row.id for row in _rows(_latest(service_id))]
    return ActionForm(guard(), request.form if submitted else None, given, rows=rows)


def _latest(service_id: str) -> Report | None:
    """Return the latest result of a service; None where there is none, or none that may be shown."""
    found = latest(service_id)
    try:
        return made(found.id) if found else None
    except Withheld:
        return None


def _rows(report: Report | None) -> Sequence[Row]:
    """Return the rows that can be planned for: those that were asked last, or all."""
    return [line.row for line in report.rows] if report else site().bank.rows


def _suggestion() -> tuple[Action, Facet] | None:
    """Return the action of the bank that the address names, with its facet."""
    named = request.args.get("suggestion")
    found = next((a for a in site().bank.actions if a.id == named), None)
    if named and not found:
        abort(404)
    return (found, site().bank.facet[found.facet]) if found else None


def _row_of(service_id: str, facet: Facet) -> str:
    """Return the row in which a facet was asked last, else the first row that asks for it."""
    report, bank = _latest(service_id), site().bank
    asked = [row.row.id for row in report.rows for f in row.facets if f.facet.id == facet.id] if report else []
    return asked[-1] if asked else next(i.row for i in bank.items if i.facet == facet.id)  # its own, after a core line


def _offered(report: Report, taken: set[str | None]) -> list[tuple[FacetLine, list[Action]]]:
    """Return what the bank suggests: for the points to talk about, then for other weak facets, less what is taken."""
    facets = [*report.points, *(f for f in report.weak if f not in report.points)]
    left = ((f, [a for a in f.actions if a.id not in taken]) for f in facets)
    return [(facet, actions) for facet, actions in left if actions]


def _kept(service_id: str, row_id: str) -> Target:
    if row_id not in site().bank.row:
        abort(404)
    return site().store.plans.targets(service_id).get(row_id, Target(row=row_id, points=None, revision=0))


def _shown(target: Target) -> str:
    return "" if target.points is None else str(target.points)


def _plan(service_id: str, form: StateForm) -> str:
    store, report = site().store, _latest(service_id)
    actions, targets = store.plans.actions(service_id), store.plans.targets(service_id)
    aimed = [row for row in site().bank.rows if row.id in targets and targets[row.id].points is not None]
    open_ones = {a.suggestion for a in actions if a.open}
    return render_template(
        "plan.html",
        service=store.service(service_id),
        form=form,
        report=report,
        groups=by_row(site().bank, actions),
        rows=list(dict.fromkeys([*_rows(report), *aimed])),
        lines={line.row.id: line.line for line in report.rows} if report else {},
        targets=targets,
        offered=_offered(report, open_ones) if report else [],
        today=site().clock().astimezone().date().isoformat(),
    )


def _new(service_id: str, form: ActionForm) -> str:
    service, rows = site().store.service(service_id), _rows(_latest(service_id))
    return render_template(
        "plan_action.html", service=service, form=form, rows=rows, kept=None, overtaken=None, known=True
    )


def _edit(service_id: str, kept: PlannedAction, form: ActionForm, overtaken: Intent | None = None) -> str:
    service = site().store.service(service_id)
    known = site().store.plans.told(service_id, kept.id)
    given = {"service": service, "form": form, "kept": kept, "overtaken": overtaken, "known": known}
    return render_template("plan_action.html", rows=(), **given)


def _target(service_id: str, kept: Target, form: TargetForm, *, overtaken: bool = False) -> str:
    service, row = site().store.service(service_id), site().bank.row[kept.row]
    return render_template("plan_target.html", service=service, row=row, kept=kept, form=form, overtaken=overtaken)
