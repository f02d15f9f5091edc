"""Lists of assessments: one by date, whoever answers, and no result is computed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.accounts import FACILITATOR
from tests.assessments import asked, stored
from tests.people import added, signed_in
from tests.surveys import answered, opened
from tests.test_running import answer

if TYPE_CHECKING:
    import pytest
    from flask import Flask

    from assessor.bank import Bank
    from assessor.store import Store, Survey
    from tests.visitor import Visitor

NAMES = ["Latest", "Middle", "Oldest"]
CLOSED = "2026-11-21T08:00:00+00:00"


def test_surveys_and_others_stand_in_one_list_the_newest_first(visitor: Visitor, store: Store, garden: Bank) -> None:
    stored(store, garden, "Latest", "2026-11-22")
    stored(store, garden, "Oldest", "2025-05-01")
    survey = asked(store, garden, "Middle")
    answer(store, survey, "gardener", "2", number=6)
    store.surveys.close(survey.id, CLOSED)
    service = f"/services/{store.services()[0].id}"

    for address in ("/", service):
        page = visitor.get(address)
        first = [words.split()[0] for words in page.words("li")]
        assert [name for name in first if name in NAMES] == NAMES, address
        assert f"/results/{survey.id}" in page.links(), address


def test_a_survey_that_is_too_small_is_named_and_leads_to_no_refusal(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = opened(store, garden)
    answered(store, survey, 4)
    store.surveys.close(survey.id, CLOSED)

    for address in ("/", f"/services/{survey.service.id}"):
        page = visitor.get(address)
        assert "too few answered to show a result" in page.text
        assert f"/results/{survey.id}" not in page.links()


def test_no_answer_is_read_for_a_list(
    visitor: Visitor, store: Store, garden: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        stored(store, garden, f"Wave {n}", f"202{n}-05-01")
    for wave in ("Seen", "Unseen"):
        survey = opened(store, garden, wave)
        answered(store, survey, 6)
        store.surveys.close(survey.id, CLOSED)
    visitor.get(f"/results/{_named(store, 'Seen').id}")
    for reads in ("given", "notes", "links"):
        monkeypatch.setattr(store.submitted, reads, _refused)
    monkeypatch.setattr(store, "answers", _refused)

    for address in ("/", f"/services/{store.services()[0].id}"):
        page = visitor.get(address)
        assert {f"/results/{_named(store, wave).id}" for wave in ("Seen", "Unseen")} <= set(page.links()), address
    assert "Scores over time" in page.text
    assert [bool(_named(store, wave).seen) for wave in ("Seen", "Unseen")] == [True, False], "a list is no result"


def test_a_list_leaves_alone_what_the_visitor_does_not_see(app: Flask, store: Store, garden: Bank) -> None:
    due = "2026-11-21T08:00:00+00:00"
    ours, theirs = (opened(store, garden, service=name, closes=due) for name in ("North", "South"))
    added(store, "Ada")
    signed_in(app, store, added(store, "Fay", FACILITATOR, ours.service.id)).get("/")

    assert [store.surveys.survey(s.id).state for s in (ours, theirs)] == ["closed", "open"]


def _named(store: Store, wave: str) -> Survey:
    (found,) = (survey for survey in store.surveys.surveys() if survey.wave == wave)
    return found


def _refused(*idents: str) -> None:
    raise AssertionError(f"{idents} was read")
