"""How long the full report takes beside Chromium and beside WeasyPrint as it comes: `python -m tests.benchmarks.pdf`.

All three set the same HTML, one after the other in every round, so that a busy machine slows them alike.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from assessor import paths
from assessor.answers import Answer, Response, gather
from assessor.bank import DONT_KNOW, NOT_APPLICABLE, Bank, load
from assessor.pdf import Renderer, assessment_html
from assessor.report import Occasion, build

if TYPE_CHECKING:
    from collections.abc import Callable

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


def full_report(bank: Bank) -> str:
    """Return the HTML of one person's answers about all innovations, every question answered."""
    chance = Random(1)
    innovations = tuple(bank.innovation)
    rows = [row.id for row in bank.asked_rows(innovations)]
    answers = {
        item.id: Answer(
            chance.choice([c.code for c in bank.codes[item.id] if c.code not in {DONT_KNOW, NOT_APPLICABLE}])
        )
        for row in rows
        for item in bank.row_items(row)
    }
    response = Response(person="1", perspective=bank.perspectives[0].id, answers=answers)
    occasion = Occasion(
        service="Northside Community Team",
        wave="Before rollout",
        date="2026-03-12",
        perspectives=(bank.perspectives[0].name,),
        innovations=tuple(i.name for i in bank.innovations),
    )
    return assessment_html(build(bank, occasion, gather(bank, [response], rows), [response]))


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def main() -> None:
    """Measure and print the two ratios."""
    reports = paths.content("reports")
    html = full_report(load(paths.content("questions")))
    with tempfile.TemporaryDirectory() as folder, Renderer() as renderer:
        page, made = Path(folder, "report.html"), Path(folder, "report.pdf")
        style = f'<base href="{reports.as_uri()}/"><link rel="stylesheet" href="print.css">'
        page.write_text(html.replace("<head>", f"<head>{style}"), "utf-8")
        bare = Path(folder, "bare.html")
        bare.write_text(html, "utf-8")
        chromium = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
        chromium += ["--no-pdf-header-footer", f"--print-to-pdf={made}", page.as_uri()]
        plain = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-c",
                PLAIN,
                str(bare),
                f"{reports.as_uri()}/",
                str(reports / "print.css"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert plain.stdin
        assert plain.stdout

        def stock() -> float:
            plain.stdin.write("\n")
            plain.stdin.flush()
            return float(plain.stdout.readline())

        renderer.pdf(html)
        stock()
        ours, theirs, browser = [], [], []
        for _ in range(ROUNDS):
            ours.append(seconds(lambda: renderer.pdf(html)))
            theirs.append(stock())
            browser.append(seconds(lambda: subprocess.run(chromium, check=True, capture_output=True)))
        plain.communicate()
    print(f"ours {median(ours):.2f} s [{min(ours):.2f}-{max(ours):.2f}]")
    print(f"chromium, a process per PDF {median(browser):.2f} s [{min(browser):.2f}-{max(browser):.2f}]")
    print(f"WeasyPrint as it comes {median(theirs):.2f} s [{min(theirs):.2f}-{max(theirs):.2f}]")
    print(f"ours / chromium {median(ours) / median(browser):.2f} (at most 1)")
    print(f"ours / WeasyPrint as it comes {median(ours) / median(theirs):.2f} (at most 0.8)")


if __name__ == "__main__":
    main()
