"""How often a comparison says “moved”: `python -m tests.simulations.change` prints the table (three minutes).

People have a stable trait, which an occasion adds noise to, so that the scores of one person at two times correlate
with a reliability. They answer four rows of six five-point questions. A team of N loses some to turnover between two
waves; n answer each time. The rule is the one of the product: the overlapping-samples t where it may be told of at
least five linked people, none of whom makes up half of the one correlation over the four rows, else Welch. So with
everybody holding a code some comparisons are linked and others are not; those that are linked are counted apart too.
Seed 20261126; 20,000 comparisons, and 20,000 more in which enough people are linked.
`assessor.difference` holds the last lines that this prints.
"""

from __future__ import annotations

from itertools import product, starmap
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import stdtrit

from assessor.difference import MOST_ALIKE, Trial
from assessor.disclosure import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

SEED, RUNS, ROWS, ITEMS = 20261126, 20_000, 4, 6
TRAIT, ITEM = 0.6, 0.7  # sd on the scale of five points: of people, of one answer
RELIABILITY, TURNOVER, PEOPLE, SAMPLED = (0.6, 0.8), (0.0, 0.2, 0.5), (8, 12, 20, 40), (1, 2, 3)
SHIFT = 0.5  # points of the scale; 12.5 of 100
FROM = 20  # people from whom on linked answers are to be told in 4 to 6 of 100
SELDOM = 20  # linked people are told of seldom where it is in less than one comparison of so many


class Rate(NamedTuple):
    """Shares of comparisons that say “moved”.

    `linked`: of those in which linked people are told of; None where that is seldom, `told` being their share.
    `coded`: of all, where everybody holds a code. `unlinked`: of all, where nobody does.
    """

    linked: float | None
    coded: float
    unlinked: float
    told: float


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


def told(linked: int, n: int) -> int:
    """Return of how many linked people it is told: nobody, or five, are left beside them; 0 where they are too few."""
    found = linked if linked == n else min(linked, n - SMALLEST)
    return found if found >= SMALLEST else 0


def moved(before: Floats, after: Floats, linked: int) -> tuple[Flags, Flags]:
    """Return which comparisons of the first row say “moved”, and in which it is told of linked people.

    The first `linked` people are known to be the same.
    """
    n = before.shape[2]
    a, b = (spread(scored[:, 0]) ** 2 / n for scored in (before, after))
    variance, freedom, known = a + b, (n - 1) * (a + b) ** 2 / (a**2 + b**2), np.zeros(len(a), np.bool_)
    if people := told(linked, n):
        x, y = (w[:, :, :linked] - w[:, :, :linked].mean(axis=2, keepdims=True) for w in (before, after))
        products = (x * y).sum(axis=1)
        r = products.sum(axis=1) / np.sqrt((x**2).sum(axis=(1, 2)) * (y**2).sum(axis=(1, 2)))
        r = np.clip(np.round(np.clip(r, -MOST_ALIKE, MOST_ALIKE) * linked / people, 1), -1, 1)
        shared = np.minimum(r * people / n, 0.9) * np.sqrt(a * b)
        c, d = a - shared, b - shared
        derrick = people - 1 + (freedom - people + 1) / (2 * n) * 2 * (n - people)
        between = 1 / ((1 - 1 / ROWS) * (c**2 + d**2) / ((n - 1) * (c + d) ** 2) + 1 / ROWS / derrick)
        known = np.abs(products).max(axis=1) <= 0.5 * np.abs(products).sum(axis=1)
        variance, freedom = np.where(known, c + d, variance), np.where(known, between, freedom)
    gap = after[:, 0].mean(axis=1) - before[:, 0].mean(axis=1)
    return np.abs(gap) > stdtrit(freedom, 0.975) * np.sqrt(variance), known


class Team(NamedTuple):
    """A team of `times` n people, of whom n answer each time; a share of them, the `turnover`, is new at the second."""

    reliability: float
    turnover: float
    n: int
    times: int

    def again(self, rng: np.random.Generator, runs: int) -> Numbers:
        """Return of the n who answered first, how many answer again, in each of some comparisons."""
        team, stay = self.times * self.n, round(self.times * self.n * (1 - self.turnover))
        return rng.binomial(rng.hypergeometric(self.n, team - self.n, self.n, size=runs), stay / team)

    def waves(self, rng: np.random.Generator, linked: int, runs: int, shift: float) -> tuple[Floats, Floats]:
        """Return the scores of two waves, in which the first `linked` people are the same, for some comparisons."""
        first, second = (rng.standard_normal((runs, 1, self.n)) for _ in range(2))
        second[:, :, :linked] = first[:, :, :linked]
        return scores(rng, first, self.reliability, 0), scores(rng, second, self.reliability, shift)


def rate(team: Team, shift: float = 0, runs: int = RUNS) -> Rate:
    """Return how often “moved” is said where everybody's answers move by a shift."""
    rng = np.random.default_rng([SEED, *(round(10 * value) for value in (*team, shift))])
    drawn = team.again(rng, SELDOM * runs)
    enough = drawn[[told(k, team.n) > 0 for k in drawn]]
    coded, unlinked, _, share = _counts(rng, team, drawn[:runs], shift) / runs
    seldom = len(enough) < runs
    linked = _counts(rng, team, enough[: 0 if seldom else runs], shift)
    return Rate(None if seldom else linked[2] / linked[3], coded, unlinked, share)


def _counts(rng: np.random.Generator, team: Team, linked: Numbers, shift: float) -> Numbers:
    """Return how often “moved” is said if people are linked, if not, and where it is told of them; how often it is.

    `linked`: how many people are the same, for each comparison.
    """
    found = np.zeros(4, np.int64)
    for k, runs in zip(*np.unique(linked, return_counts=True), strict=True):
        waves = team.waves(rng, int(k), int(runs), shift)
        (coded, known), (alone, _) = moved(*waves, int(k)), moved(*waves, 0)
        found += [coded.sum(), alone.sum(), (coded & known).sum(), known.sum()]
    return found


def table(runs: int = RUNS) -> Iterator[tuple[Team, Rate, Rate]]:
    """Yield the conditions with the false rate and the power at half a point of the scale."""
    for team in starmap(Team, product(RELIABILITY, TURNOVER, PEOPLE, SAMPLED)):
        yield team, rate(team, runs=runs), rate(team, SHIFT, runs)


def trials(found: Iterable[tuple[Team, Rate, Rate]]) -> Iterator[Trial]:
    """Yield what methods print of the table: teams that answer whole; shares of 100, rounded to the worse side."""
    whole: dict[tuple[int, float], list[tuple[Rate, Rate]]] = {}
    for team, false, power in found:
        if team.times == 1:
            whole.setdefault((team.n, team.turnover), []).append((false, power))
    for (n, turnover), rates in sorted(whole.items()):
        most = max(f.coded for f, _ in rates), max(f.unlinked for f, _ in rates)
        least = min(p.coded for _, p in rates), min(p.unlinked for _, p in rates)
        (coded, unlinked), (seen, missed) = (ceil(1000 * m) / 10 for m in most), (floor(100 * m) for m in least)
        yield Trial(n, round(100 * turnover), (coded, unlinked), (seen, missed))


def bounds(found: Iterable[tuple[Team, Rate, Rate]]) -> tuple[float, float, float]:
    """Return the most false of 100, and the fewest and most of those that are linked, from `FROM` people on."""
    rates = [(team.n, false) for team, false, _ in found]
    linked = [false.linked for n, false in rates if n >= FROM and false.linked is not None]
    most = max(share for _, false in rates for share in (false.linked or 0, false.coded, false.unlinked))
    return ceil(1000 * most) / 10, floor(1000 * min(linked)) / 10, ceil(1000 * max(linked)) / 10


def said(share: float | None) -> str:
    """Return a share as the table has it."""
    return "    -" if share is None else f"{share:.3f}"


if __name__ == "__main__":
    print("reliability turnover n of N, linked: false linked, coded, unlinked; power linked, coded, unlinked")
    done = []
    for line in table():
        done.append(line)
        team, *rates = line
        shares = "   ".join(" ".join(map(said, rate[:3])) for rate in rates)
        print(
            f"{team.reliability:.1f} {team.turnover:3.0%} {team.n:2} of {team.times * team.n:3}, "
            f"{rates[0].told:4.0%}: {shares}"
        )
    print("MOST_FALSE, LINKED_FALSE:", *bounds(done))
    for trial in trials(done):
        print(f"    Trial({', '.join(map(str, trial))}),")
