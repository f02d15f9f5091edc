"""Score 100,000 responses from CSV; run with `python -m tests.benchmarks.scoring`."""

from __future__ import annotations

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from assessor.bank import Bank, load
from assessor.paths import content

PEOPLE = 100_000


def write(path: Path, bank: Bank, people: int) -> None:
    """Write random answers (seed 6) to what each is asked: mostly ratings, some don't know, does not apply, blanks."""
    rng = random.Random(6)
    perspectives = list(bank.perspective)
    cells = {i.id: [*([c.code for c in bank.codes[i.id]] * 3), ""] for i in bank.items}
    choices = {p: [cells[i.id] if p in i.perspectives else [""] for i in bank.items] for p in perspectives}
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["person", "perspective", *bank.item])
        for n in range(people):
            who = rng.choice(perspectives)
            out.writerow([f"p{n}", who, *map(rng.choice, choices[who])])


def main() -> None:
    """Time the command as a researcher runs it, and its bare floor (numpy alone reading nothing)."""
    bank = load(content("questions"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        write(path, bank, PEOPLE)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {PEOPLE} people, {len(bank.items)} items")
        command = [sys.executable, "-m", "assessor.cli", "score", str(path), "--json", "-o", os.devnull]
        start = time.perf_counter()
        process = subprocess.Popen(command)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    print(f"assessor score --json: {seconds:.2f} s, peak {usage.ru_maxrss / 1024:.0f} MB, exit {status}")


if __name__ == "__main__":
    main()
