"""Names for assessments that are not taken yet."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container


def free(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken: with (2), (3), ... behind it where it is."""
    return next(n for n in chain([name], (f"{name} ({k})" for k in count(2))) if n not in taken)
