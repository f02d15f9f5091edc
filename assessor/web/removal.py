"""The page that deletes an assessment: a draft begun by mistake, or one whose answers must go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for

from assessor.forms import SureForm
from assessor.web.admission import FACILITATOR, admits
from assessor.web.site import guard, site

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

removal = Blueprint("removal", __name__)


@removal.get("/assessments/<assessment_id>/delete")
@admits(FACILITATOR)
def ask(assessment_id: str) -> str:
    """Ask whether it is meant."""
    return _ask(assessment_id, SureForm(guard()))


@removal.post("/assessments/<assessment_id>/delete")
@admits(FACILITATOR)
def delete(assessment_id: str) -> ResponseReturnValue:
    """Delete an assessment with everything in it."""
    form = SureForm(guard(), request.form)
    if not form.validate():
        return _ask(assessment_id, form), 400 if form.forged else 422
    site().store.delete(assessment_id)
    flash("deleted")
    return redirect(url_for("answering.home"), 303)


def _ask(assessment_id: str, form: SureForm) -> str:
    return render_template("delete.html", assessment=site().store.kept(assessment_id), form=form)
