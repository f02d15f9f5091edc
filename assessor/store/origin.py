"""Whose a database file is: ours, that of a newer version, or another program's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from assessor.errors import StoreError
from assessor.store.schema import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SET = "assessor"


def look(path: Path | None) -> None:
    """Raise StoreError for a file that is not ours, before anything in it or beside it is changed."""
    if path is None or not path.is_file() or not path.stat().st_size:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as conn:
        tables = {name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        ours = "SELECT name FROM _sqlite_migrations WHERE migration_set = ?"
        applied = {name for (name,) in conn.execute(ours, (SET,))} if "_sqlite_migrations" in tables else set()
    refuse(path, applied, tables)


def refuse(path: Path | None, applied: set[str], tables: Iterable[str]) -> None:
    """Raise StoreError for a database with steps that we do not know, or with tables and no step of ours."""
    if applied - {name for name, _ in STEPS}:
        raise StoreError(
            f"{path} was made by a newer version of this program. Update the program, or choose another file. "
            "Nothing was changed."
        )
    if not applied and any(tables):
        raise StoreError(f"{path} is the database of another program. Choose another file. Nothing was changed.")
