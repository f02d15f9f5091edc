"""Links into a survey, as the tables hold them: who has a token comes in, and only its hash is kept."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from assessor.store import records
from assessor.store.codes import digest
from assessor.store.model import Entry
from assessor.store.refusals import Over, Unopened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from assessor.store.sqlite import Session

ENTRY = f"""
    SELECT e.id AS entry_id, e.kind, e.perspective, e.used, e.active, e.email, {records.SURVEY_COLUMNS}
    FROM entry e JOIN assessment a ON a.id = e.assessment_id JOIN service s ON s.id = a.service_id
"""  # noqa: S608 - our own words
RENEW = "UPDATE entry SET hash = $2 WHERE id = $1 AND kind = 'single' AND used = 0 AND active = 1"
PLAIN = "23456789abcdefghjkmnpqrstvwxyz"


def find(db: Session, token: str) -> Entry:
    """Return the link of a token; raise NotFound where there is none."""
    return _entry(records.one(db, f"{ENTRY} WHERE e.hash = $1", digest(token)))


def known(db: Session, token: str) -> bool:
    """Tell whether a token is a link's, open or not."""
    return bool(db.rows("SELECT id FROM entry WHERE hash = $1", digest(token)))


def all_of(db: Session, survey_id: str) -> list[Entry]:
    """Return the links of a survey, in an order that tells nothing."""
    return [_entry(row) for row in db.rows(f"{ENTRY} WHERE a.id = $1 ORDER BY e.id", survey_id)]


def add(
    db: Session,
    survey_id: str,
    kind: str,
    token: str,
    *,
    ident: str | None = None,
    perspective: str | None = None,
    email: str | None = None,
) -> str:
    """Add a link and return its id; raise what `hold_open` does."""
    ident = ident or secrets.token_hex(6)
    hold_open(db, survey_id)
    db.run(
        "INSERT INTO entry (id, assessment_id, kind, hash, perspective, email) VALUES ($1, $2, $3, $4, $5, $6)",
        *(ident, survey_id, kind, digest(token), perspective, email),
    )
    return ident


def hold_open(db: Session, survey_id: str) -> None:
    """Raise Unopened while it can still be corrected who is asked, Over once a survey has closed."""
    state = records.one(db, f"{records.SURVEY} AND a.id = $1", survey_id)["state"]
    if state != "open":
        raise Unopened if state == "draft" else Over


def unshare(db: Session, survey_id: str) -> None:
    """Close the shared link."""
    db.run("UPDATE entry SET active = 0 WHERE assessment_id = $1 AND kind = 'shared'", survey_id)


def typeable() -> str:
    """Return a token that somebody can copy from paper: 78 random bits, in letters and digits that look different."""
    return "".join(secrets.choice(PLAIN) for _ in range(16))


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        id=row["entry_id"],
        survey=records.survey(row),
        kind=row["kind"],
        perspective=row["perspective"],
        used=bool(row["used"]),
        active=bool(row["active"]),
        email=row["email"],
    )
