"""Lists of assessments: one by date, whoever answers, and no result is computed for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.assessments import asked, stored
from tests.surveys import answered, opened
from tests.test_running import answer

if TYPE_CHECKING:
    import pytest

    from assessor.bank import Bank
    from assessor.store import Store
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
    monkeypatch.setattr(store.submitted, "given", _refused)
    monkeypatch.setattr(store, "answers", _refused)

    assert "Scores over time" in visitor.get(f"/services/{store.services()[0].id}").text


def _refused(ident: str) -> None:
    raise AssertionError(f"{ident} was read")
