"""Hard data in every edition: nothing leaves its page, every page says whose it is, and the short editions stay short.

`python -m tests.hard FOLDER` makes pictures of the same reports, to look at.
"""

import html
import io
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PdfReader

from assessor.bank import Bank
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.pdf.letters import letters, printable
from assessor.pdf.pages import Edition
from assessor.report import Trend
from tests import verapdf
from tests.hard import CASES, COMPARED, COURSES, EDITIONS, GOLDEN, golden
from tests.papers import squeezed

MM = 72 / 25.4
LEFT, RIGHT, FOOT = 20 * MM, 190 * MM, 291 * MM  # where the margins of a page are, and its foot ends
LETTER = (195.9 * MM, 274 * MM)  # the last two on US Letter
WORD = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


class Word(NamedTuple):
    """A word with its edges, in points."""

    text: str
    left: float
    top: float
    right: float
    low: float


def words(pdf: bytes, folder: Path) -> list[list[Word]]:
    """Return the words of every page of a PDF."""
    (folder / "a.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", folder / "a.pdf", "-"], check=True, capture_output=True, text=True)
    pages = told.stdout.split("<page ")[1:]
    return [[Word(html.unescape(w), *map(float, edges)) for *edges, w in WORD.findall(page)] for page in pages]


def misplaced(pdf: bytes, folder: Path, right: float = RIGHT, foot: float = FOOT) -> list[tuple[Word, ...]]:
    """Return the words that leave their page, and the pairs of one line that stand on each other."""
    pages = words(pdf, folder)
    outside = [(w,) for page in pages for w in page if w.left < LEFT - 1 or w.right > right + 1 or w.low > foot]
    return [*outside, *(pair for page in pages for pair in pairwise(sorted(page, key=_line)) if _meet(*pair))]


def _line(word: Word) -> tuple[float, float]:
    return round(word.low), word.left


def _meet(one: Word, other: Word) -> bool:
    return round(one.low) == round(other.low) and other.left < one.right - 1


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("case", CASES)
def test_no_word_leaves_its_page_and_every_page_says_whose_it_is(
    bank: Bank, renderer: Renderer, tmp_path: Path, case: str, edition: Edition
) -> None:
    made = CASES[case](bank)
    pdf = renderer.assessment(made, edition)
    pages = PdfReader(io.BytesIO(pdf)).pages

    assert misplaced(pdf, tmp_path) == []
    for page in pages[1:]:
        said = squeezed(page.extract_text())
        assert squeezed(f", {made.occasion.wave}") in said
        if case not in {"arabic", "scripts"}:  # read from right to left, which an extractor may turn
            assert squeezed(made.occasion.service[:30]) in said
    assert len(pages) <= {"report": 90, "board": 4, "easy": 8 if made.plan else 3}[edition]


@pytest.mark.parametrize(
    "case", [*(f"{name} compared" for name in COMPARED), *(f"{name} over time" for name in COURSES)]
)
def test_comparisons_and_trends_keep_to_their_pages_and_are_accessible_and_fit_for_archives(
    bank: Bank, renderer: Renderer, tmp_path: Path, case: str
) -> None:
    name, *_, kind = case.split(" ")
    made = COMPARED[name](bank) if kind == "compared" else COURSES[name](bank)
    pdf = renderer.trend(made) if isinstance(made, Trend) else renderer.comparison(made)
    service = (made.last if isinstance(made, Trend) else made.after).service

    assert misplaced(pdf, tmp_path) == []
    assert verapdf.failures(pdf)[0] == verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []
    for page in PdfReader(io.BytesIO(pdf)).pages[1:]:
        assert name == "arabic" or squeezed(service[:30]) in squeezed(page.extract_text())


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("case", ["all-seven", "long-name", "german", "long-findings"])
def test_on_us_letter_no_word_leaves_its_page_either(
    bank: Bank, renderer: Renderer, tmp_path: Path, case: str, edition: Edition
) -> None:
    pdf = renderer.on("letter").assessment(CASES[case](bank), edition)
    pages = PdfReader(io.BytesIO(pdf)).pages

    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {(612, 792)}
    assert misplaced(pdf, tmp_path, *LETTER) == []
    assert edition != "board" or len(pages) == 4
    assert verapdf.failures(pdf)[0] == verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []


@pytest.mark.parametrize("case", ["arabic", "scripts"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_names_in_any_script_make_valid_files(
    bank: Bank, renderer: Renderer, case: str, edition: Edition, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = renderer.assessment(CASES[case](bank), edition)

    assert ("stand as \ufffd in this PDF" in caplog.text) == (case == "scripts")
    assert verapdf.failures(pdf)[0] == verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []


def test_letters_are_those_that_every_face_of_a_font_has() -> None:
    faces = [
        [set(TTFont(path).getBestCmap()) for path in (content("reports") / "fonts").glob(name)]
        for name in ("IBMPlexSans-*", "IBMPlexSansArabic-*")
    ]

    assert {ord(c) for c in letters()} == {n for face in faces for n in set.intersection(*face)}
    assert printable("漢字 Łódź\u200d e\u0301 \u1ec5\n") == "\ufffd\ufffd Łódź\u200d e\u0301 \u1ec5\n"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_edition_says_what_it_said(garden: Bank, renderer: Renderer, edition: Edition) -> None:
    """Where the new words are meant, `python -m tests.hard` writes them down."""
    assert golden(garden, renderer, edition) == (GOLDEN / f"{edition}.txt").read_text(encoding="utf-8")
