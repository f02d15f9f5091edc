"""The action plan of a service: every version of every action, and where its rows should be."""

from __future__ import annotations

import secrets
from itertools import groupby
from typing import TYPE_CHECKING, Any

from assessor.plan import Intent, PlannedAction, Target, Version
from assessor.store import records
from assessor.store.refusals import Overtaken, Settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.store.sqlite import Session, Sqlite

ACTIONS = """
    SELECT p.id, p.row_id, p.facet_id, p.suggestion_id, p.asked, a.wave,
           v.revision, v.text, v.who, v.due, v.sign, v.state, v.saved
    FROM action p JOIN action_version v ON v.action_id = p.id
    LEFT JOIN assessment a ON a.id = p.assessment_id
    WHERE p.service_id = $1 AND (p.id = $2 OR $2 IS NULL)
    ORDER BY p.written, p.id, v.revision
"""
VERSION = """
    INSERT INTO action_version (action_id, revision, text, who, due, sign, state, saved)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (action_id, revision) DO NOTHING
"""

TOLD = """
    SELECT p.id FROM action p JOIN assessment a ON a.service_id = p.service_id
    WHERE p.id = $1 AND (
        a.seen >= p.written
        OR EXISTS (SELECT 1 FROM report_link l WHERE l.assessment_id = a.id)
        OR EXISTS (
            SELECT 1 FROM response r
            WHERE r.assessment_id = a.id AND a.mode <> 'survey' AND r.submitted >= p.written)
    )
"""


class Plans:
    """Actions and targets; of what two people save at once nothing is lost: the second is told, the first is kept."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    def actions(self, service_id: str) -> tuple[PlannedAction, ...]:
        """Return the actions of a service, in the order in which they were written down."""
        with self._driver.read() as db:
            return _actions(db, service_id)

    def action(self, service_id: str, action_id: str) -> PlannedAction:
        """Return one action of a service."""
        with self._driver.read() as db:
            return _action(db, service_id, action_id)

    def add(
        self,
        service_id: str,
        intent: Intent,
        *,
        row: str,
        now: str,
        facet: str | None = None,
        suggestion: str | None = None,
        assessment: tuple[str, str] | None = None,
    ) -> PlannedAction:
        """Add an action; `assessment` is the one at which it is planned, its id and when it ended."""
        ident = secrets.token_hex(6)
        at, asked = assessment or (None, now)
        with self._driver.write() as db:
            records.one(db, "SELECT id FROM service WHERE id = $1", service_id)
            db.run(
                "INSERT INTO action (id, service_id, assessment_id, asked, row_id, facet_id, suggestion_id, written) "
                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(ident, service_id, at, asked, row, facet, suggestion, now),
            )
            db.run(VERSION, ident, 1, *intent, now)
            return _action(db, service_id, ident)

    def change(self, service_id: str, action_id: str, revision: int, intent: Intent, now: str) -> PlannedAction:
        """Save an action anew over the version that was looked at; what is there already is not saved again.

        Raises Overtaken when somebody has saved another version since.
        """
        with self._driver.write() as db:
            kept = _action(db, service_id, action_id)
            if kept.now == intent:
                return kept
            if kept.revision != revision or not db.run(VERSION, action_id, revision + 1, *intent, now):
                raise Overtaken(kept)
            return _action(db, service_id, action_id)

    def told(self, service_id: str, action_id: str) -> bool:
        """Tell whether others may have read of an action: an assessment has ended since, or a link shows a report."""
        with self._driver.read() as db:
            _action(db, service_id, action_id)
            return _told(db, action_id)

    def delete(self, service_id: str, action_id: str, revision: int) -> None:
        """Delete an action that was written by mistake, with all its versions.

        Raises Settled where others may have read of it, Overtaken when somebody has saved another version since.
        """
        with self._driver.write() as db:
            kept = _action(db, service_id, action_id)
            if kept.revision != revision:
                raise Overtaken(kept)
            if _told(db, action_id):
                raise Settled("Others may have read of this action in a report, so it stays. Drop it instead.")
            db.run("DELETE FROM action WHERE id = $1", action_id)

    def targets(self, service_id: str) -> dict[str, Target]:
        """Return the targets of a service by row, those that were taken back too."""
        with self._driver.read() as db:
            return _targets(db, service_id)

    def aim(self, service_id: str, row: str, revision: int, points: int | None) -> Target:
        """Set the target of a row in place of the one that was looked at (revision 0: none), or take it back.

        Raises Overtaken when somebody has set another since.
        """
        with self._driver.write() as db:
            records.one(db, "SELECT id FROM service WHERE id = $1", service_id)
            kept = _targets(db, service_id).get(row, Target(row=row, points=None, revision=0))
            if kept.points == points:
                return kept
            if kept.revision != revision:
                raise Overtaken(kept)
            db.run(
                "INSERT INTO target (service_id, row_id, points, revision) VALUES ($1, $2, $3, $4) "
                "ON CONFLICT (service_id, row_id) DO UPDATE SET points = excluded.points, revision = excluded.revision",
                *(service_id, row, points, revision + 1),
            )
            return _targets(db, service_id)[row]


def _targets(db: Session, service_id: str) -> dict[str, Target]:
    rows = db.rows("SELECT row_id, points, revision FROM target WHERE service_id = $1 ORDER BY row_id", service_id)
    return {row["row_id"]: Target(row=row["row_id"], points=row["points"], revision=row["revision"]) for row in rows}


def _told(db: Session, action_id: str) -> bool:
    return bool(db.rows(TOLD, action_id))


def _action(db: Session, service_id: str, action_id: str) -> PlannedAction:
    records.one(db, "SELECT id FROM action WHERE id = $1 AND service_id = $2", action_id, service_id)
    return _actions(db, service_id, action_id)[0]


def _actions(db: Session, service_id: str, action_id: str | None = None) -> tuple[PlannedAction, ...]:
    lines = groupby(db.rows(ACTIONS, service_id, action_id), key=lambda line: line["id"])
    return tuple(_planned(list(versions)) for _, versions in lines)


def _planned(lines: Sequence[dict[str, Any]]) -> PlannedAction:
    first = lines[0]
    said = [Intent(*(line[name] for name in Intent._fields)) for line in lines]
    return PlannedAction(
        id=first["id"],
        row=first["row_id"],
        facet=first["facet_id"],
        suggestion=first["suggestion_id"],
        wave=first["wave"] or "",
        asked=first["asked"],
        versions=tuple(Version(v["revision"], intent, v["saved"]) for v, intent in zip(lines, said, strict=True)),
    )
