"""Assessments over the small bank: begun and finished at the pages, or put into the store as they stand."""

from typing import Any

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.store import Assessment, Store, Survey
from tests.visitor import Fields, Page, Visitor

START: Fields = {"service": "North", "wave": "May 2026", "innovations": ["beds", "ponds"], "perspective": "gardener"}
CORE: Fields = {"soil-1.code": "2", "light-1.code": "2"}
BEDS: Fields = {"soil-2.code": "a", "water-1.code": "dk", "water-2.code": "11", "sure-1.code": "7"}
NOW = "2026-05-01T09:00:00+00:00"


def begin(visitor: Visitor, **fields: str) -> Page:
    """Start an assessment; what is given differs from START."""
    return visitor.send(visitor.get("/start"), {**START, **fields})


def finish(visitor: Visitor, **fields: str) -> Page:
    """Answer everything and submit."""
    page = visitor.send(begin(visitor, **fields), CORE)
    return visitor.send(visitor.send(page, BEDS), {})


def only(store: Store) -> Assessment:
    """Return the one assessment that there is."""
    (found,) = store.assessments()
    return found


def answers(store: Store) -> dict[str, Answer]:
    """Return what is saved of the one assessment."""
    return dict(store.answers(only(store).id).answers)


def asked(store: Store, bank: Bank, wave: str = "Many", **more: Any) -> Survey:
    """Make and open a survey of gardeners and guests, with a link for everybody."""
    made: dict[str, Any] = {"service": "North", "innovations": ["beds"], "invited": {"gardener": 12, "guest": None}}
    survey = store.surveys.create(**{**made, **more}, wave=wave, bank=bank, now=NOW)
    store.surveys.open(survey.id, NOW)
    store.surveys.share(survey.id)
    return store.surveys.survey(survey.id)


def stored(store: Store, bank: Bank, wave: str, date: str, service: str = "North") -> str:
    """Store a submitted assessment with both general questions answered."""
    begun = store.start(service=service, wave=wave, innovations=["beds"], perspective="gardener", bank=bank, now=date)
    store.save(begun.id, {"soil-1": Answer("2"), "light-1": Answer("2")}, f"{date}T09:00:00+00:00")
    store.submit(begun.id, f"{date}T09:00:00+00:00")
    return begun.id
