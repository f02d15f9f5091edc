"""Pages for the owner: who has an account, and what each may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.accounts import OWNER
from assessor.forms import PersonForm, ServicesForm, SureForm
from assessor.store import LastOwner, NameTaken
from assessor.web.admission import visitor
from assessor.web.site import guard, link, site

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from assessor.accounts import Account

people = Blueprint("people", __name__, url_prefix="/people")


@people.before_request
def only_with_an_account() -> None:
    """Leave making the first owner to the link that was printed: more people may use this computer than read that."""
    who = visitor()
    if who is None or not who.id:
        abort(404)


@people.get("")
def everybody() -> str:
    """List the accounts."""
    names = {service.id: service.name for service in site().store.services()}
    return render_template("people.html", accounts=site().store.accounts.all(), names=names)


@people.get("/add")
def newcomer() -> str:
    """Ask who is added."""
    return render_template("newcomer.html", form=PersonForm(guard()))


@people.post("/add")
def add() -> ResponseReturnValue:
    """Add an account and show the link that sets its password."""
    form = PersonForm(guard(), request.form)
    if not form.validate():
        return render_template("newcomer.html", form=form), 400 if form.forged else 422
    try:
        account = site().store.accounts.add(**form.values, now=site().now())
    except NameTaken:
        form.refuse("name", "taken")
        return render_template("newcomer.html", form=form), 409
    return _link(account, new=True)


@people.get("/<account_id>")
def person(account_id: str) -> str:
    """Show one account with everything that can be done to it."""
    return _person(site().store.accounts.account(account_id))


@people.post("/<account_id>")
def change(account_id: str) -> ResponseReturnValue:
    """Do what the button says."""
    account = site().store.accounts.account(account_id)
    form = _services(account)
    if not form.validate():
        return _person(account, form), 400 if form.forged else 422
    act = ACTS.get(request.form.get("go", "")) or abort(400)
    try:
        return act(account)
    except LastOwner:
        return _person(account, last=True), 409


@people.post("/<account_id>/details")
def describe(account_id: str) -> ResponseReturnValue:
    """Change name, mail address and role."""
    account, form = site().store.accounts.account(account_id), PersonForm(guard(), request.form)
    if not form.validate():
        return _person(account, details=form), 400 if form.forged else 422
    try:
        site().store.accounts.describe(account_id, **form.values)
    except NameTaken:
        form.refuse("name", "taken")
        return _person(account, details=form), 409
    except LastOwner:
        return _person(account, last=True), 409
    if account == visitor() and form["role"].data != OWNER:  # who can see this page no more
        return redirect(url_for("answering.home"), 303)
    return _done(account, "described")


@people.get("/<account_id>/delete")
def ask(account_id: str) -> str:
    """Ask whether it is meant."""
    return _ask(site().store.accounts.account(account_id), SureForm(guard()))


@people.post("/<account_id>/delete")
def delete(account_id: str) -> ResponseReturnValue:
    """Delete an account; services and assessments stay."""
    account, form = site().store.accounts.account(account_id), SureForm(guard(), request.form)
    if not form.validate():
        return _ask(account, form), 400 if form.forged else 422
    try:
        site().store.accounts.delete(account_id)
    except LastOwner:
        return _person(account, last=True), 409
    return redirect(url_for("answering.home" if account == visitor() else ".everybody"), 303)


def _give(account: Account) -> ResponseReturnValue:
    site().store.accounts.give(account.id, request.form.getlist("services"))
    return _done(account, "given")


def _link(account: Account, *, new: bool = False) -> ResponseReturnValue:
    """Show a link once: only its hash is kept."""
    token = site().store.accounts.add_link(account.id, site().now())
    address = link(url_for("signing.key", token=token))
    return render_template("link.html", account=account, address=address, new=new)


def _disable(account: Account) -> ResponseReturnValue:
    site().store.accounts.disable(account.id)
    return _done(account, "disabled")


def _enable(account: Account) -> ResponseReturnValue:
    site().store.accounts.enable(account.id)
    return _done(account, "enabled")


def _end(account: Account) -> ResponseReturnValue:
    site().store.accounts.end_sessions(account.id)
    return _done(account, "ended")


ACTS: dict[str, Callable[[Account], ResponseReturnValue]] = {
    "give": _give,
    "link": _link,
    "disable": _disable,
    "enable": _enable,
    "end": _end,
}


def _done(account: Account, what: str) -> ResponseReturnValue:
    flash(what)
    return redirect(url_for(".person", account_id=account.id), 303)


def _services(account: Account) -> ServicesForm:
    ids = [service.id for service in site().store.services()]
    return ServicesForm(ids, guard(), request.form if request.method == "POST" else None, account.services)


def _person(
    account: Account, form: ServicesForm | None = None, details: PersonForm | None = None, *, last: bool = False
) -> str:
    given = {"name": account.name, "email": account.email, "role": account.role}
    return render_template(
        "person.html",
        account=account,
        form=form or _services(account),
        details=details or PersonForm(guard(), given=given),
        services=site().store.services(),
        last=last,
    )


def _ask(account: Account, form: SureForm) -> str:
    return render_template("person_delete.html", account=account, form=form)
