"""People with accounts: put into the store as they stand, and signed in without typing a password."""

from functools import cache

from flask import Flask

from assessor.accounts import OWNER, Account, hashed
from assessor.store import Store
from tests.visitor import Visitor

NOW = "2026-11-23T09:30:00+00:00"
PASSWORD = "four words in a row"  # noqa: S105 - nobody's


@cache
def kept() -> str:
    """Return the hash of PASSWORD; making one takes a while."""
    return hashed(PASSWORD)


def added(store: Store, name: str, role: str = OWNER, *services: str, email: str | None = None) -> Account:
    """Add somebody who can sign in and was given some services."""
    account = store.accounts.add(name=name, role=role, now=NOW, email=email, password=kept())
    store.accounts.give(account.id, services)
    return store.accounts.account(account.id)


def signed_in(app: Flask, store: Store, account: Account) -> Visitor:
    """Return somebody whose browser holds a session of the account."""
    visitor = Visitor(app)
    with visitor.client.session_transaction() as session:
        session["key"] = store.accounts.open_session(account.id, kept(), NOW)
    return visitor


def typed(visitor: Visitor, name: str, password: str = PASSWORD, status: int = 200) -> tuple[str, str]:
    """Sign in as a person does; return where that leads and what the page says."""
    page = visitor.send(visitor.get("/sign-in"), {"name": name, "password": password}, status)
    return page.address, page.text
