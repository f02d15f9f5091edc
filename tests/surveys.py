"""Surveys over the small bank: opened, joined and answered in the store or at the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.answers import Answer
from assessor.store import records

if TYPE_CHECKING:
    from assessor.answers import Response
    from assessor.bank import Bank
    from assessor.store import Begun, Store, Survey
    from tests.visitor import Page, Visitor

OPENED, NOW, LATER = "2026-11-20T08:00:00+00:00", "2026-11-23T09:30:00+00:00", "2026-11-23T10:30:00+00:00"
GIVEN = {"soil-1": Answer("2"), "light-1": Answer("1", "The cellar is dark")}


def opened(store: Store, bank: Bank, wave: str = "May", **more: Any) -> Survey:
    """Make and open a survey of gardeners and guests."""
    invited = {"gardener": 12, "guest": None}
    given = {"service": "North", "innovations": ["beds"], "invited": invited, "now": OPENED, **more}
    survey = store.surveys.create(wave=wave, bank=bank, **given)
    store.surveys.open(survey.id, OPENED)
    return store.surveys.survey(survey.id)


def begun(store: Store, token: str, perspective: str = "gardener", given: dict[str, Answer] | None = None) -> Begun:
    """Begin a draft and save something."""
    keys = store.drafts.begin(token, perspective, NOW)
    store.drafts.change(keys.key, lambda *_: GIVEN if given is None else given, NOW)
    return keys


def answered(store: Store, survey: Survey, count: int, perspective: str = "gardener") -> None:
    """Have a number of people submit through the shared link."""
    token = store.surveys.share(survey.id)
    for _ in range(count):
        store.drafts.submit(begun(store, token, perspective).key, NOW)


def submitted(store: Store, survey_id: str) -> list[Response]:
    """Return what people submitted, each response whole."""
    answers = "SELECT item_id, item_revision, code, note, evidence FROM answer WHERE response_id = $1 ORDER BY item_id"
    with store._driver.read() as db:
        people = db.rows("SELECT id, perspective FROM response WHERE assessment_id = $1 ORDER BY id", survey_id)
        return [records.response(p["id"], p["perspective"], db.rows(answers, p["id"])) for p in people]


def join(visitor: Visitor, token: str, perspective: str = "gardener") -> Page:
    """Come in by a link; return the first page of questions."""
    page = visitor.send(visitor.get(f"/join/{token}"), {"perspective": perspective})
    return visitor.get(page.link("Go to the questions"))
