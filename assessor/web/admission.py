"""Who is asking, and what is theirs to see: everybody else is told that there is nothing here.

A view that names nobody with `admits` is the owners' alone, so that a forgotten one stays shut.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from flask import abort, current_app, g, request, session

from assessor.accounts import FACILITATOR, OWNER, READER, Account
from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["ANYONE", "FACILITATOR", "HOLDER", "READER", "SUBMITTER", "admit", "admits", "reads", "sees", "visitor"]

View = TypeVar("View", bound="Callable[..., Any]")

ANYONE, SUBMITTER, HOLDER = "anyone", "submitter", "holder"
HERE = Account(id="", name="", role=OWNER)  # whoever uses this computer, as long as there is no owner
MADE_UP = Account(id="demo", name="", role=OWNER)
KEY, SUBMITTED = "key", "submitted"
FRESH, MOST_FRESH = timedelta(hours=1), 5  # how long a result is shown to who submitted it, on any computer

_admitted: dict[Callable[..., Any], frozenset[str]] = {}


def admits(*who: str) -> Callable[[View], View]:
    """Open a view to roles besides the owners, to who submitted the assessment or holds a link to it, or to anyone."""

    def mark(view: View) -> View:
        _admitted[view] = frozenset(who)
        return view

    return mark


def admit() -> None:
    """Answer 404 to everybody who may not see the page, whether it is there or not."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or request.endpoint == "static":
        return
    who = _admitted.get(view, frozenset())
    if ANYONE in who or (SUBMITTER in who and _submitted((request.view_args or {})["assessment_id"])):
        return
    if HOLDER in who:
        site().store.links.opened((request.view_args or {})["token"], site().now())  # or there is nothing here
    elif not _may(visitor(), who):
        abort(404)


def visitor() -> Account | None:
    """Return who is asking; None for somebody who would have to sign in."""
    if "visitor" not in g:
        g.visitor = _visitor()
    return cast("Account | None", g.visitor)


def sees(service_id: str) -> bool:
    """Tell whether a service is the visitor's to see."""
    who = visitor()
    return who is not None and who.sees(service_id)


def reads(assessment_id: str) -> bool:
    """Tell whether the result of an assessment is the visitor's to read."""
    return _submitted(assessment_id) or sees(site().store.kept(assessment_id).service.id)


def welcome(token: str) -> None:
    """Begin anew with the session of an account: nothing of what the browser held before goes on."""
    leave()
    session[KEY] = token


def leave() -> None:
    """End the visitor's session, and forget what the browser held."""
    if KEY in session:
        site().store.accounts.end_session(session[KEY])
    session.clear()
    g.pop("visitor", None)


def keep_submitted(assessment_id: str) -> None:
    """Let this browser see the result for a while: who answers needs no account."""
    kept = {**session.get(SUBMITTED, {}), assessment_id: site().now()}
    session[SUBMITTED] = dict(list(kept.items())[-MOST_FRESH:])


def _visitor() -> Account | None:
    store = site().store
    if store.demo:
        return MADE_UP
    found = store.accounts.session(session[KEY], site().now()) if KEY in session else None
    return found or (None if store.accounts.owned else HERE)


def _may(who: Account | None, roles: frozenset[str]) -> bool:
    return who is not None and (who.owns or (who.role in roles and all(map(who.sees, _services()))))


def _services() -> Iterator[str]:
    """Yield the services that the address speaks of."""
    for name, value in {**request.args, **(request.view_args or {})}.items():
        if name in {"service", "service_id"} and value:
            yield value
        elif name in {"assessment_id", "earlier_id", "after"}:
            yield site().store.kept(value).service.id


def _submitted(assessment_id: str) -> bool:
    at = session.get(SUBMITTED, {}).get(assessment_id)
    now = site().clock()
    return bool(at) and datetime.fromisoformat(at) <= now < datetime.fromisoformat(at) + FRESH
