"""The letters that the bundled fonts have; what has none would be a box on paper, and no archive takes one."""

from __future__ import annotations

import unicodedata
from functools import cache

from assessor.paths import content

MISSING = "\ufffd"
ALSO = {"\n"}


@cache
def letters() -> frozenset[str]:
    """Return the characters that every face of a bundled font has; `fonts/LETTERS.txt` lists them as ranges."""
    listed = (content("reports") / "fonts" / "LETTERS.txt").read_text(encoding="ascii").split()
    ends = ((int(end, 16) for end in ends.split("-")) for ends in listed)
    return frozenset(chr(n) for first, last in ends for n in range(first, last + 1))


def printable(text: str) -> str:
    """Return text with a mark in the place of every character that cannot be printed."""
    unknown = {c for c in {*text} - letters() if not _drawn(c)}
    return "".join(MISSING if c in unknown else c for c in text) if unknown else text


def _drawn(character: str) -> bool:
    """Tell whether a character has no look of its own, or is put together from others."""
    parts = unicodedata.normalize("NFD", character)
    return character in ALSO or unicodedata.category(character) == "Cf" or all(part in letters() for part in parts)
