"""Links with which people without accounts read one closed report, and the pages that they lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from assessor.forms import Confirm, ShareForm
from assessor.web.admission import FACILITATOR, HOLDER, admits
from assessor.web.papers import deliver, follow
from assessor.web.results import closed, download_of, laid_out, show
from assessor.web.site import guard, link, local, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from assessor.pdf import Edition
    from assessor.store import Assessment, ReportLink, Survey

sharing = Blueprint("sharing", __name__)


@sharing.post("/results/<assessment_id>/links")
@admits(FACILITATOR)
def share(assessment_id: str) -> ResponseReturnValue:
    """Make a link and show it once: only its hash is kept."""
    kept, form = closed(assessment_id), ShareForm(guard(), request.form)
    if not form.validate():
        return show(kept, form), 400 if form.forged else 422
    days = int(form["days"].data)
    token = site().store.links.add(kept.id, form["label"].data, days, site().now())
    address = link(url_for(".read", token=token))
    here = local(address)
    return render_template(
        "shared_link.html", assessment=kept, address=address, label=form["label"].data, days=days, here=here
    )


@sharing.post("/results/<assessment_id>/links/<link_id>")
@admits(FACILITATOR)
def revoke(assessment_id: str, link_id: str) -> ResponseReturnValue:
    """End a link."""
    if not Confirm(guard(), request.form).validate():
        return show(closed(assessment_id)), 400
    site().store.links.revoke(assessment_id, link_id)
    flash("revoked")
    return redirect(url_for("results.result", assessment_id=assessment_id, _anchor="share"), 303)


@sharing.get("/shared/<token>")
@admits(HOLDER)
def read(token: str) -> str:
    """Show the result that a link leads to, and nothing that leads on from it."""
    found, kept = _opened(token)
    return laid_out("shared.html", kept, whole=True, link=found, token=token)


@sharing.get("/shared/<token>/<any(report, board, easy):edition>.pdf")
@admits(HOLDER)
def report_pdf(token: str, edition: Edition) -> ResponseReturnValue:
    """Send the report as PDF."""
    progress = url_for(".report_progress", token=token, edition=edition)
    return deliver(download_of(_opened(token)[1], edition), progress)


@sharing.get("/shared/<token>/<any(report, board, easy):edition>")
@admits(HOLDER)
def report_progress(token: str, edition: Edition) -> ResponseReturnValue:
    """Say how far the report is."""
    return follow(
        download_of(_opened(token)[1], edition),
        file=url_for(".report_pdf", token=token, edition=edition),
        back=url_for(".read", token=token),
    )


def _opened(token: str) -> tuple[ReportLink, Assessment | Survey]:
    found = site().store.links.opened(token, site().now())
    return found, closed(found.assessment_id)
