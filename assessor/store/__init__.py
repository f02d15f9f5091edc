"""What is kept: services, their assessments, the answers. The only door to the database."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Self

from assessor.store import records
from assessor.store.accounts import Accounts
from assessor.store.drafts import Begun, Drafts
from assessor.store.links import ReportLinks
from assessor.store.model import CONSENSUS, INDIVIDUAL, Assessment, Draft, Entry, ReportLink, Service, Setup, Survey
from assessor.store.outbox import Mail, Outbox
from assessor.store.papers import Paper, Papers
from assessor.store.plans import Plans
from assessor.store.records import ASSESSMENT
from assessor.store.refusals import (
    Closed,
    Empty,
    Finished,
    Followed,
    Full,
    Gone,
    LastOwner,
    NameTaken,
    NotFound,
    NotGiven,
    Opened,
    Overtaken,
    Settled,
    Spent,
    Taken,
    Throttled,
    Unopened,
    Used,
)
from assessor.store.setups import Setups
from assessor.store.shelf import shelf
from assessor.store.sqlite import Sqlite
from assessor.store.submitted import Note, Submitted
from assessor.store.surveys import MOVED_ON, Surveys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from assessor.accounts import Account
    from assessor.answers import Answer, Response
    from assessor.bank import Bank
    from assessor.store.sqlite import Session

__all__ = [
    "CONSENSUS",
    "Assessment",
    "Begun",
    "Closed",
    "Draft",
    "Empty",
    "Entry",
    "Finished",
    "Followed",
    "Full",
    "Gone",
    "LastOwner",
    "Mail",
    "NameTaken",
    "NotFound",
    "NotGiven",
    "Note",
    "Opened",
    "Overtaken",
    "Paper",
    "Papers",
    "ReportLink",
    "Service",
    "Settled",
    "Setup",
    "Spent",
    "Store",
    "Survey",
    "Taken",
    "Throttled",
    "Unopened",
    "Used",
]

SECRET, DEMO = "secret", "demo"

CLOSED = "SELECT id FROM assessment WHERE id = $1 AND mode = 'survey' AND state IN ('closed', 'archived')"
RESPONSE = "SELECT id, perspective, submitted FROM response WHERE assessment_id = $1 AND token IS NOT NULL"
ANSWER = """
    INSERT INTO answer (response_id, item_id, item_revision, code, note, evidence, changed, revision)
"""
LATEST = """
    ON CONFLICT (response_id, item_id) DO UPDATE SET
        item_revision = excluded.item_revision, code = excluded.code, note = excluded.note,
        evidence = excluded.evidence, changed = excluded.changed, revision = answer.revision + 1
"""


class Store:
    """Services, assessments and answers, in a file or (without a path) in memory.

    Raises StoreError with a sentence when the file cannot be used, or was made by a newer version.
    """

    def __init__(self, path: Path | None) -> None:
        self._driver = Sqlite(path)
        self.accounts = Accounts(self._driver)
        self.surveys = Surveys(self._driver, self.secret)
        self.submitted = Submitted(self._driver)
        self.setups = Setups(self._driver)
        self.drafts = Drafts(self._driver, self.secret)
        self.outbox = Outbox(self._driver)
        self.links = ReportLinks(self._driver)
        self.papers = Papers(self._driver, shelf(path))
        self.plans = Plans(self._driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._driver.close()

    def copy(self, path: Path) -> None:
        """Copy everything into a new file, while others read and write; raise OSError where there is one already."""
        self._driver.copy(path)

    @cached_property
    def demo(self) -> bool:
        """Tell whether everything in it is made up; asked once, for every page says so."""
        with self._driver.read() as db:
            return bool(db.rows("SELECT value FROM setting WHERE name = $1", DEMO))

    def mark_demo(self) -> None:
        """Mark everything in it as made up; there is no way back."""
        with self._driver.write() as db:
            _set(db, DEMO, "made up")
        self.demo = True

    def secret(self) -> bytes:
        """Return the key that signs sessions, made at the first call."""
        with self._driver.write() as db:
            _set(db, SECRET, secrets.token_hex(32))
            return bytes.fromhex(db.rows("SELECT value FROM setting WHERE name = $1", SECRET)[0]["value"])

    def start(
        self,
        *,
        service: str,
        wave: str,
        innovations: Sequence[str],
        perspective: str,
        bank: Bank,
        now: str,
        starter: Account | None = None,
        mode: str = INDIVIDUAL,
        ratings: str | None = None,
        id: str | None = None,  # noqa: A002 - it is the id
        token: str | None = None,
    ) -> Assessment:
        """Start an assessment that one person answers, or a team in a meeting; a new service is given to its starter.

        `perspective`: whose wording is read. `ratings`: the survey in which people rated alone before the meeting.
        Raises Taken when the service already has an assessment of this name, NotGiven when it is not the starter's,
        Settled when the survey was opened again.
        """
        ident = id or secrets.token_hex(6)
        with self._driver.write() as db:
            service_id = records.add_service(db, service, starter)
            wave = " ".join(wave.split())
            if same := records.same_name(db, service_id, wave):
                raise Taken(same)
            if ratings and not db.rows(CLOSED, ratings):
                raise Settled(MOVED_ON)
            db.run(
                "INSERT INTO assessment (id, service_id, wave, mode, bank, edition, innovations, opened, ratings) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                *(ident, service_id, wave, mode, bank.id, bank.edition, " ".join(innovations), now, ratings),
            )
            db.run(
                "INSERT INTO response (id, assessment_id, perspective, token) VALUES ($1, $2, $3, $4)",
                *(secrets.token_hex(6), ident, perspective, token or secrets.token_hex(16)),
            )
            return records.assessment(records.one(db, f"{ASSESSMENT} WHERE a.id = $1", ident))

    def draft(self, token: str) -> Assessment:
        """Return the assessment that a resume link leads to, submitted or not; a meeting has no such link."""
        with self._driver.read() as db:
            return records.assessment(
                records.one(db, f"{ASSESSMENT} WHERE r.token = $1 AND a.mode = $2", token, INDIVIDUAL)
            )

    def answers(self, assessment_id: str) -> Response:
        """Return what was answered so far."""
        with self._driver.read() as db:
            return _response(db, assessment_id)

    def save(self, assessment_id: str, changes: Mapping[str, Answer], now: str) -> None:
        """Save answers by item id, all of them or none.

        Raises Finished when the assessment was submitted.
        """
        self.change(assessment_id, lambda _: changes, now)

    def change(self, assessment_id: str, decide: Callable[[Response], Mapping[str, Answer]], now: str) -> None:
        """Save what `decide` makes of the answers kept so far, in one transaction: two tabs cannot undo each other.

        Raises Finished when the assessment was submitted.
        """
        with self._driver.write() as db:
            response = _open_response(db, assessment_id)
            changes = decide(_response(db, assessment_id)).items()
            lines = [(response, i, a.revision, a.code, a.note, a.evidence, now, 1) for i, a in changes]
            db.add(ANSWER, lines, LATEST)
            db.run("UPDATE response SET saved = $1 WHERE id = $2", now, response)

    def submit(self, assessment_id: str, now: str) -> None:
        """Close an assessment for good.

        Raises Finished when it was submitted before.
        """
        with self._driver.write() as db:
            response = _open_response(db, assessment_id)
            db.run("UPDATE response SET submitted = $1 WHERE id = $2", now, response)
        self._driver.fold()

    def services(self) -> list[Service]:
        """Return the services by name."""
        with self._driver.read() as db:
            return [Service(**row) for row in db.rows("SELECT id, name FROM service ORDER BY folded")]

    def service(self, service_id: str) -> Service:
        """Return one service."""
        with self._driver.read() as db:
            return Service(**records.one(db, "SELECT id, name FROM service WHERE id = $1", service_id))

    def assessments(self, service_id: str | None = None) -> list[Assessment]:
        """Return the assessments of one service, or of all, the earliest first."""
        with self._driver.read() as db:
            found = db.rows(
                f"{ASSESSMENT} WHERE s.id = $1 OR $1 IS NULL ORDER BY a.opened, a.id",
                service_id,
            )
        return [records.assessment(row) for row in found]

    def assessment(self, assessment_id: str) -> Assessment:
        """Return one assessment that one person answers, or a team in a meeting."""
        with self._driver.read() as db:
            return records.assessment(records.one(db, f"{ASSESSMENT} WHERE a.id = $1", assessment_id))

    def kept(self, assessment_id: str) -> Assessment | Survey:
        """Return one assessment, whoever answers it."""
        with self._driver.read() as db:
            mode = records.one(db, "SELECT mode FROM assessment WHERE id = $1", assessment_id)["mode"]
        return self.surveys.survey(assessment_id) if mode == "survey" else self.assessment(assessment_id)

    def choose(self, assessment_id: str, facets: Sequence[str], reason: str) -> None:
        """Keep which facets a facilitator wants to be talked about first, and why; none leaves it to the rule."""
        with self._driver.write() as db:
            db.run("DELETE FROM choice WHERE assessment_id = $1", assessment_id)
            if facets:
                db.run(
                    "INSERT INTO choice (assessment_id, facets, reason) VALUES ($1, $2, $3)",
                    *(assessment_id, " ".join(facets), reason),
                )

    def chosen(self, assessment_id: str) -> tuple[tuple[str, ...], str] | None:
        """Return the facets that a facilitator chose, with the reason; None where it is left to the rule."""
        with self._driver.read() as db:
            found = db.rows("SELECT facets, reason FROM choice WHERE assessment_id = $1", assessment_id)
        return (tuple(found[0]["facets"].split()), found[0]["reason"]) if found else None

    def delete(self, assessment_id: str) -> None:
        """Delete an assessment with everything in it, and its service with the last one; there is no way back.

        What was planned at it stays in the plan of the service.
        """
        with self._driver.write() as db:
            service = records.one(db, "SELECT service_id FROM assessment WHERE id = $1", assessment_id)["service_id"]
            db.run("DELETE FROM assessment WHERE id = $1", assessment_id)
            records.drop_service(db, service)
        self.papers.drop(assessment_id)
        self._driver.fold()


def _set(db: Session, name: str, value: str) -> None:
    db.run("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value)


def _response(db: Session, assessment_id: str) -> Response:
    found = records.one(db, RESPONSE, assessment_id)
    rows = db.rows(
        "SELECT item_id, item_revision, code, note, evidence FROM answer WHERE response_id = $1 ORDER BY item_id",
        found["id"],
    )
    return records.response(found["id"], found["perspective"], rows)


def _open_response(db: Session, assessment_id: str) -> str:
    response = records.one(db, RESPONSE, assessment_id)
    if response["submitted"]:
        raise Finished(assessment_id)
    found: str = response["id"]
    return found
