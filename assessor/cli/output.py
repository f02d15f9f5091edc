"""Where a command writes to: the screen, or a file that is either whole or not there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assessor.errors import AssessorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from assessor.pdf import Paper, Renderer


paper_option = click.option(
    "--paper",
    type=click.Choice(["a4", "letter"]),
    default="a4",
    show_default=True,
    help="The paper of the PDF: A4, or US Letter.",
)


def target(output: Path | None) -> Path:
    """Return the PDF to write; raise AssessorError where none was named."""
    if output is None:
        raise AssessorError("Name the PDF to write with -o, or ask for the figures with --json.")
    return output


def write_pdf(output: Path, render: Callable[[Renderer], bytes], paper: Paper) -> None:
    """Render and write a PDF on a paper, saying so while it takes its second or two."""
    from assessor.pdf import Renderer

    unfinished = _unfinished(output)
    click.echo("Rendering the PDF ...", err=True)
    with Renderer(paper=paper) as renderer:
        _whole(output, unfinished, map(render, [renderer]))
    click.echo(f"Written: {output}", err=True)


def write(output: Path | None, *pieces: bytes) -> None:
    """Write to the screen or to a file."""
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(pieces)
    else:
        _whole(output, _unfinished(output), pieces)


def _unfinished(output: Path) -> Path:
    """Return the file to write to until everything is there; raise AssessorError where nothing can be written.

    A device such as /dev/null is written to directly: a file must never take its place.
    """
    special = output.exists() and not output.is_file()
    unfinished = output if special else output.with_name(f".{output.name}.part")
    try:
        unfinished.write_bytes(b"")
    except OSError as error:
        raise AssessorError(f"{output} cannot be written ({error.strerror}); nothing was done.") from error
    return unfinished


def _whole(output: Path, unfinished: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that is either whole or not there."""
    try:
        with unfinished.open("wb") as file:
            file.writelines(pieces)
        if unfinished != output:
            unfinished.replace(output)
    finally:
        if unfinished != output:
            unfinished.unlink(missing_ok=True)
