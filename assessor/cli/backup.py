"""The command `assessor backup`: a copy of everything, whole, while the tool runs."""

from __future__ import annotations

from pathlib import Path

import click

from assessor.cli.sources import HOME, open_store
from assessor.errors import AssessorError

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("-o", "--output", type=FILE, required=True, help="The copy to write.")
@click.option("--force", is_flag=True, help="Replace a copy that is there.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="What is copied.")
def backup(output: Path, force: bool, database: Path) -> None:
    """Copy the database while the tool runs; to restore, start the tool with the copy as its --database."""
    if output.exists() and not force:
        raise AssessorError(f"{output} is there already; take another name, or replace it with --force.")
    if _used(output, database):
        raise AssessorError(f"{output} is a database in use. Take another name for the copy.")
    unfinished = output.with_name(f".{output.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        with open_store(database, must_exist=True) as store:
            store.copy(unfinished)
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(
        f"Written: {output}. It holds all answers, and the keys that shared links and sessions hang on: "
        "keep it where nobody else can read it.",
        err=True,
    )


def _used(output: Path, database: Path) -> bool:
    """Tell whether a file is what is copied, or has a log beside it: to replace that would ruin it."""
    same = output.exists() and database.exists() and output.samefile(database)
    return same or output.with_name(f"{output.name}-wal").exists()
