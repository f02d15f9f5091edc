"""The PDF says what the Report holds, everybody can read it, and nothing in it or around it can do harm."""

import http.server
import io
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import Destination, DictionaryObject

from assessor.answers import Answer, Response, gather
from assessor.bank import Bank
from assessor.errors import RenderError
from assessor.paths import content
from assessor.pdf import Renderer, assessment_html, comparison_html
from assessor.pdf.text import bar, change, plain, points
from assessor.report import ComparisonReport, Line, Occasion, Report, build, build_comparison
from tests import verapdf

PEER = ("peer-workers",)
HOSTILE = {
    "long": "word " * 20_000,
    "unbroken": "x" * 100_000,
    "hard spaces": "\u00a0" * 100_000,
    "lines": "a\n" * 50_000,
    "html": "<script>alert(1)</script><img src=file:///etc/passwd></p>&amp;",
    "control": "a\0b\x07c\x1b[31m\u0085",
    "surrogate": "a\ud800b",
    "right to left": "مركز الأمل للصحة النفسية \u202eabc",
    "emoji": "👩‍👩‍👧 team 漢字",
    "zero width": "\u200d" * 5_000,
    "marks": "e" + "\u0301" * 5_000,
}


def chance(bank: Bank, innovations: Sequence[str], seed: int, *, dk: float = 0.1, blank: float = 0.1) -> Response:
    """Return the answers of one manager, by chance; a note and a link at the first question."""
    random, answers = Random(seed), {}
    for item in (i for row in bank.asked_rows(tuple(innovations)) for i in bank.row_items(row.id)):
        codes = [c.code for c in bank.codes[item.id] if c.code not in {"dk", "na"}]
        drawn = random.random()
        answers[item.id] = Answer("dk" if drawn < dk else None if drawn < dk + blank else random.choice(codes))
    first = next(iter(answers))
    answers[first] = replace(answers[first], note="It depends on the shift.", evidence="https://example.org/policy.pdf")
    return Response(person=f"p{seed}", perspective=bank.perspectives[0].id, answers=answers)


def occasion(bank: Bank, innovations: Sequence[str], wave: str = "First") -> Occasion:
    return Occasion(
        service="Northside Team",
        wave=wave,
        date="2026-03-12",
        perspectives=(bank.perspectives[0].name,),
        innovations=tuple(bank.innovation[i].name for i in innovations),
    )


def report(
    bank: Bank, innovations: Sequence[str] = PEER, people: int = 1, *, dk: float = 0.1, blank: float = 0.1
) -> Report:
    responses = [chance(bank, innovations, seed, dk=dk, blank=blank) for seed in range(people)]
    answers = gather(bank, responses, [row.id for row in bank.asked_rows(tuple(innovations))])
    return build(bank, occasion(bank, innovations), answers, responses)


def comparison(bank: Bank) -> ComparisonReport:
    rows = [row.id for row in bank.asked_rows(PEER)]
    early, late = chance(bank, PEER, 1), chance(bank, PEER, 2)
    occasions = (occasion(bank, PEER), occasion(bank, PEER, "Six months on"))
    return build_comparison(bank, occasions, (gather(bank, [early], rows), gather(bank, [late], rows)), [early, late])


def hostile(bank: Bank, text: str) -> Report:
    """Return a report with a text in every place that somebody can type into."""
    made = report(bank)
    items = tuple(replace(item, note=text, evidence=text) for item in made.items[:3])
    return replace(made, occasion=replace(made.occasion, service=text, wave=text), items=(*items, *made.items[3:]))


def text(pdf: bytes) -> str:
    """Return the words of a PDF, single spaces between them, as they are read."""
    return squeezed(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def squeezed(words: str) -> str:
    """Drop what differs by where a line ends."""
    return "".join(words.replace("\u200b", "").split())


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


def child(thing: Any, *names: str) -> Any:
    """Return what stands below some names in a PDF's dictionaries."""
    for name in names:
        thing = thing[name].get_object()
    return thing


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
        parts = f"{points(row.tested.score)}{points(row.observed.score)}{row.line.answered} of {row.line.given}"
        assert squeezed(line + parts) in found
        for facet in row.facets:
            numbers = ", ".join(str(item.number) for item in facet.items)
            assert squeezed(f"{points(facet.line.score)}{facet.facet.name} ({numbers})") in found
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


def test_bookmarks_and_contents_lead_to_every_part(bank: Bank, renderer: Renderer) -> None:
    made = report(bank)
    pdf = renderer.assessment(made)
    found = outline(pdf)

    sections = ["At a glance", "Strengths", "What to talk about first", "Every part in full", "Action plan"]
    sections += ["How this was worked out", "Findings cited", "Every question and its answer"]
    assert [title for depth, title, _ in found if depth == 0] == sections
    below = [p.facet.concern for p in made.points] + [r.row.title for r in made.rows]
    assert [title for depth, title, _ in found if depth == 1 and title in below] == below
    cover = squeezed(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    for _, title, page in found:
        if title in {*sections, *below}:
            assert squeezed(f"{page:02}{title}") in cover


def test_every_point_to_talk_about_fits_on_its_page(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, tuple(bank.innovation), dk=0, blank=0)
    facets = tuple({f.facet.id: f for row in made.rows for f in row.facets}.values())
    pages = {title: page for _, title, page in outline(renderer.assessment(replace(made, points=facets)))}

    first = pages[facets[0].facet.concern]
    assert [pages[f.facet.concern] for f in facets] == list(range(first, first + len(facets)))


def test_a_group_is_shown_with_counts_intervals_and_n(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, people=8)
    found = text(renderer.assessment(made))

    shown = [row.line for row in made.rows if row.line.interval]
    assert shown
    for line in shown:
        low, high = line.interval or (0, 0)
        said = f"{line.band.name if line.band else ''}{', uncertain' if line.uncertain else ''}"
        assert squeezed(f"{points(line.score)}{said}{points(low)} to {points(high)}{line.n}") in found
    assert any(line.uncertain for line in shown)
    for item in made.items:
        counts = " / ".join(f"{count.people} × {count.label}" for count in item.counts if count.people)
        assert squeezed(f"{item.text}→{counts}·" if counts else f"{item.text}→–·") in found


def test_two_to_four_people_are_told_why_nothing_is_shown(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, people=3)
    found = text(renderer.assessment(made))

    assert squeezed("A report on fewer than five people could show what one of them said") in found
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

    assert "What changed" in [title for _, title, _ in outline(pdf)]
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
        assert f"Edition {bank.edition}" in page.extract_text()
        assert number == 1 or "Northside Team, First" in page.extract_text()


def test_title_author_language_and_date_are_in_the_file(bank: Bank, renderer: Renderer) -> None:
    reader = PdfReader(io.BytesIO(renderer.assessment(report(bank))))

    assert reader.metadata
    assert (reader.metadata.title, reader.metadata.author) == (f"Northside Team, First: {bank.title}", bank.title)
    assert str(reader.metadata["/CreationDate"]).startswith("D:20260312")
    assert str(reader.root_object["/Lang"]) == "en"


# Whom it serves


@pytest.mark.parametrize(
    "kind", ["one", "all", "group", "blank", "unknown", "hidden", "hostile", "compared", "foreign"]
)
def test_the_pdf_is_accessible_and_set_without_a_warning(
    bank: Bank, garden: Bank, renderer: Renderer, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level(logging.INFO, "assessor.pdf")
    kinds = {
        "one": lambda: report(bank),
        "all": lambda: report(bank, tuple(bank.innovation), blank=0),
        "group": lambda: report(bank, people=6),
        "blank": lambda: report(bank, blank=1, dk=0),
        "unknown": lambda: report(bank, dk=1),
        "hidden": lambda: report(bank, people=2),
        "hostile": lambda: hostile(bank, HOSTILE["html"] + HOSTILE["control"] + HOSTILE["right to left"]),
        "foreign": lambda: report(garden, tuple(garden.innovation)),
    }
    pdf = renderer.comparison(comparison(bank)) if kind == "compared" else renderer.assessment(kinds[kind]())

    broken, checks = verapdf.failures(pdf)

    assert broken == []
    assert checks > 1000
    assert caplog.messages == []


def test_a_fault_in_the_tags_would_be_found(renderer: Renderer) -> None:
    broken, _ = verapdf.failures(renderer.pdf("<html lang=en><title>t</title><h1>One</h1><h3>Three</h3></html>"))

    assert [rule.partition(":")[0] for rule in broken] == ["7.4.2-1"]


def test_table_heads_have_a_scope_and_running_heads_are_not_read_out(bank: Bank, renderer: Renderer) -> None:
    reader = PdfReader(io.BytesIO(renderer.assessment(report(bank))))
    numbers = range(1, int(str(reader.trailer["/Size"])))
    heads = [e for e in map(reader.get_object, numbers) if isinstance(e, DictionaryObject) and e.get("/S") == "/TH"]
    pages = [contents.get_data() for page in reader.pages if (contents := page.get_contents()) is not None]

    assert {str(child(head, "/A", "/Scope")) for head in heads} == {"/Row", "/Column"}
    assert min(page.count(b"<</Type /Pagination>>") for page in pages) >= 2


def test_only_the_bundled_fonts_are_embedded(bank: Bank, renderer: Renderer) -> None:
    reader = PdfReader(io.BytesIO(renderer.assessment(hostile(bank, HOSTILE["right to left"]))))
    fonts = [font for page in reader.pages for font in child(page, "/Resources", "/Font").values()]
    names = {str(child(font.get_object(), "/BaseFont")) for font in fonts}

    assert len(names) >= 4
    assert [name for name in names if "+Plex" not in name] == []


def test_a_bar_is_as_long_as_its_score_and_shows_where_bands_start(
    bank: Bank, renderer: Renderer, tmp_path: Path
) -> None:
    html = assessment_html(report(bank))
    head = html[: html.index("<body")]
    row = (
        '<tr><td class="bar low" style="--score:40%"></td></tr><tr><td class="bar high" style="--score:90%"></td></tr>'
    )
    (tmp_path / "bar.pdf").write_bytes(renderer.pdf(f"{head}<body><h1>x</h1><table>{row}</table></body></html>"))
    subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", "bar.pdf", "bar"], cwd=tmp_path, check=True)
    image = Image.open(tmp_path / "bar.png").convert("RGB")
    rows = [[image.getpixel((x, y)) for x in range(image.width)] for y in range(image.height)]

    def most(colour: tuple[int, int, int]) -> int:
        return max(sum(pixel == colour for pixel in line) for line in rows)

    width = 170 / 25.4 * 100  # what the page's margins leave
    assert most((0x9B, 0x3D, 0x16)) == pytest.approx(0.4 * width, abs=4)
    assert most((0x0B, 0x5D, 0x5B)) == pytest.approx(0.9 * width, abs=8)
    low = next(line for line in rows if line.count((0x9B, 0x3D, 0x16)) > 100)
    track = [x for x, pixel in enumerate(low) if pixel == (0xEC, 0xEE, 0xE9)]
    gaps = [b for a, b in pairwise(track) if b - a > 1]
    start = low.index((0x9B, 0x3D, 0x16))
    assert [round(100 * (x - start) / width) for x in gaps] == pytest.approx([b.start for b in bank.bands[1:]], abs=1)


# What it withstands


@pytest.mark.parametrize("kind", HOSTILE)
def test_whatever_is_typed_the_pdf_is_made(bank: Bank, renderer: Renderer, kind: str) -> None:
    pdf = renderer.assessment(hostile(bank, HOSTILE[kind]))

    assert len(PdfReader(io.BytesIO(pdf)).pages) < 60
    if kind == "html":
        assert squeezed("<script>alert(1)</script>") in text(pdf)


def test_nothing_is_fetched_and_no_file_is_read(
    renderer: Renderer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site, file = f"http://127.0.0.1:{server.server_port}", (tmp_path / "secret.txt").as_uri()
        pdf = renderer.pdf(
            f"""<html lang=en><title>t</title><link rel=stylesheet href="{site}/a.css">
            <link rel=attachment href="{file}">
            <style>@import "{site}/b.css"; body {{ background: url({site}/c.png) }}
            @font-face {{ font-family: x; src: url({site}/d.woff) }}</style><h1>x</h1>
            <img src="{site}/e.png" alt=e><img src="{file}" alt=f><object data="{site}/g.svg"></object>
            <a rel=attachment href="{file}">h</a></html>"""
        )
        server.shutdown()

    assert asked == []
    assert PdfReader(io.BytesIO(pdf)).attachments == {}
    assert b"secret" not in pdf
    assert any(site in message for message in caplog.messages)


def test_the_same_report_gives_the_same_bytes_in_another_process(
    bank: Bank, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    with Renderer() as other:
        assert other.assessment(report(bank)) == renderer.assessment(report(bank))
        assert other.comparison(comparison(bank)) == renderer.comparison(comparison(bank))


def test_every_report_is_well_formed_so_that_the_quick_parser_reads_it(bank: Bank) -> None:
    made = [report(bank), report(bank, people=3), report(bank, people=12), hostile(bank, HOSTILE["html"])]
    pages = [*map(assessment_html, made), comparison_html(comparison(bank))]

    assert [ET.fromstring(page).tag for page in pages] == ["html"] * 5  # noqa: S314 - our own pages


def test_lines_are_drawn_as_if_they_had_been_laid_out_again(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(assessment_html(report(bank)), "utf-8")
    code = """
        import pathlib, sys
        from assessor.paths import content
        from assessor.pdf.press import Press, keep_lines
        html, press = pathlib.Path("page.html").read_text("utf-8"), Press(content("reports").resolve())
        anew = press.pdf(html)
        keep_lines()
        sys.exit(press.pdf(html) != anew)
    """
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(code)]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True)


def test_several_threads_share_one_worker(renderer: Renderer) -> None:
    pages = [f"<html lang=en><title>t</title><h1>Page {n}</h1></html>" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(renderer.pdf, pages))

    # The two ones are the page number and the number of pages.
    assert [text(pdf) for pdf in made] == [f"Page{n}11" for n in range(12)]


def test_a_worker_that_hangs_is_stopped_and_replaced() -> None:
    with Renderer(seconds=1) as renderer:
        renderer.warm()
        start = time.monotonic()
        with pytest.raises(RenderError, match="given up after 1 second"):
            renderer.pdf(f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}")
        assert time.monotonic() - start < 10
        assert renderer.pdf("<p>again").startswith(b"%PDF")


@pytest.mark.parametrize("busy", [True, False])
def test_a_worker_that_crashes_is_replaced(*, busy: bool) -> None:
    with Renderer() as renderer:
        renderer.warm()
        assert renderer._worker
        kill = threading.Timer(0.3 if busy else 0, renderer._worker._process.send_signal, [signal.SIGSEGV])
        kill.start()
        if busy:
            with pytest.raises(RenderError, match="ended with code -11"):
                renderer.pdf(f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}")
        else:
            kill.join()
            renderer._worker._process.wait()
        assert renderer.pdf("<p>again").startswith(b"%PDF")


def test_a_worker_is_replaced_after_its_share() -> None:
    with Renderer(renders=2) as renderer:
        renderer.pdf("<p>one")
        first = renderer._worker
        renderer.pdf("<p>two")
        assert first
        assert not first.alive
        renderer.pdf("<p>three")
        assert renderer._worker is not first


@pytest.mark.parametrize(
    "file", ["fonts/IBMPlexSans-Bold.woff", "assessment/report.html", "_figures.html", "print.css"]
)
def test_a_missing_file_is_named(bank: Bank, tmp_path: Path, file: str) -> None:
    folder = shutil.copytree(content("reports"), tmp_path / "reports")
    (folder / file).unlink()

    with Renderer(folder) as renderer, pytest.raises(RenderError, match=Path(file).name):
        renderer.assessment(report(bank))


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Renderer(seconds=1) as renderer:
        renderer.pdf("<p>one")
        assert list(tmp_path.iterdir())
        assert renderer._worker
        os.kill(renderer._worker._process.pid, signal.SIGKILL)
        renderer._worker._process.wait()
        renderer.pdf("<p>two")

    assert list(tmp_path.iterdir()) == []


def test_a_worker_ends_and_tidies_up_when_its_parent_is_killed(tmp_path: Path) -> None:
    make = "from assessor.pdf import Renderer; Renderer().pdf('<p>x')"
    code = f"import os, signal; {make}; os.kill(os.getpid(), signal.SIGKILL)"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)

    patience = time.monotonic() + 20
    while list(tmp_path.iterdir()) and time.monotonic() < patience:
        time.sleep(0.1)
    assert list(tmp_path.iterdir()) == []


def test_importing_the_module_does_not_import_weasyprint() -> None:
    code = "import sys, assessor.pdf; sys.exit('weasyprint' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# How it prints figures and free text


@pytest.mark.parametrize(
    ("value", "printed"), [(None, "–"), (0.4, "0"), (62.5, "63"), (12.5, "13"), (99.5, "100"), (66.66, "67")]
)
def test_points_are_whole_and_halves_go_up(value: float | None, printed: str) -> None:
    assert points(value) == printed


@pytest.mark.parametrize(("value", "printed"), [(None, "–"), (13, "+13"), (-13, "−13"), (0, "±0")])
def test_a_change_has_its_sign(value: int | None, printed: str) -> None:
    assert change(value) == printed


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
