"""Reports that are hard to lay out, and every page of them as a picture: `python -m tests.hard FOLDER`.

Look at all of them after a change of the designs; `tests/test_hard.py` holds what a machine can see. Without a folder
it writes the golden texts of the short editions anew.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from PIL import Image
from pypdf import PdfReader

from assessor.answers import Answer, Response, gather
from assessor.bank import load
from assessor.disclosure import SMALLEST
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.report import Occasion, build
from tests.papers import PEER, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assessor.bank import Bank
    from assessor.pdf.pages import Edition
    from assessor.report import Report

EDITIONS: tuple[Edition, ...] = ("report", "board", "easy")
LONG = (
    "Community Mental Health and Recovery Outreach Service of the Northern Valleys, "
    "Team for Young Adults and Families (Site)"
)
GERMAN = "Sozialpsychiatrischer Krisendienst: Wiedereingliederungsunterstützungsmaßnahmen, Rehabilitationspsychologie"
ARABIC = "مركز الأمل للصحة النفسية والتعافي – فريق المجتمع"
WORDY = "People who plan a service and people who use it mean other things by recovery, and it shows in small ways. "
GOLDEN = Path(__file__).parent / "golden"
DONT_KNOW = 0.08
MIXED = {"staff": 9, "peer-worker": 6, "service-user": 12}


def survey(
    bank: Bank,
    people: Mapping[str, int],
    innovations: Sequence[str] = PEER,
    *,
    service: str = "Northside Team",
    alike: bool = False,
    comments: Sequence[str] = (),
) -> Report:
    """Return the report of a survey whose people answer by chance, or all as is in line."""
    random = Random(20261126)
    responses = [
        _response(bank, f"{who} {n}", who, innovations, random, alike=alike)
        for who, size in people.items()
        for n in range(size)
    ]
    answers = gather(bank, responses, [row.id for row in bank.asked_rows(tuple(innovations))])
    occasion = Occasion(
        service=service,
        wave="Spring 2026",
        date="2026-03-12",
        perspectives=tuple(bank.perspective[who].name for who in people),
        innovations=tuple(bank.innovation[i].name for i in innovations),
        edition=bank.edition,
    )
    invited = {who: size + 3 for who, size in people.items()}
    return build(bank, occasion, answers, responses, smallest=SMALLEST, invited=invited, comments=comments)


def _response(
    bank: Bank, person: str, who: str, innovations: Sequence[str], random: Random, *, alike: bool
) -> Response:
    given = {}
    for row in bank.asked_rows(tuple(innovations)):
        for item in bank.page_items(row.id, who):
            codes = [c for c in bank.codes[item.id] if c.code not in {"dk", "na"}]
            best = max(codes, key=lambda c: c.alignment or 0)
            code = best if alike else random.choice(codes)
            given[item.id] = Answer("dk" if not alike and random.random() < 0.08 else code.code, revision=item.revision)
    return Response(person=person, perspective=who, answers=given)


def wordy(bank: Bank) -> Bank:
    """Return the bank with findings of 600 characters."""
    findings = tuple(f.model_copy(update={"summary": (WORDY * 6)[:600].strip()}) for f in bank.findings)
    return replace(bank, findings=findings)


def remarks(number: int) -> list[str]:
    """Return comments of all lengths, one of them longer than a page, some in other scripts."""
    random = Random(5)
    texts = [f"{n}. " + " ".join(random.choices(WORDY.split(), k=random.randint(1, 60))) for n in range(number)]
    return [*texts[:-3], "x" * 600, ARABIC, "\n".join(["A line."] * 90)]


CASES: Mapping[str, Callable[[Bank], Report]] = {
    "one-person-one-innovation": lambda bank: report(bank, ("training",)),
    "one-perspective": lambda bank: survey(bank, {"staff": 12}),
    "everything-suppressed": lambda bank: survey(bank, {"staff": 2, "service-user": 2}),
    "all-seven": lambda bank: survey(bank, MIXED, tuple(bank.innovation)),
    "all-the-same": lambda bank: survey(bank, MIXED, alike=True),
    "2000-comments": lambda bank: survey(bank, MIXED, comments=remarks(2000)),
    "long-name": lambda bank: survey(bank, MIXED, service=LONG),
    "german": lambda bank: survey(bank, {"staff": 12}, service=GERMAN),
    "arabic": lambda bank: survey(bank, {"staff": 12}, service=ARABIC),
    "scripts": lambda bank: survey(bank, {"staff": 12}, service="漢字 ไทย שלום Łódź Ελλάδα Команда ễ 👩‍👩‍👧"),
    "long-findings": lambda bank: survey(wordy(bank), MIXED),
}


def sheets(pdf: bytes, name: str, folder: Path, per: int = 12) -> Iterator[Path]:
    """Yield contact sheets of the first pages of a PDF, as PNG files in a folder."""
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "a.pdf").write_bytes(pdf)
        subprocess.run(["pdftoppm", "-png", "-r", "55", f"{work}/a.pdf", f"{work}/p"], check=True)
        pages = sorted(Path(work).glob("p-*.png"))
        for n in range(0, len(pages), per):
            yield _sheet(pages[n : n + per], folder / f"{name}-{n // per + 1:02}.png")


def _sheet(pages: Sequence[Path], path: Path, across: int = 4) -> Path:
    pictures = [Image.open(page) for page in pages]
    width, height = max(p.width for p in pictures) + 8, max(p.height for p in pictures) + 8
    sheet = Image.new("RGB", (width * across, height * -(-len(pictures) // across)), "grey")
    for n, picture in enumerate(pictures):
        sheet.paste(picture, (n % across * width + 4, n // across * height + 4))
    sheet.save(path)
    return path


def golden(bank: Bank, renderer: Renderer, edition: Edition) -> str:
    """Return the words of a short edition of a small survey, page by page and line by line as they are read."""
    pages = PdfReader(io.BytesIO(renderer.assessment(survey(bank, {"gardener": 12}, ("beds",)), edition))).pages
    words = (f"--- page {n}\n{page.extract_text()}" for n, page in enumerate(pages, 1))
    return "\n".join(line.strip() for page in words for line in page.splitlines()) + "\n"


def main(folder: Path | None) -> None:
    """Put contact sheets of every hard report in every edition into a folder; without one, write the golden texts."""
    bank, garden = load(content("questions")), load(Path(__file__).parent / "banks" / "garden")
    with Renderer() as renderer:
        if folder is None:
            for edition in EDITIONS[1:]:
                (GOLDEN / f"{edition}.txt").write_text(golden(garden, renderer, edition), encoding="utf-8")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in CASES.items():
            for edition in EDITIONS:
                pdf = renderer.assessment(make(bank), edition)
                print(*sheets(pdf, f"{name}-{edition}", folder), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
