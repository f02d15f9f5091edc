"""Every page is whole, nothing that was typed is lost, and every trouble ends in a sentence."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from assessor.answers import Answer, parse
from assessor.assessed import assessed
from assessor.bank import Bank
from assessor.errors import BankError, StoreError
from assessor.pdf import FILTERS, Renderer
from assessor.report import Occasion, build
from assessor.store import Assessment, Store
from assessor.web import build_app, create_app
from tests.visitor import Fields, Page, Visitor

START: Fields = {"service": "North", "wave": "May 2026", "innovations": ["beds", "ponds"], "perspective": "gardener"}
CORE: Fields = {"soil-1.code": "2", "light-1.code": "2"}
BEDS: Fields = {"soil-2.code": "a", "water-1.code": "dk", "water-2.code": "11", "sure-1.code": "7"}
HOSTILE = "<script>alert(1)</script>\"'&amp; {{ 7*7 }} \u202eevil\u202c שלום 🌱 " + "w" * 400
points = FILTERS["points"]
NOW = "2026-05-01T09:00:00+00:00"


def begin(visitor: Visitor, **fields: str) -> Page:
    return visitor.send(visitor.get("/start"), {**START, **fields})


def finish(visitor: Visitor, **fields: str) -> Page:
    page = visitor.send(begin(visitor, **fields), CORE)
    return visitor.send(visitor.send(page, BEDS), {})


def only(store: Store) -> Assessment:
    (found,) = store.assessments()
    return found


def answers(store: Store) -> dict[str, Answer]:
    return dict(store.answers(only(store).id).answers)


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
    sent = {"soil-1.code": "3", "soil-1.note": "n" * 2001, "light-1.link": "www.example.org", "light-1.note": "a\0b"}
    page = visitor.send(begin(visitor), sent, 422, go="later")

    assert page.title.startswith("Error: ")
    assert page.link("Question 2: the note is too long to be kept: shorten it to 2,000") == "#soil-1.note"
    assert page.link("Question 1: start the link with https://") == "#light-1.link"
    assert page.link("Question 1: some characters cannot be shown") == "#light-1.note"
    assert page.fields["soil-1.note"] == "n" * 2001
    assert (page.fields["light-1.link"], page.fields["light-1.note"]) == ("www.example.org", "ab")
    assert answers(store) == {"soil-1": Answer("3")}
    visitor.send(page, {"soil-1.note": "short", "light-1.link": "https://www.example.org"})
    assert answers(store) == {"soil-1": Answer("3", "short"), "light-1": Answer(None, "ab", "https://www.example.org")}


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


def test_a_start_says_what_is_missing_and_keeps_the_rest(visitor: Visitor, store: Store) -> None:
    page = visitor.send(visitor.get("/start"), {"wave": " ", "innovations": ["ponds"]}, 422)

    assert [
        page.link(words) for words in ("Give the name of your service", "Give this assessment", "Choose the one")
    ] == [
        "#service",
        "#wave",
        "#perspective",
    ]
    assert page.fields["innovations"] == ["ponds"]
    assert store.assessments() == []


def test_a_name_that_is_taken_leads_to_the_assessment(visitor: Visitor, store: Store) -> None:
    begin(visitor)
    page = visitor.send(visitor.get("/start"), START, 409)

    assert page.link("go on with it") == f"/answer/{only(store).token}"
    assert page.fields["service"] == "North"


def test_answering_again_starts_with_the_last_choice(visitor: Visitor, store: Store) -> None:
    finish(visitor)
    page = visitor.get(visitor.get(f"/services/{only(store).service.id}").link("Answer again"))

    assert (page.fields["service"], page.fields["wave"]) == ("North", "November 2026")
    assert page.fields["innovations"] == ["beds", "ponds"]
    assert page.fields["perspective"] == "gardener"
    assert "compare best when the same kind of person answers" in page.text
    assert "compare best" not in visitor.get("/start").text


def test_the_name_that_is_offered_is_free(visitor: Visitor, store: Store) -> None:
    for expected in ("November 2026", "November 2026 (2)", "November 2026 (3)"):
        finish(visitor, wave=expected)
        page = visitor.get(f"/start?service={store.services()[0].id}")
        assert page.fields["wave"] not in {a.wave for a in store.assessments()}
        visitor.send(page, {"wave": expected}, 409)

    assert page.fields["wave"] == "November 2026 (4)"


def test_the_start_tells_how_long_it_takes(visitor: Visitor, bank: Bank, store: Store, renderer: Renderer) -> None:
    assert "It takes about 1 to 2 minutes for one innovation" in visitor.get("/start").text
    begin(visitor, innovations="beds", perspective="gardener")
    assert "about 2 minutes left" in visitor.get(f"/answer/{only(store).token}").text
    found = re.search(
        r"about (\d+) to (\d+) minutes for one", Visitor(build_app(bank, store, renderer)).get("/start").text
    )
    assert found
    assert 1 <= int(found[1]) < int(found[2]) <= 10


def test_before_the_first_service_no_service_is_spoken_of(visitor: Visitor) -> None:
    assert "the service above" not in visitor.get("/").text
    begin(visitor)
    assert "open the service above" in visitor.get("/").text


def test_after_submission_nothing_is_changed_and_it_is_said(visitor: Visitor, store: Store) -> None:
    open_tab = begin(visitor)
    review = visitor.send(visitor.send(open_tab, CORE), BEDS)
    visitor.send(review, {})
    page = visitor.send(open_tab, {"soil-1.code": "7"}, 409)

    assert "what was just sent was not saved" in page.text
    assert page.link("See its result") == f"/results/{only(store).id}"
    assert visitor.send(review, {}, 409).words("h1") == ["This assessment was submitted"]
    assert answers(store)["soil-1"] == Answer("2")


def test_a_result_shows_what_its_report_says(visitor: Visitor, store: Store, garden: Bank) -> None:
    page = finish(visitor)
    shown = {tuple("".join(cell.itertext()) for cell in row) for row in page.root.iter("tr")}
    bars = [cell.get("style") for cell in page.root.iter("td") if "bar" in cell.get("class", "").split()]
    report = assessed(garden, store, only(store)).report(garden)
    lines = [
        *(row.line for row in report.rows),
        *(replace(row.line, title="All questions") for row in report.rows),
        *(replace(row.tested, title="Tested knowledge") for row in report.rows),
        *(facet.line for row in report.rows for facet in row.facets),
    ]

    assert len(lines) > 8
    for line in lines:
        band = line.band.name if line.band else "no score"
        answered = f"{line.answered} of {line.given}"
        assert (line.title, "", points(line.score), band, answered) in shown
        assert f"--score:{line.score or 0:.1f}%" in bars
    assert page.words("h3")[: len(report.points)] == [point.facet.concern for point in report.points]
    assert all(finding.citation in page.text and finding.summary in page.text for finding in report.findings)
    (strengths,) = (e for e in page.root.iter("ul") if e.get("class") == "strengths")
    said = " ".join("".join(strengths.itertext()).split())
    assert report.strengths
    for strength in report.strengths:
        assert f"{points(strength.line.score)} points, from {strength.line.answered} of {strength.line.given}" in said
        assert all(finding.citation in said for finding in strength.findings)
    assert "“How sure are you that you can explain soil to a guest?” Answer: 7" in page.text


@pytest.mark.parametrize("code", [None, "dk"])
def test_a_result_without_a_score_says_so(visitor: Visitor, store: Store, garden: Bank, code: str | None) -> None:
    begun = store.start(
        service="North", wave="A", innovations=["beds"], perspective="gardener", bank=garden, now="2026-05-01"
    )
    store.save(begun.id, {item.id: Answer(code) for item in garden.items} if code else {}, NOW)
    store.submit(begun.id, NOW)
    page = visitor.get(f"/results/{begun.id}")
    other = stored(store, garden, "B", "2026-06-01")

    assert "Beds: what grows there: no score, because fewer than half of the questions" in page.text
    assert "No facet has a score: too few questions" in page.text
    assert "Nothing could be scored, so no point comes first" in page.text
    assert not re.search(r"Nothing (reached|scored)", page.text)
    assert ("“No idea” was the answer to more than a quarter of the questions" in page.text) is (code == "dk")
    assert (
        "Fewer than half of its questions can be compared" in visitor.get(f"/results/{other}/compare/{begun.id}").text
    )


def test_notes_and_links_are_shown_escaped(visitor: Visitor) -> None:
    link = "https://example.org/?a=1&b=\"'<b>"
    page = visitor.send(begin(visitor), {**CORE, "soil-1.note": HOSTILE, "soil-1.link": link})
    review = visitor.send(page, BEDS)
    result = visitor.send(review, {})

    for shown in (review, result):
        assert " ".join(HOSTILE.split()) in shown.text
        assert "<script" not in shown.html
        assert "49" not in re.sub(r"\d{4}-\d\d-\d\d", "", shown.text).replace("7*7", "")
    assert {e.get("rel") for e in result.root.iter("a") if e.get("href") == link} == {"noopener noreferrer nofollow"}


def test_any_name_is_shown_escaped_on_every_page(visitor: Visitor, store: Store) -> None:
    name = HOSTILE[:118]
    result = finish(visitor, service=name, wave=name)
    found = only(store)
    again = visitor.send(visitor.get("/start"), {**START, "service": name, "wave": "Later"})
    visitor.send(visitor.send(visitor.send(again, CORE), BEDS), {})
    later = next(a.id for a in store.assessments() if a.id != found.id)

    for address in (
        "/",
        f"/services/{found.service.id}",
        result.address,
        f"/results/{later}/compare/{found.id}",
        "/start",
    ):
        page = visitor.get(address)
        assert page.html.count("<script") == 0
        assert " ".join(name.split()) in page.text or name in page.html.replace("&#34;", '"') or address == "/start"


def test_two_assessments_are_compared(visitor: Visitor) -> None:
    first = finish(visitor)
    page = visitor.send(begin(visitor, wave="Later"), {**CORE, "soil-1.code": "6"})
    second = visitor.send(visitor.send(page, {**BEDS, "water-2.code": "1", "soil-2.code": "na"}, 422), {})
    second = visitor.send(visitor.send(second, {"soil-2.code": "a"}), {})
    page = visitor.get(second.link("Compare with May 2026"))

    assert page.address == f"{second.address}/compare/{first.address.removeprefix('/results/')}"
    assert "Each time one person answered. A difference is one person’s view at two moments" in page.text
    improved, slipped = (e for e in page.root.iter("ul") if e.get("class") == "moves")
    assert "plants hung their heads" in "".join(improved.itertext())
    assert "+100" in "".join(improved.itertext())
    assert "scored anew over the questions that can be compared, so its figures can differ a little" in page.text
    assert "−66" in "".join(slipped.itertext())
    assert "In the last week, we gave the beds water. No idea, then No idea" in page.text


def test_a_comparison_puts_the_earlier_first_whichever_way_it_is_asked(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    late, early = (stored(store, garden, wave, date) for wave, date in (("B", "2026-05-01"), ("A", "2025-05-01")))

    for one, other in ((late, early), (early, late)):
        assert visitor.get(f"/results/{one}/compare/{other}").words("span", "sub") == ["North , A to B"]


def stored(store: Store, bank: Bank, wave: str, date: str, service: str = "North") -> str:
    begun = store.start(service=service, wave=wave, innovations=["beds"], perspective="gardener", bank=bank, now=date)
    store.save(begun.id, {"soil-1": Answer("2"), "light-1": Answer("2")}, f"{date}T09:00:00+00:00")
    store.submit(begun.id, f"{date}T09:00:00+00:00")
    return begun.id


def test_a_service_shows_its_waves_over_time(visitor: Visitor, store: Store, garden: Bank) -> None:
    ids = [stored(store, garden, f"Wave {n}", f"202{n}-05-01") for n in (3, 4, 5)]
    page = visitor.get(f"/services/{store.services()[0].id}")

    assert [link for link in page.links() if "/compare/" in link] == [
        f"/results/{late}/compare/{early}" for late, early in ((ids[1], ids[0]), (ids[2], ids[1]), (ids[2], ids[0]))
    ]
    assert "Plants in general 92 ready to plant 92 ready to plant 92 ready to plant" in page.text


def test_what_is_not_comparable_is_not_found(visitor: Visitor, store: Store, garden: Bank) -> None:
    mine, other = stored(store, garden, "A", "2026-05-01"), stored(store, garden, "A", "2026-05-01", "South")
    begin(visitor, service="North", wave="Draft")
    draft = next(a.id for a in store.assessments() if not a.submitted)

    for address in (f"{mine}/compare/{mine}", f"{mine}/compare/{other}", f"{mine}/compare/{draft}", draft, "gone"):
        assert visitor.get(f"/results/{address}", 404).words("h1") == ["There is nothing here"]


def test_pdfs_are_sent_under_names_that_people_find_again(visitor: Visitor, store: Store, garden: Bank) -> None:
    early, late = (
        stored(store, garden, "March 2026", "2026-03-01", "Nörth / Side"),
        stored(store, garden, "May 2026", "2026-05-01", "nörth / side"),
    )
    report = visitor.client.get(f"/results/{late}/report.pdf")
    comparison = visitor.client.get(f"/results/{late}/compare/{early}/comparison.pdf")

    assert report.data.startswith(b"%PDF-")
    assert comparison.data.startswith(b"%PDF-")
    assert "filename*=UTF-8''n%C3%B6rth-side-may-2026.pdf" in report.headers["Content-Disposition"]
    assert "march-2026-may-2026.pdf" in comparison.headers["Content-Disposition"]
    assert report.headers["Cache-Control"] == "no-store"


def test_a_pdf_that_cannot_be_made_ends_in_a_sentence(garden: Bank, store: Store) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    with Renderer(seconds=0.01) as hasty:
        page = Visitor(build_app(garden, store, hasty)).get(f"/results/{ident}/report.pdf", 503)

    assert page.words("h1") == ["The PDF could not be made"]
    assert "The answers are kept" in page.text


def test_another_edition_is_neither_continued_nor_scored(
    visitor: Visitor, store: Store, garden: Bank, renderer: Renderer
) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    begin(visitor, wave="Draft")
    newer = replace(garden, edition="8")
    later = Visitor(build_app(newer, store, renderer))
    draft = next(a for a in store.assessments() if not a.submitted)

    for address in (
        f"/results/{ident}",
        f"/results/{ident}/report.pdf",
        f"/answer/{draft.token}",
        f"/answer/{draft.token}/core",
    ):
        page = later.get(address, 409)
        assert "was answered in edition 7.b of garden; this tool now asks edition 8" in page.text
        assert "All its answers are kept" in page.text
    repeat = stored(store, newer, "B", "2026-06-01")
    assert "two editions (7.b and 8)" in later.get(f"/results/{repeat}/compare/{ident}").text
    for address in ("/", f"/services/{draft.service.id}", f"/results/{repeat}/compare/{ident}"):
        page = later.get(address)
        assert page.text.count("another edition of the questions") == (0 if "compare" in address else 2)
        assert [later.client.get(a).status_code for a in page.links() if a.startswith("/") and ".pdf" not in a]
        assert not [a for a in page.links() if a.startswith("/") and later.client.get(a).status_code >= 400]
    again = {**START, "wave": "Draft"}
    assert "it was answered in another edition" in later.send(later.get("/start"), again, 409).text


@pytest.mark.parametrize(
    "address", ["/nowhere", "/answer/gone", "/answer/gone/core", "/review/gone", "/results/gone", "/services/gone"]
)
def test_an_address_that_leads_nowhere_says_so(visitor: Visitor, address: str) -> None:
    assert "Saved answers are kept" in visitor.get(address, 404).text


def test_a_page_of_an_innovation_that_was_not_chosen_is_not_there(visitor: Visitor, store: Store) -> None:
    begin(visitor, innovations="ponds")

    visitor.get(f"/answer/{only(store).token}/B1", 404)


def test_a_request_of_the_wrong_kind_says_so(visitor: Visitor) -> None:
    response = visitor.client.post("/")

    assert (response.status_code, "GET" in response.headers["Allow"]) == (405, True)
    assert "Nothing was changed" in response.text


def test_too_much_text_is_refused_in_a_sentence(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {**CORE, "soil-1.note": "x" * 1_000_000}, 413)

    assert "Nothing from this page was saved" in page.text
    assert answers(store) == {}


def test_a_note_of_a_hundred_thousand_characters_comes_back_whole(visitor: Visitor, store: Store) -> None:
    page = visitor.send(begin(visitor), {**CORE, "soil-1.note": "é" * 100_000}, 422)

    assert page.fields["soil-1.note"] == "é" * 100_000
    assert answers(store)["light-1"] == Answer("2")


def test_only_names_of_this_computer_are_answered(visitor: Visitor) -> None:
    for host, status in (("evil.example", 400), ("localhost:8000", 200), ("127.0.0.1:1", 200)):
        response = visitor.client.get("/", headers={"Host": host})
        assert response.status_code == status, host
        assert "Traceback" not in response.text


def test_a_fault_of_ours_ends_in_a_sentence_and_not_in_a_traceback(app: Flask, visitor: Visitor) -> None:
    app.add_url_rule("/fault", view_func=lambda: str(1 / 0))

    page = visitor.get("/fault", 500)
    assert "It is not your fault" in page.text
    assert "ZeroDivisionError" not in page.html


def test_a_missing_template_is_named(app: Flask, visitor: Visitor, tmp_path: Path) -> None:
    app.jinja_loader.searchpath[:] = [str(tmp_path)]  # type: ignore[union-attr]
    response = visitor.client.get("/")

    assert (response.status_code, "“home.html” is missing" in response.text) == (500, True)


def test_a_database_that_fails_ends_in_a_sentence(garden: Bank, renderer: Renderer, tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store:
        visitor = Visitor(build_app(garden, store, renderer))
        page = begin(visitor)
        with store._driver.write() as db:
            db.run("CREATE TRIGGER full BEFORE INSERT ON answer BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END")
        page = visitor.send(page, CORE, 503)

    assert "the disk is on fire" in page.text
    assert "What was saved before is kept" in page.text


def test_demo_data_are_labelled_on_every_page(visitor: Visitor, store: Store, garden: Bank) -> None:
    first, second = stored(store, garden, "A", "2026-05-01"), stored(store, garden, "B", "2026-06-01")
    page = begin(visitor, wave="C")
    addresses = ["/", "/start", page.address, f"/review/{page.address.split('/')[2]}", f"/results/{first}"]
    addresses += [f"/results/{second}/compare/{first}", f"/services/{store.services()[0].id}"]

    assert not any("Demo data" in visitor.get(address).text for address in addresses)
    store.mark_demo()
    assert all("Demo data: made up." in visitor.get(address).text for address in addresses)
    assert "Demo data: made up." in visitor.get("/nowhere", 404).text


def test_only_bars_may_style_themselves_and_only_on_results(visitor: Visitor, store: Store, garden: Bank) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    policy = {a: visitor.client.get(a).headers["Content-Security-Policy"] for a in ("/", "/start", f"/results/{ident}")}

    assert [p.count("unsafe-inline") for p in policy.values()] == [0, 0, 1]
    assert "style-src-attr 'unsafe-inline'" in policy[f"/results/{ident}"]
    assert not any("style=" in visitor.get(a).html for a in ("/", "/start"))


def test_cookies_stay_on_this_computer_and_in_this_tool(visitor: Visitor, garden: Bank, renderer: Renderer) -> None:
    cookie = visitor.client.get("/start").headers["Set-Cookie"]
    with Store(None) as other:
        second = Visitor(build_app(garden, other, renderer)).client.get("/start").headers["Set-Cookie"]

    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="))
    assert cookie.partition("=")[0] != second.partition("=")[0]


@pytest.fixture
def walked(visitor: Visitor, store: Store, garden: Bank) -> set[str]:
    """Every address that can be reached from the first page, and what it links to."""
    stored(store, garden, "A", "2025-05-01")
    finish(visitor, wave="B")
    begin(visitor, wave="C")
    begin(visitor, service="South", perspective="guest")
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        address = todo.pop().partition("#")[0]
        if address.startswith("/") and address not in seen and not address.endswith(".pdf"):
            seen.add(address)
            todo += visitor.get(address).links()
    return seen


def test_every_page_can_be_reached_and_is_whole(app: Flask, walked: set[str]) -> None:
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(address.partition("?")[0])[0] for address in walked}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert pages - reached == {
        "static",
        "results.report_pdf",
        "results.comparison_pdf",
    }


def test_no_page_of_a_foreign_bank_speaks_of_ours(visitor: Visitor, walked: set[str]) -> None:
    found = {a: re.findall(r"(?i)recover\w*|mental.health|Table 6", visitor.get(a).text) for a in walked}

    assert len(found) > 10
    assert {a: words for a, words in found.items() if words} == {}
    assert "questions about gardening" in visitor.get("/").text


def test_a_point_says_why_its_evidence_is_set_beside_it(store: Store, garden: Bank, renderer: Renderer) -> None:
    rows = tuple(r.model_copy(update={"bridge": "Studies speak of pots."}) if r.id == "B1" else r for r in garden.rows)
    ident = stored(store, garden, "A", "2026-05-01")
    store_low(store, garden, "B", "gardener", ["beds"])
    low = next(a.id for a in store.assessments() if a.wave == "B")
    for bank, shown in ((garden, 0), (replace(garden, rows=rows), 2)):
        visitor = Visitor(build_app(bank, store, renderer))
        assert visitor.get(f"/results/{low}").text.count("Studies speak of pots.") == shown
        assert "Studies speak of pots." not in visitor.get(f"/results/{ident}").text


def test_a_strength_that_was_not_observed_is_not_named(bank: Bank, store: Store, renderer: Renderer) -> None:
    begun = store.start(
        service="North", wave="A", innovations=["peer-workers"], perspective="staff", bank=bank, now=NOW
    )
    opinions = [i for i in bank.items if i.row == "K3" and i.kind in {"aligned", "misconception"} and not i.core]
    mixed = [i for i in opinions if any(o.facet == i.facet and o.kind == "observation" for o in bank.items)]
    best = {i.id: max(bank.codes[i.id], key=lambda c: c.alignment or 0).code for i in mixed}
    store.save(begun.id, {item: Answer(code) for item, code in best.items()}, NOW)
    store.submit(begun.id, NOW)
    page = Visitor(build_app(bank, store, renderer)).get(f"/results/{begun.id}")

    assert mixed
    assert "No strength to name yet: what reached 75 points rests on views alone" in page.text
    assert "Nothing reached" not in page.text


def test_what_scored_as_low_as_the_points_is_named(bank: Bank, store: Store, renderer: Renderer) -> None:
    ident = store_low(store, bank, "Low", "staff", [bank.innovations[0].id, bank.innovations[1].id])
    page = Visitor(build_app(bank, store, renderer)).get(f"/results/{ident}")
    tied = assessed(bank, store, store.assessment(ident)).report(bank).tied
    named = "; ".join(f"{facet.facet.concern} ({points(facet.line.score)})" for facet in tied[:5])

    assert len(tied) > 5
    assert f"As low: {named}; and {len(tied) - 5} more. Taken first: those that more studies speak of." in page.text


def store_low(store: Store, bank: Bank, wave: str, perspective: str, innovations: list[str]) -> str:
    """Store an assessment in which every answer has the lowest alignment."""
    begun = store.start(
        service="North", wave=wave, innovations=innovations, perspective=perspective, bank=bank, now=NOW
    )
    asked = [i for row in bank.asked_rows(begun.innovations) for i in bank.page_items(row.id, perspective)]
    scored = {i.id: [c for c in bank.codes[i.id] if c.alignment is not None] for i in asked}
    lowest = {i: min(codes, key=lambda c: c.alignment or 0).code for i, codes in scored.items() if codes}
    store.save(begun.id, {item: Answer(code) for item, code in lowest.items()}, NOW)
    store.submit(begun.id, NOW)
    return begun.id


def test_a_group_of_fewer_than_five_is_named_and_not_shown(app: Flask, garden: Bank) -> None:
    people = "".join(f"p{n},gardener,{n % 7 + 1 if n < 4 else ''},{n % 2 + 1}\n" for n in range(6))
    occasion = Occasion(service="North", wave="A", date="2026-05-01", perspectives=("Gardener",), innovations=())
    made = build(garden, occasion, parse(f"person,perspective,soil-1,light-1\n{people}", garden, "six.csv"))
    module = app.jinja_env.get_template("_result.html").module
    shown = {item.id: str(module.given(item, one=False)).strip() for item in made.items}  # type: ignore[attr-defined]

    assert shown["soil-1"] == "fewer than five answers: not shown"
    assert "not shown" not in shown["light-1"]


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


def test_the_application_opens_its_files(tmp_path: Path) -> None:
    garden = Path(__file__).parent / "banks" / "garden"
    visitor = Visitor(create_app(tmp_path / "r.db", garden))
    finish(visitor)
    with Store(tmp_path / "r.db") as store:
        found = assessed(visitor_bank(visitor), store, only(store))
        occasion, table, responses = found.occasion, found.answers, found.responses

    assert (occasion.service, occasion.perspectives, occasion.innovations) == (
        "North",
        ("Gardener",),
        ("Raised beds", "Ponds"),
    )
    assert (occasion.edition, table.rows, len(responses)) == ("7.b", ("core", "B1"), 1)
    with pytest.raises(StoreError, match="does not exist"):
        create_app(tmp_path / "gone" / "r.db", garden)
    with pytest.raises(BankError, match="there is no bank here"):
        create_app(tmp_path / "r.db", tmp_path)


def visitor_bank(visitor: Visitor) -> Bank:
    found: Bank = visitor.client.application.extensions["recovery-readiness"].bank
    return found
