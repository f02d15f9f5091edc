"""Accounts: who may do what, what a password must be, how often one may guess. The only door to pwdlib."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from pwdlib import PasswordHash

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

OWNER, FACILITATOR, READER = ROLES = ("owner", "facilitator", "reader")
SHORTEST, LONGEST = 12, 200
A_NAME, AN_ADDRESS = 5, 20  # attempts that may fail
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who signs in; `ready` tells whether a password is set, `services` which ones were given."""

    id: str
    name: str
    role: str
    email: str | None = None
    ready: bool = True
    disabled: bool = False
    services: frozenset[str] = frozenset()

    @property
    def owns(self) -> bool:
        """Tell whether everything is theirs."""
        return self.role == OWNER

    @property
    def runs(self) -> bool:
        """Tell whether they may start and change assessments."""
        return self.role in {OWNER, FACILITATOR}

    def sees(self, service_id: str) -> bool:
        """Tell whether a service is one of theirs."""
        return self.owns or service_id in self.services


def folded(name: str) -> str:
    """Return a name as it is compared: however it is spaced, capitalised or composed."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


def fault(password: str) -> str | None:
    """Return why a password is refused: `short` or `long`; there are no other rules."""
    length = len(_composed(password))
    return "short" if length < SHORTEST else "long" if length > LONGEST else None


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    return _hasher().hash(_composed(password))


def verified(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Tell whether a password is right, with a new hash where the kept one is out of date.

    Where nothing is kept it takes as long to say no: a clock must not tell which names exist.
    """
    if kept is None:
        hashed(password)
        return False, None
    return _hasher().verify_and_update(_composed(password), kept)


def allowed(earlier: Iterable[datetime], most: int, now: datetime) -> bool:
    """Tell whether one more attempt may be made, given the times of the earlier ones."""
    return sum(now - WINDOW < time for time in earlier) < most


def neighbourhood(address: str) -> str:
    """Return what attempts from an address are counted under: whoever has one IPv6 address has 2^64 of them."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return f"{int(parsed) >> 64:x}" if isinstance(parsed, IPv6Address) and not parsed.ipv4_mapped else str(parsed)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


def _composed(password: str) -> str:
    """Return a password as every keyboard writes it: é is one character on some and two on others."""
    return unicodedata.normalize("NFKC", password)
