"""Means and shares of people on 0-100: how they are printed, and how sure one can be of them."""

from __future__ import annotations

from math import floor, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assessor.score.table import Group

SAME = 1e-9
USUAL_SPREAD = 15  # points; 0.6 on a scale of five points


def whole(value: float) -> int:
    """Return a score as it is printed: whole points, halves upward."""
    return floor(value + 0.5)


def interval(mean: float, sd: float, n: int, invited: int | None = None) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean, mean ± t(n - 1) · s / √n · √(1 - n / N), clipped to 0-100.

    `invited`: N, if it is known; unknown where more answered than were invited. None where everybody answered: then
    nobody is left to be uncertain about.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and needed only where a group is scored

    if invited == n:
        return None
    left = 1 - n / invited if invited and invited > n else 1
    half = float(stdtrit(n - 1, 0.975)) * sd / n**0.5 * left**0.5
    return max(0.0, mean - half), min(100.0, mean + half)


def detectable(people: int) -> float:
    """Return the smallest difference between two times, in points, that can be told from chance.

    It is t(2n - 2) · s · √(2 / n). `people`: n, how many answer each time, at least two. s is taken to be 15 points,
    which is usual on 0-100.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - as above

    return float(stdtrit(2 * people - 2, 0.975)) * USUAL_SPREAD * sqrt(2 / people)


def share(part: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of n people, on 0-100. Wilson (1927), JASA 22:209-212."""
    z, p = 1.959963984540054, part / n
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return 100 * (middle - half) / (1 + z * z / n), 100 * (middle + half) / (1 + z * z / n)


def pooled(groups: Sequence[Group]) -> float:
    """Return the standard deviation (n - 1) over the people of several groups, from what is known of each group."""
    n = sum(group.n for group in groups)
    mean = sum(group.n * (group.mean or 0) for group in groups) / n
    within = sum((group.n - 1) * (group.sd or 0) ** 2 for group in groups)
    between = sum(group.n * ((group.mean or 0) - mean) ** 2 for group in groups)
    return sqrt((within + between) / (n - 1))


def spread(means: NDArray[np.float64]) -> float:
    """Return the standard deviation (n - 1); exactly 0 where all are the same but for the last digit."""
    return float(means.std(ddof=1)) if np.ptp(means) > SAME else 0.0
