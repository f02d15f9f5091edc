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
    from assessor.received import Repeats

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command()
@click.argument("file", type=FILE)
@click.option("--bank", "folder", type=FOLDER, help="Folder of the question bank; the bundled one if left out.")
def verify(file: Path, folder: Path | None) -> None:
    """Work out every figure of a PDF anew, and tell whether its pages print them; exits 1 if they do not.

    It may be the report of one assessment, a comparison, or a service over time.
    """
    from assessor import received
    from assessor.bank import load
    from assessor.pdf import Renderer

    bank = load(folder or content("questions"))
    found = received.receive(_read(file), str(file), words=True)
    click.echo(f"Checking {file.name}: {found.about} ...", err=True)
    with Renderer() as renderer:
        verdict = received.verify(bank, found, renderer)
    for line in (*verdict.faults, *verdict.remarks):
        click.echo(line)
    if verdict.faults:
        sys.exit(1)
    all_of_it = "All that could be checked agrees" if verdict.remarks else "All agrees"
    click.echo(
        f"{all_of_it}: {found.extent} worked out anew, {len(found.words)} pages, "
        f"the questions {bank.id} {bank.edition}."
    )


def repeats(bank: Bank, files: Sequence[str]) -> Repeats:
    """Return what PDF reports of one service say together."""
    from assessor import received
    from assessor.pdf import SECONDS

    several = [(file, _read(Path(file))) for file in files]
    return received.repeats(bank, received.receive_all(several, seconds=SECONDS * len(several)))


def are_reports(sources: Sequence[str]) -> bool:
    """Tell whether all sources are PDFs; raise AssessorError where some are, or where they are too few or too many."""
    from assessor.series import MOST

    pdfs = sum(source.lower().endswith(".pdf") for source in sources)
    most = MOST if pdfs else 2
    if not 2 <= len(sources) <= most or pdfs not in {0, len(sources)}:
        raise AssessorError(f"Name 2 to {MOST} PDF reports to compare, or two CSV files or ids of assessments.")
    return bool(pdfs)


def schema(context: click.Context, _parameter: click.Parameter, wanted: Any) -> None:
    """Print the JSON Schema of what a command attaches to its PDF, and end."""
    if wanted:
        from assessor import exports, record

        sys.stdout.buffer.write(exports.pretty(record.schema(str(context.info_name))))
        context.exit()


def _read(file: Path) -> bytes:
    """Return the content of a PDF, if it is not too large: whatever is more is refused anyway."""
    from assessor.pdf import LARGEST

    with file.open("rb") as pdf:
        return pdf.read(LARGEST + 1)
