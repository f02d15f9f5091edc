"""Questions as they stand on a page. Most of a page is the same for everybody, so that part is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app

from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from assessor.forms import Fault, Question

MOST = 4000  # about 10 MB


def question(asked: Question, faults: Sequence[Fault]) -> Markup:
    """Draw a question; one with a note, a link or something to mend is somebody's own, and is never kept."""
    if _own(asked) or any(fault.number == asked.number for fault in faults):
        return _draw(asked, faults)
    drawn = site().drawn
    key = (asked.item.id, asked.number, asked.text, asked.answer.data, asked.evidence is None)
    if key not in drawn:
        if len(drawn) >= MOST:
            drawn.clear()
        drawn[key] = _draw(asked, ())
    return drawn[key]


def _own(asked: Question) -> bool:
    return any(field is not None and field.data for field in (asked.note, asked.evidence))


def _draw(asked: Question, faults: Sequence[Fault]) -> Markup:
    macros, words = (_macros(name) for name in ("_question.html", "_words.html"))
    drawn: Markup = macros.question(asked, faults, words, site().bank)
    return drawn


def _macros(name: str) -> Any:
    return current_app.jinja_env.get_template(name).module
