"""Hard data in every edition: nothing leaves its page, every page says whose it is, and the short editions stay short.

`python -m tests.hard FOLDER` makes pictures of the same reports, to look at.
"""

import html
import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from pypdf import PdfReader

from assessor.bank import Bank
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.pdf.letters import letters, printable
from assessor.pdf.pages import Edition
from tests import verapdf
from tests.hard import CASES, EDITIONS, GOLDEN, golden
from tests.papers import squeezed

MM = 72 / 25.4
LEFT, RIGHT, FOOT = 20 * MM, 190 * MM, 291 * MM  # where the margins of a page are, and its foot ends
WORD = re.compile(r'<word xMin="(.*?)" yMin=".*?" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')


def words(pdf: bytes, folder: Path) -> Iterator[tuple[str, float, float, float]]:
    """Yield every word of a PDF with its left, its right and its lower edge in points."""
    (folder / "a.pdf").write_bytes(pdf)
    told = subprocess.run(["pdftotext", "-bbox", folder / "a.pdf", "-"], check=True, capture_output=True, text=True)
    for left, right, low, word in WORD.findall(told.stdout):
        yield html.unescape(word), float(left), float(right), float(low)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("case", CASES)
def test_no_word_leaves_its_page_and_every_page_says_whose_it_is(
    bank: Bank, renderer: Renderer, tmp_path: Path, case: str, edition: Edition
) -> None:
    made = CASES[case](bank)
    pdf = renderer.assessment(made, edition)
    pages = PdfReader(io.BytesIO(pdf)).pages
    outside = [w for w in words(pdf, tmp_path) if w[1] < LEFT - 1 or w[2] > RIGHT + 1 or w[3] > FOOT]

    assert outside == []
    for page in pages[1:]:
        said = squeezed(page.extract_text())
        assert squeezed(f", {made.occasion.wave}") in said
        if case not in {"arabic", "scripts"}:  # read from right to left, which an extractor may turn
            assert squeezed(made.occasion.service[:30]) in said
    assert len(pages) <= {"report": 90, "board": 4, "easy": 3}[edition]


@pytest.mark.parametrize("case", ["arabic", "scripts"])
@pytest.mark.parametrize("edition", EDITIONS)
def test_names_in_any_script_make_valid_files(bank: Bank, renderer: Renderer, case: str, edition: Edition) -> None:
    pdf = renderer.assessment(CASES[case](bank), edition)

    assert verapdf.failures(pdf)[0] == verapdf.failures(pdf, verapdf.ARCHIVE)[0] == []


def test_letters_are_those_that_every_face_of_a_font_has() -> None:
    faces = [
        [set(TTFont(path).getBestCmap()) for path in (content("reports") / "fonts").glob(name)]
        for name in ("IBMPlexSans-*", "IBMPlexSansArabic-*")
    ]

    assert {ord(c) for c in letters()} == {n for face in faces for n in set.intersection(*face)}
    assert printable("漢字 Łódź\u200d e\u0301 \u1ec5\n") == "\ufffd\ufffd Łódź\u200d e\u0301 \u1ec5\n"


@pytest.mark.parametrize("edition", EDITIONS[1:])
def test_the_short_editions_say_what_they_said(garden: Bank, renderer: Renderer, edition: Edition) -> None:
    """Where the new words are meant, `python -m tests.hard` writes them down."""
    assert golden(garden, renderer, edition) == (GOLDEN / f"{edition}.txt").read_text(encoding="utf-8")
