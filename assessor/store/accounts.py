"""Who may come in: accounts, their sessions, one-time links, and attempts to get in.

Of passwords, session tokens and links only hashes are kept: who reads the file cannot sign in with what it says.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from assessor.accounts import OWNER, Account, folded
from assessor.errors import StoreError
from assessor.store import attempts
from assessor.store.codes import digest
from assessor.store.model import after
from assessor.store.refusals import LastOwner, NameTaken, NotFound, Spent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from assessor.store.sqlite import Session, Sqlite

IDLE = timedelta(hours=12)
BETWEEN = timedelta(minutes=5)  # so that reading pages is not writing all the time
FIRST_KEY, HANDED_OVER, MAILED = timedelta(hours=24), timedelta(days=3), timedelta(hours=1)

ACCOUNT = """
    SELECT id, name, role, email, disabled, CASE WHEN password IS NULL THEN 0 ELSE 1 END AS ready FROM account
"""
OTHER_OWNERS = """
    SELECT id FROM account WHERE role = 'owner' AND password IS NOT NULL AND disabled = 0 AND id <> $1
"""


class Accounts:
    """The accounts in a database."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    @property
    def owned(self) -> bool:
        """Tell whether there is an owner who has a password; from then on everybody must sign in."""
        with self._driver.read() as db:
            return _owned(db)

    def all(self) -> list[Account]:
        """Return the accounts by name."""
        with self._driver.read() as db:
            return [_account(db, row) for row in db.rows(f"{ACCOUNT} ORDER BY folded")]

    def account(self, account_id: str) -> Account:
        """Return one account; raise NotFound where there is none."""
        with self._driver.read() as db:
            return _one(db, account_id)

    def named(self, name: str) -> Account | None:
        """Return the account of a name, however it is spaced or capitalised."""
        with self._driver.read() as db:
            return next((_account(db, row) for row in db.rows(f"{ACCOUNT} WHERE folded = $1", folded(name))), None)

    def password(self, account: Account | None) -> str | None:
        """Return the hash that an account signs in with; None where it cannot sign in, or is none."""
        with self._driver.read() as db:
            return _password(db, account.id) if account else None

    def add(self, *, name: str, role: str, now: str, email: str | None = None, password: str | None = None) -> Account:
        """Add an account, without a password (its hash) until one is set; raise NameTaken."""
        with self._driver.write() as db:
            return _add(db, name, role, now, email, password)

    def set_password(self, account_id: str, password: str) -> None:
        """Set the hash of a new password: whoever is signed in with the old one, or holds a link, is out."""
        with self._driver.write() as db:
            _set_password(db, account_id, password)

    def rehash(self, account_id: str, old: str, new: str) -> None:
        """Keep a newer hash of the same password."""
        with self._driver.write() as db:
            db.run("UPDATE account SET password = $1 WHERE id = $2 AND password = $3", new, account_id, old)

    def describe(self, account_id: str, *, name: str, email: str | None, role: str | None = None) -> None:
        """Change what is known of an account, its role only if one is given.

        Raises NameTaken, or LastOwner where no owner would be left.
        """
        name = " ".join(name.split())
        with self._driver.write() as db:
            if role:
                _rank(db, account_id, role)
            if db.rows("SELECT id FROM account WHERE folded = $1 AND id <> $2", folded(name), account_id):
                raise NameTaken(name)
            db.run(
                "UPDATE account SET name = $1, folded = $2, email = $3 WHERE id = $4",
                *(name, folded(name), email, account_id),
            )

    def rank(self, account_id: str, role: str) -> None:
        """Change what an account may do; raise LastOwner where no owner would be left."""
        with self._driver.write() as db:
            _rank(db, account_id, role)

    def delete(self, account_id: str) -> None:
        """Delete an account with its sessions and links; services and assessments stay. Raises LastOwner."""
        with self._driver.write() as db:
            _spare(db, account_id)
            db.run("DELETE FROM account WHERE id = $1", account_id)

    def disable(self, account_id: str) -> None:
        """Let an account in no more, and end its sessions and links; raise LastOwner."""
        with self._driver.write() as db:
            _spare(db, account_id)
            db.run("UPDATE account SET disabled = 1 WHERE id = $1", account_id)
            _turn_out(db, account_id)

    def enable(self, account_id: str) -> None:
        """Let an account in again."""
        with self._driver.write() as db:
            db.run("UPDATE account SET disabled = 0 WHERE id = $1", _one(db, account_id).id)

    def give(self, account_id: str, services: Collection[str]) -> None:
        """Give an account these services and take every other one away."""
        with self._driver.write() as db:
            db.run("DELETE FROM granted WHERE account_id = $1", _one(db, account_id).id)
            for service in services:
                db.run("INSERT INTO granted (account_id, service_id) VALUES ($1, $2)", account_id, service)

    def open_session(self, account_id: str, password: str, now: str) -> str | None:
        """Return the token of a new session; None where the password (its hash) was changed or the account shut."""
        token = new_token()
        with self._driver.write() as db:
            if _password(db, account_id) != password:
                return None
            db.run("DELETE FROM session WHERE expires <= $1", now)
            db.run(
                "INSERT INTO session (id, account_id, created, expires, seen) VALUES ($1, $2, $3, $4, $3)",
                *(digest(token), account_id, now, after(now, IDLE)),
            )
        return token

    def session(self, token: str, now: str) -> Account | None:
        """Return whose session it is, and let it live on; None where it ended."""
        with self._driver.read() as db:
            found = db.rows("SELECT account_id, seen FROM session WHERE id = $1 AND expires > $2", digest(token), now)
            account = _one(db, found[0]["account_id"]) if found else None
        if account is None or account.disabled:
            return None
        if found[0]["seen"] <= after(now, -BETWEEN):
            self._prolong(digest(token), now)
        return account

    def _prolong(self, ident: str, now: str) -> None:
        """Let a session live on; a full disk is no reason to keep anybody from reading."""
        with suppress(StoreError), self._driver.write() as db:
            db.run("UPDATE session SET seen = $1, expires = $2 WHERE id = $3", now, after(now, IDLE), ident)

    def end_session(self, token: str) -> None:
        """End one session."""
        with self._driver.write() as db:
            db.run("DELETE FROM session WHERE id = $1", digest(token))

    def end_sessions(self, account_id: str) -> None:
        """End all sessions of an account."""
        with self._driver.write() as db:
            db.run("DELETE FROM session WHERE account_id = $1", account_id)

    def attempt(self, limits: Mapping[str, int], now: str) -> str | None:
        """Count an attempt under each mark and return its id; None, and nothing counted, where one is used up."""
        with self._driver.write() as db:
            return attempts.count(db, limits, now)

    def forgive(self, attempt_id: str | None, what: str) -> None:
        """Uncount an attempt that was right, if there was one, and all that went wrong before under a mark."""
        with self._driver.write() as db:
            attempts.forgive(db, attempt_id, what)

    def add_link(
        self, account_id: str | None, now: str, lasting: timedelta = HANDED_OVER, token: str | None = None
    ) -> str:
        """Return the token of a one-time link that sets an account's password, or (None) makes the owner."""
        token = token or new_token()
        with self._driver.write() as db:
            db.run("DELETE FROM key_link WHERE expires <= $1", now)
            db.run(
                "INSERT INTO key_link (id, purpose, account_id, expires) VALUES ($1, $2, $3, $4)",
                *(digest(token), "password" if account_id else OWNER, account_id, after(now, lasting)),
            )
        return token

    def link(self, token: str, now: str) -> Account | None:
        """Return whose password a link sets, None for one that makes the owner; raise Spent where it does neither."""
        with self._driver.read() as db:
            return _link(db, token, now)

    def redeem(self, token: str, password: str, now: str, name: str = "") -> Account:
        """Use a link up: set the hash of a password, or make the owner of a name; raise Spent the second time."""
        with self._driver.write() as db:
            account = _link(db, token, now) or _add(db, name, OWNER, now)
            db.run("UPDATE key_link SET used = $1 WHERE id = $2", now, digest(token))
            _set_password(db, account.id, password)
            return _one(db, account.id)


def new_token() -> str:
    """Return a secret for an address or a cookie."""
    return secrets.token_urlsafe(32)


def _owned(db: Session) -> bool:
    return bool(db.rows("SELECT id FROM account WHERE role = 'owner' AND password IS NOT NULL LIMIT 1"))


def _add(db: Session, name: str, role: str, now: str, email: str | None = None, password: str | None = None) -> Account:
    ident, name = secrets.token_hex(6), " ".join(name.split())
    added = db.run(
        "INSERT INTO account (id, name, folded, email, role, password, disabled, created) "
        "VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (folded) DO NOTHING",
        *(ident, name, folded(name), email, role, password, now),
    )
    if not added:
        raise NameTaken(name)
    return _one(db, ident)


def _rank(db: Session, account_id: str, role: str) -> None:
    if role != OWNER:
        _spare(db, account_id)
    db.run("UPDATE account SET role = $1 WHERE id = $2", role, account_id)


def _spare(db: Session, account_id: str) -> None:
    """Raise LastOwner for the only owner who can sign in."""
    account = _one(db, account_id)
    if account.owns and account.ready and not account.disabled and not db.rows(OTHER_OWNERS, account_id):
        raise LastOwner(account.name)


def _set_password(db: Session, account_id: str, password: str) -> None:
    db.run("UPDATE account SET password = $1 WHERE id = $2", password, account_id)
    _turn_out(db, account_id)


def _turn_out(db: Session, account_id: str) -> None:
    """End what an account got in with: its sessions and its unused links."""
    db.run("DELETE FROM session WHERE account_id = $1", account_id)
    db.run("DELETE FROM key_link WHERE account_id = $1 AND used IS NULL", account_id)


def _password(db: Session, account_id: str) -> str | None:
    found = db.rows("SELECT password FROM account WHERE id = $1 AND disabled = 0", account_id)
    return found[0]["password"] if found else None


def _link(db: Session, token: str, now: str) -> Account | None:
    found = db.rows(
        "SELECT purpose, account_id FROM key_link WHERE id = $1 AND used IS NULL AND expires > $2", digest(token), now
    )
    if not found or (found[0]["purpose"] == OWNER and _owned(db)):
        raise Spent
    account = _one(db, found[0]["account_id"]) if found[0]["account_id"] else None
    if account and account.disabled:
        raise Spent
    return account


def _one(db: Session, account_id: str) -> Account:
    found = db.rows(f"{ACCOUNT} WHERE id = $1", account_id)
    if not found:
        raise NotFound(f"There is no account with the id “{account_id[:60]}”.")
    return _account(db, found[0])


def _account(db: Session, row: Mapping[str, Any]) -> Account:
    services = db.rows("SELECT service_id FROM granted WHERE account_id = $1", row["id"])
    return Account(
        id=row["id"],
        name=row["name"],
        role=row["role"],
        email=row["email"],
        ready=bool(row["ready"]),
        disabled=bool(row["disabled"]),
        services=frozenset(s["service_id"] for s in services),
    )
