"""How far people agree: the spread of their answers set against answers given at random."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

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


@dataclass(frozen=True)
class Ratings:
    """How many people gave each answer 1, 2, ... A to some items: one line per item.

    Of lines of different length the shorter end in answers that nobody gave.
    """

    counts: Sequence[Sequence[int]]

    @cached_property
    def given(self) -> Floats:
        """People per item and answer."""
        width = max(map(len, self.counts))
        return np.array([[*line, *[0] * (width - len(line))] for line in self.counts], np.float64)

    @cached_property
    def people(self) -> Floats:
        """People per item."""
        found: Floats = self.given.sum(axis=1)
        return found

    @cached_property
    def distances(self) -> Floats:
        """How far each answer is from the mean of its item, in scale points."""
        points = np.arange(1.0, self.given.shape[1] + 1)
        found: Floats = points - (self.given @ points / self.people)[:, None]
        return found

    @property
    def r_wg_star(self) -> float:
        """Return r*wg(j) = 1 - mean(s² / σ²EU), σ²EU = (A² - 1) / 12, s² with n - 1.

        Lindell, Brandt and Whitney (1999), Applied Psychological Measurement 23:127-135; unlike rwg(j) it does not
        rise with the number of items.
        """
        variances = (self.given * self.distances**2).sum(axis=1) / (self.people - 1)
        return float(1 - (variances / [(len(line) ** 2 - 1) / 12 for line in self.counts]).mean())

    @property
    def ad_m(self) -> float:
        """Return the mean over items of the average absolute deviation from the item's mean, in scale points.

        Burke, Finkelstein and Dusig (1999), Organizational Research Methods 2:49-68.
        """
        return float(((self.given * np.abs(self.distances)).sum(axis=1) / self.people).mean())


def agreement(counts: Sequence[Sequence[int]]) -> Agreement | None:
    """Return the agreement over items that at least five people rated; None where there is no such item.

    `counts`: for each item, how many people gave the answers 1, 2, ... A.
    """
    enough = [c for c in counts if sum(c) >= FEWEST]
    if not enough:
        return None
    found, scales = Ratings(enough), {len(c) for c in enough}
    return Agreement(
        r_wg_star=found.r_wg_star,
        ad_m=found.ad_m if len(scales) == 1 else None,
        items=len(enough),
        critical=critical(min(map(sum, enough)), len(enough)) if scales == {POINTS} else None,
    )


def critical(people: int, items: int) -> float:
    """Return the critical value of r*wg(j) for at least five people; between the table's lines the stricter one."""
    values = CRITICAL[max(n for n in CRITICAL if n <= people)]
    return values[min(items, len(values)) - 1]
