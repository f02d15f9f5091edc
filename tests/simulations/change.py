"""How often a comparison says “moved”: `python -m tests.simulations.change` prints the table (a minute).

People have a stable trait, which an occasion adds noise to, so that the scores of one person at two times correlate
with a reliability. They answer four rows of six five-point questions. A team of N loses some to turnover between two
waves; n answer each time. The rule is the one of the product: the overlapping-samples t where at least five people are
linked, with one correlation over the four rows, else Welch. Seed 20261126; 10,000 comparisons each.
`assessor.difference.TRIALS` holds the last lines that this prints.
"""

from __future__ import annotations

from itertools import product
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtrit

from assessor.difference import Trial
from assessor.disclosure import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SEED, RUNS, ROWS, ITEMS = 20261126, 10_000, 4, 6
TRAIT, ITEM = 0.6, 0.7  # sd on the scale of five points: of people, of one answer
RELIABILITY, TURNOVER, PEOPLE, SAMPLED = (0.6, 0.8), (0.0, 0.2, 0.5), (8, 12, 20, 40), (1, 2, 3)
SHIFT = 0.5  # points of the scale; 12.5 of 100


class Rate(NamedTuple):
    """Shares of comparisons that say “moved”: with the people linked, and unlinked."""

    linked: float
    unlinked: float


def scores(rng: np.random.Generator, trait: Floats, reliability: float, shift: float) -> Floats:
    """Return the row scores of people on 0-100: runs by rows by people."""
    share = reliability * (1 + ITEM**2 / ITEMS / TRAIT**2)  # so that the scores, with their error, have it
    occasion = rng.standard_normal((len(trait), ROWS, trait.shape[2]))
    person = TRAIT * (np.sqrt(share) * trait + np.sqrt(1 - share) * occasion) + shift
    total: Floats = np.zeros_like(person)
    for _ in range(ITEMS):
        total += np.clip(np.round(3 + person + ITEM * rng.standard_normal(person.shape)), 1, 5)
    found: Floats = 25 * (total / ITEMS - 1)
    return found


def spread(people: Floats) -> Floats:
    """Return the spread of each run's people as it is published: in whole points, at least one."""
    found: Floats = np.maximum(np.floor(people.std(axis=1, ddof=1) + 0.5), 1)
    return found


def moved(before: Floats, after: Floats, linked: int, *, link: bool) -> Floats:
    """Return which comparisons of the first row say “moved”; the first `linked` people are the same both times.

    As many of them are told of as leave nobody, or five, beside them.
    """
    n = before.shape[2]
    linked = linked if linked == n else min(linked, n - SMALLEST)
    a, b = (spread(scored[:, 0]) ** 2 / n for scored in (before, after))
    variance = a + b
    freedom = variance**2 / ((a**2 + b**2) / (n - 1))
    if link and linked >= SMALLEST:
        x, y = (w[:, :, :linked] - w[:, :, :linked].mean(axis=2, keepdims=True) for w in (before, after))
        products = (x * y).sum(axis=1)
        r = products.sum(axis=1) / np.sqrt((x**2).sum(axis=(1, 2)) * (y**2).sum(axis=(1, 2)))
        r = np.minimum(np.round(r, 1), 0.9)
        told = np.abs(products).max(axis=1) <= 0.5 * np.abs(products).sum(axis=1)
        alone = 2 * (n - linked)
        variance = np.where(told, variance - 2 * r * linked * np.sqrt(a * b) / n, variance)
        freedom = np.where(told, linked - 1 + (freedom - linked + 1) / (alone + 2 * linked) * alone, freedom)
    gap = after[:, 0].mean(axis=1) - before[:, 0].mean(axis=1)
    found: Floats = np.abs(gap) > stdtrit(freedom, 0.975) * np.sqrt(variance)
    return found


def rate(reliability: float, turnover: float, n: int, times: int, shift: float = 0, runs: int = RUNS) -> Rate:
    """Return how often “moved” is said for a team of `times` n people of whom n answer."""
    rng = np.random.default_rng([SEED, int(10 * reliability), int(10 * turnover), n, times, int(10 * shift)])
    team, stay = times * n, round(times * n * (1 - turnover))
    found = np.zeros(2)
    linked = rng.hypergeometric(n, team - n, n, size=runs)  # of n who answered first, how many answer again
    linked = rng.binomial(linked, stay / team)
    for k in np.unique(linked):
        these = int((linked == k).sum())
        first, second = (rng.standard_normal((these, 1, n)) for _ in range(2))
        second[:, :, :k] = first[:, :, :k]
        before, after = scores(rng, first, reliability, 0), scores(rng, second, reliability, shift)
        found += [moved(before, after, int(k), link=link).sum() for link in (True, False)]
    return Rate(*(found / runs))


def table(runs: int = RUNS) -> Iterator[tuple[float, float, int, int, Rate, Rate]]:
    """Yield the conditions with the false rate and the power at half a point of the scale."""
    for reliability, turnover, n, times in product(RELIABILITY, TURNOVER, PEOPLE, SAMPLED):
        case = reliability, turnover, n, times
        yield *case, rate(*case, runs=runs), rate(*case, SHIFT, runs)


def trials(found: Iterable[tuple[float, float, int, int, Rate, Rate]]) -> Iterator[Trial]:
    """Yield what methods print of the table: teams that answer whole; shares of 100, rounded to the worse side."""
    whole: dict[tuple[int, float], list[tuple[Rate, Rate]]] = {}
    for _, turnover, n, times, false, power in found:
        if times == 1:
            whole.setdefault((n, turnover), []).append((false, power))
    for (n, turnover), rates in sorted(whole.items()):
        linked, unlinked = (ceil(100 * max(false[k] for false, _ in rates)) for k in (0, 1))
        seen, missed = (floor(100 * min(power[k] for _, power in rates)) for k in (0, 1))
        yield Trial(n, round(100 * turnover), (linked, unlinked), (seen, missed))


if __name__ == "__main__":
    print("reliability turnover n of N: false linked, unlinked; power linked, unlinked")
    done = []
    for line in table():
        reliability, turnover, n, times, false, power = line
        done.append(line)
        print(
            f"{reliability:.1f} {turnover:3.0%} {n:2} of {times * n:3}: "
            f"{false.linked:.3f} {false.unlinked:.3f}  {power.linked:.2f} {power.unlinked:.2f}"
        )
    for trial in trials(done):
        print(f"    Trial({', '.join(map(str, trial))}),")
