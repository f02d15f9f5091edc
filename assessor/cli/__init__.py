"""The command `assessor`; heavy parts are imported by the command that needs them, so that --help is quick."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from assessor.cli import returned, server
from assessor.cli.backup import backup
from assessor.cli.comparing import compare, trend
from assessor.cli.exporting import export
from assessor.cli.files import Named, scorable
from assessor.cli.output import paper_option, write, write_pdf
from assessor.cli.sources import HOME, made, read_pair, read_source
from assessor.cli.user import user
from assessor.errors import AssessorError, BankError
from assessor.paths import content

if TYPE_CHECKING:
    from datetime import datetime

    from assessor.pdf import Edition, Paper

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

bank_option = click.option(
    "--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out."
)


class Assessor(click.Group):
    """A group whose commands end with a sentence and exit code 2 when something can be mended by the person."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BankError as error:
            places = "\n".join(f"  {problem}" for problem in error.problems)
            _stop(f"The question bank cannot be used ({len(error.problems)} to mend):\n{places}")
        except AssessorError as error:
            _stop(str(error))
        except BrokenPipeError:
            raise
        except OSError as error:
            _stop(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")


@click.group(cls=Assessor, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="recovery-readiness", prog_name="assessor")
def main() -> None:
    """Recovery Readiness: an implementation-readiness self-assessment for mental-health services."""


main.add_command(user)
main.add_command(backup)
main.add_command(returned.verify)
main.add_command(compare)
main.add_command(trend)
main.add_command(export)


@main.command()
@bank_option
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; beyond this computer only with an owner."
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="HOSTNAME",
    help="A name to answer under besides localhost; may be repeated.",
)
@click.option("--https", is_flag=True, help="A proxy on this computer encrypts: keep cookies to https.")
@paper_option
def serve(
    folder: Path | None, database: Path, port: int, host: str, names: tuple[str, ...], https: bool, paper: Paper
) -> None:
    """Serve the questionnaire and the reports, on this computer unless others are let in."""
    place = server.Place(host=host, port=port, names=names, https=https)
    server.serve(place, bank_folder(folder), database, paper)


@main.command()
@bank_option
@click.option("--database", type=FILE, default=HOME / "demo.db", show_default=True, help="Where the demo is kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def demo(folder: Path | None, database: Path, port: int) -> None:
    """Serve three made-up services with several assessments each, to look around."""
    from assessor import demo as made_up
    from assessor.bank import load

    bank = load(bank_folder(folder))
    waves = made_up.read(bank_folder(folder), bank)
    if made_up.put(made(database), bank, waves):
        click.echo(f"Demo data: {len(waves)} made-up assessments put into {database}.")
    server.serve(server.Place(port=port), bank_folder(folder), database)


@main.command()
@click.argument("folder", type=FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Check a question bank and list every problem with its file, line and id; exits 1 if there is one."""
    from assessor.bank import check as problems_of
    from assessor.bank import load

    found = problems_of(bank_folder(folder))
    for problem in found:
        click.echo(str(problem))
    if found:
        click.echo(f"{len(found)} problem{'s' if len(found) > 1 else ''} to mend.", err=True)
        sys.exit(1)
    bank = load(bank_folder(folder))
    click.echo(f"{bank.id} {bank.edition}: {len(bank.items)} items, {len(bank.findings)} findings, no problems.")


@main.command()
@bank_option
@click.option("--json", "as_json", is_flag=True, help="For programs (the default).")
@click.option("--csv", "as_csv", is_flag=True, help="A table for people.")
@click.option("--labels", is_flag=True, help="What every code in an export stands for, as CSV.")
@click.option("--schema", "as_schema", is_flag=True, help="The JSON Schema of the bank's files, for editors.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def codebook(
    folder: Path | None, as_json: bool, as_csv: bool, labels: bool, as_schema: bool, output: Path | None
) -> None:
    """Print the bank: its findings, its items, and the allowed answers of each with their alignment."""
    from assessor import exports
    from assessor.bank import load, schema

    if as_json + as_csv + labels + as_schema > 1:
        raise AssessorError("Ask for one thing at a time: --json, --csv, --labels or --schema.")
    bank = load(bank_folder(folder))
    if as_csv or labels:
        write(output, (exports.labels_csv if labels else exports.codebook_csv)(bank).encode())
    else:
        write(output, exports.pretty(schema() if as_schema else exports.codebook(bank)))


@main.command()
@click.argument("file", type=FILE)
@bank_option
@click.option("--json", "as_json", is_flag=True, help="Everything, in full precision.")
@click.option("--service", help="Only the people of this service, as the file names it.")
@click.option("--wave", help="Only the people of this wave, as the file names it.")
@click.option("--pool", is_flag=True, help="All people together, whatever service and wave the file says they are of.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def score(
    file: Path,
    folder: Path | None,
    as_json: bool,
    service: str | None,
    wave: str | None,
    pool: bool,
    output: Path | None,
) -> None:
    """Score a CSV of answers: person, perspective, then one column per item."""
    from assessor import exports
    from assessor import score as scoring
    from assessor.bank import load

    gc.disable()  # millions of cells, none of them garbage, and the process ends soon
    bank = load(bank_folder(folder))
    result = scoring.score(bank, scorable(file, bank, service=service, wave=wave, pool=pool))
    write(output, *(exports.score_json(bank, result) if as_json else [exports.score_text(bank, result).encode()]))


@main.command()
@click.argument("source")
@bank_option
@click.option(
    "--before",
    metavar="SOURCE",
    help="An earlier assessment; left out: the one before, where the database knows it.",
)
@click.option("--before-wave", help="Which wave of a CSV under --before; or its name, where the CSV has none.")
@click.option("-o", "--output", type=FILE, required=True, help="The PDF to write.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--service", help="Which service of a CSV; or its name, where the CSV has none.")
@click.option("--wave", help="Which wave of a CSV; or its name, where the CSV has none.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Date of the assessment, where a CSV has none.")
@click.option(
    "--edition",
    type=click.Choice(["report", "board", "easy"]),
    default="report",
    show_default=True,
    help="report: the whole; board: four pages for a board; easy: large and easy to read.",
)
@paper_option
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=returned.schema,
    help="Print the JSON Schema of the result that a report carries, and end.",
)
def report(
    source: str,
    folder: Path | None,
    before: str | None,
    before_wave: str | None,
    output: Path,
    database: Path,
    service: str | None,
    wave: str | None,
    date: datetime | None,
    edition: Edition,
    paper: Paper,
) -> None:
    """Write the PDF report of SOURCE: a CSV of answers, or the id of an assessment in the database.

    The id stands in the address of its page. A survey must have closed; its result then counts as seen.
    """
    from assessor.bank import load

    if before_wave and not before:
        raise AssessorError("--before-wave is for the CSV that --before names.")
    bank, named = load(bank_folder(folder)), Named(service, wave, date)
    if before:
        earlier = before, Named(service, before_wave, option="--before-wave")
        early, late, links = read_pair(earlier, (source, named), bank, database)
        found = replace(late, since=early, links=links)
    else:
        found = read_source(source, bank, database, named, since=True)
    write_pdf(output, lambda renderer: renderer.assessment(found.report(bank), edition), paper)


def bank_folder(folder: Path | None) -> Path:
    """Return the folder of the question bank, the bundled one if none was named."""
    return folder or content("questions")


def _stop(sentence: str) -> NoReturn:
    click.echo(f"assessor: {sentence}", err=True)
    sys.exit(2)
