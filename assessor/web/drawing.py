"""Questions as they stand on a page. Most of a page is the same for everybody, so that part is drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, request
from markupsafe import Markup

from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assessor.bank import Item, Row
    from assessor.forms import Fault, Page, Question
    from assessor.web.journey import Journey

    Drawn = dict[tuple[Any, ...], Markup]

MOST = 4000  # about 10 MB


def questions(page: Page, faults: Sequence[Fault]) -> Markup:
    """Draw the questions of a page."""
    drawn = site().drawn
    return Markup().join(_question(drawn, asked, faults) for asked in page.questions)


def steps(journey: Journey, here: Row | None) -> Markup:
    """Draw where a page stands among the others; kept only where no address in it is somebody's own."""

    def draw() -> Markup:
        drawn: Markup = _macros("_steps.html").steps(journey, here)
        return drawn

    way = tuple(row.id for row in journey.rows)
    key = (way, here and here.id, journey.minutes, request.script_root)
    return _once(site().drawn, key, draw) if journey.survey else draw()


def given(journey: Journey, row: Row) -> Markup:
    """Draw the questions of a row with their answers."""
    drawn, change = site().drawn, journey.at.page(row.id, **{"from": "review"})
    numbered = enumerate(journey.items(row), start=journey.first(row))
    return Markup().join(_given(drawn, journey, item, number, change) for number, item in numbered)


def _question(kept: Drawn, asked: Question, faults: Sequence[Fault]) -> Markup:
    """Draw a question; one with a note, a link or something to mend is somebody's own, and is never kept."""
    if _own(asked) or any(fault.number == asked.number for fault in faults):
        return _draw(asked, faults)
    key = (asked.item.id, asked.number, asked.text, asked.answer.data, asked.evidence is None)
    return _once(kept, key, lambda: _draw(asked, ()))


def _given(kept: Drawn, journey: Journey, item: Item, number: int, change: str) -> Markup:
    """Draw a question with its answer; kept only where nothing in it is somebody's own, its address included."""
    answer = journey.answers[item.id]

    def draw() -> Markup:
        drawn: Markup = _macros("_given.html").given(journey, item, number, change)
        return drawn

    own = not journey.survey or answer.note or answer.evidence
    return draw() if own else _once(kept, (item.id, number, change, journey.assessment.perspective, answer.code), draw)


def _once(kept: Drawn, key: tuple[Any, ...], draw: Callable[[], Markup]) -> Markup:
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST:
            kept.clear()
        found = kept[key] = draw()
    return found


def _own(asked: Question) -> bool:
    return any(field is not None and field.data for field in (asked.note, asked.evidence))


def _draw(asked: Question, faults: Sequence[Fault]) -> Markup:
    macros, words = (_macros(name) for name in ("_question.html", "_words.html"))
    drawn: Markup = macros.question(asked, faults, words, site().bank)
    return drawn


def _macros(name: str) -> Any:
    return current_app.jinja_env.get_template(name).module
