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
    """People who stand behind both means: how many, how their two scores go together (-1 to 1), in how many parts.

    `parts`: on so many scores of each person the correlation rests, of which the two that are compared are one.
    """

    people: int
    correlation: float
    parts: int = 1


MOST_ALIKE = 0.9


def difference(one: Group, other: Group, overlap: Overlap | None = None) -> Difference | None:
    """Return one mean less another; None without a spread.

    Without an overlap Welch's t (1947, Biometrika 34:28-35); with one the t for partially overlapping samples with
    unequal variances (Derrick, Russ, Toher and White 2017, Journal of Modern Applied Statistical Methods 16:137-157):
    variance s1²/n1 + s2²/n2 - 2 r n12 s1 s2 / (n1 n2). The two means go together by at most .9: a correlation that is
    rounded to 1 would take every change of people who all answered twice for a real one. No finite-population
    correction: answers differ from day to day even where everybody gives one.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - slow to import, and needed only where groups are compared

    if one.mean is None or other.mean is None or one.sd is None or other.sd is None or not one.sd + other.sd:
        return None
    people = one.n, other.n
    a, b = one.sd**2 / one.n, other.sd**2 / other.n
    shared, freedom = 0.0, _independent((a, b), people)
    if overlap:
        overlap = overlap._replace(people=min(overlap.people, *people))
        shared = min(MOST_ALIKE, overlap.correlation * overlap.people / sqrt(one.n * other.n)) * sqrt(a * b)
        freedom = _overlapping((a - shared, b - shared), people, overlap, freedom)
    gap, half = one.mean - other.mean, float(stdtrit(freedom, 0.975)) * sqrt(a + b - 2 * shared)
    known = (overlap.people, overlap.correlation) if overlap else ()
    return Difference(gap, gap - half, gap + half, effect(one, other), *known)


def _independent(variances: tuple[float, float], people: tuple[int, int]) -> float:
    """Return the degrees of freedom of the sum of two variances of means.

    Satterthwaite (1946), Biometrics Bulletin 2:110-114.
    """
    return sum(variances) ** 2 / sum(v**2 / (n - 1) for v, n in zip(variances, people, strict=True))


def _overlapping(own: tuple[float, float], people: tuple[int, int], overlap: Overlap, welch: float) -> float:
    """Return the degrees of freedom where people stand behind both means.

    A correlation that rests on the one part alone leaves Derrick's: (n12 - 1) + (γ - n12 + 1) / (na + nb + 2 n12) ·
    (na + nb), γ Welch's, na and nb the people in one sample only. One that is known leaves those of `own`, what the two
    variances do not share, as if of strangers. One that rests on m parts lies an m-th of the way from these to the
    first, in reciprocals: these go with the variance of the variance, of which that of the correlation is an m-th. So
    they are more than if people differed anew in every part, and fewer than if alike in all.
    """
    n, (first, second) = overlap.people, people
    alone = first + second - 2 * n
    derrick = n - 1 + (welch - n + 1) / (alone + 2 * n) * alone
    apart = _independent(own, people)
    return 1 / ((1 - 1 / overlap.parts) / apart + 1 / overlap.parts / derrick)


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
    """How often, of 100 comparisons of made-up teams, “moved” is said where all hold a code, and where nobody does.

    `people`: a team that answers whole both times, of whom `others` in 100 are new the second time. `false`: though
    nothing moved. `found`: where everybody moved by 12.5 points. The most and the fewest over reliabilities of .6, .8.
    """

    people: int
    others: int
    false: tuple[float, float]
    found: tuple[int, int]


TRIALS = (  # what `python -m tests.simulations.change` prints
    Trial(8, 0, (3.1, 0.6), (45, 18)),
    Trial(8, 20, (1.6, 1.3), (25, 21)),
    Trial(8, 50, (2.4, 2.4), (24, 24)),
    Trial(12, 0, (4.0, 0.5), (72, 35)),
    Trial(12, 20, (3.3, 0.8), (62, 37)),
    Trial(12, 50, (3.6, 2.3), (47, 39)),
    Trial(20, 0, (4.8, 0.4), (93, 67)),
    Trial(20, 20, (4.5, 1.0), (86, 66)),
    Trial(20, 50, (4.2, 2.0), (75, 65)),
    Trial(40, 0, (4.9, 0.4), (99, 97)),
    Trial(40, 20, (4.8, 0.8), (99, 96)),
    Trial(40, 50, (5.1, 2.2), (97, 94)),
)
MOST_FALSE = 5.1
"""In 100 comparisons without a change, over all 72 conditions of that simulation."""
LINKED_FALSE = (4.3, 5.1)
"""The fewest and most of those in which people are linked and at least 20 answer each time."""
