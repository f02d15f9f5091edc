"""How long the full report takes beside Chromium and beside WeasyPrint as it comes: `python -m tests.benchmarks.pdf`.

All three set the same HTML, one after the other in every round, so that a busy machine slows them alike. Every round
has other answers, so that what a worker keeps of a document helps it as far as it helps with the next service's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, TextIO, cast

from assessor import paths
from assessor.answers import Answer, Response, gather
from assessor.bank import DONT_KNOW, NOT_APPLICABLE, Bank, load
from assessor.pdf import Renderer, assessment_html
from assessor.record import Made, written
from assessor.report import Occasion, build

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessor.report import Report

ROUNDS = 7
PLAIN = """
import sys, time, weasyprint
weasyprint.HTML(string="<p>warm", base_url=sys.argv[2]).write_pdf()
for line in sys.stdin:
    start = time.perf_counter()
    weasyprint.HTML(string=open(sys.argv[1]).read(), base_url=sys.argv[2]).write_pdf(
        stylesheets=[sys.argv[3]], pdf_variant="pdf/ua-1")
    print(time.perf_counter() - start, flush=True)
"""


def full_report(bank: Bank, people: Mapping[str, int], seed: int = 1) -> Report:
    """Return the report of some people's answers about all innovations, every question answered, by perspective."""
    chance = Random(seed)
    innovations = tuple(bank.innovation)
    rows = [row.id for row in bank.asked_rows(innovations)]
    who = [perspective for perspective, number in people.items() for _ in range(number)]
    responses = [
        Response(person=str(n), perspective=perspective, answers=_answers(bank, perspective, chance))
        for n, perspective in enumerate(who)
    ]
    occasion = Occasion(
        service="Northside Community Team",
        wave="Before rollout",
        date="2026-03-12",
        perspectives=tuple(bank.perspective[p].name for p in people),
        innovations=tuple(i.name for i in bank.innovations),
    )
    return build(bank, occasion, gather(bank, responses, rows), responses)


def _answers(bank: Bank, perspective: str, chance: Random) -> dict[str, Answer]:
    asked = (item for item in bank.items if perspective in item.perspectives)
    codes = {i.id: [c.code for c in bank.codes[i.id] if c.code not in {DONT_KNOW, NOT_APPLICABLE}] for i in asked}
    return {item: Answer(chance.choice(given), revision=bank.item[item].revision) for item, given in codes.items()}


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


class Plain:
    """WeasyPrint as it comes, warm in a process of its own: system fonts, tags, the garbage collector on."""

    def __init__(self, page: Path, reports: Path) -> None:
        base = f"{reports.as_uri()}/"
        self._process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", PLAIN, str(page), base, str(reports / "print.css")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._input, self._output = cast("TextIO", self._process.stdin), cast("TextIO", self._process.stdout)

    def seconds(self) -> float:
        """Set the page once and return how long it took."""
        self._input.write("\n")
        self._input.flush()
        return float(self._output.readline())

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


def chromium(page: Path, folder: str) -> None:
    """Print the page in a process of its own."""
    options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--user-data-dir={folder}/home",
    ]
    subprocess.run(
        ["chromium", *options, f"--print-to-pdf={folder}/made.pdf", page.as_uri()], check=True, capture_output=True
    )


def measure(name: str, bank: Bank, people: Mapping[str, int], aims: tuple[float, float]) -> None:
    """Measure one kind of document and print the two ratios."""
    reports = paths.content("reports")
    link = f'<head><base href="{reports.as_uri()}/"><link rel="stylesheet" href="print.css">'
    with tempfile.TemporaryDirectory() as folder, Renderer() as renderer:
        page, styled = Path(folder, "page.html"), Path(folder, "styled.html")
        plain = Plain(page, reports)

        def once(seed: int) -> dict[str, float]:
            report = full_report(bank, people, seed)
            html, record = assessment_html(report), written(report, Made(edition="report", imprint="0" * 64))
            page.write_text(html, "utf-8")
            styled.write_text(html.replace("<head>", link), "utf-8")
            return {
                "ours": seconds(lambda: renderer.pdf(html, record)),
                "chromium": seconds(lambda: chromium(styled, folder)),
                "WeasyPrint as it comes": plain.seconds(),
            }

        rounds = [once(seed) for seed in range(ROUNDS + 1)][1:]
        plain.close()
    middle = {way: median(r[way] for r in rounds) for way in rounds[0]}
    print(f"{name}:")
    for way, took in middle.items():
        print(f"  {way}: {took:.2f} s [{min(r[way] for r in rounds):.2f}-{max(r[way] for r in rounds):.2f}]")
    print(f"  ours / chromium, a process per PDF: {middle['ours'] / middle['chromium']:.2f} (aim: at most {aims[0]})")
    print(
        f"  ours / WeasyPrint as it comes: {middle['ours'] / middle['WeasyPrint as it comes']:.2f} "
        f"(aim: at most {aims[1]})"
    )


def main() -> None:
    """Measure the report of one person and that of a survey, about all innovations."""
    bank = load(paths.content("questions"))
    measure("one person", bank, {"staff": 1}, (1, 0.8))
    measure("a survey of three parts", bank, {"staff": 30, "service-user": 12, "peer-worker": 8}, (0.8, 0.7))


if __name__ == "__main__":
    main()
