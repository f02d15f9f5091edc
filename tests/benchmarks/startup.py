"""How soon the tool is there, and what a question page weighs; run with `python -m tests.benchmarks.startup`."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from statistics import median

from assessor.bank import load
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app

RUNS = 7
COMMANDS = {
    "python, doing nothing": "pass",
    "import numpy (the floor of assessor.score)": "import numpy",
    "import assessor.score": "import assessor.score",
    "assessor --help": "import sys; sys.argv = ['assessor', '--help']; from assessor.cli import main; main()",
}


def seconds(code: str) -> float:
    """Return the median time of a fresh process."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return median(times)


def page_weight() -> int:
    """Return the bytes of the heaviest question page with everything it loads, uncompressed."""
    bank = load(content("questions"))
    with Store(None) as store, Renderer() as renderer:
        client = build_app(bank, store, renderer).test_client()
        innovations = tuple(bank.innovation)
        started = store.start(
            service="S",
            wave="W",
            innovations=innovations,
            perspective="staff",
            bank=bank,
            now="2026-11-23T10:00:00+00:00",
        )
        pages = [client.get(f"/answer/{started.token}/{row.id}").text for row in bank.asked_rows(innovations)]
        heaviest = max(pages, key=len)
        loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', heaviest))
        return len(heaviest.encode()) + sum(len(client.get(path).data) for path in loaded)


def main() -> None:
    """Print times as ratios to an empty python, and the weight of a page."""
    floor = 0.0
    for name, code in COMMANDS.items():
        took = seconds(code)
        floor = floor or took
        print(f"{name}: {took:.3f} s, {took / floor:.1f} x an empty python")
    print(f"heaviest question page with all it loads: {page_weight() / 1000:.1f} kB")


if __name__ == "__main__":
    main()
