"""The command `assessor`; heavy parts are imported by the command that needs them, so that --help is quick."""

from __future__ import annotations

import gc
import signal
import socket
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from assessor.errors import AnswersError, AssessorError, BankError, StoreError
from assessor.paths import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import ComparisonReport, Occasion, Report
    from assessor.store import Store

HOME = Path.home() / "recovery-readiness"
LARGEST = 50_000_000
PROGRESS = 2_000_000
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


@main.command()
@bank_option
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def serve(folder: Path | None, database: Path, port: int) -> None:
    """Serve the questionnaire and the reports on this computer."""
    _serve(_folder(folder), database, port)


@main.command()
@bank_option
@click.option("--database", type=FILE, default=HOME / "demo.db", show_default=True, help="Where the demo is kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def demo(folder: Path | None, database: Path, port: int) -> None:
    """Serve three made-up services with two assessments each, to look around."""
    from assessor import demo as made_up
    from assessor.bank import load

    bank = load(_folder(folder))
    with _store(database) as store:
        count = made_up.fill(store, bank, made_up.read(_folder(folder), bank))
    click.echo(
        f"Demo data: {count} made-up assessments put into {database}." if count else f"Demo data are in {database}."
    )
    _serve(_folder(folder), database, port)


@main.command()
@click.argument("folder", type=FOLDER, required=False)
def check(folder: Path | None) -> None:
    """Check a question bank and list every problem with its file, line and id; exits 1 if there is one."""
    from assessor.bank import check as problems_of
    from assessor.bank import load

    found = problems_of(_folder(folder))
    for problem in found:
        click.echo(str(problem))
    if found:
        click.echo(f"{len(found)} problem{'s' if len(found) > 1 else ''} to mend.", err=True)
        sys.exit(1)
    bank = load(_folder(folder))
    click.echo(f"{bank.id} {bank.edition}: {len(bank.items)} items, {len(bank.findings)} findings, no problems.")


@main.command()
@bank_option
@click.option("--json", "form", flag_value="json", default="json", help="For programs (the default).")
@click.option("--csv", "form", flag_value="csv", help="A table for people.")
@click.option("--schema", "form", flag_value="schema", help="The JSON Schema of the bank's files, for editors.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def codebook(folder: Path | None, form: str, output: Path | None) -> None:
    """Print the bank: its findings, its items, and the allowed answers of each with their alignment."""
    from assessor import exports
    from assessor.bank import load, schema

    bank = load(_folder(folder))
    if form == "csv":
        _write(output, exports.codebook_csv(bank).encode())
    else:
        _write(output, exports.pretty(schema() if form == "schema" else exports.codebook(bank)))


@main.command()
@click.argument("file", type=FILE)
@bank_option
@click.option("--json", "as_json", is_flag=True, help="Everything, in full precision.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def score(file: Path, folder: Path | None, as_json: bool, output: Path | None) -> None:
    """Score a CSV of answers: person, perspective, then one column per item."""
    from assessor import exports
    from assessor import score as scoring
    from assessor.bank import load

    gc.disable()  # millions of cells, none of them garbage, and the process ends soon
    bank = load(_folder(folder))
    result = scoring.score(bank, _answers(file, bank))
    _write(output, *(exports.score_json(bank, result) if as_json else [exports.score_text(bank, result).encode()]))


@main.command()
@click.argument("source")
@bank_option
@click.option("--before", metavar="SOURCE", help="An earlier assessment: adds what changed.")
@click.option("-o", "--output", type=FILE, required=True, help="The PDF to write.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--service", help="Name of the service, for a CSV.")
@click.option("--wave", help="Name of the assessment, for a CSV.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="Date of the assessment, for a CSV.")
def report(
    source: str,
    folder: Path | None,
    before: str | None,
    output: Path,
    database: Path,
    service: str | None,
    wave: str | None,
    date: datetime | None,
) -> None:
    """Write the PDF report of SOURCE: a CSV of answers, or the id of an assessment in the database."""
    from assessor.bank import load

    bank = load(_folder(folder))
    late = _source(source, bank, database, service=service, wave=wave, date=date)
    early = _source(before, bank, database, service=service) if before else None
    _pdf(output, lambda renderer: renderer.assessment(late.report(bank, since=early)))


@main.command()
@click.argument("before")
@click.argument("after")
@bank_option
@click.option("-o", "--output", type=FILE, required=True, help="The PDF to write.")
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
def compare(before: str, after: str, folder: Path | None, output: Path, database: Path) -> None:
    """Write the PDF that compares two assessments: CSV files, or ids of assessments in the database."""
    from assessor.bank import load

    bank = load(_folder(folder))
    early, late = (_source(source, bank, database) for source in (before, after))
    _pdf(output, lambda renderer: renderer.comparison(late.comparison(early, bank)))


@main.command()
@bank_option
@click.option("--database", type=FILE, default=HOME / "readiness.db", show_default=True, help="Where answers are kept.")
@click.option("--service", help="Only this service (its name).")
@click.option("--json", "as_json", is_flag=True, help="With services, notes and links; CSV is for `assessor score`.")
@click.option("-o", "--output", type=FILE, help="Write to this file instead of the screen.")
def export(folder: Path | None, database: Path, service: str | None, as_json: bool, output: Path | None) -> None:
    """Export the answers of finished assessments."""
    from assessor import exports
    from assessor.bank import load

    bank = load(_folder(folder))
    with _store(database, must_exist=True) as store:
        finished = [a for a in store.assessments() if a.submitted and service in {None, a.service.name}]
        pairs = [(a, store.answers(a.id)) for a in finished]
    if not pairs:
        raise StoreError(f"There is no finished assessment{f' of “{service}”' if service else ''} in {database}.")
    if as_json:
        _write(output, exports.pretty([exports.assessment(*pair) for pair in pairs]))
    else:
        _write(output, exports.answers_csv(bank, [response for _, response in pairs]).encode())


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


def _source(
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

    answers = _answers(file, bank)
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

    with _store(database, must_exist=True) as store:
        return Source(*assessed(bank, store, ident))


def _answers(file: Path, bank: Bank) -> Answers:
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


def _pdf(output: Path, render: Callable[[Renderer], bytes]) -> None:
    """Render and write a PDF, saying so while it takes its second or two."""
    from assessor.pdf import Renderer

    unfinished = _unfinished(output)
    click.echo("Rendering the PDF ...", err=True)
    with Renderer() as renderer:
        _whole(output, unfinished, map(render, [renderer]))
    click.echo(f"Written: {output}", err=True)


def _write(output: Path | None, *pieces: bytes) -> None:
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


def _folder(folder: Path | None) -> Path:
    return folder or content("questions")


def _store(database: Path, *, must_exist: bool = False) -> Store:
    from assessor.store import Store

    if must_exist and not database.is_file():
        raise StoreError(f"There is no database {database}; name yours with --database.")
    return Store(_made(database))


def _made(database: Path) -> Path:
    """Make our own folder for databases; any other must be there."""
    if database.parent == HOME:
        HOME.mkdir(exist_ok=True)
    return database


def _serve(folder: Path, database: Path, port: int) -> None:
    """Serve until the person stops it; requests under way are finished."""
    import waitress

    from assessor.web import create_app

    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise AssessorError(
            f"Port {port} cannot be used ({error.strerror}); choose another one with --port."
        ) from error
    with listening:
        app = create_app(database=_made(database), bank=folder)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        click.echo(f"Open http://127.0.0.1:{listening.getsockname()[1]}/ in a browser. Answers are kept in {database}.")
        click.echo("Press Ctrl+C to stop.")
        waitress.serve(app, sockets=[listening], threads=8)


def _stop(sentence: str) -> NoReturn:
    click.echo(f"assessor: {sentence}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
