"""The page that compares reports out of their PDFs alone; nothing of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from assessor.forms import Confirm
from assessor.pdf import LARGEST
from assessor.received import compared, receive
from assessor.record import RecordError
from assessor.web.admission import FACILITATOR, admits
from assessor.web.papers import send_pdf
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.report import ComparisonReport

comparing = Blueprint("comparing", __name__, url_prefix="/reports/compare")
NAMES = ("one", "other")
ROOM = 100_000  # bytes for what stands around the files


@comparing.get("")
@admits(FACILITATOR)
def upload() -> str:
    """Ask for the PDFs."""
    return _upload(Confirm(guard()))


@comparing.post("")
@admits(FACILITATOR)
def compare() -> ResponseReturnValue:
    """Show what changed, or send it as PDF."""
    request.max_content_length = len(NAMES) * LARGEST + ROOM
    try:
        form = Confirm(guard(), request.form)
        if not form.validate():
            return _upload(form), 400
        report = _compared()
    except RequestEntityTooLarge:
        return _upload(Confirm(guard()), f"A report has no more than {LARGEST // 10**6} MB."), 413
    except RecordError as error:
        return _upload(form, str(error)), 422
    if request.form.get("go") == "pdf":
        made = site().renderer.comparison(report)
        return send_pdf(made, report.after.service, report.before.wave, report.after.wave)
    return render_template("compare.html", report=report, before=None, after=None)


def _compared() -> ComparisonReport:
    """Return the comparison of the files that were sent; each is looked into by a process of its own."""
    sent = [(file.filename, file.read()) for name in NAMES for file in request.files.getlist(name)]
    request.close()  # a large file lies in a temporary one until then
    chosen = [(name, data) for name, data in sent if name]
    if len(chosen) != len(NAMES):
        raise RecordError("Choose two PDF reports of one service.")
    return compared(site().bank, [receive(data, name) for name, data in chosen])


def _upload(form: Confirm, wrong: str = "") -> str:
    return render_template("upload.html", form=form, wrong=wrong)
