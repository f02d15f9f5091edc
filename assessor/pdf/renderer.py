"""The parent's side of the worker processes: starts them, asks them, times them, replaces them."""

from __future__ import annotations

import copy
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import LifoQueue
from threading import Timer
from typing import TYPE_CHECKING, Any, BinaryIO, Self, cast
from weakref import finalize

from assessor.errors import RenderError
from assessor.paths import content
from assessor.pdf.attachments import COMPARISON, NAME, TREND
from assessor.pdf.frames import read, write
from assessor.pdf.imprint import imprint
from assessor.pdf.letters import MISSING
from assessor.pdf.pages import PAPERS, assessment_html, comparison_html, trend_html
from assessor.record import Made, written, written_comparison, written_trend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import TracebackType

    from assessor.pdf.pages import Edition, Paper
    from assessor.record import Record
    from assessor.report import ComparisonReport, Report, Trend

LOG = logging.getLogger(__name__)
STYLE = "print.css"
STARTING = 60.0
GENTLE = 10  # of 19: how far a worker that nobody may notice steps back
FONT = re.compile(r"""url\(["']?(fonts/[^"')]+)""")
# The fonts come in through @font-face alone: fontconfig is given an empty folder, so that no other font can slip in.
FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{0}</dir><cachedir>{0}</cachedir></fontconfig>
"""


class Renderer:
    """Makes PDFs in worker processes, one at a time in each; safe to call from several threads, which wait for one.

    A document that takes longer than `seconds` is given up. A worker is replaced after `renders` documents, or when it
    has grown beyond `megabytes`, where the system tells. `gentle` workers let everything else on the computer go first.
    `paper`: that of all documents.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        seconds: float = 60,
        renders: int = 200,
        megabytes: int = 400,
        workers: int = 1,
        gentle: bool = False,
        paper: Paper = "a4",
    ) -> None:
        self._folder, self.paper = (folder or content("reports")).resolve(), paper
        self._seconds, self._renders, self._megabytes = seconds, renders, megabytes
        self.workers, self._gentle = workers, gentle
        self._free: LifoQueue[Worker | None] = LifoQueue()  # the last one that worked is warm, and works next
        for _ in range(workers):
            self._free.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def imprint(self) -> str:
        """Return a hash of everything besides a report that decides how its PDF looks."""
        return imprint(self._folder, self.paper)

    def on(self, paper: Paper) -> Self:
        """Return a renderer for a paper, with the same workers."""
        other = copy.copy(self)
        other.paper = paper
        return other

    def like(self, made_with: str) -> Self | None:
        """Return a renderer for the paper of an imprint, with the same workers; None for that of another version."""
        paper = next((paper for paper in PAPERS if imprint(self._folder, paper) == made_with), None)
        return self.on(paper) if paper else None

    def assessment(self, report: Report, edition: Edition = "report") -> bytes:
        """Return the PDF of one assessment; raise RenderError when it cannot be made."""
        made = Made(edition=edition, imprint=self.imprint)
        return self.pdf(assessment_html(report, self._folder, edition, self.paper), written(report, made))

    def comparison(self, report: ComparisonReport, waves: Sequence[Record] = ()) -> bytes:
        """Return the PDF of a comparison; raise RenderError when it cannot be made.

        `waves`: the records that it was made from, where it was made from records.
        """
        record = written_comparison(report, self.imprint, waves)
        return self.pdf(comparison_html(report, self._folder, self.paper), record, COMPARISON)

    def trend(self, trend: Trend, waves: Sequence[Record] = ()) -> bytes:
        """Return the PDF of a service over time; raise RenderError when it cannot be made.

        `waves`: the records that it was made from, where it was made from records.
        """
        return self.pdf(trend_html(trend, self._folder, self.paper), written_trend(trend, self.imprint, waves), TREND)

    def pdf(self, html: str, record: bytes = b"", name: str = NAME) -> bytes:
        """Return an HTML document as PDF, with a record attached under a name if there is one.

        Raises RenderError when it cannot be made.
        """
        if MISSING in html:
            LOG.warning("Some letters that the bundled fonts do not have stand as %s in this PDF.", MISSING)
        with self._lent() as worker:
            return worker.ask((html.encode("utf-8", "ignore"), record, name.encode()), self._seconds)

    def warm(self) -> None:
        """Start a worker, so that the first document does not wait for it."""
        with self._lent():
            pass

    def close(self) -> None:
        """Stop the workers when they are done; a later call starts new ones."""
        for worker in [self._free.get() for _ in range(self.workers)]:
            _stop(worker)
            self._free.put(None)

    @contextmanager
    def _lent(self) -> Iterator[Worker]:
        """Lend a worker that is ready; wait for one where all are busy."""
        worker = self._free.get()
        try:
            worker = self._ready(worker)
            yield worker
            if self._tired(worker):
                _stop(worker)
        except BaseException:  # also when interrupted: what the worker still sends belongs to nobody
            _stop(worker)
            raise
        finally:
            self._free.put(worker if worker and worker.alive else None)

    def _ready(self, worker: Worker | None) -> Worker:
        if worker and worker.alive:
            return worker
        _stop(worker)
        check(self._folder)
        worker = Worker(self._folder, gentle=self._gentle)
        worker.hear(STARTING)
        return worker

    def _tired(self, worker: Worker) -> bool:
        return worker.asked >= self._renders or worker.megabytes > self._megabytes


class Worker:
    """A process that holds WeasyPrint, and its temporary folder; both end with this object."""

    def __init__(self, folder: Path, *, gentle: bool = False) -> None:
        place = Path(tempfile.mkdtemp(prefix="assessor-pdf-"))
        (place / "empty").mkdir()
        (place / "fonts.conf").write_text(FONTCONFIG.format(place / "empty"), "utf-8")
        self._process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [sys.executable, "-P", "-W", "ignore", "-m", "assessor.pdf.press", str(folder), str(place)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **os.environ,
                "FONTCONFIG_FILE": str(place / "fonts.conf"),
                "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),  # the worker finds modules where we find them
                "SOURCE_DATE_EPOCH": "0",  # else an unpacked font carries the time of unpacking
                "TMPDIR": str(place),
            },
        )
        if gentle and hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, GENTLE)
        self._input = cast("BinaryIO", self._process.stdin)
        self._output = cast("BinaryIO", self._process.stdout)
        self.stop = finalize(self, _end, self._process, self._input, self._output, place)
        self.asked = 0
        self._late = False

    @property
    def alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    @property
    def megabytes(self) -> float:
        """Return how much memory the process uses; 0 where the system does not tell."""
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_text("ascii").split()[1])
        except (OSError, ValueError, IndexError):
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def ask(self, parts: tuple[bytes, bytes, bytes], seconds: float) -> bytes:
        """Send a document, its record and the record's name; return its PDF."""
        self.asked += 1
        with suppress(BrokenPipeError):  # a worker that is gone is noticed when its reply does not come
            for part in parts:
                write(self._input, part)
        return self.hear(seconds)

    def hear(self, seconds: float) -> bytes:
        """Return the PDF that comes next; the first, empty one says that the worker is ready."""
        timer = Timer(seconds, self._give_up)
        timer.start()
        try:
            head, made = read(self._output), read(self._output)
        finally:
            timer.cancel()
        if head is None or made is None:
            raise RenderError(self._why(seconds))
        return _checked(json.loads(head), made)

    def _give_up(self) -> None:
        self._late = True
        self._process.kill()

    def _why(self, seconds: float) -> str:
        if self._late:
            return f"The PDF was given up after {seconds:g} seconds. Shorter names and notes may help."
        return f"The PDF could not be made: the process that makes it ended with code {self._process.wait()}."


def check(folder: Path) -> None:
    """Raise RenderError when the stylesheet or a font that it names is missing."""
    style = folder / STYLE
    needed = [style] + [folder / name for name in FONT.findall(style.read_text("utf-8") if style.is_file() else "")]
    for file in needed:
        if not file.is_file():
            raise RenderError(f"“{file.name}” is missing in {file.parent}: please install again.")


def _checked(reply: dict[str, Any], made: bytes) -> bytes:
    for line in reply["log"]:
        LOG.warning("%s", line)
    if reply["error"]:
        raise RenderError(f"The PDF could not be made: {reply['error']}.")
    return made


def _stop(worker: Worker | None) -> None:
    if worker:
        worker.stop()


def _end(process: subprocess.Popen[bytes], source: BinaryIO, target: BinaryIO, place: Path) -> None:
    for pipe in (source, target):
        with suppress(OSError):  # what was still to be sent cannot be, and need not
            pipe.close()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    shutil.rmtree(place, ignore_errors=True)
