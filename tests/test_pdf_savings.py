"""What is saved in setting a PDF changes nothing of it."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

from assessor.bank import Bank
from assessor.pdf import DESIGNS, Renderer, assessment_html, comparison_html
from tests.papers import HOSTILE, comparison, hostile, report

SETTING = """
    import pathlib, sys
    from assessor.paths import content
    from assessor.pdf import press, savings, standing
    from weasyprint import draw
    html, setter = pathlib.Path("page.html").read_text("utf-8"), press.Press(content("reports").resolve())
"""
BYTES = """
    draw.draw_background_image = savings.paint
    press.Done = lambda thing: thing
    anew = setter.pdf(html, b"{}")
    press.Done = savings.Done
    savings.EFFORT = 9
    savings.save()
    assert [setter.pdf(html, b"{}") == anew for _ in range(2)] == [True, True]
    assert len(standing._lines) > 50
"""
LOOKS = """
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis
    white-space: nowrap; overflow: hidden
    font-weight: 700
    font-size: 30pt
    font-style: italic
    font-family: 'Plex Arabic'
    font-stretch: condensed
    font-kerning: none
    font-variant-ligatures: none
    font-variant-position: super
    font-variant-caps: small-caps
    font-variant-numeric: tabular-nums
    font-feature-settings: 'zero'
    letter-spacing: 3pt
    word-spacing: 9pt
    white-space: nowrap
    white-space: pre
    direction: rtl
    text-decoration: underline
    hyphens: auto
    hyphens: auto; hyphenate-limit-chars: 3 1 1
    hyphens: auto; hyphenate-character: '+'
    overflow-wrap: anywhere
    hyphens: auto; hyphenate-limit-zone: 2cm
    word-break: break-all
    white-space: pre; tab-size: 20
    font-variant-alternates: historical-forms
    font-variant-east-asian: ruby
    font-language-override: 'TRK'
    font-variation-settings: 'wght' 300
""".splitlines()
PAIRS = (  # each with words and a width in which it is seen beside the first of its words
    *(("en", "3cm", look, "Office fi 1001\tinternationalisation of misunderstandings") for look in LOOKS),
    *((lang, "1cm", "hyphens: auto", "Rechtschreibung internationalisation") for lang in ("en", "de")),
    *(("en", "1cm", f"hyphens: auto; hyphenate-limit-chars: {n}", "internationalisation") for n in ("5 2 2", "30 2 2")),
    *(("en", "1cm", look, "x" * 40) for look in ("", "overflow-wrap: anywhere", "word-break: break-all")),
    *(("en", "3cm", f"font-variant-numeric: {n}", "1001 1/2 0") for n in ("slashed-zero", "diagonal-fractions")),
    *(("en", "3cm", look, "a b") for look in ("letter-spacing: .1ch", "word-spacing: 1ex", "font-size: 2ex")),
)
UNSEEN = {  # what the bundled faces do not show, or what meets no other line of the same width
    *("direction", "font_stretch", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian"),
    *("font_language_override",),
}
MISSED = f"""
    from operator import itemgetter
    anew, looks = setter.pdf(html), standing.LOOK.__reduce__()[1]
    savings.keep_lines()
    standing.keep()
    missed = set()
    for left_out in (None, *looks):
        standing.LOOK = itemgetter(*(look for look in looks if look != left_out))
        for kept in (standing._lines, standing._looks, setter._fonts.strut_layouts):
            kept.clear()
        if setter.pdf(html) == anew:
            missed.add(left_out)
    assert missed == {{None, *{sorted(UNSEEN)}}}, missed
"""
PICTURES = """
    pathlib.Path("before.pdf").write_bytes(setter.pdf(html))
    savings.save()
    pathlib.Path("after.pdf").write_bytes(setter.pdf(html))
"""


def in_its_own_process(folder: Path, html: str, code: str) -> None:
    """Run code over a page; both PDFs are of the same day."""
    (folder / "page.html").write_text(html, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd()), "SOURCE_DATE_EPOCH": "0"}
    command = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(SETTING) + textwrap.dedent(code)]
    subprocess.run(command, cwd=folder, env=environment, check=True)


def pages(folder: Path, name: str) -> list[Image.Image]:
    subprocess.run(["pdftoppm", "-r", "150", "-png", f"{name}.pdf", name], cwd=folder, check=True)
    return [Image.open(path).convert("L") for path in sorted(folder.glob(f"{name}-*.png"))]


def differs(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether anything three points wide differs; edges may lie between two points either way."""
    spots = ImageChops.difference(one, other).point(lambda value: 255 * (value > 20))
    return spots.filter(ImageFilter.MinFilter(3)).getbbox() is not None


def test_no_byte_changes_but_for_bars_and_the_effort_of_compression(bank: Bank, tmp_path: Path) -> None:
    in_its_own_process(tmp_path, assessment_html(report(bank, people=12)), BYTES)


def test_the_same_words_in_another_look_are_another_line(bank: Bank, tmp_path: Path) -> None:
    head, _, _ = assessment_html(report(bank)).partition("<body")
    lines = (f'<p lang="{lang}" style="width: {width}; {look}">{words}</p>' for lang, width, look, words in PAIRS)
    html = f"{head}<body>{''.join(lines)}</body></html>"

    in_its_own_process(tmp_path, html, BYTES)
    in_its_own_process(tmp_path, html, MISSED)


def test_bars_that_are_drawn_as_rectangles_look_the_same(bank: Bank, tmp_path: Path) -> None:
    in_its_own_process(tmp_path, assessment_html(report(bank, people=12)), PICTURES)

    before, after = pages(tmp_path, "before"), pages(tmp_path, "after")
    assert len(before) == len(after) > 5
    assert not any(differs(*pair) for pair in zip(before, after, strict=True))
    assert differs(before[1], before[2])
    assert (tmp_path / "after.pdf").stat().st_size < 0.7 * (tmp_path / "before.pdf").stat().st_size


def test_a_worker_gives_the_same_bytes_whatever_it_has_set_before(bank: Bank) -> None:
    papers = [report(bank), report(bank, people=12), *(hostile(bank, text) for text in HOSTILE.values())]
    made = [assessment_html(paper, edition=edition) for paper in papers for edition in DESIGNS]
    made.append(comparison_html(comparison(bank)))

    with Renderer() as one, Renderer() as other:
        forwards = [one.pdf(page) for page in made]
        backwards = [other.pdf(page) for page in reversed(made)]

    assert forwards == backwards[::-1]
