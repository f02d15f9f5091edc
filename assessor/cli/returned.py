"""Commands about reports that come back as PDFs: whether one agrees with itself, and what several say together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessor.errors import AssessorError
from assessor.paths import content

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.bank import Bank
    from assessor.received import Received
    from assessor.report import ComparisonReport

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out.")
def verify(file: Path, folder: Path | None) -> None:
    """Work out every figure of a PDF report anew, and tell whether its pages print them; exits 1 if they do not."""
    from assessor import received
    from assessor.bank import load
    from assessor.pdf import Renderer

    bank = load(folder or content("questions"))
    found = _receive(file, words=True)
    click.echo(f"Checking {file.name}: {found.record.occasion.service}, {found.record.occasion.wave} ...", err=True)
    with Renderer() as renderer:
        verdict = received.verify(bank, found, renderer)
    for line in (*verdict.faults, *verdict.remarks):
        click.echo(line)
    if verdict.faults:
        sys.exit(1)
    all_of_it = "All that could be checked agrees" if verdict.remarks else "All agrees"
    click.echo(
        f"{all_of_it}: {len(found.record.items)} questions and {len(found.record.rows)} parts worked out anew, "
        f"{len(found.words)} pages, the questions {bank.id} {bank.edition}."
    )


def compared(bank: Bank, files: Sequence[str]) -> ComparisonReport:
    """Return the comparison of PDF reports."""
    from assessor import received

    return received.compared(bank, [_receive(Path(file)) for file in files])


def are_reports(sources: Sequence[str]) -> bool:
    """Tell whether all sources are PDFs; raise AssessorError where some are, or where they are too few or too many."""
    pdfs = sum(source.lower().endswith(".pdf") for source in sources)
    if len(sources) != 2 or pdfs == 1:
        raise AssessorError("Name two to compare: PDF reports, or CSV files and ids of assessments.")
    return bool(pdfs)


def schema(context: click.Context, _parameter: click.Parameter, wanted: Any) -> None:
    """Print the JSON Schema of the attached result, and end."""
    if wanted:
        from assessor import exports, record

        sys.stdout.buffer.write(exports.pretty(record.schema()))
        context.exit()


def _receive(file: Path, *, words: bool = False) -> Received:
    from assessor.pdf import LARGEST
    from assessor.received import receive

    with file.open("rb") as pdf:
        return receive(pdf.read(LARGEST + 1), str(file), words=words)  # whatever is more is refused anyway
