"""Results as tables, and scripts that read them, for whoever goes on with them in other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response

from assessor import exports
from assessor.store import Assessment, NotFound
from assessor.web.admission import FACILITATOR, READER, admits
from assessor.web.results import closed, made
from assessor.web.site import site

if TYPE_CHECKING:
    from assessor.store import Survey

tables = Blueprint("tables", __name__)

LABELS, FIGURES, ANSWERS = "labels.csv", "figures.csv", "answers.csv"


@tables.get(
    '/results/<assessment_id>/<any("labels.csv", "figures.csv", "answers.csv", "answers.sps", "answers.R"):name>'
)
@admits(FACILITATOR, READER)
def file(assessment_id: str, name: str) -> Response:
    """Send the answers of one person or a team, or what is published of many people's, or what the codes stand for."""
    text = _text(closed(assessment_id), name).encode("utf-8-sig" if name.endswith(".sps") else "utf-8")
    kind = "text/csv" if name.endswith(".csv") else "text/plain"
    answer = Response(text, content_type=f"{kind}; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _text(kept: Assessment | Survey, name: str) -> str:
    if name == LABELS:
        return exports.labels_csv(site().bank)
    if isinstance(kept, Assessment):
        return _answers(kept, name)
    if name == FIGURES:
        return exports.published_csv(made(kept.id))
    raise NotFound("The answers of many people are in no file; only what is published of them is.")


def _answers(kept: Assessment, name: str) -> str:
    if name == FIGURES:
        raise NotFound("This was answered by one person or a team: take the answers.")
    bank = site().bank
    lines = exports.answers_lines(bank, [(site().store.answers(kept.id), exports.beside(kept))])
    forms = {"answers.sps": exports.spss_syntax, "answers.R": exports.r_script}
    return forms[name](bank, lines, ANSWERS) if name in forms else exports.table(lines)
