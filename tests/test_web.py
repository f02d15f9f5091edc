"""Every page is whole, nothing that was typed is lost, and every trouble ends in a sentence."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.errors import BankError, StoreError
from assessor.pdf import FILTERS, Renderer
from assessor.report import build
from assessor.store import Assessment, Store
from assessor.web import assessed, build_app, create_app
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
    assert page.words("strong", "attention") == ["No answer yet"] * 5
    assert page.link("Answer question 2") == f"/answer/{only(store).token}/core#soil-1"


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
    assert "perspective" not in page.fields


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
    report = build(garden, *assessed(garden, store, only(store).id))
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
    assert ("“No idea” was the answer to more than a quarter of the questions" in page.text) is (code == "dk")
    assert "Too few questions can be compared" in visitor.get(f"/results/{other}/compare/{begun.id}").text


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
    assert "Both times one person answered, so a difference is that person’s view" in page.text
    improved, slipped = (e for e in page.root.iter("ul") if e.get("class") == "moves")
    assert "plants hung their heads" in "".join(improved.itertext())
    assert "+100" in "".join(improved.itertext())
    assert "−67" in "".join(slipped.itertext())
    assert "In the last week, we gave the beds water. No idea, then No idea" in page.text
    assert visitor.get(page.address.replace("/compare/", "/compare/")).text == page.text


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
    assert later.get("/").status == later.get(f"/services/{draft.service.id}").status == 200
    repeat = stored(store, newer, "B", "2026-06-01")
    assert "edition 7.b, then 8" in later.get(f"/results/{repeat}/compare/{ident}").text


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
        "answering.review",
        "results.report_pdf",
        "results.comparison_pdf",
        "answering.questions",
    }


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
        occasion, table, responses = assessed(visitor_bank(visitor), store, only(store).id)

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
