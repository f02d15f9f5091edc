"""Two PDF reports are compared on a page, without anything being kept of them."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from assessor.bank import Bank
from assessor.store import Store
from tests.assessments import stored
from tests.test_received import blank, edited, one_digit
from tests.visitor import Page, Visitor

ADDRESS = "/reports/compare"


@pytest.fixture
def pdfs(visitor: Visitor, store: Store, garden: Bank) -> list[bytes]:
    """Two reports of a service that is not kept any more."""
    ids = [stored(store, garden, wave, date) for wave, date in (("May", "2026-05-01"), ("November", "2026-11-01"))]
    made = [visitor.download(f"/results/{ident}/report.pdf").data for ident in ids]
    for ident in ids:
        store.delete(ident)
    return made


def sent(visitor: Visitor, *files: bytes, status: int = 200, **more: Any) -> Page:
    named = {name: (io.BytesIO(data), f"{name}.pdf") for name, data in zip(("one", "other"), files, strict=False)}
    return visitor.send(visitor.get(ADDRESS), named, status, **more)


def test_two_reports_are_enough_to_see_what_changed(visitor: Visitor, pdfs: list[bytes]) -> None:
    page = sent(visitor, *reversed(pdfs))

    assert page.words("h1") == ["What changed North , May to November"]
    assert re.search(r"\b2 of \d questions can be compared\.", page.text)


def test_the_comparison_is_made_as_pdf_too(visitor: Visitor, pdfs: list[bytes]) -> None:
    token = visitor.get(ADDRESS).fields["csrf_token"]
    files = {"one": (io.BytesIO(pdfs[0]), "one.pdf"), "other": (io.BytesIO(pdfs[1]), "other.pdf")}
    answer = visitor.client.post(ADDRESS, data={"csrf_token": token, "go": "pdf", **files})

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "November" in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_what_is_no_report_or_was_changed_is_refused_on_the_page(visitor: Visitor, pdfs: list[bytes]) -> None:
    for files, said in (
        ((), "Choose 2 to 12 PDF reports of one service."),
        (pdfs[:1], "Choose 2 to 12 PDF reports of one service."),
        ((pdfs[0], b"no pdf"), "other.pdf: This is not a PDF."),
        ((pdfs[0], blank()), "other.pdf: This PDF is no report of this tool"),
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
    assert "A report has no more than 20 MB." in answer.text


def test_a_forged_upload_is_refused(app: Flask, pdfs: list[bytes]) -> None:
    page = sent(Visitor(app), *pdfs, status=400, csrf_token="")

    assert "without its key" in page.text


def test_the_page_of_a_service_leads_there(visitor: Visitor, store: Store, garden: Bank) -> None:
    stored(store, garden, "May", "2026-05-01")

    assert visitor.get(f"/services/{store.services()[0].id}").link("Compare PDF reports").startswith(ADDRESS)
