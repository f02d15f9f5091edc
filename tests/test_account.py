"""Everybody looks after their own account, and shows with the old password that it is theirs."""

import pytest
from flask import Flask

from assessor.accounts import OWNER, READER
from assessor.store import Store
from tests.people import PASSWORD, added, signed_in, typed
from tests.visitor import Fields, Visitor

NEW = "five other words in a row"


@pytest.fixture
def reader(app: Flask, store: Store) -> Visitor:
    """Rea, with a browser; there is an owner too."""
    added(store, "Ada", OWNER)
    return signed_in(app, store, added(store, "Rea", READER))


def test_a_new_password_ends_every_other_session_and_keeps_this_one(app: Flask, reader: Visitor, store: Store) -> None:
    rea = store.accounts.named("Rea")
    assert rea
    other = signed_in(app, store, rea)
    link = store.accounts.add_link(rea.id, "2026-11-23T09:30:00+00:00")
    page = reader.send(reader.get("/account"), {"password": NEW, "again": NEW, "old": PASSWORD})

    assert (page.address, "Saved." in page.text) == ("/account", True)
    assert reader.get("/account").address == "/account"
    assert other.get("/").address == "/sign-in"
    reader.get(f"/key/{link}", 410)
    assert typed(Visitor(app), "Rea", status=422)[0] == "/sign-in"
    assert typed(Visitor(app), "Rea", NEW)[0] == "/"


def test_name_and_mail_change_without_a_new_password(app: Flask, reader: Visitor, store: Store) -> None:
    given: Fields = {"name": "Rea  Lund", "email": "rea@example.org", "old": PASSWORD}
    assert reader.send(reader.get("/account"), given).fields["email"] == "rea@example.org"

    rea = store.accounts.named("rea lund")
    assert rea
    assert (rea.name, rea.email, rea.role) == ("Rea Lund", "rea@example.org", READER)
    assert typed(Visitor(app), "Rea Lund")[0] == "/"
    assert "already an account of this name" in reader.send(reader.get("/account"), {**given, "name": "ada"}, 409).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "wrong"}, "This is not the password you have"),
        ({"old": ""}, "This is not the password you have"),
        ({"password": "short", "again": "short", "old": PASSWORD}, "Take at least 12 characters"),
        ({"password": NEW, "again": "", "old": PASSWORD}, "The two passwords differ"),
        ({"password": "", "again": NEW, "old": PASSWORD}, "The two passwords differ"),
        ({"email": "nowhere", "old": PASSWORD}, "Give a mail address"),
        ({"name": " ", "old": PASSWORD}, "Give a name"),
    ],
)
def test_what_is_wrong_changes_nothing(reader: Visitor, store: Store, fields: Fields, words: str) -> None:
    before = store.accounts.all()
    hash_ = store.accounts.password(store.accounts.named("Rea"))
    page = reader.send(reader.get("/account"), {"name": "Somebody", "email": "", **fields}, 422)

    assert words in page.text
    assert store.accounts.all() == before
    assert store.accounts.password(store.accounts.named("Rea")) == hash_
    assert not [value for value in (NEW, PASSWORD) if value in page.html]


def test_the_old_password_cannot_be_guessed_at_a_browser_left_open(reader: Visitor) -> None:
    page = reader.get("/account")
    for n in range(5):
        reader.send(page, {"old": f"guess {n}"}, 422)

    assert "Too many tries" in reader.send(page, {"old": PASSWORD}, 429).text


def test_whoever_has_no_account_has_no_page(app: Flask, store: Store) -> None:
    Visitor(app).get("/account", 404)
    store.mark_demo()
    Visitor(app).get("/account", 404)
