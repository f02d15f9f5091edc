"""The page of one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from assessor.accounts import folded, hashed
from assessor.forms import MineForm
from assessor.store import NameTaken
from assessor.store.attempts import mark
from assessor.web.admission import FACILITATOR, READER, admits, visitor, welcome
from assessor.web.signing import limits, right
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.accounts import Account

account = Blueprint("account", __name__, url_prefix="/account")


@account.get("")
@admits(FACILITATOR, READER)
def mine() -> str:
    """Show what is kept of the visitor."""
    who = _who()
    return _mine(who, MineForm(guard(), given={"name": who.name, "email": who.email}))


@account.post("")
@admits(FACILITATOR, READER)
def change() -> ResponseReturnValue:
    """Change name, mail address and password, once the old password was right."""
    who, form, accounts = _who(), MineForm(guard(), request.form), site().store.accounts
    if not form.validate():
        return _mine(who, form), 400 if form.forged else 422
    attempt = accounts.attempt(limits(who.name, "own "), site().now())
    if attempt is None:
        return _mine(who, form, often=True), 429
    if not right(who, form["old"].data or ""):
        form.refuse("old", "old")
        return _mine(who, form), 422
    accounts.forgive(attempt, mark(site().key, "own name", folded(who.name)))
    try:
        accounts.describe(who.id, name=form["name"].data, email=form["email"].data)
    except NameTaken:
        form.refuse("name", "taken")
        return _mine(who, form), 409
    if form["password"].data:
        _set(who, form["password"].data)
    flash("changed")
    return redirect(url_for(".mine"), 303)


def _who() -> Account:
    """Return whose account it is; whoever needs none has no page."""
    who = visitor()
    return who if who is not None and who.name else abort(404)


def _set(who: Account, password: str) -> None:
    """Set a new password: every other session ends, and this one is another from now on."""
    kept = hashed(password)
    site().store.accounts.set_password(who.id, kept)
    session = site().store.accounts.open_session(who.id, kept, site().now())
    if session:
        welcome(session)


def _mine(who: Account, form: MineForm, *, often: bool = False) -> str:
    return render_template("account.html", account=who, form=form, often=often)
