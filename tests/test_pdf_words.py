"""The PDF says what the Report holds, in figures and words that keep their meaning."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from pypdf import PdfReader
from pypdf.generic import Destination

from assessor.bank import Bank
from assessor.pdf import PAPERS, Paper, Renderer, assessment_html, comparison_html
from assessor.pdf.text import bar, change, plain, points, tenths
from assessor.report import Line
from assessor.report.lines import NONE
from tests import verapdf
from tests.hard import survey
from tests.papers import comparison, report, squeezed, text

SAID = {"between": "partly in line", "against": "not in line"}


def outline(pdf: bytes) -> list[tuple[int, str, int]]:
    """Return depth, title and page of every bookmark."""
    reader = PdfReader(io.BytesIO(pdf))

    def walk(entries: Sequence[object], depth: int) -> Iterator[tuple[int, str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            elif isinstance(entry, Destination):
                yield depth, str(entry.title), (reader.get_destination_page_number(entry) or 0) + 1

    return list(walk(reader.outline, 0))


# What it says


def test_the_pdf_holds_every_score_answer_and_citation_of_the_report(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, ("peer-workers", "planning"))
    found = text(renderer.assessment(made))

    assert made.points
    assert made.strengths
    for row in made.rows:
        band = row.line.band.name if row.line.band else "no score"
        line = f"{row.row.title}{points(row.line.score)}{band}"
        assert squeezed(line) in found
        unknown = f" ({row.line.dont_know})" if row.line.dont_know else ""
        assert squeezed(f"{line}{row.line.shares.aligned} of {row.line.answered}{unknown}") in found
        for facet in row.facets:
            numbers = ", ".join(str(item.number) for item in facet.items)
            stood = f"{facet.line.shares.aligned} of {facet.line.answered}"
            assert squeezed(f"{points(facet.line.score)}{facet.facet.name} ({numbers}; {stood})") in found
    for row in (r for r in made.rows if r.innovation):
        of = f"{row.studies} of the review’s {row.innovation.studies if row.innovation else 0}"
        lent = ", ".join(f"{f.id} {f.direction} [{', '.join(map(str, f.references))}]" for f in row.borrowed)
        own = ", ".join(f"{f.id} {f.direction} [{', '.join(map(str, f.references))}]" for f in row.findings)
        assert squeezed(f"Findings of this part, told in full under Findings cited: {own}.") in found
        assert squeezed(f"{row.theme.name}. {row.innovation.name if row.innovation else ''}: {of}") in found
        assert squeezed(f"rest on findings of other parts too: {lent}." if lent else "") in found
    for finding in made.findings:
        references = ", ".join(map(str, finding.references))
        assert squeezed(f"{finding.id} {finding.direction.capitalize()}: {finding.summary} [{references}]") in found
        assert squeezed(finding.locator) in found
    for item in made.items:
        given = f"{item.number}{item.text}→{item.answer or '(blank)'}·"
        assert squeezed(given) in found
        assert squeezed(item.rationale) in found
    for point in made.points:
        assert squeezed(f"{point.facet.concern}{point.facet.name}") in found
        for said in (*(f.citation for f in point.findings), *point.facet.discuss, *(a.text for a in point.actions)):
            assert squeezed(said) in found
    for innovation, theme in report(bank, ("training",)).empty:
        assert f"{innovation.name}, “{theme.name}”" in assessment_html(report(bank, ("training",)))
    assert squeezed("Note: It depends on the shift.") in found
    assert squeezed("https://example.org/policy.pdf") in found


def test_the_easy_edition_has_short_sentences_and_no_statistics(bank: Bank) -> None:
    made = report(bank, people=9)
    html = assessment_html(made, edition="easy")
    said = re.findall(r"<p[^>]*>([^<]+)</p>", html)

    assert made.points
    assert all(point.facet.concern in html for point in made.points)
    assert len(said) > 20
    assert [sentence for sentence in said if len(sentence.split()) > 14] == []
    assert re.findall(r"\d+", " ".join(said)) == ["9"]


def test_the_board_gets_four_pages_with_every_row_and_point(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, tuple(bank.innovation), people=9)
    pdf = renderer.assessment(made, "board")
    found = text(pdf)

    assert len(PdfReader(io.BytesIO(pdf)).pages) == 4
    for row in made.rows:
        assert squeezed(f"{row.row.title}{points(row.line.score)}") in found
    for point in made.points:
        assert squeezed(point.facet.concern) in found
        assert all(squeezed(f.citation) in found for f in point.findings[:2])


def test_bookmarks_and_contents_lead_to_every_part(bank: Bank, renderer: Renderer) -> None:
    made = report(bank)
    pdf = renderer.assessment(made)
    found = outline(pdf)

    sections = ["At a glance", "What to talk about first", "Strengths", "Every part in full", "Action plan"]
    sections += ["How this was worked out", "Findings cited", "Every question and its answer"]
    assert [title for depth, title, _ in found if depth == 0] == sections
    below = [p.facet.concern for p in made.points] + [r.row.title for r in made.rows]
    assert [title for depth, title, _ in found if depth == 1 and title in below] == below
    cover = squeezed(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    for _, title, page in found:
        if title in {*sections, *below}:
            assert squeezed(f"{page:02}{title}") in cover


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("people", [1, 12])
def test_at_a_glance_is_one_page(bank: Bank, renderer: Renderer, people: int, paper: Paper) -> None:
    pdf = renderer.on(paper).assessment(report(bank, tuple(bank.innovation), people))
    pages = {title: page for _, title, page in outline(pdf)}

    assert pages["At a glance"] + 1 == pages["What to talk about first"]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("people", [1, 12])
def test_every_point_to_talk_about_fits_on_its_page(bank: Bank, renderer: Renderer, people: int, paper: Paper) -> None:
    made = report(bank, tuple(bank.innovation), people, dk=0, blank=0)
    facets = tuple({f.facet.id: f for row in made.rows for f in row.facets}.values())
    pages = {title: page for _, title, page in outline(renderer.on(paper).assessment(replace(made, points=facets)))}

    first = pages[facets[0].facet.concern]
    assert [pages[f.facet.concern] for f in facets] == list(range(first, first + len(facets)))


def test_the_methods_say_what_the_bank_s_own_scales_become(bank: Bank, garden: Bank) -> None:
    own, foreign = assessment_html(report(bank)), assessment_html(report(garden, ("beds",)))

    assert "− 1). In whole points, with 5 answers these are 0, 25, 50, 75 and 100. Where" in own
    assert (
        "In whole points, with 2 answers these are 0 and 100; with 4 answers these are 0, 33, 67 and 100; "
        "with 7 answers these are 0, 17, 33, 50, 67, 83 and 100; with 11 answers these are 0, 10, 20, 30, 40, 50, 60, "
        "70, 80, 90 and 100. Where"
    ) in foreign


def test_a_group_is_shown_with_counts_intervals_and_n(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, people=8)
    found = text(renderer.assessment(made))

    assert squeezed("are printed as the largest part of the people who were asked them read them") in found

    shown = [row.line for row in made.rows if row.line.interval]
    assert shown
    for line in shown:
        low, high = line.interval or (0, 0)
        said, unsure = line.band.name if line.band else "", " uncertain" if line.uncertain else ""
        unknown = f" ({line.dont_know})" if line.dont_know else ""
        why = f"{line.shares.aligned} of {line.answered}{unknown}"
        assert squeezed(f"{points(line.score)}{said}{why}{points(low)} to {points(high)}{unsure}{line.n}") in found
    assert any(line.uncertain for line in shown)
    for item in made.items:
        counts = " / ".join(
            f"{count.people} × {SAID.get(count.label, count.label)}" for count in item.counts if count.people
        )
        nothing = "too few answers" if item.hidden else "–"
        assert squeezed(f"{item.text}→{counts or nothing}·") in found


def test_a_part_of_which_nothing_is_shown_has_words_and_no_bar(bank: Bank) -> None:
    made = survey(bank, {"staff": 9, "peer-worker": 6})
    part, *others = made.rows[0].parts
    nothing = replace(part.line, score=None, band=None, interval=None, n=0, answered=0, dont_know=0)
    gone = replace(part, line=nothing, shares=NONE, questions=0, hidden="few")
    row = replace(made.rows[0], parts=(gone, *others))
    found = [assessment_html(replace(made, rows=(r, *made.rows[1:]))) for r in (made.rows[0], row)]

    for cell in ('<td class="shares"', '<td class="bar '):
        assert found[1].count(cell) == found[0].count(cell) - 1
    assert '<th scope="row">Staff: not shown: too few answers</th><td></td>' in found[1]
    assert "<td>not shown: too few answers</td>" in found[1]


def test_two_to_four_people_are_told_why_nothing_is_shown(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, people=3)
    found = text(renderer.assessment(made))

    assert squeezed("A report on fewer than 5 people could show what one of them said") in found
    assert not [item.text for item in made.items if squeezed(item.text) in found]


def test_the_comparison_holds_every_change_and_every_reason(bank: Bank, renderer: Renderer) -> None:
    made = comparison(bank)
    found = text(renderer.comparison(made))

    assert made.up
    assert made.down
    assert made.incomparable
    for row in (r for r in made.rows if not r.change.reason):
        figures = f"{points(row.change.before)}{points(row.change.after)}{change(row.change.points)}"
        assert squeezed(f"{row.row.title}{figures}{row.change.compared} of {row.change.asked}") in found
    for move in (*made.up, *made.down, *made.same):
        assert squeezed(move.text) in found
        assert squeezed(f"{points(move.change.before)}{points(move.change.after)}{change(move.change.points)}") in found
    for _, moves in made.incomparable:
        assert all(squeezed(move.text) in found for move in moves)
    assert squeezed("one person’s view at two moments") in found


def test_a_report_can_hold_what_changed_since_an_earlier_one(bank: Bank, renderer: Renderer) -> None:
    since = comparison(bank)
    pdf = renderer.assessment(replace(report(bank), since=since))

    assert "Since last time" in [title for _, title, _ in outline(pdf)]
    assert all(squeezed(f"{move.text}{move.row.title if move.row else ''}") in text(pdf) for move in since.up)
    assert verapdf.failures(pdf)[0] == []


def test_no_row_cites_more_studies_than_the_review_has(bank: Bank) -> None:
    rows = [
        (row.studies, row.innovation.studies) for row in report(bank, tuple(bank.innovation)).rows if row.innovation
    ]

    assert len(rows) >= 10
    assert [found for found in rows if not 0 < found[0] <= found[1]] == []


def test_other_perspectives_are_named_in_a_comparison(bank: Bank) -> None:
    made = comparison(bank)
    other = replace(made, after=replace(made.after, perspectives=("Family or carer",)))

    assert "from other perspectives" in comparison_html(other)
    assert "from other perspectives" not in comparison_html(made)


@pytest.mark.parametrize("demo", [True, False])
def test_made_up_data_say_so_on_every_page(bank: Bank, renderer: Renderer, *, demo: bool) -> None:
    made = report(bank)
    pdf = renderer.assessment(replace(made, occasion=replace(made.occasion, demo=demo)))

    assert {"Demo data: made up" in page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages} == {demo}


def test_a_report_says_its_own_page_numbers_service_and_edition(bank: Bank, renderer: Renderer) -> None:
    pages = PdfReader(io.BytesIO(renderer.assessment(report(bank)))).pages

    for number, page in enumerate(pages, start=1):
        assert squeezed(f"page {number} of {len(pages)}") in squeezed(page.extract_text())
        head = f"Northside Team, First · {bank.title} {bank.edition}"
        assert (f"Edition {bank.edition}" if number == 1 else head) in page.extract_text()


def test_title_author_language_and_date_are_in_the_file(bank: Bank, renderer: Renderer) -> None:
    reader = PdfReader(io.BytesIO(renderer.assessment(report(bank))))

    assert reader.metadata
    assert (reader.metadata.title, reader.metadata.author) == (f"Northside Team, First: {bank.title}", bank.title)
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260312")
    assert str(reader.root_object["/Lang"]) == "en"


# How it prints figures and free text


@pytest.mark.parametrize(
    ("value", "printed"), [(None, "–"), (0.4, "0"), (62.5, "63"), (12.5, "13"), (99.5, "100"), (66.66, "67")]
)
def test_points_are_whole_and_halves_go_up(value: float | None, printed: str) -> None:
    assert points(value) == printed


@pytest.mark.parametrize(("value", "printed"), [(None, "–"), (13, "+13"), (-13, "−13"), (0, "±0")])
def test_a_change_has_its_sign(value: int | None, printed: str) -> None:
    assert change(value) == printed


@pytest.mark.parametrize(("value", "printed"), [(-0.04, "0.0"), (0.04, "0.0"), (-0.06, "−0.1"), (1.25, "1.2")])
def test_what_rounds_to_nothing_has_no_sign(value: float, printed: str) -> None:
    assert tenths(value) == printed


def test_an_interval_stands_where_it_belongs_on_the_bar() -> None:
    line = Line(title="x", score=60.0, band=None, n=6, interval=(50.0, 70.0))

    # A background of 20 % width placed at p % starts at p % of the other 80 %: 62.5 % of 80 is 50.
    assert bar(line) == "--score:60.0%;--from:62.5%;--span:20.0%"


def test_free_text_keeps_its_words_and_loses_what_cannot_be_set() -> None:
    assert plain(" a\0b\tc\x85 \ud800d\r\ne \n\n f ") == "ab c d\ne\nf"
    assert plain("x" * 10, 4) == "xxxx…"


def test_long_tokens_get_places_to_break_and_lose_nothing() -> None:
    address = "https://example.org/policies/peer-work/role_description-2026.pdf?version=12&language=en"
    token = "y" * 1000

    for long in (address, token):
        broken = plain(long)
        assert broken.replace("\u200b", "") == long
        assert max(map(len, broken.split("\u200b"))) <= 30
    assert plain("short words stay as they are") == "short words stay as they are"
