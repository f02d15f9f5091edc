"""Nothing that was typed is lost: not in another tab, not by a refusal, not on the way back."""

from typing import Any

import pytest
from flask import Flask

from assessor.answers import Answer
from assessor.store import Store
from tests.assessments import BEDS, CORE, START, answers, begin, only
from tests.visitor import Visitor


def test_going_back_and_stopping_save_too(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), CORE)
    page = visitor.send(page, {"water-1.code": "4"}, go="back")
    assert page.words("h1") == ["Plants in general"]
    assert answers(store)["water-1"] == Answer("4")
    page = visitor.send(page, {"soil-1.code": "7"}, go="later")

    assert page.address == "/"
    assert "Your answers are saved" in page.text
    assert answers(store)["soil-1"] == Answer("7")
    assert page.link("Continue with North") == f"/answer/{only(store).token}"


def test_a_page_that_is_left_is_saved_in_passing(visitor: Visitor, store: Store) -> None:
    page = begin(visitor)
    sent = {**page.fields, "light-1.code": "1", "soil-1.link": "no link", "go": "keep"}
    assert visitor.client.post(page.address, data=sent).status_code == 422
    sent.pop("soil-1.link")
    assert visitor.client.post(page.address, data=sent).status_code == 204
    assert answers(store) == {"light-1": Answer("1")}


def test_two_tabs_do_not_undo_each_other(visitor: Visitor, store: Store) -> None:
    first = begin(visitor)
    second = visitor.get(first.address)
    visitor.send(first, {"soil-1.code": "1", "soil-1.note": "from the first"})
    visitor.send(second, {"light-1.code": "2", "light-1.note": "from the second"})

    assert answers(store) == {"soil-1": Answer("1", "from the first"), "light-1": Answer("2", "from the second")}


def test_an_old_tab_keeps_what_is_newer_and_changes_what_it_touches(visitor: Visitor, store: Store) -> None:
    visitor.send(begin(visitor), {"soil-1.code": "1", "soil-1.note": "old", "light-1.note": "old"})
    old = visitor.get(f"/answer/{only(store).token}/core")
    visitor.send(visitor.get(old.address), {"soil-1.code": "7", "soil-1.note": "new", "light-1.note": "new"})
    visitor.send(old, {"light-1.note": "touched in the old tab"})

    assert answers(store) == {"soil-1": Answer("7", "new"), "light-1": Answer(None, "touched in the old tab")}


def test_two_tabs_that_save_at_the_same_moment_undo_nothing(
    visitor: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One tab's answer has been read when the other tab saves a note on the same question."""
    first = begin(visitor)
    save = store.change

    def late(ident: str, *rest: Any) -> None:
        save(ident, lambda _: {"soil-1": Answer(None, "from the other tab")}, rest[1])
        save(ident, *rest)

    monkeypatch.setattr(store, "change", late)
    visitor.send(first, {"soil-1.code": "3"})

    assert answers(store) == {"soil-1": Answer("3", "from the other tab")}


def test_the_page_before_shows_what_was_saved_there(visitor: Visitor, store: Store) -> None:
    first = begin(visitor)
    visitor.send(first, {**CORE, "soil-1.note": "two\r\nlines"})

    again = visitor.get(first.address)
    assert {name: again.fields[name] for name in ("soil-1.code", "light-1.code", "soil-1.note")} == {
        **CORE,
        "soil-1.note": "two\r\nlines",
    }
    visitor.send(again, {})
    assert answers(store)["soil-1"] == Answer("2", "two\nlines")


def test_a_refused_text_stays_in_its_field_and_the_rest_is_saved(visitor: Visitor, store: Store) -> None:
    sent = {"soil-1.code": "3", "soil-1.note": "n" * 2001, "light-1.link": "example.org/a", "light-1.note": "a\0b"}
    page = visitor.send(begin(visitor), sent, 422, go="later")

    assert page.title.startswith("Error: ")
    assert page.link("Question 2: the note is too long to be kept: shorten it to 2,000") == "#soil-1.note"
    assert page.link("Question 1: start the link with https://") == "#light-1.link"
    assert page.link("Question 1: some characters cannot be shown") == "#light-1.note"
    assert page.fields["soil-1.note"] == "n" * 2001
    assert (page.fields["light-1.link"], page.fields["light-1.note"]) == ("example.org/a", "ab")
    assert answers(store) == {"soil-1": Answer("3")}
    visitor.send(page, {"soil-1.note": "short", "light-1.link": "www.example.org"})
    assert answers(store) == {"soil-1": Answer("3", "short"), "light-1": Answer(None, "ab", "https://www.example.org")}


def test_a_note_of_a_hundred_thousand_characters_comes_back_whole(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {**CORE, "soil-1.note": "é" * 100_000}, 422)

    assert page.fields["soil-1.note"] == "é" * 100_000
    assert answers(store)["light-1"] == Answer("2")


def test_answers_that_are_not_asked_here_are_left_out_with_a_sentence(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {"soil-1.code": "99", "light-1.code": "2", "water-1.code": "1"}, 422)

    assert "Some answers did not belong to this page" in page.text
    assert "Question 2: choose one of the answers that are offered" in page.text
    assert answers(store) == {"light-1": Answer("2")}


def test_without_its_token_a_page_changes_nothing_and_keeps_what_was_typed(
    app: Flask, visitor: Visitor, store: Store
) -> None:
    page = begin(visitor)
    other = Visitor(app)
    back = other.send(page, {**CORE, "soil-1.note": "typed for an hour"}, 400)

    assert "Everything you typed is still here" in back.text
    assert answers(store) == {}
    assert (back.fields["soil-1.note"], back.fields["soil-1.code"]) == ("typed for an hour", "2")
    other.send(back, {})
    assert answers(store)["soil-1"] == Answer("2", "typed for an hour")


def test_start_and_submit_need_their_token_too(app: Flask, visitor: Visitor, store: Store) -> None:
    page = Visitor(app).send(visitor.get("/start"), {**START, "service": "Typed"}, 400)
    assert (page.fields["service"], store.assessments()) == ("Typed", [])
    review = visitor.send(visitor.send(begin(visitor), CORE), BEDS)

    assert "Nothing is lost; submit again" in Visitor(app).send(review, {}, 400).text
    assert only(store).submitted is None


def test_after_submission_nothing_is_changed_and_it_is_said(visitor: Visitor, store: Store) -> None:
    open_tab = begin(visitor)
    review = visitor.send(visitor.send(open_tab, CORE), BEDS)
    visitor.send(review, {})
    page = visitor.send(open_tab, {"soil-1.code": "7"}, 409)

    assert "what was just sent was not saved" in page.text
    assert page.link("See its result") == f"/results/{only(store).id}"
    assert visitor.send(review, {}, 409).words("h1") == ["This assessment was submitted"]
    assert answers(store)["soil-1"] == Answer("2")
