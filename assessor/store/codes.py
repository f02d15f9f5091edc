"""Codes that only a person holds: words to write down, kept as a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from functools import cache

from assessor.paths import PACKAGE

LENGTH = 6  # words of 2,048: 66 bits
LONGEST = 400


@cache
def words() -> tuple[str, ...]:
    """Return the words that codes are made of."""
    return tuple((PACKAGE / "words.txt").read_text(encoding="utf-8").split())


def new() -> str:
    """Return a new code."""
    return " ".join(secrets.choice(words()) for _ in range(LENGTH))


def hashed(secret: bytes, purpose: str, code: str) -> str:
    """Return what is kept of a code, however it was typed; a code for one purpose is none for another."""
    return hmac.digest(secret, f"{purpose}:{letters(code)}".encode(), "sha256").hex()


def letters(code: str) -> str:
    """Return the letters of a code: spaces, hyphens and capitals are how people write, and say nothing."""
    plain = unicodedata.normalize("NFKC", code[:LONGEST]).casefold()
    return "".join(c for c in plain if c.isalpha())


def digest(token: str) -> str:
    """Return what is kept of a token or key; both are too long to be guessed, so that no secret is needed."""
    return hashlib.sha256(token.encode()).hexdigest()
