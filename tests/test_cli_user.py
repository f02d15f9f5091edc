"""Accounts from the command line, and a server that lets others in only when somebody says who."""

import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assessor.accounts import OWNER, READER, verified
from assessor.cli import main
from assessor.cli.server import Place
from assessor.store import Store
from assessor.web import create_app
from tests.commands import refused, serving
from tests.people import PASSWORD, added, typed
from tests.visitor import Visitor

GARDEN = Path(__file__).parent / "banks" / "garden"


def run(*arguments: object, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], input=given, catch_exceptions=False)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "r.db"


def user(database: Path, *arguments: object, given: str | bytes | None = None) -> Result:
    return run("user", *arguments, "--database", database, given=given)


def test_an_account_is_added_and_its_link_sets_the_password(database: Path) -> None:
    said = user(database, "add", "Ada", "--role", "owner", "--email", "ada@example.org").stdout
    path = re.findall(r"^http://127\.0\.0\.1:8000(/key/\S+)$", said, re.MULTILINE)
    new = {"password": PASSWORD, "again": PASSWORD}
    visitor = Visitor(create_app(database, GARDEN))

    assert "works once, within three days" in said
    assert "no password yet" in user(database, "list").stdout
    assert visitor.send(visitor.get(path[0]), new).address == "/"
    assert user(database, "list").stdout == "Ada\towner\tcan sign in\tall services\n"


def test_a_link_stands_under_the_address_of_the_settings(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSESSOR_ADDRESS", "https://tool.example.org/")

    assert "\nhttps://tool.example.org/key/" in user(database, "add", "Ada", "--role", "owner").stdout


def test_a_password_comes_from_standard_input_and_is_printed_nowhere(database: Path) -> None:
    added_ = user(database, "add", "Ada", "--role", "owner", "--password-stdin", given=f"{PASSWORD}\n")
    with Store(database) as store:
        assert verified(PASSWORD, store.accounts.password(store.accounts.named("ada")))[0]
    reset = user(database, "reset", "ADA", "--password-stdin", given="another password\r\n")
    with Store(database) as store:
        assert verified("another password", store.accounts.password(store.accounts.named("ada")))[0]

    assert (added_.stdout, reset.exit_code) == ("Added: Ada, owner.\n", 0)
    assert "another password" not in reset.output
    assert not [word for word in (PASSWORD, "another password") if word.encode() in database.read_bytes()]


def test_an_account_is_disabled_enabled_and_reset(database: Path) -> None:
    with Store(database) as store:
        added(store, "Ada")
        added(store, "Rea", READER)
    assert user(database, "disable", "rea").stdout == "Disabled: Rea.\n"
    refused(user(database, "reset", "Rea"), "Enable it first")
    assert "Rea\treader\tdisabled\tno services yet" in user(database, "list").stdout
    assert user(database, "enable", "Rea").stdout == "Enabled: Rea.\n"

    assert "/key/" in user(database, "reset", "Rea").stdout
    refused(user(database, "disable", "Ada"), "Make another owner first")


@pytest.mark.parametrize(
    ("arguments", "given", "sentence"),
    [
        (["add", "ada", "--role", "reader"], None, "There is already an account “ada”"),
        (["add", " ", "--role", "reader"], None, "A name has 1 to 120 characters"),
        (["add", "x" * 121, "--role", "reader"], None, "A name has 1 to 120 characters"),
        (["add", "Eve", "--role", "reader", "--email", "eve"], None, "“eve” is no mail address"),
        (["add", "Eve", "--role", "emperor"], None, "'emperor' is not one of"),
        (["add", "Eve", "--role", "reader", "--password-stdin"], "short", "has fewer than 12 characters"),
        (["add", "Eve", "--role", "reader", "--password-stdin"], "x" * 201, "has more than 200 characters"),
        (["add", "Eve", "--role", "reader", "--password-stdin"], b"\xff" * 20, "is not UTF-8 text"),
        (["reset", "Nobody"], None, "There is no account “Nobody”"),
        (["enable", "Nobody"], None, "There is no account “Nobody”"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    database: Path, arguments: list[str], given: str | bytes | None, sentence: str
) -> None:
    with Store(database) as store:
        added(store, "Ada")

    refused(user(database, *arguments, given=given), sentence)
    with Store(database) as store:
        assert [a.name for a in store.accounts.all()] == ["Ada"]


def test_a_database_that_is_not_there_is_named(database: Path) -> None:
    refused(user(database, "list"), "There is no database")
    assert not database.exists()


@pytest.mark.parametrize("others", [["--host", "0.0.0.0"], ["--name", "tool.example.org"], ["--https"]])  # noqa: S104
@pytest.mark.parametrize("state", ["no file", "no password", "demo"])
def test_others_are_let_in_only_when_there_is_an_owner(database: Path, others: list[str], state: str) -> None:
    if state != "no file":
        with Store(database) as store:
            store.accounts.add(name="Ada", role=OWNER, now="2026-11-23T09:30:00+00:00")
            if state == "demo":
                added(store, "Bea")
                store.mark_demo()

    refused(run("serve", "--database", database, "--port", "0", *others), "only when there is an owner")


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        (["--host", "0.0.0.0"], "Say with --name"),  # noqa: S104
        (["--name", "https://tool.example.org"], "is no host name"),
        (["--name", "tool.example.org:80"], "is no host name"),
        (["--host", "203.0.113.1"], "Port 0 of 203.0.113.1 cannot be used"),
    ],
)
def test_a_place_where_nobody_finds_it_is_refused(database: Path, others: list[str], sentence: str) -> None:
    with Store(database) as store:
        added(store, "Ada")

    refused(run("serve", "--database", database, "--port", "0", *others), sentence)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_this_computer_has_several_names(host: str) -> None:
    assert Place(host=host).alone
    assert not Place(host=host, names=("tool.example.org",)).alone


def test_the_first_start_offers_to_make_the_owner_and_the_second_asks_who_is_there(database: Path) -> None:
    with serving("serve", "--database", database, "--bank", GARDEN) as (server, address):
        assert server.stdout
        said = "".join(server.stdout.readline() for _ in range(2))
        token = re.findall(rf"{address}(key/\S+) \(works once, within 24 hours\)", said)
        with urllib.request.urlopen(address + token[0], timeout=20) as page:  # noqa: S310 - our own address
            assert b"Make the owner" in page.read()
    with Store(database) as store:
        store.accounts.redeem(token[0].partition("/")[2], "a hash", "2026-11-23T09:30:00+00:00", "Ada")

    with serving("serve", "--database", database, "--bank", GARDEN) as (server, address):
        assert server.stdout
        assert server.stdout.readline() == "Press Ctrl+C to stop.\n"
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert page.url.endswith("/sign-in")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_behind_a_proxy_cookies_are_kept_to_https_and_who_comes_is_told_apart(database: Path, host: str) -> None:
    with Store(database) as store:
        added(store, "Ada")
    others = ("--host", host, "--name", "tool.example.org", "--https")
    with serving("serve", "--database", database, "--bank", GARDEN, *others) as (_, address):
        for visitor in ("192.0.2.7", "192.0.2.8"):
            proxy = {"Host": "tool.example.org", "X-Forwarded-Proto": "https", "X-Forwarded-For": visitor}
            with urllib.request.urlopen(urllib.request.Request(f"{address}sign-in", headers=proxy), timeout=20) as page:  # noqa: S310 - our own address
                cookie, text = page.headers["Set-Cookie"], page.read().decode()
            assert "; Secure;" in cookie
            sent = {
                "name": visitor,
                "password": "wrong",
                "csrf_token": re.findall(r'name="csrf_token" value="([^"]+)', text)[0],
            }
            wrong = urllib.request.Request(  # noqa: S310 - our own address
                f"{address}sign-in", urllib.parse.urlencode(sent).encode(), {**proxy, "Cookie": cookie.split(";")[0]}
            )
            with pytest.raises(urllib.error.HTTPError, match="422"):
                urllib.request.urlopen(wrong, timeout=20)  # noqa: S310 - our own address
        strange = urllib.request.Request(f"{address}sign-in", headers={"Host": "evil.example"})  # noqa: S310
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(strange, timeout=20)  # noqa: S310

    with Store(database) as store, store._driver.read() as db:
        assert len({row["what"] for row in db.rows("SELECT what FROM attempt")}) == 4, "two names, two addresses"


def test_names_are_answered_that_were_given(database: Path) -> None:
    with Store(database) as store:
        added(store, "Ada")
    visitor = Visitor(create_app(database, GARDEN, names=["tool.example.org"], https=True))

    for host, status in (("tool.example.org", 200), ("localhost:8000", 200), ("other.example.org", 400)):
        assert visitor.client.get("/sign-in", headers={"Host": host}).status_code == status
    assert typed(Visitor(create_app(database, GARDEN)), "Ada")[0] == "/"


def test_an_address_that_is_none_is_a_sentence(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSESSOR_ADDRESS", "tool.example.org")
    refused(run("serve", "--database", database, "--port", "0"), "ASSESSOR_ADDRESS must begin with https://")
    monkeypatch.setenv("ASSESSOR_ADDRESS", "")
    monkeypatch.setenv("ASSESSOR_SMTP", "mail.example.org")
    monkeypatch.setenv("ASSESSOR_SENDER", "tool@example.org")
    refused(run("serve", "--database", database, "--port", "0"), "ASSESSOR_SMTP must look like")


def test_no_password_and_no_token_stands_in_the_file_after_a_day_of_work(database: Path) -> None:
    path = re.findall(r"/key/(\S+)", user(database, "add", "Ada", "--role", "owner").stdout)[0]
    visitor = Visitor(create_app(database, GARDEN))
    visitor.send(visitor.get(f"/key/{path}"), {"password": PASSWORD, "again": PASSWORD})
    typed(Visitor(create_app(database, GARDEN)), "Ada", "a wrong password", 422)
    with visitor.client.session_transaction() as session:
        token = session["key"]
    with sqlite3.connect(database) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    written = b"".join(file.read_bytes() for file in database.parent.iterdir())

    assert b"$argon2id$" in written
    assert not [s for s in (PASSWORD, "a wrong password", token, path) if s.encode() in written]


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_the_address_that_is_listened_on_is_answered_under(database: Path, host: str) -> None:
    """A real socket; a foreign name is refused at both."""
    shown = f"[{host}]" if ":" in host else host
    with serving("serve", "--database", database, "--bank", GARDEN, "--host", host) as (_, address):
        assert address.startswith(f"http://{shown}:")
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert page.status == 200
        for foreign in ("evil.example", "[::2]:80", "[::1", f"{shown}evil", f"{shown}:80evil"):
            with pytest.raises(urllib.error.HTTPError, match="400"):
                urllib.request.urlopen(urllib.request.Request(address, headers={"Host": foreign}), timeout=20)  # noqa: S310 - our own address


def test_a_role_is_changed_and_an_account_deleted_but_the_last_owner_stays(database: Path) -> None:
    with Store(database) as store:
        added(store, "Ada")
        added(store, "Rea", READER)

    assert user(database, "role", "REA", "facilitator").stdout == "Changed: Rea, facilitator.\n"
    refused(user(database, "role", "Ada", "reader"), "Make another owner first")
    refused(user(database, "delete", "Ada"), "Make another owner first")
    refused(user(database, "delete", "Nobody"), "There is no account")
    assert user(database, "role", "Rea", "owner").exit_code == 0
    assert user(database, "delete", "Ada").stdout == "Deleted: Ada.\n"
    assert user(database, "list").stdout == "Rea\towner\tcan sign in\tall services\n"
