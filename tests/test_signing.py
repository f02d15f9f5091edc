"""Coming in, staying out, and being let in again."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from flask import Flask
from pwdlib.hashers.argon2 import Argon2Hasher

from assessor.accounts import FACILITATOR, OWNER, READER
from assessor.bank import Bank
from assessor.mail import MailError, Post, configured
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app, drain
from tests.mailbox import Mailbox
from tests.people import NOW, PASSWORD, added, kept, signed_in, typed
from tests.visitor import Page, Visitor

NEW = {"password": "five other words in a row", "again": "five other words in a row"}


def key(visitor: Visitor) -> str | None:
    with visitor.client.session_transaction() as session:
        return session.get("key")


def test_the_first_link_makes_the_owner_and_lets_them_in(app: Flask, visitor: Visitor, store: Store) -> None:
    token = store.accounts.add_link(None, NOW)
    page = visitor.send(visitor.get(f"/key/{token}"), {"name": " ", "password": "short", "again": "other"}, 422)
    assert [page.link(w) for w in ("Give a name", "at least 12", "passwords differ")] == [
        "#name",
        "#password",
        "#again",
    ]
    page = visitor.send(visitor.get(f"/key/{token}"), {"name": "Ada  Lovelace", **NEW})

    assert page.address == "/"
    assert "Your password is set, and you are signed in." in page.text
    assert "Ada Lovelace" in page.words("nav", "account")[0]
    assert [(a.name, a.role) for a in store.accounts.all()] == [("Ada Lovelace", OWNER)]
    spent = visitor.get(f"/key/{token}", 410)
    assert "This link works no more" in spent.text
    assert typed(Visitor(app), "ada lovelace", NEW["password"])[0] == "/"


def test_a_password_link_is_looked_at_often_and_used_once(app: Flask, store: Store) -> None:
    fay = added(store, "Fay", FACILITATOR)
    added(store, "Ada")
    before = signed_in(app, store, fay)
    token = store.accounts.add_link(fay.id, NOW)
    visitor, other = Visitor(app), Visitor(app)
    pages = [v.get(f"/key/{token}") for v in (visitor, visitor, other)]
    forged = Visitor(app).send(pages[0], NEW, 400)
    assert "without its key" in forged.text
    assert visitor.send(pages[1], NEW).address == "/"

    assert "works no more" in other.send(pages[2], NEW, 410).text
    assert before.get("/").address == "/sign-in"
    assert typed(Visitor(app), "Fay", status=422)[0] == "/sign-in"
    assert typed(Visitor(app), "Fay", NEW["password"])[0] == "/"


def test_every_session_has_a_token_of_its_own_and_ends_when_it_is_left(app: Flask, store: Store) -> None:
    added(store, "Ada")
    visitor = Visitor(app)
    with visitor.client.session_transaction() as session:
        session["planted"] = "before"
    typed(visitor, "ADA")
    first = key(visitor)
    copied = Visitor(app)
    with copied.client.session_transaction() as session:
        session["key"] = first
    assert copied.get("/").address == "/"
    with visitor.client.session_transaction() as session:
        assert "planted" not in session
    page = visitor.get("/")
    assert visitor.client.post("/sign-out").headers["Location"] == "/", "not without its token"
    assert visitor.get("/").address == "/"
    assert visitor.client.post("/sign-out", data=page.fields).headers["Location"] == "/sign-in"

    assert "You are signed out." in visitor.get("/").text
    assert (key(visitor), copied.get("/").address) == (None, "/sign-in")
    typed(visitor, "Ada")
    assert key(visitor) not in {None, first}


def test_the_sixth_wrong_password_is_the_last_for_a_while(app: Flask, store: Store) -> None:
    added(store, "Ada")
    added(store, "Bea")
    said = [typed(Visitor(app), "Ada", f"wrong password {n}", 422)[1] for n in range(5)]
    assert len(set(said)) == 1

    assert "Too many tries" in typed(Visitor(app), " aDa", status=429)[1]
    assert typed(Visitor(app), "Bea")[0] == "/"
    with store._driver.write() as db:
        db.run("UPDATE attempt SET at = $1", "2026-11-23T09:14:00+00:00")
    assert typed(Visitor(app), "Ada")[0] == "/"


def test_a_right_password_wipes_the_slate_of_its_name(app: Flask, store: Store) -> None:
    added(store, "Ada")
    for _ in range(3):
        for n in range(4):
            typed(Visitor(app), "Ada", f"wrong password {n}", 422)
        assert typed(Visitor(app), "Ada")[0] == "/"


def test_a_new_password_need_not_wait_for_what_went_wrong_with_the_old(app: Flask, store: Store) -> None:
    ada = added(store, "Ada")
    for n in range(5):
        typed(Visitor(app), "Ada", f"wrong password {n}", 422)
    visitor = Visitor(app)
    visitor.send(visitor.get(f"/key/{store.accounts.add_link(ada.id, NOW)}"), NEW)

    assert typed(Visitor(app), "Ada", NEW["password"])[0] == "/", "on another device"


def test_an_address_that_tries_many_names_is_refused(app: Flask, store: Store) -> None:
    added(store, "Ada")
    for n in range(20):
        typed(Visitor(app), f"Name {n}", "wrong password", 422)

    assert "Too many tries" in typed(Visitor(app), "Ada", status=429)[1]
    elsewhere = Visitor(app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert typed(elsewhere, "Ada")[0] == "/"


def test_whatever_was_wrong_is_said_in_the_same_words(app: Flask, store: Store) -> None:
    added(store, "Ada")
    store.accounts.disable(added(store, "Disabled").id)
    store.accounts.add(name="Pending", role=READER, now=NOW)
    said = {typed(Visitor(app), name, status=422) for name in ("Nobody", "Disabled", "Pending", "", "x" * 3000)}
    said |= {typed(Visitor(app), "Ada", password, 422) for password in ("wrong password", "", "x" * 3000)}

    assert len(said) == 1
    assert "Name and password do not belong together" in said.pop()[1]


def test_neither_names_nor_addresses_nor_passwords_are_kept_of_attempts(app: Flask, store: Store) -> None:
    added(store, "Ada")
    typed(Visitor(app), "typed into the wrong field", "wrong password", 422)
    with store._driver.read() as db:
        kept_of_it = repr(db.rows("SELECT * FROM attempt"))

    assert len(kept_of_it) > 100
    assert not [word for word in ("typed", "127.0.0.1", "wrong") if word in kept_of_it]


def test_a_hash_of_other_days_is_renewed_at_signing_in(app: Flask, store: Store) -> None:
    old = Argon2Hasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    ada = store.accounts.add(name="Ada", role=OWNER, now=NOW, password=old)

    assert typed(Visitor(app), "Ada")[0] == "/"
    assert store.accounts.password(ada) != old
    assert typed(Visitor(app), "Ada")[0] == "/"


def test_without_a_mail_server_the_owner_is_asked(app: Flask, store: Store) -> None:
    added(store, "Ada", email="ada@example.org")
    page = Visitor(app).get("/forgotten")

    assert "Ask the owner of this tool" in page.text
    assert Visitor(app).client.post("/forgotten", data={"name": "Ada"}).status_code == 400


def asked(app: Flask, name: str, status: int = 200) -> Page:
    visitor = Visitor(app)
    page = visitor.send(visitor.get("/forgotten"), {"name": name}, status)
    drain(app)
    return page


def test_a_forgotten_password_is_set_anew_by_mail(garden: Bank, store: Store, renderer: Renderer, box: Mailbox) -> None:
    seconds = count()
    moment = datetime.fromisoformat(NOW)
    app = build_app(
        garden,
        store,
        renderer,
        lambda: moment + timedelta(seconds=next(seconds)),
        post=box.post,
        address="https://tool.example.org/",
    )
    added(store, "Ada", email="ada@example.org")
    added(store, "Silent", READER)
    store.accounts.disable(added(store, "Disabled", READER, email="d@example.org").id)
    said = {asked(app, name).text for name in ("Nobody", "Silent", "Disabled")}
    assert box.envelopes == []
    said.add(asked(app, "ada").text)

    assert len(said) == 1
    text = box.text()
    assert box.envelopes[0].rcpt_tos == ["ada@example.org"]
    assert "Subject: Set a new password for Garden readiness" in text
    path = text.split("https://tool.example.org")[1].split()[0]
    visitor = Visitor(app)
    assert visitor.send(visitor.get(path), NEW).address == "/"
    assert len(box.envelopes) == 1
    for _ in range(4):
        asked(app, "ADA")
    assert "Too many tries" in asked(app, "Ada", 429).text
    assert typed(Visitor(app), "Ada", NEW["password"])[0] == "/", "asking does not shut out"


def test_a_mail_that_cannot_be_sent_changes_nothing_that_is_answered(
    garden: Bank, store: Store, renderer: Renderer, caplog: pytest.LogCaptureFixture
) -> None:
    dead = Post(host="127.0.0.1", port=1, secure=False, sender="tool@example.org")
    app = build_app(garden, store, renderer, lambda: datetime.fromisoformat(NOW), post=dead)
    added(store, "Ada", email="ada@example.org")

    assert asked(app, "Ada").text == asked(app, "Nobody").text
    assert "A mail could not be sent" in caplog.text


def test_a_mail_server_without_encryption_is_given_no_password(box: Mailbox) -> None:
    post = Post(host=box.post.host, port=box.post.port, secure=False, sender="a@b.c", user="u", password=PASSWORD)

    with pytest.raises(MailError, match="offers no encryption"):
        post.send(to="a@b.c", subject="S", text="T")
    assert PASSWORD not in repr(post)
    assert box.envelopes == []


def test_settings_for_mail_are_understood_or_named() -> None:
    sender = {"ASSESSOR_SENDER": "tool@example.org"}
    full = configured({"ASSESSOR_SMTP": "smtps://me%40x:p%3Aw@mail.example.org", **sender})

    assert configured({}) is None
    assert full == Post(
        host="mail.example.org",
        port=465,
        secure=True,
        sender="tool@example.org",
        user="me@x",
        password="p:w",  # noqa: S106
    )
    for wrong in ("mail.example.org", "http://x", "smtp://", "smtp://u:secret@x:port"):
        with pytest.raises(MailError, match="must look like") as error:
            configured({"ASSESSOR_SMTP": wrong, **sender})
        assert "secret" not in str(error.value)
    with pytest.raises(MailError, match="ASSESSOR_SENDER"):
        configured({"ASSESSOR_SMTP": "smtp://x"})


def test_the_hash_that_tests_keep_is_a_real_one() -> None:
    assert kept().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
