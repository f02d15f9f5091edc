"""PDF reports are compared on a page, without anything being kept of them for longer than some minutes."""

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from assessor.accounts import FACILITATOR
from assessor.bank import Bank
from assessor.pdf import COMPARISON, TREND, Passing, Renderer, take_in
from assessor.store import Store
from assessor.web import build_app
from assessor.web.site import NAME
from tests.assessments import stored
from tests.papers import squeezed, text
from tests.people import added, signed_in
from tests.test_papers import until
from tests.test_received import blank, edited, one_digit
from tests.visitor import Page, Visitor

ADDRESS = "/reports/compare"


@pytest.fixture
def pdfs(visitor: Visitor, store: Store, garden: Bank) -> list[bytes]:
    """Three reports of a service that is not kept any more."""
    dates = (("May", "2026-05-01"), ("November", "2026-11-01"), ("March", "2026-11-02"))
    ids = [stored(store, garden, wave, date) for wave, date in dates]
    made = [visitor.download(f"/results/{ident}/report.pdf").data for ident in ids]
    for ident in ids:
        store.delete(ident)
    return made


def sent(visitor: Visitor, *files: bytes, status: int = 200, **more: Any) -> Page:
    """Return the page after some files were sent: the last in the second field, the others in the first."""
    named = [(io.BytesIO(data), f"{number}.pdf") for number, data in enumerate(files, start=1)]
    chosen = {"one": named[:-1] or named, "other": named[-1:] if len(named) > 1 else []}
    return visitor.send(visitor.get(ADDRESS), chosen, status, **more)


def ordered(visitor: Visitor, files: Sequence[bytes]) -> str:
    """Return where a PDF is that was ordered of some files."""
    fields = {**visitor.get(ADDRESS).fields, "go": "pdf", "one": [(io.BytesIO(data), "a.pdf") for data in files]}
    answer = visitor.client.post(ADDRESS, data=fields)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_two_reports_are_enough_to_see_what_changed(visitor: Visitor, pdfs: list[bytes]) -> None:
    page = sent(visitor, pdfs[1], pdfs[0])

    assert page.words("h1") == ["What changed North , May to November"]
    assert re.search(r"\b2 of \d questions can be compared: ", page.text)
    assert visitor.download(page.link("Make a PDF of it")).mimetype == "application/pdf"


def test_three_reports_show_a_service_over_time(visitor: Visitor, pdfs: list[bytes]) -> None:
    page = sent(visitor, pdfs[1], pdfs[2], pdfs[0])
    made = visitor.download(page.link("Make a PDF of it"))

    assert page.words("h1") == ["Over time North , May to March"]
    assert [head for head in page.words("th") if head in {"May", "November", "March"}] == ["May", "November", "March"]
    assert made.headers["Content-Disposition"].endswith("north-may-march-over-time.pdf")
    assert squeezed("3 times, from 1 May 2026 to 2 November 2026.") in text(made.data)
    assert take_in(made.data).name == TREND


@pytest.mark.parametrize("count", [2, 3])
def test_the_pdf_is_made_while_a_page_says_how_far_it_is_and_nothing_lies_on_a_disk(
    garden: Bank, renderer: Renderer, pdfs: list[bytes], tmp_path: Path, count: int
) -> None:
    with Store(tmp_path / "readiness.db") as store:
        visitor = Visitor(build_app(garden, store, renderer))
        address = ordered(visitor, pdfs[:count])
        page = visitor.get(address)
        assert page.words("h1")[0].startswith(("Your PDF is being made North", "Your PDF is ready North"))
        assert "10 minutes" in page.text or "ready" in page.text
        made = visitor.download(address)
        assert visitor.client.get(f"{address}.pdf").data == made.data

    assert made.mimetype == "application/pdf"
    assert take_in(made.data).name == (COMPARISON if count == 2 else TREND)
    assert [path for path in tmp_path.rglob("*") if path.suffix == ".pdf" or b"%PDF" in path.read_bytes()] == []


def test_what_was_sent_is_gone_after_its_time_or_when_many_came_after_it(
    app: Flask, visitor: Visitor, pdfs: list[bytes]
) -> None:
    site = app.extensions[NAME]
    app.extensions[NAME] = replace(site, passing=Passing(most=2))
    first, second, _ = (ordered(visitor, pdfs[:2]) for _ in range(3))
    visitor.get(first, 410)
    visitor.get(second)
    brief = Passing[Any](seconds=0.5)
    app.extensions[NAME] = replace(site, passing=brief)
    late = ordered(visitor, pdfs[:2])
    until(lambda: not brief._orders and not site.jobs._making)
    assert not brief._made

    assert "is gone. Choose the files again." in visitor.get(f"{late}.pdf", 410).text


def test_what_one_facilitator_sent_is_gone_for_another_and_pushed_out_by_none(
    app: Flask, store: Store, pdfs: list[bytes]
) -> None:
    app.extensions[NAME] = replace(app.extensions[NAME], passing=Passing(most=2))
    fay, guy = (signed_in(app, store, added(store, name, FACILITATOR)) for name in ("Fay", "Guy"))
    added(store, "Ada")
    address = ordered(fay, pdfs[:2])
    for _ in range(2):
        ordered(guy, pdfs[:2])

    guy.get(address, 410)
    guy.get(f"{address}.pdf", 410)
    assert fay.download(address).mimetype == "application/pdf"


def test_one_lot_of_files_is_read_at_a_time_so_that_the_others_can_answer(
    app: Flask, visitor: Visitor, pdfs: list[bytes]
) -> None:
    with app.extensions[NAME].reading:
        assert "are being read" in sent(visitor, *pdfs, status=503).text
    for _ in range(2):  # also after files that could not be read
        sent(visitor, b"no PDF", pdfs[0], status=422)
    assert sent(visitor, *pdfs).words("h1")[0].startswith("Over time")


def test_what_is_no_report_or_was_changed_is_refused_on_the_page(visitor: Visitor, pdfs: list[bytes]) -> None:
    for files, said in (
        ((), "Choose 2 to 12 PDF reports of one service."),
        (pdfs[:1], "Choose 2 to 12 PDF reports of one service."),
        ((pdfs[0], b"no pdf"), "2.pdf: This is not a PDF."),
        ((pdfs[0], blank()), "2.pdf: This PDF is no report of this tool"),
        ((pdfs[0], pdfs[1], b"no pdf"), "3.pdf: This is not a PDF."),
        ((*pdfs, pdfs[0]), "The same report was given twice."),
        ([blank()] * 13, "Choose 2 to 12 PDF reports of one service."),
        ((pdfs[0], pdfs[0]), "The same report was given twice."),
        ((pdfs[0], edited(pdfs[1], one_digit)), "The report “November” cannot be used."),
    ):
        page = sent(visitor, *files, status=422)
        assert said in page.text
        assert page.title.startswith("Error: ")


def test_a_huge_upload_is_not_even_read(visitor: Visitor) -> None:
    said = {"CONTENT_LENGTH": "100000000", "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = visitor.client.post(ADDRESS, environ_overrides=said)

    assert answer.status_code == 413
    assert "A report has no more than 20 MB. All of them together have no more than 60 MB." in answer.text


def test_a_forged_upload_is_refused(app: Flask, pdfs: list[bytes]) -> None:
    page = sent(Visitor(app), *pdfs, status=400, csrf_token="")

    assert "without its key" in page.text


def test_the_page_of_a_service_leads_there(visitor: Visitor, store: Store, garden: Bank) -> None:
    stored(store, garden, "May", "2026-05-01")

    assert visitor.get(f"/services/{store.services()[0].id}").link("Compare PDF reports").startswith(ADDRESS)
