"""How often somebody may try: passwords, mails and codes are counted in one way, for a while.

Names and addresses are kept as keyed marks: people type passwords into the wrong field, and addresses are personal.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from assessor.accounts import WINDOW, allowed
from assessor.store.model import after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.store.sqlite import Session


def mark(secret: bytes, kind: str, text: str) -> str:
    """Return what attempts are kept under: enough to know a name or an address again."""
    return hmac.digest(secret, f"{kind}:{text}".encode(), "sha256").hex()[:32]


def count(db: Session, limits: Mapping[str, int], now: str) -> str | None:
    """Count an attempt under each mark and return its id; None, and nothing counted, where one is used up.

    It is counted before anything is looked at, so that guesses sent all at once are counted too.
    """
    db.run("DELETE FROM attempt WHERE at <= $1", after(now, -WINDOW))
    if not all(allowed(_earlier(db, what), most, datetime.fromisoformat(now)) for what, most in limits.items()):
        return None
    ident = secrets.token_hex(8)
    db.add("INSERT INTO attempt (what, id, at)", [(what, ident, now) for what in limits])
    return ident


def forgive(db: Session, attempt_id: str | None, what: str | None = None) -> None:
    """Uncount an attempt that was right, if there was one, and all that went wrong before under a mark."""
    db.run("DELETE FROM attempt WHERE id = $1 OR what = $2", attempt_id, what)


def _earlier(db: Session, what: str) -> list[datetime]:
    return [datetime.fromisoformat(row["at"]) for row in db.rows("SELECT at FROM attempt WHERE what = $1", what)]
