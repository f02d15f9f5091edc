"""Whoever answers is led from the first question to the result, and may leave blanks, look back and change."""

import re

import pytest

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.assessments import BEDS, CORE, NOW, answers, begin, only
from tests.visitor import Fields, Visitor


def test_one_person_answers_from_start_to_result(visitor: Visitor, store: Store) -> None:
    page = begin(visitor)
    assert page.words("h1") == ["Plants in general"]
    assert "Page 1 of 2 · about 2 minutes left" in page.text
    page = visitor.send(page, CORE)
    assert page.words("h1") == ["Beds: what grows there"]
    page = visitor.send(page, BEDS)
    assert page.words("h1") == ["Look it over"]
    assert "All 6 questions have an answer" in page.text
    page = visitor.send(page, {})

    assert page.title.startswith("Result of North, May 2026")
    assert "Thank you." in page.text
    assert "Thank you." not in visitor.get(page.address).text
    assert re.fullmatch(r"2026-11-23T09:30:\d\d\+00:00", only(store).submitted or "")
    assert {item: a.code for item, a in answers(store).items()} == {
        k.removesuffix(".code"): v for k, v in {**CORE, **BEDS}.items()
    }


def test_the_resume_link_leads_to_the_first_blank_and_later_to_the_result(visitor: Visitor, store: Store) -> None:
    visitor.send(begin(visitor), CORE)
    link = f"/answer/{only(store).token}"

    page = visitor.get(link)
    assert page.words("h1") == ["Beds: what grows there"]
    assert f"http://localhost{link}" in page.html
    assert visitor.send(page, BEDS).address == f"/review/{only(store).token}"
    assert visitor.get(link).words("h1") == ["Look it over"]
    visitor.send(visitor.get(link), {})
    assert visitor.get(link).address == f"/results/{only(store).id}"


def test_blanks_are_named_and_may_stay(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {"light-1.code": "2"}, go="next")

    assert page.title.startswith("Error: ")
    assert "One question has no answer yet" in page.text
    assert page.link("Question 2: choose an answer, or “No idea”") == "#soil-1.1"
    assert answers(store)["light-1"] == Answer("2")
    page = visitor.send(page, {}, go="skip")
    assert page.words("h1") == ["Beds: what grows there"]
    page = visitor.send(page, {}, go="skip")
    assert page.words("strong", "attention")[:5] == ["No answer yet"] * 5
    assert page.link("Answer question 2") == f"/answer/{only(store).token}/core?from=review#soil-1"


def test_blanks_that_were_left_on_purpose_are_not_asked_about_again(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {}, go="next")
    visitor.send(page, {}, go="skip")
    first = f"/answer/{only(store).token}/core"

    assert visitor.send(visitor.get(first), {}, go="next").words("h1") == ["Beds: what grows there"]
    page = visitor.send(visitor.get(f"/answer/{only(store).token}/B1"), {}, go="next")
    assert "4 questions have no answer yet" in page.text
    begin(visitor, wave="Another")
    other = next(a for a in store.assessments() if a.wave == "Another")
    page = visitor.send(visitor.get(f"/answer/{other.token}/core"), {}, go="next")
    assert "2 questions have no answer yet" in page.text


def test_a_change_from_the_review_leads_back_to_the_review(visitor: Visitor, store: Store) -> None:
    review = visitor.send(visitor.send(begin(visitor), CORE), BEDS)
    page = visitor.get(review.link("Change question 2"))
    assert page.words("button") == ["Save and back to the review", "Save and stop for now"]
    page = visitor.send(page, {"soil-1.code": "4", "light-1.note": "n" * 2001}, 422, go="review")
    page = visitor.send(page, {"light-1.note": "short"}, go="review")

    assert page.address == review.address
    assert answers(store)["soil-1"] == Answer("4")
    assert answers(store)["light-1"] == Answer("2", "short")


def test_going_back_to_the_review_does_not_stop_at_blanks(visitor: Visitor, store: Store) -> None:
    begin(visitor)
    page = visitor.get(visitor.get(f"/review/{only(store).token}").link("Answer question 2"))

    assert visitor.send(page, {"light-1.code": "1"}, go="review").words("h1") == ["Look it over"]
    assert answers(store) == {"light-1": Answer("1")}


def test_every_page_leads_to_every_other(visitor: Visitor, store: Store) -> None:
    token = only(store).token if begin(visitor) else ""
    for here, others in (("answer/{}/B1", ["answer/{}/core", "review/{}"]), ("review/{}", ["answer/{}/core"])):
        page = visitor.get("/" + here.format(token))
        assert {f"/{o.format(token)}" for o in others} <= set(page.links())
    assert "save this page first" not in visitor.get(f"/review/{token}").text.lower()


def test_the_first_page_has_no_way_back(visitor: Visitor) -> None:
    page = begin(visitor)
    assert "Save and go back" not in page.words("button")
    assert "Save and go back" in visitor.send(page, CORE).words("button")


@pytest.mark.parametrize(
    ("given", "thin"),
    [
        ({}, True),
        ({"soil-1.code": "2"}, True),
        ({"soil-1.code": "2", "light-1.code": "dk"}, True),
        (CORE, True),
        ({**CORE, "water-1.code": "na"}, False),
        ({**CORE, "water-1.code": "1"}, False),
    ],
)
def test_the_review_says_when_hardly_anything_can_be_scored(
    visitor: Visitor, store: Store, given: Fields, *, thin: bool
) -> None:
    page = visitor.send(begin(visitor), {k: v for k, v in given.items() if k in {"soil-1.code", "light-1.code"}})
    visitor.send(visitor.get(f"/answer/{only(store).token}/B1"), {k: v for k, v in given.items() if k in BEDS})
    page = visitor.get(f"/review/{only(store).token}")

    assert ("The result will have few scores, or none" in page.text) is thin


def test_a_guest_is_asked_a_guest_s_questions(visitor: Visitor) -> None:
    page = visitor.send(begin(visitor, perspective="guest"), CORE)

    assert page.words("legend") == ["3 In the last week, the beds looked wet."]


@pytest.mark.parametrize("perspective", ["staff", "service-user"])
def test_a_question_page_and_what_it_loads_weigh_less_than_30_kilobytes(
    bank: Bank, store: Store, renderer: Renderer, perspective: str
) -> None:
    visitor = Visitor(build_app(bank, store, renderer))
    innovations = [i.id for i in bank.innovations]
    begun = store.start(
        service="North", wave="May", innovations=innovations, perspective=perspective, bank=bank, now=NOW
    )
    weights = {}
    for row in bank.asked_rows(begun.innovations):
        if items := bank.page_items(row.id, perspective):
            page = visitor.get(f"/answer/{begun.token}/{row.id}")
            loads = [e.get("href") or e.get("src") or "" for tag in ("link", "script") for e in page.root.iter(tag)]
            assert not [e for tag in ("img", "iframe", "style") for e in page.root.iter(tag)]
            weights[row.id] = len(page.html.encode()) + sum(map(visitor.weigh, loads))
            assert len(page.words("fieldset")) == len(items)

    assert len(weights) > 5
    assert max(weights.values()) < 30_000, weights
