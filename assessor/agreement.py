"""How far people agree: the spread of their answers set against answers given at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

Verdict = Literal["alike", "mixed", "apart"]
FEWEST = 5  # people: of fewer, alike and apart are chance; that no group is too small is the business of disclosure
POINTS = 5
# What r*wg(j) exceeds in 5 % of uniform random answers on five points, by number of people, for 1, 2, ... 8 items;
# made by tests/simulations/agreement.py (seed 20261123), which a test runs again.
CRITICAL = {
    5: (0.75, 0.56, 0.46, 0.4, 0.37, 0.33, 0.31, 0.29),
    6: (0.67, 0.5, 0.4, 0.35, 0.32, 0.29, 0.27, 0.25),
    7: (0.6, 0.45, 0.36, 0.31, 0.28, 0.26, 0.24, 0.23),
    8: (0.59, 0.41, 0.33, 0.29, 0.26, 0.24, 0.22, 0.21),
    9: (0.53, 0.37, 0.32, 0.27, 0.24, 0.22, 0.21, 0.19),
    10: (0.51, 0.35, 0.29, 0.25, 0.23, 0.21, 0.19, 0.18),
    12: (0.45, 0.32, 0.26, 0.22, 0.2, 0.18, 0.17, 0.16),
    15: (0.39, 0.28, 0.23, 0.2, 0.18, 0.16, 0.15, 0.14),
    20: (0.33, 0.24, 0.19, 0.17, 0.15, 0.14, 0.13, 0.12),
    25: (0.3, 0.21, 0.17, 0.15, 0.13, 0.12, 0.11, 0.11),
    30: (0.26, 0.19, 0.16, 0.13, 0.12, 0.11, 0.1, 0.1),
    40: (0.23, 0.16, 0.14, 0.12, 0.1, 0.1, 0.09, 0.08),
    60: (0.19, 0.13, 0.11, 0.1, 0.09, 0.08, 0.07, 0.07),
    100: (0.14, 0.1, 0.09, 0.08, 0.07, 0.06, 0.06, 0.05),
}


@dataclass(frozen=True)
class Agreement:
    """Agreement over the rated items of one score.

    `r_wg_star`: 1 = all the same, 0 = as spread as uniform random answers, below 0 = more spread.
    `ad_m`: mean distance from the item's mean in scale points; None where items differ in their number of points.
    `items`: how many rated items it rests on. `critical`: what `r_wg_star` exceeds by chance in one case of twenty;
    None for scales of other than five points.
    """

    r_wg_star: float
    ad_m: float | None
    items: int
    critical: float | None

    @property
    def verdict(self) -> Verdict | None:
        """Return whether people answer more alike than by chance, less alike, or neither; None without a test."""
        if self.critical is None:
            return None
        return "alike" if self.r_wg_star > self.critical else "apart" if self.r_wg_star < 0 else "mixed"


def r_wg_star(ratings: Sequence[NDArray[np.float64]], points: Sequence[int]) -> float:
    """Return r*wg(j) = 1 - mean(s² / σ²EU), σ²EU = (A² - 1) / 12, s² with n - 1.

    `ratings`: one array of answers (1..A) per item; `points`: A per item. Lindell, Brandt and Whitney (1999),
    Applied Psychological Measurement 23:127-135; unlike rwg(j) it does not rise with the number of items.
    """
    distances, starts, people = _from_means(ratings)
    variances = np.add.reduceat(distances**2, starts) / (people - 1)
    return float(1 - np.mean(variances / [(a * a - 1) / 12 for a in points]))


def ad_m(ratings: Sequence[NDArray[np.float64]]) -> float:
    """Return the mean over items of the average absolute deviation from the item's mean, in scale points.

    Burke, Finkelstein and Dusig (1999), Organizational Research Methods 2:49-68.
    """
    distances, starts, people = _from_means(ratings)
    return float(np.mean(np.add.reduceat(np.abs(distances), starts) / people))


def _from_means(ratings: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.float64], Numbers, Numbers]:
    """Return how far each answer is from the mean of its item, where each item begins, and its number of answers.

    All items in one array, because numpy takes longer to be called than to work out a small one.
    """
    people = np.array([len(r) for r in ratings])
    starts, found = np.cumsum(people) - people, np.concatenate(ratings)
    return found - np.repeat(np.add.reduceat(found, starts) / people, people), starts, people


def agreement(ratings: Sequence[NDArray[np.float64]], points: Sequence[int]) -> Agreement | None:
    """Return the agreement over items that at least five people rated; None where there is no such item."""
    enough = [(r, a) for r, a in zip(ratings, points, strict=True) if len(r) >= FEWEST]
    if not enough:
        return None
    kept, scales = [r for r, _ in enough], {a for _, a in enough}
    return Agreement(
        r_wg_star=r_wg_star(kept, [a for _, a in enough]),
        ad_m=ad_m(kept) if len(scales) == 1 else None,
        items=len(kept),
        critical=critical(min(map(len, kept)), len(kept)) if scales == {POINTS} else None,
    )


def critical(people: int, items: int) -> float:
    """Return the critical value of r*wg(j) for at least five people; between the table's lines the stricter one."""
    values = CRITICAL[max(n for n in CRITICAL if n <= people)]
    return values[min(items, len(values)) - 1]
