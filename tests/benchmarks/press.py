"""How reports of surveys are made and sent: `python -m tests.benchmarks.press` (some minutes; `--quick` for fewer).

Reports a minute from one worker and from two; memory over 300 reports; how long the server takes for a report that is
kept; and what 50,000 responses cost beside 50. Machines differ and are busy, so ratios say more than seconds.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from assessor.answers import Answer
from assessor.bank import Bank, load
from assessor.paths import content
from assessor.pdf import Renderer, assessment_html
from assessor.report import Occasion, Report, build
from assessor.store import Store
from assessor.web import build_app
from tests.benchmarks.pdf import full_report
from tests.benchmarks.results import answers
from tests.visitor import Visitor

QUICK = "--quick" in sys.argv
REPORTS, MANY, SENT, RUNS = (8, 40, 100, 3) if QUICK else (40, 300, 500, 7)
SIZES = (50, 50_000)
NOW = "2026-11-25T09:00:00+00:00"


def throughput(html: str) -> None:
    """Print how many full reports a minute one and two workers make, and how much of a processor each takes."""
    for workers in (1, 2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with Renderer(workers=workers) as renderer, ThreadPoolExecutor(workers) as pool:
            list(pool.map(renderer.pdf, [html] * 2 * workers))
            start = perf_counter()
            list(pool.map(renderer.pdf, [html] * REPORTS))
            speed = 60 * REPORTS / (perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        each = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / (REPORTS + 2 * workers)
        print(f"{workers} at work: {speed:.0f} full reports a minute (load: {os.getloadavg()[0]:.1f}); each takes")
        print(f"    {each:.2f} s of a processor, which is {60 * workers / each:.0f} a minute where {workers} are free")


def memory(html: str) -> None:
    """Print how a worker that is never replaced grows."""
    with Renderer(renders=MANY + 1, megabytes=10_000) as renderer:
        seen = []
        for _ in range(MANY):
            renderer.pdf(html)
            worker = renderer._free.queue[-1]
            seen.append(worker.megabytes if worker else 0)
    tenth = max(1, MANY // 10)
    early, late = median(seen[tenth : 2 * tenth]), median(seen[-tenth:])
    print(f"a worker: {early:.0f} MB after {tenth} reports, {late:.0f} MB after {MANY}: {late / early:.2f} times")


def sending(bank: Bank) -> None:
    """Print how long the server takes for the download of a report that is kept."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "a.db") as store, Renderer() as renderer:
        ident = stored(store, bank)
        visitor = Visitor(build_app(bank, store, renderer))
        size = len(visitor.download(f"/results/{ident}/report.pdf").data)
        times, start = [], process_time()
        for _ in range(SENT):
            begun = perf_counter()
            visitor.client.get(f"/results/{ident}/report.pdf").close()
            times.append(1000 * (perf_counter() - begun))
        used = 1000 * (process_time() - start) / SENT
    worst = sorted(times)[int(0.99 * SENT)]
    print(
        f"a kept report of {size // 1000} kB: {median(times):.1f} ms, 99 of 100 within {worst:.1f}; CPU {used:.1f} ms"
    )


def stored(store: Store, bank: Bank) -> str:
    """Return an assessment in which everything was answered."""
    innovations = [i.id for i in bank.innovations]
    who = bank.perspectives[0].id
    begun = store.start(service="S", wave="W", innovations=innovations, perspective=who, bank=bank, now=NOW)
    store.save(
        begun.id, {item.id: Answer(bank.codes[item.id][0].code, revision=item.revision) for item in bank.items}, NOW
    )
    store.submit(begun.id, NOW)
    return begun.id


def sizes(bank: Bank) -> None:
    """Print what many responses cost: to work the report out, and to set it."""
    occasion = Occasion(service="S", wave="W", date="2026-11-25", perspectives=(), innovations=())
    tables = {size: answers(bank, size) for size in SIZES}
    made: dict[int, Report] = {}
    worked: dict[int, list[float]] = {size: [] for size in SIZES}
    laid: dict[int, list[float]] = {size: [] for size in SIZES}
    with Renderer() as renderer:
        for _ in range(RUNS + 1):  # in turns, so that a busy machine slows both alike
            for size in SIZES:
                start = perf_counter()
                made[size] = build(bank, occasion, tables[size])
                middle = perf_counter()
                renderer.pdf(assessment_html(made[size]))
                worked[size].append(middle - start)
                laid[size].append(perf_counter() - middle)
    few, many = ((median(worked[s][1:]), median(laid[s][1:])) for s in SIZES)
    for size, (work, lay) in zip(SIZES, (few, many), strict=True):
        print(f"{size} responses: {work:.2f} s to work out, {lay:.2f} s to set")
    print(f"{SIZES[1]} / {SIZES[0]}: {many[1] / few[1]:.2f} to set, {sum(many) / sum(few):.2f} with working it out")


def main() -> None:
    """Measure everything."""
    bank = load(content("questions"))
    html = assessment_html(full_report(bank, {"staff": 30, "service-user": 12, "peer-worker": 8}))
    throughput(html)
    sending(bank)
    sizes(bank)
    memory(html)


if __name__ == "__main__":
    main()
