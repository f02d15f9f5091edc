"""The command that takes answers, published figures and plans out of the database as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.output import write
from assessor.cli.sources import HOME, of_this_edition, open_store, read_plans, read_survey
from assessor.errors import AssessorError, StoreError
from assessor.paths import content

if TYPE_CHECKING:
    from assessor.answers import Response
    from assessor.bank import Bank
    from assessor.store import Assessment

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
SCRIPTS = SPSS, R = ".sps", ".R"


@click.command()
@click.option("--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--service", help="Only this service (its name).")
@click.option("--wave", help="Only assessments of this name.")
@click.option("--survey", metavar="ID", help="What is published of an assessment that many people answered.")
@click.option("--json", "as_json", is_flag=True, help="With services, notes and links; CSV is for `assessor score`.")
@click.option("--plan", is_flag=True, help="The action plan and the targets instead of answers.")
@click.option("--scripts", is_flag=True, help="Beside answers.csv also answers.sps and answers.R, which read it.")
@click.option("--force", is_flag=True, help="Replace scripts that are there.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def export(
    folder: Path | None,
    database: Path,
    service: str | None,
    wave: str | None,
    survey: str | None,
    as_json: bool,
    plan: bool,
    scripts: bool,
    force: bool,
    output: Path | None,
) -> None:
    """Export the answers of finished assessments, what is published of a closed survey, or what services plan."""
    from assessor import exports
    from assessor.bank import load

    if scripts and (plan or survey or as_json or output is None):
        raise AssessorError("--scripts stand beside answers as CSV in a file: name it with -o, such as -o answers.csv.")
    if scripts and output:
        _check_scripts(output, force=force)
    if plan:
        _plans(database, service, wave, as_json=as_json, output=output)
        return
    bank = load(folder or content("questions"))
    if survey:
        result = read_survey(survey, bank, database).report(bank)
        form = exports.pretty(exports.published(result)) if as_json else exports.published_csv(result).encode()
        write(output, form)
    elif as_json:
        pairs = _finished(database, service, wave)
        write(output, exports.pretty([exports.assessment(*pair) for pair in pairs]))
    else:
        _answers(bank, _finished(database, service, wave), output, scripts=scripts)


def _check_scripts(output: Path, *, force: bool) -> None:
    """Raise AssessorError where the scripts beside a file would take its place, or that of others unasked."""
    if output.suffix.lower() in {suffix.lower() for suffix in SCRIPTS}:
        raise AssessorError(f"A script would take the place of {output}: give the answers a name such as answers.csv.")
    there = [str(script) for script in map(output.with_suffix, SCRIPTS) if script.exists()]
    if there and not force:
        raise AssessorError(
            f"{' and '.join(there)} would be replaced: take another name, or replace scripts with --force."
        )


def _plans(database: Path, service: str | None, wave: str | None, *, as_json: bool, output: Path | None) -> None:
    from assessor import exports
    from assessor.exports.plan import plan_csv

    found = read_plans(database, service, wave)
    write(output, exports.pretty(found) if as_json else plan_csv(found).encode())


def _answers(bank: Bank, pairs: list[tuple[Assessment, Response]], output: Path | None, *, scripts: bool) -> None:
    """Write answers as CSV, and with `scripts` beside it what reads them into SPSS and R."""
    from assessor import exports

    lines = exports.answers_lines(bank, of_this_edition(bank, pairs))
    write(output, exports.table(lines).encode())
    if scripts and output:
        syntax = exports.spss_syntax(bank, lines, output.name)
        write(output.with_suffix(SPSS), syntax.encode("utf-8-sig"))  # by this mark SPSS knows the encoding
        write(output.with_suffix(R), exports.r_script(bank, lines, output.name).encode())


def _finished(database: Path, service: str | None, wave: str | None) -> list[tuple[Assessment, Response]]:
    """Return finished assessments with their answers; raise StoreError where there is none."""
    with open_store(database, must_exist=True) as store:
        finished = [a for a in store.assessments() if a.submitted]
        chosen = [a for a in finished if service in {None, a.service.name} and wave in {None, a.wave}]
        pairs = [(a, store.answers(a.id)) for a in chosen]
        surveys = bool(store.surveys.surveys())
    if not pairs:
        which = f"{f' “{wave}”' if wave else ''}{f' of “{service}”' if service else ''}"
        hint = " What is published of a survey is exported with --survey ID." if surveys else ""
        raise StoreError(f"There is no finished assessment{which} in {database}.{hint}")
    return pairs
