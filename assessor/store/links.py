"""Links with which people without accounts read one closed report; of each only a hash is kept."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from assessor.store import records
from assessor.store.codes import digest
from assessor.store.model import ReportLink, after
from assessor.store.refusals import NotFound

if TYPE_CHECKING:
    from assessor.store.sqlite import Sqlite

LINK = "SELECT id, assessment_id, label, created, expires FROM report_link"
CLOSED = """
    SELECT a.id FROM assessment a WHERE a.id = $1 AND (
        (a.mode = 'survey' AND a.seen IS NOT NULL)
        OR (a.mode <> 'survey' AND EXISTS (
            SELECT 1 FROM response r WHERE r.assessment_id = a.id AND r.submitted IS NOT NULL))
    )
"""


class ReportLinks:
    """The links to reports in a database."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    def add(self, assessment_id: str, label: str, days: int, now: str) -> str:
        """Return the token of a new link, only now; raise NotFound as long as the assessment is not closed for good."""
        token = secrets.token_hex(16)
        with self._driver.write() as db:
            records.one(db, CLOSED, assessment_id)
            db.run("DELETE FROM report_link WHERE expires <= $1", now)
            db.run(
                "INSERT INTO report_link (id, assessment_id, hash, label, created, expires) "
                "VALUES ($1, $2, $3, $4, $5, $6)",
                *(secrets.token_hex(6), assessment_id, digest(token), " ".join(label.split())),
                *(now, after(now, timedelta(days=days))),
            )
        return token

    def all(self, assessment_id: str, now: str) -> list[ReportLink]:
        """Return the links that lead to an assessment, those that work longest first."""
        with self._driver.read() as db:
            found = db.rows(
                f"{LINK} WHERE assessment_id = $1 AND expires > $2 ORDER BY expires DESC, id", assessment_id, now
            )
        return [ReportLink(**row) for row in found]

    def revoke(self, assessment_id: str, link_id: str) -> None:
        """End a link; raise NotFound where the assessment has none of this id."""
        with self._driver.write() as db:
            if not db.run("DELETE FROM report_link WHERE id = $1 AND assessment_id = $2", link_id, assessment_id):
                raise NotFound("There is no link of this id.")

    def opened(self, token: str, now: str) -> ReportLink:
        """Return the link of a token; raise NotFound alike where it never was, has expired or was revoked."""
        with self._driver.read() as db:
            return ReportLink(**records.one(db, f"{LINK} WHERE hash = $1 AND expires > $2", digest(token), now))
