"""Everybody can read the PDF: its tags, fonts and bars are sound."""

import io
import logging
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from assessor.bank import Bank
from assessor.pdf import Edition, Renderer, assessment_html
from assessor.plan import STATES, Intent, Plan, PlannedAction, Version
from assessor.report.planned import planned
from tests import verapdf
from tests.papers import HOSTILE, comparison, hostile, report

ACTIONS = tuple(
    PlannedAction(
        id=str(n),
        row="K3",
        facet=None,
        suggestion=None,
        wave="May",
        asked="1",
        versions=(Version(1, Intent("Ask the peers", "Manager", "2027-03-31", "They say so", state), "2026-11-23"),),
    )
    for n, state in enumerate(STATES)
)
PLAN = Plan(at="2", actions=ACTIONS, targets={"K3": 70, "C1": 0, "core-knowledge": 100})


def child(thing: Any, *names: str) -> Any:
    """Return what stands below some names in a PDF's dictionaries."""
    for name in names:
        thing = thing[name].get_object()
    return thing


@pytest.mark.parametrize(
    "kind", ["one", "all", "group", "blank", "unknown", "hidden", "hostile", "compared", "foreign", "planned"]
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
        "planned": lambda: planned(report(bank, people=6), PLAN),
    }
    pdf = renderer.comparison(comparison(bank)) if kind == "compared" else renderer.assessment(kinds[kind]())

    broken, checks = verapdf.failures(pdf)

    assert broken == []
    assert checks > 1000
    assert verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []
    assert caplog.messages == []


@pytest.mark.parametrize("edition", ["board", "easy"])
@pytest.mark.parametrize("people", [1, 2, 6])
def test_the_other_editions_are_accessible_too(
    bank: Bank, renderer: Renderer, caplog: pytest.LogCaptureFixture, edition: Edition, people: int
) -> None:
    caplog.set_level(logging.INFO, "assessor.pdf")
    pdf = renderer.assessment(report(bank, people=people), edition)

    assert verapdf.failures(pdf)[0] == verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []
    assert caplog.messages == []
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 4


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
