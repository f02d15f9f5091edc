"""How far people agree: the spread of their answers set against answers given at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

FEWEST = 5


@dataclass(frozen=True)
class Agreement:
    """Agreement over the rated items of one score.

    `r_wg_star`: 1 = all the same, 0 = as spread as uniform random answers, below 0 = more spread.
    `ad_m`: mean distance from the item's mean in scale points; None where items differ in their number of points.
    `items`: how many rated items it rests on.
    """

    r_wg_star: float
    ad_m: float | None
    items: int


def r_wg_star(ratings: Sequence[NDArray[np.float64]], points: Sequence[int]) -> float:
    """Return r*wg(j) = 1 - mean(s² / σ²EU), σ²EU = (A² - 1) / 12, s² with n - 1.

    `ratings`: one array of answers (1..A) per item; `points`: A per item. Lindell, Brandt and Whitney (1999),
    Applied Psychological Measurement 23:127-135; unlike rwg(j) it does not rise with the number of items.
    """
    ratios = [r.var(ddof=1) / ((a * a - 1) / 12) for r, a in zip(ratings, points, strict=True)]
    return float(1 - np.mean(ratios))


def ad_m(ratings: Sequence[NDArray[np.float64]]) -> float:
    """Return the mean over items of the average absolute deviation from the item's mean, in scale points.

    Burke, Finkelstein and Dusig (1999), Organizational Research Methods 2:49-68.
    """
    return float(np.mean([np.abs(r - r.mean()).mean() for r in ratings]))


def agreement(ratings: Sequence[NDArray[np.float64]], points: Sequence[int]) -> Agreement | None:
    """Return the agreement over items that at least five people rated; None where there is no such item."""
    enough = [(r, a) for r, a in zip(ratings, points, strict=True) if len(r) >= FEWEST]
    if not enough:
        return None
    kept, scales = [r for r, _ in enough], [a for _, a in enough]
    same = len(set(scales)) == 1
    return Agreement(r_wg_star(kept, scales), ad_m(kept) if same else None, len(kept))
