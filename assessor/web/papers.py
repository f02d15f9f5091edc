"""What can be downloaded: at once where it is kept, else it is made while a page says how far it is."""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from flask import current_app, redirect, render_template, send_file

from assessor.assessed import day, plan_of
from assessor.pdf import Job
from assessor.store import Paper, Survey
from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask.typing import ResponseReturnValue

    from assessor.pdf import Keeper
    from assessor.store import Assessment

    Kept = Assessment | Survey

ROUGHLY = 5  # seconds: nobody waits by the second


class Order(Protocol):
    """A PDF that may be asked for."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the service and of the assessments."""

    @property
    def label(self) -> str:
        """What ends the name of the file."""

    @property
    def minutes(self) -> int | None:
        """How long it is kept; None where nobody need hurry."""

    @property
    def paper(self) -> Paper:
        """What it is kept under."""

    @property
    def job(self) -> Job:
        """What makes it."""

    @property
    def keeper(self) -> Keeper:
        """Where it is kept."""


@dataclass(frozen=True, kw_only=True)
class Download:
    """A PDF that may be asked for: in which `design`, and made `about` which assessments.

    `build` and `render` are called later, outside of any request; `label` ends the name of the file; `planned`: it says
    what the service plans. `since` gives an earlier assessment of which it says what changed, `facts` what else decides
    what it says.
    """

    design: str
    about: tuple[Kept, ...]
    build: Callable[[], Any]
    render: Callable[[Any], bytes]
    label: str = ""
    planned: bool = True
    since: Callable[[], Kept | None] = lambda: None
    facts: Callable[[], tuple[str, ...]] = tuple
    minutes: None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the service and of the assessments."""
        return (self.about[-1].service.name, *(kept.wave for kept in self.about))

    @property
    def keeper(self) -> Keeper:
        """Return where it is kept."""
        return site().store.papers

    @property
    def paper(self) -> Paper:
        """Return what it is kept under, by what decides what it says just now."""
        plans = [repr(plan_of(site().store, kept)) for kept in self.about if self.planned]
        before = self.since()
        said = (*self.about, before) if before else self.about
        told = [site().imprint, self.design, *map(_facts, said), site().store.demo, *plans, *self.facts()]
        key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
        return Paper(tuple(dict.fromkeys(ident for kept in said for ident in _sources(kept))), self.design, key)

    @property
    def job(self) -> Job:
        """Return what makes it, under what decides by now: to be asked for before what is built is read."""
        app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
        paper = self.paper

        def build() -> object | None:
            with app.app_context():
                built = self.build()
                return built if self.paper == paper else None

        return Job(paper=paper, build=build, render=self.render)


def deliver(order: Order, progress: str) -> ResponseReturnValue:
    """Send a PDF that is kept; else have it made, and lead to the page that says how far it is."""
    found = order.keeper.find(order.paper)
    if found is None:
        site().jobs.order(order.job)
        return redirect(progress, 303)
    return _sent(found, *order.names, order.label)


def _sent(made: bytes, *names: str) -> ResponseReturnValue:
    """Send a PDF under a name that people find again."""
    stem = "-".join(re.findall(r"\w+", " ".join(names).casefold()))[:80].strip("-") or "report"
    return send_file(io.BytesIO(made), "application/pdf", as_attachment=True, download_name=f"{stem}.pdf", max_age=0)


def follow(order: Order, *, file: str, back: str) -> ResponseReturnValue:
    """Say how far a PDF is; the page asks again by itself, and ends in the download of `file`."""
    paper = order.paper
    ready = order.keeper.has(paper)
    progress = None if ready else site().jobs.progress(paper)
    if not ready and progress is None:  # nobody has ordered it, or the tool was started again since
        return redirect(file, 303)
    page = render_template(
        "progress.html",
        names=order.names,
        minutes=order.minutes,
        progress=progress,
        usual=_seconds(progress.usual) if progress else 0,
        file=file,
        back=back,
    )
    return page, 503 if progress and progress.error else 200


def prepare(jobs: Iterable[Job]) -> None:
    """Have PDFs made before anybody asks for them."""
    for job in jobs:
        if not site().store.papers.has(job.paper):
            site().jobs.ahead(job)


def _facts(kept: Kept) -> tuple[str, ...]:
    """Return everything that decides what is said of a closed assessment, without reading an answer.

    Closed answers never change; what can be revised later, as the choice of points, must be named here.
    """
    store = site().store
    common = (kept.id, kept.service.name, kept.wave, kept.mode, kept.bank, kept.edition, *kept.innovations)
    later = (repr(store.chosen(kept.id)),)
    if isinstance(kept, Survey):
        return (*common, *later, day(kept.end or kept.opened), str(kept.min_cell))
    before = store.surveys.survey(kept.ratings).seen if kept.ratings else None
    return (*common, *later, kept.perspective, day(kept.submitted or kept.opened), kept.ratings or "", before or "")


def _sources(kept: Kept) -> tuple[str, ...]:
    """Return the assessments whose answers stand in what is made of one: with any of them, it must go."""
    return (kept.id,) if isinstance(kept, Survey) or kept.ratings is None else (kept.id, kept.ratings)


def _seconds(usual: float) -> int:
    """Return a time as one says it: up to ten by the second, then in steps of five."""
    return math.ceil(usual) if usual <= 2 * ROUGHLY else math.ceil(usual / ROUGHLY) * ROUGHLY
