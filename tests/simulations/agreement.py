"""Critical values of agreement under uniform random answers: `python -m tests.simulations.agreement` prints the table.

Each of `n` people answers each of `items` five-point items at random, 40,000 times (seed 20261123). The critical value
is what r*wg(j) exceeds in 5 % of these. `assessor.agreement.CRITICAL` holds what this prints.
"""

import numpy as np

SEED, RUNS, POINTS = 20261123, 40_000, 5
PEOPLE = (5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 60, 100)
ITEMS = range(1, 9)


def critical(people: int, items: int) -> float:
    """Return the 95th percentile of r*wg(j) when answers are given at random."""
    rng = np.random.default_rng([SEED, people, items])
    ratings = rng.integers(1, POINTS + 1, size=(RUNS, items, people), dtype=np.int8)
    variance = ratings.var(axis=2, ddof=1, dtype=np.float32).mean(axis=1)
    return float(np.quantile(1 - variance / ((POINTS**2 - 1) / 12), 0.95))


def table() -> dict[int, tuple[float, ...]]:
    """Return the critical values by number of people, one per number of items."""
    return {people: tuple(_rounded_up(critical(people, items)) for items in ITEMS) for people in PEOPLE}


def _rounded_up(value: float) -> float:
    """Return two decimals, upward: rounding must not make agreement easier to claim."""
    return float(np.ceil(np.round(100 * value, 6)) / 100)


if __name__ == "__main__":
    for people, values in table().items():
        print(f"    {people}: {values},")
