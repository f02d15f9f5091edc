"""What a survey is made of, to be corrected until it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.accounts import folded
from assessor.store import records
from assessor.store.model import Setup, utc
from assessor.store.refusals import Opened, Overtaken, Taken
from assessor.store.surveys import invited

if TYPE_CHECKING:
    from assessor.accounts import Account
    from assessor.bank import Bank
    from assessor.store.model import Survey
    from assessor.store.sqlite import Session, Sqlite

REVISE = """
    UPDATE assessment SET service_id = $2, wave = $3, bank = $4, edition = $5, innovations = $6,
        opens = $7, closes = $8, min_cell = $9
    WHERE id = $1 AND mode = 'survey' AND state = 'draft'
"""
NAMED = "SELECT id FROM service WHERE folded = $1"
OTHERS = "SELECT id FROM assessment WHERE service_id = $1 AND id <> $2 LIMIT 1"
RENAME = "UPDATE service SET name = $2, folded = $3 WHERE id = $1"
ABANDON = """
    DELETE FROM service WHERE id = $1
    AND NOT EXISTS (SELECT 1 FROM assessment WHERE service_id = $1)
    AND NOT EXISTS (SELECT 1 FROM action WHERE service_id = $1)
    AND NOT EXISTS (SELECT 1 FROM target WHERE service_id = $1)
    AND NOT EXISTS (SELECT 1 FROM granted WHERE service_id = $1 AND account_id <> $2)
"""


class Setups:
    """Surveys that are made and not open yet; of what two people save at once the first is kept, the second is told."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    def setup(self, survey_id: str) -> Setup:
        """Return what a survey is made of."""
        with self._driver.read() as db:
            return _setup(db, survey_id)

    def revise(self, survey_id: str, setup: Setup, *, over: str, bank: Bank, starter: Account | None = None) -> None:
        """Correct a survey that is not open yet, over the version whose mark is `over`.

        It is asked from this bank then. A new name renames the service, if the survey is all that it has. With the name
        of another service the survey moves there, and the one that it leaves is deleted if nothing hangs on it: no
        assessment, no plan, nobody else whom it was given to. Raises Opened once it was opened, Overtaken when somebody
        else has saved another version, Taken and NotGiven as for a new one.
        """
        with self._driver.write() as db:
            found, kept = _survey(db, survey_id), _setup(db, survey_id)
            if found.state != "draft":
                raise Opened
            if kept.mark != over:
                raise Overtaken(kept)
            _save(db, found, setup, bank, _service(db, found, setup.service, starter))
            db.run(ABANDON, found.service.id, starter.id if starter else "")


def _service(db: Session, found: Survey, name: str, starter: Account | None) -> str:
    """Return the service of a name: the survey's own, renamed, for another spelling or where it has only this survey.

    What hangs on it (its plan, its targets, who was given it) then stays with it.
    """
    own, name = found.service.id, " ".join(name.split())
    named = [row["id"] for row in db.rows(NAMED, folded(name))]
    if named == [own] or not (named or db.rows(OTHERS, own, found.id)):
        db.run(RENAME, own, name, folded(name))
        return own
    return records.add_service(db, name, starter)


def _save(db: Session, found: Survey, setup: Setup, bank: Bank, service_id: str) -> None:
    wave = " ".join(setup.wave.split())
    if (same := records.same_name(db, service_id, wave)) and same.id != found.id:
        raise Taken(same)
    planned = [utc(moment) if moment else None for moment in (setup.opens, setup.closes)]
    named = (service_id, wave, bank.id, bank.edition, " ".join(setup.innovations))
    db.run(REVISE, found.id, *named, *planned, setup.min_cell)
    db.run("DELETE FROM invited WHERE assessment_id = $1", found.id)
    for perspective, people in setup.invited.items():
        db.run(
            "INSERT INTO invited (assessment_id, perspective, people) VALUES ($1, $2, $3)",
            *(found.id, perspective, people),
        )


def _survey(db: Session, survey_id: str) -> Survey:
    return records.survey(records.one(db, f"{records.SURVEY} AND a.id = $1", survey_id))


def _setup(db: Session, survey_id: str) -> Setup:
    return Setup.of(_survey(db, survey_id), invited(db, survey_id))
