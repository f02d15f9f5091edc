"""Lines of the tables as values, and what several parts of the store ask in the same way."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from assessor.accounts import folded
from assessor.answers import Answer, Response
from assessor.store.model import Assessment, Service, Survey
from assessor.store.refusals import NotFound, NotGiven

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from assessor.accounts import Account
    from assessor.store.sqlite import Session

SURVEY_COLUMNS = """
    a.id AS survey_id, a.wave, a.mode, a.bank, a.edition, a.innovations, a.opened,
    a.state, a.opens, a.closes, a.closed, a.seen, a.min_cell, a.cells, s.id AS service_id, s.name AS service_name
"""
SURVEY = f"""
    SELECT {SURVEY_COLUMNS}
    FROM assessment a JOIN service s ON s.id = a.service_id WHERE a.mode = 'survey'
"""  # noqa: S608 - our own words
ASSESSMENT = """
    SELECT a.id, a.wave, a.mode, a.bank, a.edition, a.innovations, a.opened, a.ratings,
           s.id AS service_id, s.name AS service_name,
           r.id AS response_id, r.perspective, r.token, r.saved, r.submitted
    FROM assessment a JOIN service s ON s.id = a.service_id
    JOIN response r ON r.assessment_id = a.id AND a.mode <> 'survey'
"""


def one(db: Session, sql: str, ident: str, *more: str | int | None) -> dict[str, Any]:
    """Return the one line that a query finds; raise NotFound for none."""
    found = db.rows(sql, ident, *more)
    if not found:
        raise NotFound(f"There is nothing with the id “{ident[:60]}” in this database.")
    return found[0]


def add_service(db: Session, name: str, starter: Account | None = None) -> str:
    """Return the id of the service of a name, which is added where there is none, and then given to its starter.

    Raises NotGiven when it is there and the starter was not given it.
    """
    name = " ".join(name.split())
    added = db.run(
        "INSERT INTO service (id, name, folded) VALUES ($1, $2, $3) ON CONFLICT (folded) DO NOTHING",
        *(secrets.token_hex(6), name, folded(name)),
    )
    found: str = one(db, "SELECT id FROM service WHERE folded = $1", folded(name))["id"]
    if starter and not starter.sees(found):
        if not added:
            raise NotGiven(name)
        db.run("INSERT INTO granted (account_id, service_id) VALUES ($1, $2)", starter.id, found)
    return found


def drop_service(db: Session, service_id: str) -> None:
    """Delete a service that has no assessment any more."""
    db.run(
        "DELETE FROM service WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM assessment WHERE service_id = $1)",
        service_id,
    )


def same_name(db: Session, service_id: str, wave: str) -> Assessment | Survey | None:
    """Return the assessment of a service that has this name."""
    single = db.rows(f"{ASSESSMENT} WHERE s.id = $1 AND a.wave = $2", service_id, wave)
    many = db.rows(f"{SURVEY} AND s.id = $1 AND a.wave = $2", service_id, wave)
    return assessment(single[0]) if single else survey(many[0]) if many else None


def assessment(row: Mapping[str, Any]) -> Assessment:
    """Return an assessment that one person answers, or a team in a meeting."""
    return Assessment(
        id=row["id"],
        service=_service(row),
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
        ratings=row["ratings"],
    )


def survey(row: Mapping[str, Any]) -> Survey:
    """Return an assessment that many people answer."""
    return Survey(
        id=row["survey_id"],
        service=_service(row),
        wave=row["wave"],
        mode=row["mode"],
        bank=row["bank"],
        edition=row["edition"],
        innovations=tuple(row["innovations"].split()),
        opened=row["opened"],
        state=row["state"],
        opens=row["opens"],
        closes=row["closes"],
        closed=row["closed"],
        seen=row["seen"],
        min_cell=row["min_cell"],
        cells=row["cells"],
    )


def response(person: str, perspective: str, rows: list[dict[str, Any]]) -> Response:
    """Return one person's answers; a line without anything in it is a blank."""
    given = {
        row["item_id"]: Answer(row["code"], row["note"], row["evidence"], row["item_revision"])
        for row in rows
        if row["code"] is not None or row["note"] or row["evidence"]
    }
    return Response(person=person, perspective=perspective, answers=given)


def _service(row: Mapping[str, Any]) -> Service:
    return Service(id=row["service_id"], name=row["service_name"])
