"""One page of questions: shown, saved, and where its buttons lead; the same for one person and for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import abort, flash, redirect, render_template, request, session

from assessor.web.site import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from assessor.answers import Answer
    from assessor.bank import Row
    from assessor.forms import Page
    from assessor.web.journey import Journey

    Decide = Callable[[Journey], Mapping[str, Answer]]

LEFT, MOST_LEFT = "left", 60  # a cookie holds 4 kB


class Forged(Exception):  # noqa: N818 - named for the fact
    """A page came without its token, so nothing of it is saved."""

    def __init__(self, journey: Journey, row: Row, page: Page) -> None:
        super().__init__()
        self.journey, self.row, self.page = journey, row, page


def show(journey: Journey, row: Row, page: Page, *, check: bool = False) -> str:
    """Show one page of questions; `check` names those without an answer."""
    blanks = page.blanks if check else ()
    return render_template(
        "questions.html",
        journey=journey,
        row=row,
        page=page,
        faults=(*page.faults, *blanks),
        reviewing=request.values.get("from") == "review",
    )


def save(row_id: str, change: Callable[[Decide], Journey]) -> ResponseReturnValue:
    """Save what is valid, then decide where to go; `change` has the store decide, and save, in one transaction."""
    read: list[tuple[Row, Page]] = []

    def decide(journey: Journey) -> Mapping[str, Answer]:
        row = journey.row(row_id) or abort(404)
        page = journey.page(row, guard(), request.form)
        if page.forged:
            raise Forged(journey, row, page)
        read.append((row, page))
        return page.changes

    try:
        journey = change(decide)
    except Forged as forged:
        return show(forged.journey, forged.row, forged.page), 400
    row, page = read[-1]
    if page.faults or page.foreign:
        return show(journey, row, journey.page(row, guard(), request.form)), 422
    if request.form.get("go") == "keep":  # sent in passing by keep.js, nobody waits for a page
        return "", 204
    if request.form.get("go") == "skip":
        _leave(journey, row)
    return redirect(_after(journey, row, request.form.get("go")), 303)


def next_page(journey: Journey) -> str:
    """Return where the first answer is missing; the review where none is."""
    row = journey.first_open
    return journey.at.page(row.id) if row else journey.at.review()


def forget() -> None:
    """Forget which blanks were left on purpose."""
    session.pop(LEFT, None)


def _after(journey: Journey, row: Row, go: str | None) -> str:
    """Return where a button leads: back, later, review (where it was changed from), skip (leave blank) or on."""
    if go == "later":
        flash("later")
        return journey.at.later()
    if go == "review":
        return journey.at.review(_anchor=row.id)
    if go != "back" and journey.unanswered(row) and not _left(journey, row):
        return journey.at.page(row.id, check="")
    beside = journey.beside(row, -1 if go == "back" else 1) or (row if go == "back" else None)
    return journey.at.page(beside.id) if beside else journey.at.review()


def _left(journey: Journey, row: Row) -> bool:
    """Tell whether the blanks of a page were left on purpose; none can join them, for an answer cannot be emptied."""
    return f"{journey.assessment.id}.{row.id}" in session.get(LEFT, ())


def _leave(journey: Journey, row: Row) -> None:
    if not _left(journey, row):
        session[LEFT] = [*session.get(LEFT, ()), f"{journey.assessment.id}.{row.id}"][-MOST_LEFT:]
