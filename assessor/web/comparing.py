"""The pages that compare reports out of their PDFs alone; of what was sent nothing is kept but for some minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from assessor.forms import Confirm
from assessor.pdf import LARGEST, MINUTES, Job
from assessor.received import receive_all, repeats
from assessor.record import RecordError
from assessor.report import Trend
from assessor.series import MOST
from assessor.store import Paper
from assessor.web.admission import FACILITATOR, admits, visitor
from assessor.web.papers import deliver, follow
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.pdf import Passing
    from assessor.received import Repeats

comparing = Blueprint("comparing", __name__, url_prefix="/reports/compare")
NAMES = ("one", "other")
LARGEST_SENT = 60_000_000  # bytes of all files together
ROOM = 100_000  # bytes for what stands around the files
MB = 10**6
BUSY = "Files that somebody else sent are being read. Nothing of yours was kept: send them again in a minute."


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Reports that somebody (`who`) sent, and what they say together; `key`: what its pages are found by."""

    key: str
    who: str
    repeats: Repeats
    minutes: int = MINUTES

    @property
    def label(self) -> str:
        """Return what ends the name of the file."""
        return "over time" if isinstance(self.repeats.said, Trend) else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the service, and of its first and last assessment."""
        first, last = (self.repeats.waves[n].occasion for n in (0, -1))
        return last.service, first.wave, last.wave

    @property
    def keeper(self) -> Passing[Sent]:
        """Return where it is for some minutes."""
        return site().passing

    @property
    def paper(self) -> Paper:
        """Return what its PDF is found by: it is about nothing that is kept here."""
        return Paper((), "trend" if isinstance(self.repeats.said, Trend) else "comparison", self.key)

    @property
    def job(self) -> Job:
        """Return what makes its PDF."""
        renderer, keeper = site().renderer, self.keeper
        return Job(paper=self.paper, build=lambda: self.repeats, render=lambda made: made.pdf(renderer), keeper=keeper)


@comparing.get("")
@admits(FACILITATOR)
def upload() -> str:
    """Ask for the PDFs."""
    return _upload(Confirm(guard()))


@comparing.post("")
@admits(FACILITATOR)
def compare() -> ResponseReturnValue:
    """Show what changed, or have it made as PDF."""
    request.max_content_length = LARGEST_SENT + ROOM
    try:
        form = Confirm(guard(), request.form)
        if not form.validate():
            return _upload(form), 400
        if not site().reading.acquire(blocking=False):
            return _upload(form, BUSY), 503
        try:
            sent = Sent(key=secrets.token_urlsafe(16), who=_who(), repeats=_repeats())
        finally:
            site().reading.release()
    except RequestEntityTooLarge:
        return _upload(Confirm(guard()), f"A report has no more than {LARGEST // MB} MB. {_all_of_them()}"), 413
    except RecordError as error:
        return _upload(form, str(error)), 422
    site().passing.add(sent.key, sent, sent.who)
    if request.form.get("go") == "pdf":
        return deliver(sent, url_for(".progress", key=sent.key))
    return _shown(sent)


@comparing.get("/<key>.pdf")
@admits(FACILITATOR)
def pdf(key: str) -> ResponseReturnValue:
    """Send what was made of reports that somebody sent."""
    sent = _kept(key)
    return deliver(sent, url_for(".progress", key=key)) if sent else _gone()


@comparing.get("/<key>")
@admits(FACILITATOR)
def progress(key: str) -> ResponseReturnValue:
    """Say how far the PDF is."""
    sent = _kept(key)
    return follow(sent, file=url_for(".pdf", key=key), back=url_for(".upload")) if sent else _gone()


def _repeats() -> Repeats:
    """Return what the files that were sent say together; each is looked into by a process of its own."""
    sent = [(file.filename, file.read()) for name in NAMES for file in request.files.getlist(name)]
    request.close()  # a large file lies in a temporary one until then
    return repeats(site().bank, receive_all([(name, data) for name, data in sent if name]))


def _shown(sent: Sent) -> str:
    said, file = sent.repeats.said, url_for(".pdf", key=sent.key)
    if isinstance(said, Trend):
        return render_template("sent_trend.html", trend=said, file=file, minutes=MINUTES)
    return render_template("compare.html", report=said, before=None, after=None, file=file, minutes=MINUTES)


def _who() -> str:
    who = visitor()
    return who.id if who else ""


def _kept(key: str) -> Sent | None:
    """Return what the visitor sent; None where it is gone, never came, or somebody else sent it."""
    sent: Sent | None = site().passing.order(key)
    return sent if sent and sent.who == _who() else None


def _gone() -> ResponseReturnValue:
    sentence = f"What you sent is kept for no longer than {MINUTES} minutes, and is gone. Choose the files again."
    return _upload(Confirm(guard()), sentence), 410


def _all_of_them() -> str:
    return f"All of them together have no more than {LARGEST_SENT // MB} MB."


def _upload(form: Confirm, wrong: str = "") -> str:
    sizes = {"largest": LARGEST // MB, "together": LARGEST_SENT // MB}
    return render_template("upload.html", form=form, wrong=wrong, most=MOST, minutes=MINUTES, **sizes)
