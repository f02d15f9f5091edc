"""Commands that set assessments beside each other: two of them, or a service over time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli import returned
from assessor.cli.files import Named
from assessor.cli.output import paper_option, target, write, write_pdf
from assessor.cli.sources import HOME, read_pair, read_trend
from assessor.paths import content

if TYPE_CHECKING:
    from assessor.pdf import Paper
    from assessor.received import Repeats
    from assessor.report import Mode

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


schema = click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=returned.schema,
    help="Print the JSON Schema of the figures that the PDF carries, and end.",
)


@click.command()
@click.argument("sources", nargs=-1, required=True)
@schema
@click.option("--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out.")
@click.option("--json", "as_json", is_flag=True, help="What the PDF carries (see --schema), in its place.")
@click.option("-o", "--output", type=FILE, help="The PDF to write, or with --json the file instead of the screen.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--service", help="Which service of a CSV; or its name, where the CSV has none.")
@click.option("--wave", help="Which wave of the later CSV; or its name, where the CSV has none.")
@click.option("--before-wave", help="Which wave of the earlier CSV; or its name, where the CSV has none.")
@paper_option
def compare(
    sources: tuple[str, ...],
    folder: Path | None,
    output: Path | None,
    database: Path,
    service: str | None,
    wave: str | None,
    before_wave: str | None,
    as_json: bool,
    paper: Paper,
) -> None:
    """Write the PDF that compares two assessments: CSV files, ids of assessments in the database, or PDF reports.

    Three to twelve PDF reports become one over time, the earliest first by their dates.
    """
    from assessor.bank import load
    from assessor.received import Repeats

    reports = returned.are_reports(sources)
    place = None if as_json else target(output)
    bank = load(folder or content("questions"))
    if reports:
        several = returned.repeats(bank, sources)
    else:
        before = sources[0], Named(service, before_wave, option="--before-wave")
        early, late, links = read_pair(before, (sources[1], Named(service, wave)), bank, database)
        several = Repeats(said=late.comparison(bank, early, links))
    if place is None:
        write(output, _carried(several))
    else:
        write_pdf(place, several.pdf, paper)


@click.command()
@click.argument("service")
@schema
@click.option("--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out.")
@click.option("--mode", type=click.Choice(["survey", "consensus", "individual"]), help="Left out: the one with most.")
@click.option("--json", "as_json", is_flag=True, help="What the PDF carries (see --schema), in its place.")
@click.option("-o", "--output", type=FILE, help="The PDF to write, or with --json the file instead of the screen.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@paper_option
def trend(
    service: str,
    folder: Path | None,
    mode: Mode | None,
    output: Path | None,
    database: Path,
    as_json: bool,
    paper: Paper,
) -> None:
    """Write the PDF that shows SERVICE (its name or id) over three to twelve assessments whose results were seen.

    They are of one kind: many people asked, a team that agreed, or one person.
    """
    from assessor.bank import load
    from assessor.received import Repeats

    place = None if as_json else target(output)
    found = Repeats(said=read_trend(service, mode, load(folder or content("questions")), database))
    if place is None:
        write(output, _carried(found))
    else:
        write_pdf(place, found.pdf, paper)


def _carried(found: Repeats) -> bytes:
    """Return what the PDF would carry, but for the seal of its pages."""
    from assessor import exports
    from assessor.pdf import imprint

    return exports.pretty(json.loads(found.record(imprint(content("reports")))))
