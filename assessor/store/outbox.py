"""Mails that are to be sent: to whom and what for. Text and token are made when they leave: no file has them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessor.accounts import folded
from assessor.store import entries, records
from assessor.store.codes import digest
from assessor.store.model import after

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from assessor.store.model import Survey
    from assessor.store.sqlite import Session, Sqlite

INVITATION, REMINDER, PASSWORD = "invitation", "reminder", "password"
RESTS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))  # between tries

NEXT = f"""
    SELECT o.id, o.kind, o.entry_id, o.account_id, o.link, o.tries, p.name, p.disabled,
           e.email AS invited, e.perspective, e.used, e.active, p.email AS account_email, {records.SURVEY_COLUMNS}
    FROM outbox o
    LEFT JOIN account p ON p.id = o.account_id
    LEFT JOIN entry e ON e.id = o.entry_id
    LEFT JOIN assessment a ON a.id = e.assessment_id LEFT JOIN service s ON s.id = a.service_id
    WHERE o.due <= $1 ORDER BY o.due, o.id LIMIT 1
"""  # noqa: S608 - our own words
WAITING = """
    SELECT e.id, e.email FROM entry e
    WHERE e.assessment_id = $1 AND e.kind = 'single' AND e.email IS NOT NULL AND e.used = 0 AND e.active = 1
    ORDER BY e.id
"""
FORGET_LINK = """
    DELETE FROM entry WHERE id = $1 AND used = 0 AND NOT EXISTS (SELECT 1 FROM draft WHERE entry_id = $1)
"""


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A mail that is due; `to` is None where nobody is to get it any more, `link` lacks its token.

    `perspective`: from which its reader is asked, None where people choose it themselves.
    """

    id: str
    kind: str
    to: str | None
    link: str
    tries: int
    entry_id: str | None
    account_id: str | None
    survey: Survey | None
    perspective: str | None


class Outbox:
    """What waits to be sent, and what could not be."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    def invite(self, survey_id: str, addresses: Sequence[str], perspective: str | None, link: str, now: str) -> None:
        """Make a single link for each address that has none in use, and put its invitation into the outbox.

        Raises Unopened before the survey opens, Over once it has closed.
        """
        with self._driver.write() as db:
            entries.hold_open(db, survey_id)
            has = {row["email"] for row in db.rows(WAITING, survey_id)}
            for address in addresses:
                if address not in has:
                    entry = _single(db, survey_id, perspective, address)
                    _put(db, INVITATION, link, now, entry=entry)
                db.run("DELETE FROM unreached WHERE assessment_id = $1 AND address = $2", survey_id, address)

    def remind(self, survey_id: str, link: str, now: str) -> None:
        """Put a reminder into the outbox for every link that was mailed and is unused; one mail at a time for each.

        Raises Over once the survey has closed.
        """
        with self._driver.write() as db:
            entries.hold_open(db, survey_id)
            waiting = db.rows(
                "SELECT o.entry_id FROM outbox o JOIN entry e ON e.id = o.entry_id WHERE e.assessment_id = $1",
                survey_id,
            )
            for entry in {row["id"] for row in db.rows(WAITING, survey_id)} - {row["entry_id"] for row in waiting}:
                _put(db, REMINDER, link, now, entry=entry)

    def ask(self, name: str, link: str, now: str) -> None:
        """Put a password mail into the outbox; for a name that nobody has it is put there too, and leads to nothing.

        Both take the same time, so that a clock does not tell which names there are.
        """
        with self._driver.write() as db:
            found = db.rows("SELECT id FROM account WHERE folded = $1", folded(name))
            _put(db, PASSWORD, link, now, account=found[0]["id"] if found else None)

    def take(self, now: str) -> Mail | None:
        """Return a mail that is due, and put off its next try, in case this one ends in the middle."""
        with self._driver.write() as db:
            found = db.rows(NEXT, now)
            if not found:
                return None
            rest = RESTS[min(found[0]["tries"], len(RESTS) - 1)]
            db.run("UPDATE outbox SET tries = tries + 1, due = $2 WHERE id = $1", found[0]["id"], after(now, rest))
        return _mail(found[0], now)

    def sent(self, mail: Mail, token: str) -> None:
        """Delete a mail that was sent; only now the link of a reminder takes the place of the one before."""
        with self._driver.write() as db:
            if mail.kind == REMINDER and mail.to:
                db.run(entries.RENEW, mail.entry_id, digest(token))
            db.run("DELETE FROM outbox WHERE id = $1", mail.id)
        self._driver.fold_soon()

    def unsent(self, mail: Mail, *, final: bool) -> None:
        """Leave a mail for its next try; after the last, or a `final` refusal, delete it and note who was not reached.

        The link of an invitation that reached nobody is deleted. Whose reminders failed is not kept: it would tell who
        has not answered.
        """
        if not final and mail.tries <= len(RESTS):
            return
        with self._driver.write() as db:
            db.run("DELETE FROM outbox WHERE id = $1", mail.id)
            if mail.kind == REMINDER and mail.survey:
                _note(db, mail.survey.id, "")
            elif mail.survey and db.run(FORGET_LINK, mail.entry_id):
                _note(db, mail.survey.id, mail.to or "")
        self._driver.fold_soon()

    def due(self) -> str | None:
        """Return when the next mail is due; None where none waits."""
        with self._driver.read() as db:
            found: str | None = db.rows("SELECT min(due) AS due FROM outbox")[0]["due"]
        return found

    def unreached(self, survey_id: str) -> list[str]:
        """Return the addresses that invitations could not be sent to; an empty one stands for reminders."""
        with self._driver.read() as db:
            found = db.rows("SELECT address FROM unreached WHERE assessment_id = $1 ORDER BY address", survey_id)
        return [row["address"] for row in found]

    def forget(self, survey_id: str) -> None:
        """Delete who could not be reached, once it was read."""
        with self._driver.write() as db:
            db.run("DELETE FROM unreached WHERE assessment_id = $1", survey_id)


def _single(db: Session, survey_id: str, perspective: str | None, email: str) -> str:
    """Add a single link for an address and return its id; nobody has its token before its mail leaves."""
    return entries.add(db, survey_id, "single", secrets.token_hex(16), perspective=perspective, email=email)


def _put(db: Session, kind: str, link: str, now: str, *, entry: str | None = None, account: str | None = None) -> None:
    db.run(
        "INSERT INTO outbox (id, kind, entry_id, account_id, link, due) VALUES ($1, $2, $3, $4, $5, $6)",
        *(secrets.token_hex(16), kind, entry, account, link, now),
    )


def _note(db: Session, survey_id: str, address: str) -> None:
    db.run(
        "INSERT INTO unreached (assessment_id, address) VALUES ($1, $2) "
        "ON CONFLICT (assessment_id, address) DO NOTHING",
        *(survey_id, address),
    )


def _mail(row: Mapping[str, Any], now: str) -> Mail:
    survey = records.survey(row) if row["survey_id"] else None
    if survey:
        to = row["invited"] if row["active"] and not row["used"] and not survey.over(now) else None
    else:
        to = None if row["disabled"] else row["account_email"]
    return Mail(
        id=row["id"],
        kind=row["kind"],
        to=to,
        link=row["link"],
        tries=row["tries"] + 1,
        entry_id=row["entry_id"],
        account_id=row["account_id"],
        survey=survey,
        perspective=row["perspective"],
    )
