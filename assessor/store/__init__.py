"""What is kept: services, their assessments, the answers. The only door to the database."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from assessor.answers import Answer, Response
from assessor.errors import StoreError
from assessor.store.accounts import Accounts
from assessor.store.refusals import LastOwner, NameTaken, NotFound, NotGiven, Spent
from assessor.store.sqlite import Sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from assessor.accounts import Account
    from assessor.bank import Bank
    from assessor.store.sqlite import Session

__all__ = [
    "Assessment",
    "Finished",
    "LastOwner",
    "NameTaken",
    "NotFound",
    "NotGiven",
    "Service",
    "Spent",
    "Store",
    "Taken",
]

SECRET, DEMO = "secret", "demo"

ASSESSMENT = """
    SELECT a.id, a.wave, a.mode, a.bank, a.edition, a.innovations, a.opened,
           s.id AS service_id, s.name AS service_name,
           r.id AS response_id, r.perspective, r.token, r.saved, r.submitted
    FROM assessment a JOIN service s ON s.id = a.service_id JOIN response r ON r.assessment_id = a.id
"""
ANSWER = """
    INSERT INTO answer (response_id, item_id, item_revision, code, note, evidence, changed, revision)
    VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
    ON CONFLICT (response_id, item_id) DO UPDATE SET
        item_revision = excluded.item_revision, code = excluded.code, note = excluded.note,
        evidence = excluded.evidence, changed = excluded.changed, revision = answer.revision + 1
"""


class Finished(StoreError):  # noqa: N818 - named for the fact
    """The assessment was submitted; its answers stay as they are."""

    def __init__(self, assessment_id: str) -> None:
        self.assessment_id = assessment_id
        super().__init__(
            "This assessment was submitted. Its answers stay as they are; start a new one to answer again."
        )


class Taken(StoreError):  # noqa: N818 - named for the fact
    """The service already has an assessment of this name; `assessment` is it."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        super().__init__(
            f"“{assessment.service.name}” already has an assessment “{assessment.wave}”. Choose another name."
        )


@dataclass(frozen=True, kw_only=True)
class Service:
    """The team or service that assesses itself."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One wave of one service; times are ISO UTC, `submitted` is None while it is a draft."""

    id: str
    service: Service
    wave: str
    mode: str
    bank: str
    edition: str
    innovations: tuple[str, ...]
    perspective: str
    opened: str
    saved: str | None
    submitted: str | None
    token: str


class Store:
    """Services, assessments and answers, in a file or (without a path) in memory.

    Raises StoreError with a sentence when the file cannot be used, or was made by a newer version.
    """

    def __init__(self, path: Path | None) -> None:
        self._driver = Sqlite(path)
        self.accounts = Accounts(self._driver)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._driver.close()

    @property
    def demo(self) -> bool:
        """Tell whether everything in it is made up."""
        with self._driver.read() as db:
            return bool(db.rows("SELECT value FROM setting WHERE name = $1", DEMO))

    def mark_demo(self) -> None:
        """Mark everything in it as made up; there is no way back."""
        with self._driver.write() as db:
            _set(db, DEMO, "made up")

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
        id: str | None = None,  # noqa: A002 - it is the id
        token: str | None = None,
    ) -> Assessment:
        """Start an assessment that one person answers for a service; a new one is added, and given to its starter.

        Raises Taken when the service already has an assessment of this name, NotGiven when it is not the starter's.
        """
        ident = id or secrets.token_hex(6)
        with self._driver.write() as db:
            service_id = _service(db, " ".join(service.split()), starter)
            wave = " ".join(wave.split())
            same = db.rows(f"{ASSESSMENT} WHERE s.id = $1 AND a.wave = $2", service_id, wave)
            if same:
                raise Taken(_assessment(same[0]))
            db.run(
                "INSERT INTO assessment (id, service_id, wave, mode, bank, edition, innovations, opened) "
                "VALUES ($1, $2, $3, 'individual', $4, $5, $6, $7)",
                *(ident, service_id, wave, bank.id, bank.edition, " ".join(innovations), now),
            )
            db.run(
                "INSERT INTO response (id, assessment_id, perspective, token) VALUES ($1, $2, $3, $4)",
                *(secrets.token_hex(6), ident, perspective, token or secrets.token_hex(16)),
            )
            return _assessment(_one(db, f"{ASSESSMENT} WHERE a.id = $1", ident))

    def draft(self, token: str) -> Assessment:
        """Return the assessment that a resume link leads to, submitted or not."""
        with self._driver.read() as db:
            return _assessment(_one(db, f"{ASSESSMENT} WHERE r.token = $1", token))

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
            for item, answer in decide(_response(db, assessment_id)).items():
                db.run(ANSWER, response, item, answer.revision, answer.code, answer.note, answer.evidence, now)
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
            return Service(**_one(db, "SELECT id, name FROM service WHERE id = $1", service_id))

    def assessments(self, service_id: str | None = None) -> list[Assessment]:
        """Return the assessments of one service, or of all, the earliest first."""
        with self._driver.read() as db:
            found = db.rows(
                f"{ASSESSMENT} WHERE s.id = $1 OR $1 IS NULL ORDER BY a.opened, a.id",
                service_id,
            )
        return [_assessment(row) for row in found]

    def assessment(self, assessment_id: str) -> Assessment:
        """Return one assessment."""
        with self._driver.read() as db:
            return _assessment(_one(db, f"{ASSESSMENT} WHERE a.id = $1", assessment_id))


def _set(db: Session, name: str, value: str) -> None:
    db.run("INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, value)


def _service(db: Session, name: str, starter: Account | None) -> str:
    added = db.run(
        "INSERT INTO service (id, name, folded) VALUES ($1, $2, $3) ON CONFLICT (folded) DO NOTHING",
        *(secrets.token_hex(6), name, name.casefold()),
    )
    found: str = _one(db, "SELECT id FROM service WHERE folded = $1", name.casefold())["id"]
    if starter and not starter.sees(found):
        if not added:
            raise NotGiven(name)
        db.run("INSERT INTO granted (account_id, service_id) VALUES ($1, $2)", starter.id, found)
    return found


def _response(db: Session, assessment_id: str) -> Response:
    response = _one(db, "SELECT id, perspective FROM response WHERE assessment_id = $1", assessment_id)
    found = db.rows(
        "SELECT item_id, item_revision, code, note, evidence FROM answer "
        "WHERE response_id = $1 AND (code IS NOT NULL OR note <> '' OR evidence <> '') ORDER BY item_id",
        response["id"],
    )
    return Response(
        person=response["id"],
        perspective=response["perspective"],
        answers={a["item_id"]: Answer(a["code"], a["note"], a["evidence"], a["item_revision"]) for a in found},
    )


def _open_response(db: Session, assessment_id: str) -> str:
    response = _one(db, "SELECT id, submitted FROM response WHERE assessment_id = $1", assessment_id)
    if response["submitted"]:
        raise Finished(assessment_id)
    found: str = response["id"]
    return found


def _one(db: Session, sql: str, ident: str) -> dict[str, Any]:
    found = db.rows(sql, ident)
    if not found:
        raise NotFound(f"There is nothing with the id “{ident[:60]}” in this database.")
    return found[0]


def _assessment(row: Mapping[str, Any]) -> Assessment:
    return Assessment(
        id=row["id"],
        service=Service(id=row["service_id"], name=row["service_name"]),
        wave=row["wave"],
        mode=row["mode"],
        bank=row["bank"],
        edition=row["edition"],
        innovations=tuple(row["innovations"].split()),
        perspective=row["perspective"],
        opened=row["opened"],
        saved=row["saved"],
        submitted=row["submitted"],
        token=row["token"],
    )
