"""Two means or two shares set against each other: how far apart they are, and how sure one can be of it."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from assessor.score import share

if TYPE_CHECKING:
    from assessor.score import Group


class Difference(NamedTuple):
    """One mean less another with its 95 % interval, in points, and Hedges' g.

    `linked`: how many people are known to stand behind both, and were taken into account with the `correlation` of
    their two scores.
    """

    points: float
    low: float
    high: float
    effect: float
    linked: int = 0
    correlation: float = 0.0


class Overlap(NamedTuple):
    """People who stand behind both means: how many, and how their two scores go together (-1 to 1)."""

    people: int
    correlation: float


def difference(one: Group, other: Group, overlap: Overlap | None = None) -> Difference | None:
    """Return one mean less another; None without a spread.

    Without an overlap Welch's t (1947, Biometrika 34:28-35); with one the t for partially overlapping samples with
    unequal variances (Derrick, Russ, Toher and White 2017, Journal of Modern Applied Statistical Methods 16:137-157):
    variance s1²/n1 + s2²/n2 - 2 r n12 s1 s2 / (n1 n2), with (n12 - 1) + (γ - n12 + 1) / (na + nb + 2 n12) · (na + nb)
    degrees of freedom, γ Welch's, na and nb the people in one sample only. No finite-population correction: answers
    differ from day to day even where everybody gives one.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and needed only where groups are compared

    if one.mean is None or other.mean is None or one.sd is None or other.sd is None or not one.sd + other.sd:
        return None
    a, b = one.sd**2 / one.n, other.sd**2 / other.n
    variance, freedom = a + b, (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1))
    if overlap:
        n = min(overlap.people, one.n, other.n)
        alone = one.n + other.n - 2 * n
        variance -= 2 * overlap.correlation * n * one.sd * other.sd / (one.n * other.n)
        freedom = n - 1 + (freedom - n + 1) / (alone + 2 * n) * alone
    gap, half = one.mean - other.mean, float(stdtrit(freedom, 0.975)) * sqrt(max(variance, 0))
    known = (n, overlap.correlation) if overlap else ()
    return Difference(gap, gap - half, gap + half, effect(one, other), *known)


def effect(one: Group, other: Group) -> float:
    """Return Hedges' g: the difference over the pooled standard deviation, times 1 - 3 / (4 df - 1), df = n1 + n2 - 2.

    Hedges (1981), Journal of Educational Statistics 6:107-128.
    """
    freedom = one.n + other.n - 2
    pooled = sqrt(((one.n - 1) * (one.sd or 0) ** 2 + (other.n - 1) * (other.sd or 0) ** 2) / freedom)
    return ((one.mean or 0) - (other.mean or 0)) / pooled * (1 - 3 / (4 * freedom - 1))


class Shift(NamedTuple):
    """A share of people before and after, in per cent, and the 95 % interval of the difference in points."""

    before: float
    after: float
    low: float
    high: float


def shift(before: tuple[float, int], after: tuple[float, int]) -> Shift:
    """Return how a share of people moved, each given as people and of how many.

    The interval is Newcombe's, made of Wilson's two (1998, Statistics in Medicine 17:873-890, method 10).
    """
    (x, n), (y, m) = before, after
    p, q = 100 * x / n, 100 * y / m
    (p_low, p_high), (q_low, q_high) = share(x, n), share(y, m)
    gap = q - p
    return Shift(
        p, q, gap - sqrt((q - q_low) ** 2 + (p_high - p) ** 2), gap + sqrt((q_high - q) ** 2 + (p - p_low) ** 2)
    )


class Trial(NamedTuple):
    """How often, of 100 comparisons of made-up teams, “moved” is said, with the people linked and without.

    `people`: a team that answers whole both times, of whom `others` in 100 are new the second time. `false`: though
    nothing moved. `found`: where everybody moved by 12.5 points. The most and the fewest over reliabilities of .6, .8.
    """

    people: int
    others: int
    false: tuple[int, int]
    found: tuple[int, int]


TRIALS = (  # what `python -m tests.simulations.change` prints
    Trial(8, 0, (3, 1), (42, 18)),
    Trial(8, 20, (2, 2), (25, 22)),
    Trial(8, 50, (3, 3), (25, 25)),
    Trial(12, 0, (4, 1), (69, 36)),
    Trial(12, 20, (3, 2), (50, 36)),
    Trial(12, 50, (4, 2), (45, 39)),
    Trial(20, 0, (5, 1), (92, 67)),
    Trial(20, 20, (4, 1), (83, 65)),
    Trial(20, 50, (4, 3), (73, 63)),
    Trial(40, 0, (5, 1), (99, 97)),
    Trial(40, 20, (5, 1), (99, 96)),
    Trial(40, 50, (5, 3), (97, 94)),
)
MOST_FALSE = 5
"""In 100 comparisons without a change, over all 72 conditions of that simulation."""
