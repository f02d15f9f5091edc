"""What a survey is made of, to be corrected until it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.store import records
from assessor.store.model import Setup, utc
from assessor.store.refusals import Overtaken, Settled, Taken
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

        It is asked from this bank then, and a service is deleted with the last survey that leaves it. Raises Settled
        once it was opened, Overtaken when somebody else has saved another version, Taken and NotGiven as for a new one.
        """
        with self._driver.write() as db:
            found, kept = _survey(db, survey_id), _setup(db, survey_id)
            if found.state != "draft":
                raise Settled("The assessment is open by now; what people may have seen of it stays as it is.")
            if kept.mark != over:
                raise Overtaken(kept)
            _save(db, found, setup, bank, records.add_service(db, setup.service, starter))


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
    records.drop_service(db, found.service.id)


def _survey(db: Session, survey_id: str) -> Survey:
    return records.survey(records.one(db, f"{records.SURVEY} AND a.id = $1", survey_id))


def _setup(db: Session, survey_id: str) -> Setup:
    found = _survey(db, survey_id)
    return Setup(
        service=found.service.name,
        wave=found.wave,
        innovations=found.innovations,
        invited=invited(db, survey_id),
        opens=found.opens,
        closes=found.closes,
        min_cell=found.min_cell,
    )
