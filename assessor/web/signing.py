"""Pages for coming in: signing in and out, and the one-time links that set a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from assessor.accounts import A_NAME, AN_ADDRESS, folded, hashed, neighbourhood, verified
from assessor.forms import Confirm, ForgottenForm, PasswordForm, SignInForm
from assessor.store import NameTaken
from assessor.store.attempts import mark
from assessor.web.admission import ANYONE, admits, leave, visitor, welcome
from assessor.web.site import bare_link, guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.accounts import Account

signing = Blueprint("signing", __name__)


@signing.get("/sign-in")
@admits(ANYONE)
def sign_in() -> ResponseReturnValue:
    """Ask who is there; where nobody has to sign in, there is nothing to ask."""
    return redirect(url_for("answering.home"), 303) if visitor() else _sign_in(SignInForm(guard()))


@signing.post("/sign-in")
@admits(ANYONE)
def enter() -> ResponseReturnValue:
    """Let somebody in, or say no in the same words whatever was wrong."""
    form = SignInForm(guard(), request.form)
    if not form.validate():
        return _sign_in(form), 400
    name, password = form.values["name"], form.values["password"]
    attempt = site().store.accounts.attempt(limits(name), site().now())
    if attempt is None:
        return _sign_in(form, "often"), 429
    token = _session(site().store.accounts.named(name), password or "")
    if token is None:
        return _sign_in(form, "wrong"), 422
    site().store.accounts.forgive(attempt, mark(site().key, "name", folded(name)))
    welcome(token)
    return redirect(url_for("answering.home"), 303)


@signing.post("/sign-out")
@admits(ANYONE)
def sign_out() -> ResponseReturnValue:
    """End the session for good, on the server too."""
    if not Confirm(guard(), request.form).validate():
        return redirect(url_for("answering.home"), 303)
    leave()
    flash("left")
    return redirect(url_for(".sign_in"), 303)


@signing.get("/key/<token>")
@admits(ANYONE)
def key(token: str) -> str:
    """Ask for a password, and on the first link of all for the owner's name; looking at it uses nothing up."""
    account = site().store.accounts.link(token, site().now())
    return _key(PasswordForm(guard(), naming=account is None), account)


@signing.post("/key/<token>")
@admits(ANYONE)
def redeem(token: str) -> ResponseReturnValue:
    """Set the password, and let its owner in."""
    account = site().store.accounts.link(token, site().now())
    form = PasswordForm(guard(), request.form, naming=account is None)
    if not form.validate():
        return _key(form, account), 400 if form.forged else 422
    try:
        kept = hashed(form.values["password"])
        found = site().store.accounts.redeem(token, kept, site().now(), form.values.get("name", ""))
    except NameTaken:
        form.refuse("name", "taken")
        return _key(form, account), 409
    site().store.accounts.forgive(None, mark(site().key, "name", folded(found.name)))  # nobody guessed this link
    session = site().store.accounts.open_session(found.id, kept, site().now())
    if session:
        welcome(session)
        flash("key")
    return redirect(url_for("answering.home"), 303)


@signing.get("/forgotten")
@admits(ANYONE)
def forgotten() -> str:
    """Ask whose password it was; without a way to send mail, say whom to ask."""
    return _forgotten(ForgottenForm(guard()))


@signing.post("/forgotten")
@admits(ANYONE)
def remind() -> ResponseReturnValue:
    """Send a link if there is such an account; what is answered, and when, is the same if there is none."""
    form = ForgottenForm(guard(), request.form)
    if not form.validate():
        return _forgotten(form), 400 if form.forged else 422
    if site().post is None:
        return _forgotten(form)
    name = form.values["name"]
    if site().store.accounts.attempt(limits(name, "mail "), site().now()) is None:
        return _forgotten(form, "often"), 429
    site().store.outbox.ask(name, bare_link(".key"), site().now())
    site().mailing.set()
    return _forgotten(form, "sent")


def _session(account: Account | None, password: str) -> str | None:
    """Return the token of a new session if the password is right."""
    kept = right(account, password)
    return site().store.accounts.open_session(account.id, kept, site().now()) if account and kept else None


def right(account: Account | None, password: str) -> str | None:
    """Return what is kept of a password that is right; an unknown name takes as long as a wrong password."""
    accounts = site().store.accounts
    kept = accounts.password(account)
    same, newer = verified(password, kept)
    if account is None or kept is None or not same:
        return None
    if newer:
        accounts.rehash(account.id, kept, newer)
    return newer or kept


def limits(name: str, what: str = "") -> dict[str, int]:
    """Return how many attempts may fail, under the name and under the address."""
    address = neighbourhood(request.remote_addr or "")
    return {
        mark(site().key, f"{what}name", folded(name)): A_NAME,
        mark(site().key, f"{what}address", address): AN_ADDRESS,
    }


def _sign_in(form: SignInForm, trouble: str = "") -> str:
    return render_template("sign_in.html", form=form, trouble=trouble)


def _key(form: PasswordForm, account: Account | None) -> str:
    return render_template("key.html", form=form, account=account)


def _forgotten(form: ForgottenForm, answer: str = "") -> str:
    return render_template("forgotten.html", form=form, answer=answer, mails=site().post is not None)
