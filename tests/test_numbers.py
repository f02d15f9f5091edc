"""Every number of a PDF is accounted for: on the page and exported, or in a question, a finding or the methods."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from assessor import exports, series
from assessor.assessed import assessed, surveyed
from assessor.demo import fill, read
from assessor.paths import content
from assessor.pdf import assessment_html, comparison_html, trend_html
from assessor.record import written_comparison, written_trend
from assessor.score import whole
from assessor.store import Store
from assessor.web import build_app
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessor.bank import Bank
    from assessor.pdf import Edition, Renderer
    from assessor.report import Occasion, Report

FULL = re.compile(r"-?\d+\.\d+(e-\d+)?")
FOOT = re.compile(r"page\s*\d+\s*of\s*\d+")
NOW = "2026-11-23T09:30:00+00:00"


@pytest.fixture(scope="module")
def demo(bank: Bank) -> Iterator[Store]:
    """The made-up services, in a store."""
    with Store(None) as store:
        fill(store, bank, read(content("questions"), bank))
        yield store


def numbers(text: str) -> set[str]:
    """Return the numbers in a text, dates and decimals in their pieces."""
    return set(re.findall(r"\d+", text))


def told(bank: Bank, report: Report) -> Iterator[str]:
    """Yield what is printed that is no figure: the bank's texts, dates and names, the methods, the items' numbers."""
    parts = (*bank.items, *bank.findings, *bank.actions, *bank.rows, *bank.facets, *bank.bands, *bank.innovations)
    yield from (str(part.model_dump()) for part in (*parts, bank.source))
    yield f"{bank.edition} {report.occasion.date} {report.occasion.wave} {report.occasion.service}"
    html = assessment_html(report)
    yield re.sub(r"<[^>]+>", " ", html[html.index('id="methods"') : html.index('id="findings"')])
    yield " ".join(str(item.number) for item in report.items)


def unaccounted(bank: Bank, report: Report, pdf: bytes, page: str) -> set[str]:
    """Return the numbers of a PDF that stand neither on the page nor in a text."""
    pages = PdfReader(io.BytesIO(pdf)).pages[1:]  # on the first are the numbers of the pages
    printed = numbers(" ".join(FOOT.sub(" ", p.extract_text()) for p in pages))
    return printed - numbers(page) - numbers(" ".join(told(bank, report)))


def reports(bank: Bank, store: Store) -> list[tuple[str, Report]]:
    """Return ids and reports: those of a survey and of one person."""
    survey, single = store.surveys.surveys()[0], store.assessments()[-1]
    both = (survey, surveyed(bank, store, survey, NOW)), (single, assessed(bank, store, single, NOW))
    return [(wave.id, series.followed(bank, store, wave, found, NOW).report(bank)) for wave, found in both]


@pytest.mark.parametrize("edition", ["report", "board", "easy"])
@pytest.mark.parametrize("number", [0, 1])
def test_every_number_of_the_pdf_is_accounted_for(
    bank: Bank, demo: Store, renderer: Renderer, edition: Edition, number: int
) -> None:
    ident, report = reports(bank, demo)[number]
    page = Visitor(build_app(bank, demo, renderer)).get(f"/results/{ident}").text

    assert unaccounted(bank, report, renderer.assessment(report, edition), page) == set()


@pytest.mark.parametrize("edition", ["report", "board", "easy"])
def test_every_number_of_a_survey_s_pdf_is_exported_too(
    bank: Bank, demo: Store, renderer: Renderer, edition: Edition
) -> None:
    _, report = reports(bank, demo)[0]
    told = exports.published(report)
    shares = [[figure[s] or 0 for s in ("aligned", "between", "against")] for figure in told["figures"]]
    exported = f"{exports.pretty(told).decode()} {[sum(three) for three in shares]}"

    assert unaccounted(bank, report, renderer.assessment(report, edition), exported) == set()


def rounded(number: re.Match[str]) -> str:
    """Return a number in full precision as it can be printed: in whole points, or to one decimal."""
    value = float(number[0])
    return f"{whole(value)} {value:.1f}"


def printed(bank: Bank, pdf: bytes, html: str, occasions: Sequence[Occasion]) -> set[str]:
    """Return the numbers of the PDF of a comparison or a trend that stand in no text, as dates and methods do."""
    pages = PdfReader(io.BytesIO(pdf)).pages[1:]
    dates = (date.fromisoformat(o.date) for o in occasions)
    texts = f"{[(o, day.day) for o, day in zip(occasions, dates, strict=True)]} {bank.items} {bank.rows} {bank.edition}"
    methods = re.sub(r"<[^>]+>", " ", html[html.index('id="methods"') :])
    return numbers(" ".join(FOOT.sub(" ", p.extract_text()) for p in pages)) - numbers(texts) - numbers(methods)


def test_every_number_of_a_comparison_and_of_a_trend_is_on_their_pages_and_exported(
    bank: Bank, demo: Store, renderer: Renderer
) -> None:
    early, late = sorted(demo.surveys.surveys(), key=lambda survey: survey.end or "")
    before, after = (surveyed(bank, demo, survey, NOW) for survey in (early, late))
    compared = after.comparison(bank, before, series.links(demo, early, late))
    service = next(s.id for s in demo.services() if s.name.startswith("Harbour"))
    trend = series.long_trend(bank, demo, service, None, NOW)
    visitor = Visitor(build_app(bank, demo, renderer))
    for pdf, html, occasions, address, told in (
        (
            renderer.comparison(compared),
            comparison_html(compared),
            [compared.before, compared.after],
            f"/results/{late.id}/compare/{early.id}",
            written_comparison(compared, renderer.imprint),
        ),
        (
            renderer.trend(trend),
            trend_html(trend),
            [wave.occasion for wave in trend.waves],
            f"/services/{service}/trend",
            written_trend(trend, renderer.imprint),
        ),
    ):
        found = printed(bank, pdf, html, occasions)
        assert len(found) > 8
        assert found - numbers(visitor.get(address).text) == set()
        assert found - numbers(FULL.sub(rounded, told.decode())) == set()


def test_what_rests_on_the_same_answers_has_the_same_figures(bank: Bank, demo: Store) -> None:
    _, report = reports(bank, demo)[0]
    halves = [(row, half) for row in report.rows for half in (row.tested, row.observed) if half.shares == row.shares]

    assert halves
    for row, half in halves:
        assert (half.score, half.n, half.interval) == (row.line.score, row.line.n, row.line.interval)


def test_a_number_that_stands_nowhere_else_would_be_found(bank: Bank, demo: Store, renderer: Renderer) -> None:
    ident, report = reports(bank, demo)[0]
    page = Visitor(build_app(bank, demo, renderer)).get(f"/results/{ident}").text
    row = report.rows[0]
    wrong = replace(report, rows=(replace(row, line=replace(row.line, n=4711)), *report.rows[1:]))

    assert unaccounted(bank, report, renderer.assessment(wrong), page) == {"4711"}
