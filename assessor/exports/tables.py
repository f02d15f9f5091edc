"""Lines of cells as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(lines: Iterable[Sequence[str]]) -> str:
    """Return lines of cells as CSV, none of which a spreadsheet runs as a formula."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([[_plain(cell) for cell in line] for line in lines])
    return out.getvalue()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "@", "\t", "\r"} or (cell[:1] == "-" and len(cell) > 1) else cell


def cell(value: object) -> str:
    """Return a value as it stands in a cell, which is empty where there is none."""
    return "" if value is None else str(value)
