"""Reports that are hard to lay out, and every page of them as a picture: `python -m tests.hard FOLDER`.

Look at all of them after a change of the designs; `tests/test_hard.py` holds what a machine can see. Without a folder
it writes the golden texts of all editions anew.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from PIL import Image
from pypdf import PdfReader

from assessor.answers import Answer, Response, gather
from assessor.bank import load
from assessor.difference import Overlap
from assessor.disclosure import SMALLEST
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.plan import Intent, Plan, PlannedAction, Version
from assessor.report import Occasion, build, build_trend, compare_bases, lay_out
from tests.papers import PEER, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assessor.bank import Bank
    from assessor.pdf.pages import Edition
    from assessor.report import Basis, ComparisonReport, Report, Trend

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
    seed: int = 20261126,
) -> Report:
    """Return the report of a survey whose people answer by chance, or all as is in line."""
    random = Random(seed)
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
    "german": lambda bank: settled(bank, survey(bank, {"staff": 12}, service=GERMAN), GERMAN),
    "arabic": lambda bank: settled(bank, survey(bank, {"staff": 12}, service=ARABIC), ARABIC),
    "scripts": lambda bank: survey(bank, {"staff": 12}, service="漢字 ไทย שלום Łódź Ελλάδα Команда ễ 👩‍👩‍👧"),
    "long-findings": lambda bank: survey(wordy(bank), MIXED),
}


def waves(made: Callable[[int], Report], count: int, name: str = "Wave") -> list[Basis]:
    """Return what is published at several times, half a year apart; `made` gets the number of the time."""
    told = (made(number).basis for number in range(1, count + 1))
    dates = (f"{2016 + n // 2}-{5 + 6 * (n % 2):02}-12" for n in range(count))
    return [
        replace(basis, occasion=replace(basis.occasion, wave=f"{name} {n}", date=date))
        for n, (basis, date) in enumerate(zip(told, dates, strict=True), start=1)
    ]


def compared(bank: Bank, told: Sequence[Basis], linked: int = 0) -> ComparisonReport:
    """Return the comparison of the first time with the last, in which some people are known to have answered both."""
    found = compare_bases(bank, told[0], told[-1], lambda rows, _: dict.fromkeys(rows, Overlap(linked or 5, 0.6)))
    return replace(found, linked=linked) if linked else compare_bases(bank, told[0], told[-1])


def course(bank: Bank, told: Sequence[Basis]) -> Trend:
    """Return a service over time."""
    steps = [compared(bank, pair) for pair in pairwise(told)]
    return build_trend(told[-1].mode, [lay_out(bank, one) for one in told], steps, compared(bank, told))


def reworded(told: Basis, every: int) -> Basis:
    """Return what was published when all questions but every so many-th were still worded in another way."""
    older = {item: 99 for n, item in enumerate(told.items) if n % every}
    return replace(told, revisions={**told.revisions, **older})


def promised(told: Sequence[Basis], words: str) -> list[Basis]:
    """Return times with a plan, whose words are as many as the page takes."""
    long, role = f"{words} " * 24, " ".join(reversed(words.split()))
    states = ("planned", "under way", "done", "dropped")
    actions = tuple(
        PlannedAction(
            id=f"{n}",
            row=row,
            facet=None,
            suggestion=None,
            wave=told[0].occasion.wave,
            asked="1",
            versions=(Version(1, Intent(long[:1200], role[:120], "2027-03-31", long[:600], state), "2026-05-18"),),
        )
        for n, (row, state) in enumerate(zip(told[0].rows * 2, states, strict=False))
    )
    return [replace(basis, plan=Plan(at=f"{n}", actions=actions, targets={})) for n, basis in enumerate(told, start=1)]


def settled(bank: Bank, made: Report, words: str) -> Report:
    """Return a report with a plan."""
    return lay_out(bank, promised([made.basis], words)[0])


def mixed(bank: Bank, count: int, people: Mapping[str, int] = MIXED, name: str = "Wave", **more: Any) -> list[Basis]:
    """Return several times at which people answered by chance."""
    return waves(lambda n: survey(bank, people, seed=n, **more), count, name)


COMPARED: Mapping[str, Callable[[Bank], ComparisonReport]] = {
    "one-person": lambda bank: compared(bank, waves(lambda n: report(bank, PEER, dk=0.2 * n), 2)),
    "one-perspective": lambda bank: compared(bank, mixed(bank, 2, {"staff": 12}), linked=7),
    "everything-suppressed": lambda bank: compared(bank, mixed(bank, 2, {"staff": 2, "service-user": 2})),
    "all-seven": lambda bank: compared(bank, mixed(bank, 2, innovations=tuple(bank.innovation)), linked=12),
    "all-the-same": lambda bank: compared(bank, mixed(bank, 2, alike=True)),
    "long-names": lambda bank: compared(bank, promised(mixed(bank, 2, name=LONG[:115], service=LONG), WORDY)),
    "german": lambda bank: compared(bank, promised(mixed(bank, 2, name=GERMAN, service=GERMAN), GERMAN)),
    "arabic": lambda bank: compared(bank, promised(mixed(bank, 2, name=ARABIC, service=ARABIC), ARABIC)),
    "hardly-comparable": lambda bank: compared(bank, [reworded(b, 4) for b in mixed(bank, 1)] + mixed(bank, 2)),
}
COURSES: Mapping[str, Callable[[Bank], Trend]] = {
    "one-person": lambda bank: course(bank, waves(lambda n: report(bank, PEER, dk=0.05 * n), 12)),
    "one-perspective": lambda bank: course(bank, mixed(bank, 3, {"staff": 12})),
    "twelve-waves": lambda bank: course(bank, mixed(bank, 12, innovations=tuple(bank.innovation))),
    "all-the-same": lambda bank: course(bank, mixed(bank, 4, alike=True)),
    "long-names": lambda bank: course(bank, mixed(bank, 12, name=LONG[:115], service=LONG)),
    "german": lambda bank: course(bank, mixed(bank, 5, name=GERMAN, service=GERMAN)),
    "arabic": lambda bank: course(bank, mixed(bank, 5, name=ARABIC, service=ARABIC)),
    "hardly-comparable": lambda bank: course(bank, [reworded(b, 4) for b in mixed(bank, 2)] + mixed(bank, 4)[2:]),
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
    """Return the words of the report of a small survey, page by page and line by line as they are read."""
    pages = PdfReader(io.BytesIO(renderer.assessment(survey(bank, {"gardener": 12}, ("beds",)), edition))).pages
    words = (f"--- page {n}\n{page.extract_text()}" for n, page in enumerate(pages, 1))
    return "\n".join(line.strip() for page in words for line in page.splitlines()) + "\n"


def main(folder: Path | None) -> None:
    """Put contact sheets of every hard report in every edition into a folder; without one, write the golden texts."""
    bank, garden = load(content("questions")), load(Path(__file__).parent / "banks" / "garden")
    with Renderer() as renderer:
        if folder is None:
            for edition in EDITIONS:
                (GOLDEN / f"{edition}.txt").write_text(golden(garden, renderer, edition), encoding="utf-8")
            return
        folder.mkdir(parents=True, exist_ok=True)
        for name, make in CASES.items():
            for edition in EDITIONS:
                print(*sheets(renderer.assessment(make(bank), edition), f"{name}-{edition}", folder), sep="\n")
        for name, compare in COMPARED.items():
            print(*sheets(renderer.comparison(compare(bank)), f"{name}-comparison", folder), sep="\n")
        for name, follow in COURSES.items():
            print(*sheets(renderer.trend(follow(bank)), f"{name}-trend", folder), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else None)
