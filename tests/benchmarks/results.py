"""How long the results of many people take, from their answers to the report: `python -m tests.benchmarks.results`."""

from __future__ import annotations

import resource
from statistics import median
from time import perf_counter

import numpy as np

from assessor.answers import Answers
from assessor.bank import Bank, load
from assessor.paths import content
from assessor.report import Occasion, build

SIZES = (50, 500, 50_000)
RUNS = 5


def answers(bank: Bank, people: int) -> Answers:
    """Return answers to everything, drawn by chance (seed 7), from all perspectives."""
    rng = np.random.default_rng(7)
    return Answers(
        rows=tuple(row.id for row in bank.rows),
        items=tuple(bank.item),
        persons=tuple(map(str, range(people))),
        perspectives=tuple(rng.choice(list(bank.perspective), people)),
        codes=np.column_stack([rng.integers(-1, len(bank.codes[i]), people) for i in bank.item]).astype(np.int8),
    )


def main() -> None:
    """Print the median time for each size, and the most memory that was used."""
    bank = load(content("questions"))
    occasion = Occasion(service="S", wave="W", date="2026-11-25", perspectives=(), innovations=())
    build(bank, occasion, answers(bank, 20))
    for size in SIZES:
        table, times = answers(bank, size), []
        for _ in range(RUNS):
            start = perf_counter()
            build(bank, occasion, table)
            times.append(perf_counter() - start)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size} people: {median(times) * 1000:.0f} ms, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
