"""How often codes were guessed wrong: per address and overall, for a while."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from assessor.store.refusals import Throttled

if TYPE_CHECKING:
    from assessor.store.sqlite import Session

WINDOW = timedelta(minutes=10)
EVERYBODY = "everybody"
EACH, ALL = 20, 1000


def refuse(db: Session, secret: bytes, address: str, now: str) -> None:
    """Raise Throttled when too many codes were wrong of late; forget what is older."""
    since = (datetime.fromisoformat(now) - WINDOW).isoformat(timespec="seconds")
    db.run("DELETE FROM guess WHERE since <= $1", since)
    for scope, most in ((_scope(secret, address), EACH), (EVERYBODY, ALL)):
        if db.rows("SELECT tries FROM guess WHERE scope = $1 AND tries >= $2", scope, most):
            raise Throttled(round(WINDOW.total_seconds() / 60))


def count(db: Session, secret: bytes, address: str, now: str) -> None:
    """Count a wrong code."""
    for scope in (_scope(secret, address), EVERYBODY):
        db.run(
            "INSERT INTO guess (scope, since, tries) VALUES ($1, $2, 1) "
            "ON CONFLICT (scope) DO UPDATE SET tries = guess.tries + 1",
            *(scope, now),
        )


def _scope(secret: bytes, address: str) -> str:
    """Return what is kept of an address: enough to know it again, for ten minutes."""
    return hmac.digest(secret, f"address:{address}".encode(), "sha256").hex()
