"""What is kept of accounts lets nobody in, and what was ended stays ended."""

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from assessor.accounts import (
    A_NAME,
    FACILITATOR,
    OWNER,
    READER,
    WINDOW,
    Account,
    allowed,
    fault,
    folded,
    neighbourhood,
    verified,
)
from assessor.errors import StoreError
from assessor.store import LastOwner, NameTaken, NotFound, Spent, Store
from assessor.store.schema import STEPS
from tests.people import NOW, PASSWORD, added, kept


def at(**span: float) -> str:
    return (datetime.fromisoformat(NOW) + timedelta(**span)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("password", "reason"),
    [("", "short"), ("x" * 11, "short"), ("x" * 12, None), (" " * 12, None), ("é" * 200, None), ("x" * 201, "long")],
)
def test_a_password_is_long_enough_and_nothing_else(password: str, reason: str | None) -> None:
    assert fault(password) == reason


def test_a_password_is_the_same_however_a_keyboard_composes_it() -> None:
    assert verified("cafe\u0301 au lait", PasswordHash.recommended().hash("caf\u00e9 au lait")) == (True, None)
    assert folded("  ADA\u00a0 Cafe\u0301 ") == folded("ada café")


def test_a_hash_of_other_days_is_renewed_when_it_was_right() -> None:
    old = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=1024),)).hash(PASSWORD)
    right, newer = verified(PASSWORD, old)

    assert right
    assert newer
    assert verified(PASSWORD, newer) == (True, None)
    assert verified("something else", old) == (False, None)


def test_an_unknown_name_costs_as_much_as_a_wrong_password() -> None:
    def cost(hash_: str | None) -> float:
        verified("something else", hash_)
        start = time.process_time()
        assert verified("something else", hash_) == (False, None)
        return time.process_time() - start

    assert 0.4 < cost(None) / cost(kept()) < 2.5


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 6))
def test_attempts_count_for_a_quarter_of_an_hour(minutes: list[int], most: int) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    earlier = [now - timedelta(minutes=m) for m in minutes]

    assert allowed(earlier, most, now) == (len([m for m in minutes if m < 15]) < most)


def test_an_ipv6_neighbourhood_is_one_address() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:2") != neighbourhood("2001:db9::1")
    assert neighbourhood("::ffff:192.0.2.1") != neighbourhood("::ffff:192.0.2.2")
    assert len({neighbourhood(a) for a in ("192.0.2.1", "192.0.2.2", "")}) == 3


def test_an_owner_sees_everything_and_others_what_they_were_given() -> None:
    people = [Account(id="1", name="A", role=r, services=frozenset({"s"})) for r in (OWNER, FACILITATOR, READER)]

    assert [(a.sees("s"), a.sees("t"), a.runs, a.owns) for a in people] == [
        (True, True, True, True),
        (True, False, True, False),
        (True, False, False, False),
    ]


def test_an_account_is_known_by_its_name_however_it_is_written(store: Store) -> None:
    ada = store.accounts.add(name="Ada  Lovelace ", role=READER, now=NOW, email="ada@example.org")

    assert (ada.name, ada.email, ada.ready, ada.services) == ("Ada Lovelace", "ada@example.org", False, frozenset())
    assert store.accounts.named("ADA LOVELACE") == ada
    assert store.accounts.named("Ada") is None
    with pytest.raises(NameTaken, match="already an account"):
        store.accounts.add(name="ada lovelace", role=OWNER, now=NOW)
    with pytest.raises(NotFound):
        store.accounts.account("gone")
    with pytest.raises(StoreError):
        store.accounts.add(name="Eve", role="emperor", now=NOW)


def test_an_owner_is_one_with_a_password(store: Store) -> None:
    added(store, "Fay", FACILITATOR)
    ada = store.accounts.add(name="Ada", role=OWNER, now=NOW)
    assert not store.accounts.owned
    store.accounts.set_password(ada.id, kept())
    assert store.accounts.owned


def test_the_last_owner_stays(store: Store) -> None:
    ada, bea = added(store, "Ada"), added(store, "Bea")
    store.accounts.disable(ada.id)
    with pytest.raises(LastOwner, match="Make another owner first"):
        store.accounts.disable(bea.id)
    store.accounts.enable(ada.id)
    store.accounts.disable(bea.id)

    assert [(a.name, a.disabled) for a in store.accounts.all()] == [("Ada", False), ("Bea", True)]
    assert store.accounts.owned


def test_whoever_changes_their_own_name_keeps_the_role_that_somebody_gave_them_meanwhile(store: Store) -> None:
    ada, bea = added(store, "Ada"), added(store, "Bea")
    store.accounts.rank(bea.id, READER)
    store.accounts.describe(bea.id, name="Bee", email=None)
    with pytest.raises(LastOwner):
        store.accounts.describe(ada.id, name="Eve", email=None, role=READER)

    assert [(a.name, a.role) for a in store.accounts.all()] == [("Ada", OWNER), ("Bee", READER)]


def test_a_session_lives_twelve_hours_from_when_it_was_last_used(store: Store) -> None:
    ada = added(store, "Ada")
    used = store.accounts.open_session(ada.id, kept(), NOW)
    idle = store.accounts.open_session(ada.id, kept(), NOW)
    assert used
    assert idle

    assert store.accounts.session(used, at(hours=11)) == ada
    assert store.accounts.session(used, at(hours=22)) == ada
    assert store.accounts.session(idle, at(hours=12)) is None
    assert store.accounts.session(used, at(hours=34)) is None
    assert store.accounts.session("guessed", NOW) is None


def test_sessions_end_one_by_one_all_at_once_and_with_the_account(store: Store) -> None:
    ada, fay = added(store, "Ada"), added(store, "Fay", FACILITATOR)
    one, two, other = (store.accounts.open_session(a.id, kept(), NOW) or "" for a in (fay, fay, ada))

    def alive() -> list[bool]:
        return [store.accounts.session(token, NOW) is not None for token in (one, two, other)]

    store.accounts.end_session(one)
    assert alive() == [False, True, True]
    store.accounts.end_sessions(fay.id)
    assert alive() == [False, False, True]
    one = store.accounts.open_session(fay.id, kept(), NOW) or ""
    store.accounts.disable(fay.id)
    assert alive() == [False, False, True]
    store.accounts.enable(fay.id)
    assert alive() == [False, False, True]
    two = store.accounts.open_session(fay.id, kept(), NOW) or ""
    store.accounts.set_password(fay.id, "another hash")
    assert alive() == [False, False, True]


def test_a_password_that_was_changed_meanwhile_opens_no_session(store: Store) -> None:
    ada = added(store, "Ada")
    store.accounts.set_password(ada.id, "another hash")

    assert store.accounts.open_session(ada.id, kept(), NOW) is None


def test_a_newer_hash_never_replaces_a_newer_password(store: Store) -> None:
    ada = added(store, "Ada")
    store.accounts.rehash(ada.id, "not what is kept", "stale")
    assert store.accounts.password(ada) == kept()
    store.accounts.rehash(ada.id, kept(), "newer")
    assert store.accounts.password(ada) == "newer"


def test_a_link_works_once_and_not_for_ever(store: Store) -> None:
    ada = store.accounts.add(name="Ada", role=OWNER, now=NOW)
    late, used, other = (store.accounts.add_link(ada.id, NOW) for _ in range(3))

    with pytest.raises(Spent):
        store.accounts.redeem(late, kept(), at(days=3))
    assert store.accounts.link(used, NOW) == ada
    assert store.accounts.redeem(used, kept(), NOW).ready
    for token in (used, other, late, "guessed"):
        with pytest.raises(Spent, match="Ask for a new one"):
            store.accounts.redeem(token, "stolen", NOW)
    assert store.accounts.password(ada) == kept()


def test_a_link_of_a_disabled_account_opens_nothing(store: Store) -> None:
    added(store, "Ada")
    fay = added(store, "Fay", FACILITATOR)
    store.accounts.disable(fay.id)
    token = store.accounts.add_link(fay.id, NOW)

    with pytest.raises(Spent):
        store.accounts.redeem(token, "another hash", NOW)


def test_the_owners_link_makes_one_owner(store: Store) -> None:
    one, other = (store.accounts.add_link(None, NOW) for _ in range(2))
    store.accounts.add(name="Fay", role=READER, now=NOW)

    assert store.accounts.link(one, NOW) is None
    with pytest.raises(NameTaken):
        store.accounts.redeem(one, kept(), NOW, "fay")
    assert store.accounts.redeem(one, kept(), NOW, "Ada").owns
    with pytest.raises(Spent):
        store.accounts.redeem(other, kept(), NOW, "Eve")


@pytest.mark.parametrize("first", [True, False])
def test_a_link_works_once_however_many_race(tmp_path: Path, *, first: bool) -> None:
    with Store(tmp_path / "r.db") as store:
        account = None if first else store.accounts.add(name="Ada", role=READER, now=NOW).id
        tokens = [store.accounts.add_link(account, NOW) for _ in range(2)]

        def race(n: int) -> bool:
            try:
                store.accounts.redeem(tokens[n % 2], f"hash {n}", NOW, f"Owner {n}")
            except Spent:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(race, range(24)))

        assert sum(won) == 1
        (only,) = store.accounts.all()
        assert store.accounts.password(only) == f"hash {won.index(True)}"


def test_attempts_that_come_all_at_once_are_counted(tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store, ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: store.accounts.attempt({"n": A_NAME, "a": 20}, NOW), range(24)))

        assert len([t for t in tries if t]) == A_NAME
        assert store.accounts.attempt({"other": A_NAME, "a": 20}, NOW)
        assert store.accounts.attempt({"n": A_NAME}, at(seconds=WINDOW.total_seconds()))


def test_what_was_right_is_forgiven_under_the_name_alone(store: Store) -> None:
    limits = {"name": 3, "address": 4}
    for _ in range(2):
        store.accounts.attempt(limits, NOW)
    right = store.accounts.attempt(limits, NOW)
    assert right
    assert store.accounts.attempt(limits, NOW) is None
    store.accounts.forgive(right, "name")

    assert [bool(store.accounts.attempt(limits, NOW)) for _ in range(3)] == [True, True, False]


def test_what_is_kept_lets_nobody_in(tmp_path: Path) -> None:
    """Every byte of the file and its log, while it is in use."""
    path = tmp_path / "r.db"
    with Store(path) as store:
        ada = added(store, "Ada")
        session = store.accounts.open_session(ada.id, kept(), NOW)
        links = [store.accounts.add_link(ada.id, NOW), store.accounts.add_link(None, NOW)]
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())

    assert session
    assert b"$argon2id$" in written
    assert not [secret for secret in (PASSWORD, session, *links) if secret.encode() in written]


def test_a_database_without_accounts_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with sqlite3.connect(path) as db:
        for statement in STEPS[0][1]:
            db.execute(statement)
        db.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        db.execute("INSERT INTO _sqlite_migrations VALUES ('assessor', '0001_tables', '2026')")
        db.execute("INSERT INTO service VALUES ('s', 'North', 'north')")
    db.close()

    with Store(path) as store:
        assert store.service("s").name == "North"
        assert not store.accounts.owned
        assert added(store, "Fay", FACILITATOR, "s").sees("s")
