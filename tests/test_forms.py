"""A page keeps what is valid, refuses the rest with a reason, and never overwrites what it did not touch."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from assessor.answers import Answer
from assessor.bank import Bank, load
from assessor.forms import Confirm, Guard, Page, StartForm, printable

GUARD = Guard(b"key", {})
GARDEN = load(Path(__file__).parent / "banks" / "garden")


def page(
    bank: Bank,
    saved: Mapping[str, Answer] | None = None,
    sent: Mapping[str, str] | None = None,
    *,
    forged: bool = False,
) -> Page:
    """Return the page of row B1, with `sent` submitted from a tab that was opened on `saved`."""
    fields = None
    if sent is not None:
        before = page(bank, saved)
        fields = MultiDict({"csrf_token": "else" if forged else before.token, "shown": before.shown, **sent})
    return Page(bank, bank.page_items("B1", "gardener"), "gardener", saved or {}, GUARD, fields)


def reasons(page: Page) -> list[tuple[str, str]]:
    return [(fault.anchor, fault.reason) for fault in page.faults]


def test_a_page_asks_its_row_in_the_bank_s_order_with_numbers_that_go_on(garden: Bank) -> None:
    asked = Page(garden, garden.page_items("B1", "gardener"), "gardener", {}, GUARD, first=3).questions

    assert [(q.number, q.item.id, q.answer.layout) for q in asked] == [
        (3, "soil-2", "ways"),
        (4, "water-1", "points"),
        (5, "water-2", "points"),
        (6, "sure-1", "points"),
    ]
    assert asked[1].text == "In the last week, we gave the beds water."
    assert asked[0].parts == ("The leaves turn yellow in May.", "What should the gardener do first?")


def test_every_answer_that_the_bank_offers_is_taken_and_no_other(garden: Bank) -> None:
    for question in page(garden).questions:
        name, codes = question.answer.name, [code.code for code in question.codes]
        for code in codes:
            assert page(garden, sent={name: code}).changes == {question.item.id: Answer(code)}
        for strange in ("0", "12", "z", "<b>", " 1", "١"):
            refused = page(garden, sent={name: strange})
            assert (reasons(refused), refused.changes) == ([(f"{question.item.id}.{codes[0]}", "unknown")], {})


def test_what_is_valid_on_a_page_is_kept_beside_what_is_not(garden: Bank) -> None:
    sent = {
        "soil-2.code": "b",
        "soil-2.note": "x" * 2001,
        "soil-2.link": "example.org",
        "water-1.code": "9",
        "water-1.note": " fine\r\nso far ",
        "water-2.note": "bad\0note",
    }
    found = page(garden, {}, sent)

    assert found.changes == {"soil-2": Answer("b"), "water-1": Answer(None, "fine\nso far")}
    assert reasons(found) == [
        ("soil-2.note", "long"),
        ("soil-2.link", "address"),
        ("water-1.1", "unknown"),
        ("water-2.note", "control"),
    ]
    assert [q.note.data for q in found.questions] == ["x" * 2001, "fine\nso far", "bad\0note", ""]


def test_limits_count_characters_of_what_is_kept(garden: Bank) -> None:
    assert reasons(page(garden, sent={"soil-2.note": "🌱" * 2000 + "\r\n"})) == []
    assert reasons(page(garden, sent={"soil-2.note": "a\r\n" * 667})) == []
    assert reasons(page(garden, sent={"soil-2.link": "https://example.org/" + "a" * 480})) == []
    assert reasons(page(garden, sent={"soil-2.link": "https://example.org/" + "a" * 481})) == [("soil-2.link", "long")]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "//example.org",
        "example.org",
        "https://",
        "http://[::1",
        "https://a b.org",
        "https:example.org",
        "mailto:a@b.org",
    ],
)
def test_only_web_addresses_are_links(garden: Bank, link: str) -> None:
    assert reasons(page(garden, sent={"soil-2.link": link})) == [("soil-2.link", "address")]


@pytest.mark.parametrize(
    "link", ["http://example.org", "HTTPS://EXAMPLE.ORG/ä?x=1&y=<b>#z", "https://[::1]:8080/", " https://x.org "]
)
def test_web_addresses_are_taken(garden: Bank, link: str) -> None:
    assert page(garden, sent={"soil-2.link": link}).changes == {"soil-2": Answer(evidence=link.strip())}


def test_an_untouched_tab_changes_nothing(garden: Bank) -> None:
    old = {"soil-2": Answer("a", "first\nnote", "https://example.org"), "water-1": Answer("dk")}
    tab = page(garden, old)
    echo = {
        "soil-2.code": "a",
        "soil-2.note": "first\r\nnote",
        "soil-2.link": "https://example.org",
        "water-1.code": "dk",
    }
    newer = {"soil-2": Answer("b", "second", "https://example.com"), "water-1": Answer("4"), "water-2": Answer("11")}
    fields = MultiDict({"csrf_token": tab.token, "shown": tab.shown, **echo})

    later = Page(garden, garden.page_items("B1", "gardener"), "gardener", newer, GUARD, fields)
    assert later.changes == {}
    assert [q.answer.data for q in later.questions] == ["b", "4", "11", None]


def test_an_absent_radio_changes_nothing_and_an_emptied_note_is_emptied(garden: Bank) -> None:
    old = {"soil-2": Answer("a", "note"), "water-1": Answer("4")}

    assert page(garden, old, {"soil-2.note": "", "water-1.code": ""}).changes == {"soil-2": Answer("a")}


def test_an_answer_to_an_earlier_wording_is_a_blank(garden: Bank) -> None:
    found = page(garden, {"soil-2": Answer("a", "note", revision=7), "water-1": Answer("gone")})

    assert [q.answer.data for q in found.questions[:2]] == [None, None]
    assert found.questions[0].note.data == "note"
    assert [fault.number for fault in found.blanks] == [1, 2, 3, 4]


def test_answers_to_questions_of_another_page_are_left_out_and_said(garden: Bank) -> None:
    found = page(garden, {}, {"light-1.code": "2", "soil-2.code": "a"})

    assert (found.foreign, found.changes) == (True, {"soil-2": Answer("a")})
    assert not page(garden, {}, {"soil-2.code": "a"}).foreign


def test_a_page_without_its_token_is_forged_and_keeps_what_was_typed(garden: Bank) -> None:
    found = page(garden, {}, {"soil-2.code": "a", "soil-2.note": "typed"}, forged=True)

    assert found.forged
    assert [found.questions[0].answer.data, found.questions[0].note.data] == ["a", "typed"]
    assert not page(garden, {}, {}).forged
    assert Confirm(GUARD, MultiDict()).validate() is False
    assert Confirm(GUARD, MultiDict({"csrf_token": Confirm(GUARD).token})).validate() is True


def start(bank: Bank, **sent: str | list[str]) -> StartForm:
    fields = {"service": "North", "wave": "May", "innovations": ["beds"], "perspective": "guest", **sent}
    return StartForm(bank, GUARD, MultiDict({"csrf_token": StartForm(bank, GUARD).token, **fields}))


def test_a_start_gives_what_the_store_takes(garden: Bank) -> None:
    form = start(garden, service="  North \n Side ", innovations=["ponds", "beds"])

    assert form.validate()
    assert form.values == {
        "service": "North Side",
        "wave": "May",
        "innovations": ["ponds", "beds"],
        "perspective": "guest",
    }


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("service", "", "missing"),
        ("service", " \u200b\u202e ", "missing"),
        ("service", "x" * 121, "long"),
        ("service", "North\0", "control"),
        ("wave", "", "missing"),
        ("innovations", [], "missing"),
        ("innovations", ["beds", "rockets"], "unknown"),
        ("perspective", "", "missing"),
        ("perspective", "boss", "unknown"),
    ],
)
def test_a_start_is_refused_with_a_reason(garden: Bank, field: str, text: str | list[str], reason: str) -> None:
    form = start(garden, **{field: text})

    assert not form.validate()
    assert [(fault.anchor, fault.reason) for fault in form.faults] == [(field, reason)]


@given(st.text())
def test_any_text_is_kept_as_it_is_or_refused(text: str) -> None:
    guard = Guard(b"key", {})
    items = GARDEN.page_items("B1", "gardener")
    token = Page(GARDEN, items, "gardener", {}, guard).token
    found = Page(GARDEN, items, "gardener", {}, guard, MultiDict({"csrf_token": token, "soil-2.note": text}))
    kept = found.changes.get("soil-2", Answer()).note

    assert bool(found.faults) is (printable(clean(text)) != clean(text))
    assert kept == ("" if found.faults else clean(text))


def clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
