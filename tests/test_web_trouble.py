"""Every trouble ends in a sentence."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.assessments import CORE, START, answers, begin, only, stored
from tests.visitor import Page, Visitor


def test_a_pdf_that_cannot_be_made_ends_in_a_sentence(garden: Bank, store: Store) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    with Renderer(seconds=0.01) as hasty:
        visitor = Visitor(build_app(garden, store, hasty))
        page = Page(visitor.download(f"/results/{ident}/report.pdf"))
        hasty._seconds = 60
        again = visitor.download(page.link("Try again"))

    assert page.status == 503
    assert page.words("h1") == ["The PDF could not be made North , A"]
    assert "given up after 0.01 seconds" in page.text
    assert "The answers are kept" in page.text
    assert again.data.startswith(b"%PDF")


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
