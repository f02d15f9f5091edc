"""A team agrees on one answer to each question; who sees it otherwise is written down, and both are in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from assessor.answers import Answer
from assessor.assessed import assessed
from assessor.store import Followed, Settled
from assessor.web import build_app
from tests.conftest import NOW as CLOCK
from tests.papers import squeezed, text
from tests.surveys import LATER, begun, opened
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.store import Assessment, Store, Survey
    from tests.visitor import Page

WORDS = "I water every day, and it is never enough."


def rated(store: Store, garden: Bank, codes: str, wave: str = "Alone") -> Survey:
    """Return a closed survey in which gardeners rated the soil, a code each."""
    survey = opened(store, garden, wave)
    token = store.surveys.share(survey.id)
    for code in codes:
        store.drafts.submit(begun(store, token, given={"soil-1": Answer(code)}).key, "2026-11-21T09:30:00+00:00")
    store.surveys.close(survey.id, "2026-11-22T09:30:00+00:00")
    return store.surveys.survey(survey.id)


def sit_down(visitor: Visitor, survey: Survey | None = None, **fields: object) -> Page:
    """Begin a meeting; return its list of questions."""
    after = f"?after={survey.id}" if survey else ""
    page = visitor.get(f"/meetings/new{after}")
    typed = {"wave": "Meeting"} if survey else {"service": "North", "wave": "Meeting", "innovations": ["beds"]}
    address = f"/meetings/new{after}"
    response = visitor.client.post(address, data={**page.fields, **typed, **fields}, follow_redirects=True)
    return visitor._page(response, 200)


def met(store: Store) -> Assessment:
    """Return the meeting there is."""
    (found,) = (a for a in store.assessments() if a.agreed)
    return found


def agree(visitor: Visitor, store: Store, item: str, **fields: str) -> Page:
    """Save what the team agrees on for one question; return where that leads."""
    page = visitor.get(f"/meetings/{met(store).id}/{item}")
    return visitor.send(page, {f"{item}.{name}": value for name, value in fields.items()}, go="next")


def test_a_team_agrees_and_the_report_holds_what_was_agreed_and_what_was_said_against_it(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = rated(store, garden, "1117777")
    listed = sit_down(visitor, survey)
    assert "6 of 6 questions have no answer yet" in listed.text
    assert "Question 1 of 6" in visitor.get(listed.link("Begin with the first question")).text

    asked = visitor.get(f"/meetings/{met(store).id}/soil-1").text
    assert "How people answered on their own (7 people)" in asked
    assert "1 / 2 / 3 3 4 / 5 / 6 / 7 4 No idea 0" in asked
    assert "in line" not in asked
    agree(visitor, store, "soil-1", code="2", note=WORDS)
    end = agree(visitor, store, "light-1", code="1")
    assert end.status == 200
    listed = visitor.get(f"/meetings/{met(store).id}")
    assert WORDS in listed.text
    sure = visitor.send(listed, {})
    result = visitor.send(sure, {})

    assert "Close with 4 of 6 questions open?" in sure.text
    assert "A team agreed on the answers" in result.text
    assert WORDS in result.text
    assert "3 × in line; 4 × not in line" in result.text
    printed = text(visitor.download(f"/results/{met(store).id}/report.pdf").data)
    for told in (WORDS, "Seen otherwise", "On their own"):
        assert squeezed(told) in printed
    assert squeezed("One person") not in printed


def test_the_agreed_score_stands_beside_the_mean_of_what_people_had_rated_alone(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    sit_down(visitor, rated(store, garden, "4444477"))
    agree(visitor, store, "soil-1", code="1")
    store.submit(met(store).id, LATER)

    report = assessed(garden, store, met(store), LATER).report(garden)
    (found,) = report.moved
    assert (found.item.alignment, found.rated and round(found.rated.alignment or 0, 6)) == (100, round(250 / 7, 6))
    assert found.apart == 64
    assert report.single


@pytest.mark.parametrize("codes", ["1234", ""])
def test_ratings_of_fewer_than_five_are_not_shown_and_the_meeting_goes_on(
    visitor: Visitor, store: Store, garden: Bank, codes: str
) -> None:
    sit_down(visitor, rated(store, garden, codes))
    page = visitor.get(f"/meetings/{met(store).id}/soil-1")

    assert "Too few answers, so it is not shown" in page.text
    agree(visitor, store, "soil-1", code="2")
    result = visitor.send(visitor.send(visitor.get(f"/meetings/{met(store).id}"), {}), {})
    assert "too few had to show it" in result.text


def test_a_question_that_too_few_rated_shows_no_spread(visitor: Visitor, store: Store, garden: Bank) -> None:
    sit_down(visitor, rated(store, garden, "11177"))

    assert "(5 people)" in visitor.get(f"/meetings/{met(store).id}/soil-1").text
    assert "not shown how people answered" in visitor.get(f"/meetings/{met(store).id}/light-1").text


def test_once_a_meeting_has_begun_its_survey_stays_closed(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = rated(store, garden, "11177")
    visitor.get(f"/meetings/new?after={survey.id}")
    assert store.surveys.survey(survey.id).seen is None

    sit_down(visitor, survey)
    assert store.surveys.survey(survey.id).seen is not None


def test_a_survey_too_small_to_be_shown_stays_closed_as_long_as_a_meeting_rests_on_it(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = rated(store, garden, "111")
    offered = visitor.get(f"/surveys/{survey.id}")
    sit_down(visitor, survey)
    agree(visitor, store, "soil-1", code="2")
    visitor.send(visitor.send(visitor.get(f"/meetings/{met(store).id}"), {}), {})
    told = visitor.get(f"/surveys/{survey.id}")
    visitor.client.post(f"/surveys/{survey.id}/reopen", data=offered.fields)
    refused = visitor.get(f"/surveys/{survey.id}")

    assert "began from this survey, so it stays closed" in told.text
    assert "closes" not in told.fields
    assert "The survey was not opened: a meeting began from it." in refused.text
    with pytest.raises(Followed):
        store.surveys.reopen(survey.id, LATER)
    assert "A team agreed on the answers" in visitor.get(f"/results/{met(store).id}").text
    assert visitor.get(f"/services/{survey.service.id}").status == 200
    store.delete(met(store).id)
    assert "closes" in visitor.get(f"/surveys/{survey.id}").fields
    store.surveys.reopen(survey.id, LATER)
    assert store.surveys.survey(survey.id).state == "open"


def test_no_meeting_begins_from_a_survey_that_was_opened_again_in_this_moment(store: Store, garden: Bank) -> None:
    survey = rated(store, garden, "111")
    store.surveys.reopen(survey.id, LATER)
    meeting: dict[str, Any] = {"service": "North", "wave": "Meeting", "innovations": ["beds"], "bank": garden}
    with pytest.raises(Settled):
        store.start(**meeting, perspective="gardener", now=LATER, mode="consensus", ratings=survey.id)

    assert store.assessments() == []


def test_no_meeting_follows_a_survey_that_is_open(visitor: Visitor, store: Store, garden: Bank) -> None:
    visitor.get(f"/meetings/new?after={opened(store, garden).id}", 404)


def test_a_team_that_rated_nothing_before_sees_no_spread(visitor: Visitor, store: Store) -> None:
    sit_down(visitor)

    assert "on their own" not in visitor.get(f"/meetings/{met(store).id}/soil-1").text


def test_two_screens_of_one_meeting_do_not_undo_each_other(visitor: Visitor, store: Store) -> None:
    sit_down(visitor)
    old = visitor.get(f"/meetings/{met(store).id}/soil-1")
    agree(visitor, store, "soil-1", code="3", note=WORDS)
    visitor.send(old, {}, go="next")

    assert store.answers(met(store).id).answers["soil-1"] == Answer("3", WORDS)


def test_a_meeting_without_an_answer_is_not_closed_and_a_closed_one_takes_none(visitor: Visitor, store: Store) -> None:
    listed = sit_down(visitor)
    assert "No question has an answer yet" in visitor.send(listed, {}, 422).text

    question = visitor.get(f"/meetings/{met(store).id}/soil-1")
    agree(visitor, store, "soil-1", code="3")
    sure = visitor.send(listed, {})
    assert (met(store).submitted, "that is most of them" in sure.text) == (None, True)
    visitor.send(sure, {"open": "4"})
    assert met(store).submitted is None, "who saw another number is asked again"
    visitor.send(sure, {})
    assert "was submitted" in visitor.send(question, {"soil-1.code": "4"}, 409).text
    assert store.answers(met(store).id).answers["soil-1"].code == "3"


def test_what_does_not_fit_is_said_and_the_rest_kept(visitor: Visitor, store: Store) -> None:
    sit_down(visitor)
    page = visitor.get(f"/meetings/{met(store).id}/soil-1")
    answer = visitor.send(page, {"soil-1.code": "3", "soil-1.note": "x" * 2001}, 422, go="next")

    assert "too long" in answer.text
    assert "x" * 2001 in answer.html
    assert store.answers(met(store).id).answers["soil-1"] == Answer("3")
    assert visitor.send(page, {"soil-1.code": "9"}, 422).status == 422
    visitor.get(f"/meetings/{met(store).id}/unknown", 404)


def test_a_meeting_is_no_assessment_of_one_person(visitor: Visitor, store: Store) -> None:
    sit_down(visitor)
    visitor.get(f"/answer/{met(store).token}", 404)

    home = visitor.get("/")
    assert f"/meetings/{met(store).id}" in home.links()


def test_a_question_on_how_sure_people_are_shows_no_spread_of_a_small_part(
    bank: Bank, store: Store, renderer: Renderer
) -> None:
    survey = opened(
        store, bank, service="Far", innovations=["peer-workers"], invited={"staff": 9, "service-user": None}
    )
    token = store.surveys.share(survey.id)
    given = {item.id: Answer("b" if item.option else "3", revision=item.revision) for item in bank.items}
    for _ in range(6):
        store.drafts.submit(begun(store, token, "staff", given).key, "2026-11-21T09:30:00+00:00")
    store.surveys.close(survey.id, "2026-11-22T09:30:00+00:00")
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: CLOCK))
    sit_down(visitor, store.surveys.survey(survey.id))

    for row in bank.asked_rows(("peer-workers",)):
        for item in bank.page_items(row.id, bank.broadest.id):
            said = visitor.get(f"/meetings/{met(store).id}/{item.id}").text
            assert ("on their own" in said) == (item.kind != "confidence")


def test_nothing_is_begun_while_answers_to_the_survey_can_still_come(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = opened(store, garden)
    begun(store, store.surveys.share(survey.id))
    store.surveys.close(survey.id, "2026-11-23T09:29:00+00:00")
    page = visitor.get(f"/meetings/new?after={survey.id}")
    answer = visitor.client.post(f"/meetings/new?after={survey.id}", data={**page.fields, "wave": "Meeting"})

    assert answer.status_code == 409
    assert [a for a in store.assessments() if a.agreed] == []
