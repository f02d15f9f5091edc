"""Answers that come as a CSV file: of one wave of one service, unless all are asked for."""

from __future__ import annotations

from datetime import date as calendar
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import click

from assessor.errors import AnswersError

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.answers import Answers, Wave
    from assessor.assessed import Assessed
    from assessor.bank import Bank

LARGEST = 50_000_000
PROGRESS = 2_000_000
UNNAMED = "Answers from a file"


class Named(NamedTuple):
    """What was named of a file; service and wave choose among those in it, and all three name what it does not say.

    The date also goes before the file's own. `option`: by which the wave is named.
    """

    service: str | None = None
    wave: str | None = None
    date: datetime | None = None
    option: str = "--wave"


NOTHING = Named()


def from_file(file: Path, bank: Bank, named: Named = NOTHING) -> Assessed:
    """Read one wave of a service from a CSV; raise AnswersError where more than one is left."""
    from assessor.assessed import Assessed
    from assessor.report import Occasion

    answers = read_answers(file, bank, service=named.service, wave=named.wave)
    found = single(file, answers, named.option)
    rows = (bank.row[row].innovation for row in answers.rows)
    agreed = found.mode == "consensus"
    occasion = Occasion(
        service=found.service or named.service or UNNAMED,
        wave=found.wave or named.wave or file.stem,
        date=_day(file, found, named.date),
        perspectives=() if agreed else tuple(bank.perspective[p].name for p in dict.fromkeys(answers.perspectives)),
        innovations=tuple(dict.fromkeys(bank.innovation[i].name for i in rows if i)),
        edition=bank.edition,
        agreed=agreed,
    )
    return Assessed(occasion, answers)


def scorable(file: Path, bank: Bank, *, service: str | None, wave: str | None, pool: bool) -> Answers:
    """Read the answers to score: of one wave of a service, or with `pool` of all that are chosen."""
    answers = read_answers(file, bank, service=service, wave=wave)
    for option, name in (("service", service), ("wave", wave)):
        if name and name not in (getattr(found, option) for found in answers.waves):
            raise AnswersError(f"{file.name} does not say of which {option} its people are; leave --{option} out.")
    if not pool:
        single(file, answers, hint=" --pool scores all people together.")
    return answers


def single(file: Path, answers: Answers, option: str = "--wave", hint: str = "") -> Wave:
    """Return the one wave that a file holds; raise AnswersError where it holds several, whose people do not add up.

    `option`: by which one of them can be named.
    """
    from assessor.answers import Wave, listed

    found = answers.waves or (Wave(),)
    if len({(wave.service, wave.wave) for wave in found}) > 1:
        raise AnswersError(
            f"{file.name} holds answers of several services or waves, which do not add up to one result. "
            f"{listed(found)}\nName one with --service and {option}, or write it to a file of its own with "
            f"`assessor export --service NAME --wave NAME`.{hint}"
        )
    if len(found) > 1 or (found[0].mode == "consensus" and len(answers.persons) > 1):
        raise AnswersError(
            f"{file.name} holds what a team agreed beside other answers to “{found[0].wave}”; "
            "keep one of the two in the file."
        )
    return found[0]


def read_answers(file: Path, bank: Bank, *, service: str | None = None, wave: str | None = None) -> Answers:
    """Parse a CSV of answers from the disk, or of them those of a service and a wave."""
    from assessor.answers import parse

    size = file.stat().st_size
    if size > PROGRESS:
        click.echo(f"Reading {file.name} ({size / 10**6:.0f} MB) ...", err=True)
    if size > LARGEST:
        raise AnswersError(f"{file}: {size // 10**6} MB is more than this reads at once (50 MB).")
    try:
        return parse(file.read_bytes().decode("utf-8-sig"), bank, file.name, service=service, wave=wave)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise AnswersError(f"{file}, line {line}: the file is not UTF-8 text; save it as “CSV UTF-8”.") from error


def _day(file: Path, found: Wave, date: datetime | None) -> str:
    """Return the day that was named, else that of the last answer, else that on which the file was written.

    Says so where the file has a day that cannot be read: 02.01.2026, as spreadsheets write it, may be two days.
    """
    if date:
        return date.date().isoformat()
    written = datetime.fromtimestamp(file.stat().st_mtime).astimezone().date().isoformat()
    if not found.day:
        return written
    try:
        return calendar.fromisoformat(found.day[:10]).isoformat()
    except ValueError:
        said = f"“{found.day[:40]}” under “submitted” is no day such as 2026-03-12"
        click.echo(f"{file.name}: {said}; the day on which the file was written stands in: {written}.", err=True)
        return written
