"""Where a command takes answers from: a CSV file, or an assessment in the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.errors import AnswersError, StoreError

if TYPE_CHECKING:
    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.report import ComparisonReport, Occasion, Report
    from assessor.store import Store

HOME = Path.home() / "recovery-readiness"
LARGEST = 50_000_000
PROGRESS = 2_000_000


@dataclass(frozen=True)
class Source:
    """Answers of one assessment, from a CSV or from the database."""

    occasion: Occasion
    answers: Answers
    responses: tuple[Response, ...] = ()

    def report(self, bank: Bank, since: Source | None) -> Report:
        """Return the report, with what changed since an earlier assessment."""
        from assessor import report

        built = report.build(bank, self.occasion, self.answers, self.responses)
        return replace(built, since=self.comparison(since, bank)) if since else built

    def comparison(self, before: Source, bank: Bank) -> ComparisonReport:
        """Return the comparison with an earlier assessment."""
        from assessor import report

        responses = (*before.responses, *self.responses)
        return report.build_comparison(
            bank, (before.occasion, self.occasion), (before.answers, self.answers), responses
        )


def read_source(
    source: str,
    bank: Bank,
    database: Path,
    *,
    service: str | None = None,
    wave: str | None = None,
    date: datetime | None = None,
) -> Source:
    """Read a CSV file, or take an assessment out of the database."""
    file = Path(source)
    if not file.exists() and not file.suffix:
        return _stored(source, bank, database)
    from assessor.report import Occasion

    answers = read_answers(file, bank)
    day = date or datetime.fromtimestamp(file.stat().st_mtime, UTC)
    names = {p: bank.perspective[p].name for p in dict.fromkeys(answers.perspectives)}
    rows = (bank.row[row].innovation for row in answers.rows)
    return Source(
        Occasion(
            service=service or file.stem,
            wave=wave or "",
            date=day.date().isoformat(),
            perspectives=tuple(names.values()),
            innovations=tuple(dict.fromkeys(bank.innovation[i].name for i in rows if i)),
        ),
        answers,
    )


def _stored(ident: str, bank: Bank, database: Path) -> Source:
    from assessor.web import assessed

    with open_store(database, must_exist=True) as store:
        return Source(*assessed(bank, store, ident))


def read_answers(file: Path, bank: Bank) -> Answers:
    """Parse a CSV of answers from the disk."""
    from assessor.answers import parse

    size = file.stat().st_size
    if size > PROGRESS:
        click.echo(f"Reading {file.name} ({size / 10**6:.0f} MB) ...", err=True)
    if size > LARGEST:
        raise AnswersError(f"{file}: {size // 10**6} MB is more than this reads at once (50 MB).")
    try:
        return parse(file.read_bytes().decode("utf-8-sig"), bank, file.name)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AnswersError(f"{file}, line {line}: the file is not UTF-8 text; save it as “CSV UTF-8”.") from error


def open_store(database: Path, *, must_exist: bool = False) -> Store:
    """Open a database; raise StoreError where it cannot be opened, or is not there and must be."""
    from assessor.store import Store

    if must_exist and not database.is_file():
        raise StoreError(f"There is no database {database}; name yours with --database.")
    return Store(made(database))


def made(database: Path) -> Path:
    """Make our own folder for databases; any other must be there."""
    if database.parent == HOME:
        HOME.mkdir(exist_ok=True)
    return database
