"""PDFs that are made in the background: each once, whoever asks for it, and first for those who wait."""

from __future__ import annotations

import hashlib
import logging
from collections import deque
from dataclasses import dataclass
from statistics import median
from threading import Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

from assessor.errors import AssessorError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessor.store import Paper

LOG = logging.getLogger(__name__)
AT_FIRST = 3.0  # seconds, before any was made
REMEMBERED = 20
MOST_AHEAD, MOST_FAILED = 50, 100
CRASHED = "The PDF could not be made: something went wrong in the tool."


class Keeper(Protocol):
    """Where PDFs go that were made, by the hash of their content too."""

    def find(self, paper: Paper) -> bytes | None:
        """Return a PDF; None where it must be made."""

    def has(self, paper: Paper) -> bool:
        """Tell whether a PDF is there."""

    def same(self, content: str) -> bytes | None:
        """Return a PDF that was made of the same content; None where there is none."""

    def keep(self, paper: Paper, content: str, pdf: bytes) -> None:
        """Keep a PDF."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A PDF to be made: `build` gives the report, `render` the PDF of it; `keeper`: where it goes, if elsewhere.

    `build` gives None where the report is not what the paper stands for any more: then nothing is made.
    """

    paper: Paper
    build: Callable[[], Any | None]
    render: Callable[[Any], bytes]
    keeper: Keeper | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a PDF is: how many are `before` it (None: it is made just now), or the `error` that ended it.

    `usual`: seconds that one takes.
    """

    before: int | None = None
    error: str = ""
    usual: float


class Jobs:
    """Makes PDFs in `workers` threads, which live as long as there is something to do, and keeps them.

    `imprint` stands for everything besides the report that decides how it looks.
    """

    def __init__(self, papers: Keeper, imprint: str, workers: int = 1) -> None:
        self._papers, self._imprint, self._workers = papers, imprint, workers
        self._lock = Lock()
        self._wanted: list[Job] = []
        self._ahead: list[Job] = []
        self._making: dict[Paper, bool] = {}  # each with whether it is made ahead
        self._failed: dict[Paper, str] = {}
        self._threads = 0
        self._took: deque[float] = deque(maxlen=REMEMBERED)

    def order(self, job: Job) -> None:
        """Have a PDF made for somebody who waits for it."""
        with self._lock:
            self._failed.pop(job.paper, None)
            if job.paper not in self._making and not _of(job.paper, self._wanted):
                early = _of(job.paper, self._ahead)
                self._ahead = [other for other in self._ahead if other is not early]
                self._wanted.append(early or job)
            self._staff()

    def ahead(self, job: Job) -> None:
        """Have a PDF made before somebody asks for it; where many wait already, that is left until then."""
        with self._lock:
            known = job.paper in self._making or job.paper in self._failed
            if not (known or _of(job.paper, [*self._wanted, *self._ahead])) and len(self._ahead) < MOST_AHEAD:
                self._ahead.append(job)
            self._staff()

    def progress(self, paper: Paper) -> Progress | None:
        """Return how far a PDF is; None where nobody ordered it, or it is done."""
        with self._lock:
            usual = median(self._took or [AT_FIRST])
            if paper in self._failed:
                return Progress(error=self._failed[paper], usual=usual)
            if paper in self._making:
                return Progress(usual=usual)
            order = [job.paper for job in (*self._wanted, *self._ahead)]
            return Progress(before=order.index(paper), usual=usual) if paper in order else None

    def _staff(self) -> None:
        """Start a thread where one is missing; each ends when it finds nothing to do."""
        if self._threads < self._workers and self._due:
            self._threads += 1
            Thread(target=self._work, name="making PDFs", daemon=True).start()

    @property
    def _due(self) -> list[Job]:
        """The jobs from which the next is taken; of several workers one is left to those who wait."""
        return self._wanted or (self._ahead if sum(self._making.values()) < max(1, self._workers - 1) else [])

    def _work(self) -> None:
        while job := self._next():
            self._make(job)

    def _next(self) -> Job | None:
        with self._lock:
            if not self._due:
                self._threads -= 1
                return None
            early, job = not self._wanted, self._due.pop(0)
            self._making[job.paper] = early
            return job

    def _make(self, job: Job) -> None:
        start, error, made = monotonic(), "", False
        try:
            made = self._keep(job)
        except AssessorError as trouble:
            error = str(trouble)
        except Exception:
            LOG.exception("A PDF could not be made.")
            error = CRASHED
        with self._lock:
            del self._making[job.paper]
            if error:
                self._failed = dict([*self._failed.items(), (job.paper, error)][-MOST_FAILED:])
            elif made:
                self._took.append(monotonic() - start)

    def _keep(self, job: Job) -> bool:
        """Make a PDF and keep it; tell whether it was made, and not overtaken by a change."""
        report, keeper = job.build(), job.keeper or self._papers
        if report is None:
            return False
        content = self._content(job.paper.design, report)
        keeper.keep(job.paper, content, keeper.same(content) or job.render(report))
        return True

    def _content(self, design: str, report: object) -> str:
        """Return the hash of everything that a PDF says and of how it looks: frozen values print themselves whole."""
        return hashlib.sha256(f"{self._imprint} {design} {report!r}".encode("utf-8", "surrogatepass")).hexdigest()


def _of(paper: Paper, jobs: Sequence[Job]) -> Job | None:
    return next((job for job in jobs if job.paper == paper), None)
