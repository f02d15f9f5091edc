"""Differences of means and shares, against published examples, R, and made-up people without a change."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import stdtr, stdtrit

from assessor.difference import LINKED_FALSE, MOST_FALSE, TRIALS, Overlap, difference, effect, shift
from assessor.disclosure.overlap import correlation as pooled
from assessor.disclosure.published import coarse
from assessor.score import Group
from tests.simulations import change

if TYPE_CHECKING:
    from collections.abc import Sequence

# Derrick, Toher and White (2017), The Quantitative Methods for Psychology 13:120-126: eight alone and eight in both.
A, A_BOTH = [20, 21, 16, 18, 14, 12, 14, 17], [14, 15, 18, 20, 11, 19, 14, 15]
B, B_BOTH = [10, 16, 18, 16, 15, 14, 13, 10], [15, 10, 15, 17, 13, 19, 12, 13]
ORACLE = """
cat(sprintf("%.15g\\n", t.test(c({a}), c({b}), paired = {paired})$conf.int))
"""
WITH_R = pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not here; on Debian the test command installs it")


def group(scores: list[int]) -> Group:
    """Return the group of some scores."""
    found = np.array(scores, np.float64)
    return Group(len(found), float(found.mean()), float(found.std(ddof=1)))


def correlation(one: list[int], other: list[int]) -> float:
    return float(np.corrcoef(one, other)[0, 1])


def r_s_interval(one: Sequence[float], other: Sequence[float], paired: str = "FALSE") -> tuple[float, float]:
    """Return the 95 % interval of a difference as R has it."""
    values = [", ".join(f"{v:.17g}" for v in scores) for scores in (one, other)]
    script = ORACLE.format(a=values[0], b=values[1], paired=paired)
    printed = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    low, high = map(float, printed.split())
    return low, high


def p_value(points: float, low: float, freedom: float, critical: float) -> float:
    """Return the p of a difference whose interval is known."""
    return float(2 * stdtr(freedom, -abs(points) / ((points - low) / critical)))


def test_partially_overlapping_samples_as_published() -> None:
    """The article gives p = .026 with equal variances; here they are 8.6 and 7.5, so that the two versions agree."""
    found = difference(group(A + A_BOTH), group(B + B_BOTH), Overlap(8, correlation(A_BOTH, B_BOTH)))

    assert found is not None
    assert found.points == 2
    freedom = 7 + (29.86 - 8 + 1) / 32 * 16  # Welch's degrees of freedom are 29.86
    assert p_value(found.points, found.low, freedom, float(stdtrit(freedom, 0.975))) == pytest.approx(0.026, abs=5e-4)
    assert found.linked == 8


@WITH_R
def test_without_linked_people_it_is_welch_s_and_with_all_linked_the_paired_t_as_r_has_them() -> None:
    """With all linked, Derrick's has the variance and the degrees of freedom of the paired t."""
    alone = difference(group(A), group(B))
    linked = difference(group(A), group(B), Overlap(8, correlation(A, B)))

    assert alone
    assert (alone.low, alone.high) == pytest.approx(r_s_interval(A, B), abs=1e-9)
    assert linked
    assert (linked.low, linked.high) == pytest.approx(r_s_interval(A, B, "TRUE"), abs=1e-9)


@WITH_R
def test_with_a_correlation_that_is_known_it_is_welch_s_of_what_two_waves_do_not_share_as_r_has_it() -> None:
    """Eight people differ by a trait; what each occasion adds is A_BOTH and half of B_BOTH, as if of strangers."""
    added = [float(v) for v in A_BOTH], [v / 2 for v in B_BOTH]
    trait = 40.0
    one, other = (Group(8, float(np.mean(e)), (trait + float(np.var(e, ddof=1))) ** 0.5) for e in added)
    known = trait / ((one.sd or 0) * (other.sd or 0))
    found = difference(one, other, Overlap(8, known, 10**9))

    assert found
    assert known < 0.9
    assert (found.low, found.high) == pytest.approx(r_s_interval(*added), abs=1e-6)


def freedom_of(people: int, parts: int, r: float, *, alike: bool) -> float:
    """Return the degrees of freedom of the variance of a part's difference, 2 m² / v, in 20,000 made-up comparisons.

    `alike`: whether people differ alike in all parts, or anew in each.
    """
    rng = np.random.default_rng(3)
    trait = rng.standard_normal((20_000, 1 if alike else parts, people)) * r**0.5
    waves = [trait + (1 - r) ** 0.5 * rng.standard_normal((20_000, parts, people)) for _ in range(2)]
    x, y = (w - w.mean(axis=2, keepdims=True) for w in waves)
    found = (x * y).sum(axis=(1, 2)) / np.sqrt((x**2).sum(axis=(1, 2)) * (y**2).sum(axis=(1, 2)))
    s, t = (w[:, 0].std(axis=1, ddof=1) for w in (x, y))
    variance = s**2 + t**2 - 2 * found * s * t
    return float(2 * variance.mean() ** 2 / variance.var())


@pytest.mark.parametrize(("people", "parts", "r"), [(10, 2, 0.8), (10, 4, 0.6), (20, 4, 0.8), (20, 10, 0.6)])
def test_what_a_correlation_over_several_parts_leaves_free(people: int, parts: int, r: float) -> None:
    one = Group(people, 60.0, 15.0)
    found = difference(one, Group(people, 50.0, 15.0), Overlap(people, r, parts))

    assert found
    half, error = found.points - found.low, (2 * (1 - r) / people) ** 0.5 * 15
    fewest, most = (freedom_of(people, parts, r, alike=alike) for alike in (False, True))
    assert float(stdtrit(most, 0.975)) < half / error < float(stdtrit(fewest, 0.975))
    assert freedom_of(people, 1, r, alike=True) == pytest.approx(people - 1, rel=0.04)


def test_hedges_g_as_published() -> None:
    """Borenstein and others (2009), Introduction to Meta-Analysis, chapter 4: 103 and 100, s 5.5 and 4.5, n 50 each."""
    assert effect(Group(50, 103, 5.5), Group(50, 100, 4.5)) == pytest.approx(0.5924, abs=5e-5)


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [((48, 80), (56, 70), 5.24, 33.39), ((3, 10), (9, 10), 17.05, 80.9), ((0, 10), (10, 10), 60.75, 100)],
)
def test_the_interval_of_a_shift_as_published(
    before: tuple[int, int], after: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe (1998), Statistics in Medicine 17:873-890, table II, method 10."""
    found = shift(before, after)

    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-3)


def test_without_a_spread_there_is_no_difference_to_judge() -> None:
    assert difference(Group(6, 60.0, 0.0), Group(6, 50.0, 0.0)) is None
    assert difference(Group(6, 60.0, 9.0), Group(6, 50.0, 0.0)) is not None


@pytest.mark.parametrize("reliability", [0.6, 0.8])
@pytest.mark.parametrize("turnover", [0.0, 0.2, 0.5])
@pytest.mark.parametrize("n", [8, 20, 40])
def test_without_a_change_it_seldom_says_moved(reliability: float, turnover: float, n: int) -> None:
    """At most 6 in 100, and with linked people at least 4; 1,500 runs allow for three standard errors more.

    The whole table: the script, 20,000 runs.
    """
    for times in change.SAMPLED:
        rate = change.rate(change.Team(reliability, turnover, n, times), runs=1500)
        assert max(rate.linked or 0, rate.coded, rate.unlinked) <= 0.06 + 3 * (0.06 * 0.94 / 1500) ** 0.5
        assert n < change.FROM or (rate.linked or 0) >= 0.04 - 3 * (0.04 * 0.96 / (1500 * rate.told)) ** 0.5


def test_linked_people_make_it_less_timid() -> None:
    rate, power = (change.rate(change.Team(0.8, 0.2, 20, 1), shift, 1500) for shift in (0, change.SHIFT))

    assert 0.025 <= rate.coded <= 0.065
    assert rate.unlinked < 0.015
    assert power.coded > power.unlinked + 0.2


def test_what_methods_print_is_what_the_simulation_finds() -> None:
    """With 1,500 of the 20,000 runs, within three standard errors and the rounding."""
    for trial in (t for t in TRIALS if t.people == 12):
        team = change.Team(0.6, trial.others / 100, 12, 1)
        false, power = (change.rate(team, shift, 1500) for shift in (0, change.SHIFT))
        assert all(100 * r <= most + 1 for r, most in zip(false[1:3], trial.false, strict=True))
        assert all(abs(100 * r - least) <= 5 for r, least in zip(power[1:3], trial.found, strict=True))
    assert max(max(t.false) for t in TRIALS) <= MOST_FALSE <= 6
    assert 4 <= LINKED_FALSE[0] < LINKED_FALSE[1] <= MOST_FALSE


def test_people_who_hardly_differ_from_themselves_do_not_make_every_change_a_real_one() -> None:
    """A correlation of 1 would leave no variance where all are linked, nor a doubt who of few scored how."""
    before = np.array([40.0, 45, 50, 55, 60, 65, 70, 75])
    after = before + np.array([1.0, -1, 2, 0, 1, -1, 1, 0])
    told = pooled([np.column_stack([before, after])] * 4, 4 * 8)
    found = difference(Group(8, float(after.mean()), 12.0), Group(8, float(before.mean()), 12.0), Overlap(8, told or 0))

    assert told == 0.9
    assert found
    assert found.low < 0 < found.points < found.high


def test_people_of_whom_it_may_not_be_told_count_in_the_correlation() -> None:
    """Nine of twelve people are linked, and it is told of seven: seven times .8 is about nine times .6."""
    rng = np.random.default_rng(4)
    pairs = [rng.multivariate_normal([50, 50], [[200, 120], [120, 200]], 9) for _ in range(400)]

    assert pooled(pairs, 400 * 9) == 0.6
    assert pooled(pairs, 400 * 7) == 0.8
    assert pooled(pairs, 400 * 5) == 1


def test_no_more_people_are_linked_than_stand_behind_a_mean() -> None:
    found, most = (difference(Group(7, 50, 20.0), Group(9, 36, 22.0), Overlap(n, 0.9)) for n in (16, 7))

    assert found == most


@pytest.mark.parametrize(("linked", "told"), [(7, 7), (9, 7), (12, 12), (3, 0)])
def test_the_simulation_decides_as_the_product_does(linked: int, told: int) -> None:
    rng = np.random.default_rng(7)
    before, after = (rng.uniform(20, 80, size=(200, change.ROWS, 12)).round() for _ in range(2))
    after[:, :, :linked] = (0.7 * before[:, :, :linked] + 0.3 * after[:, :, :linked]).round()
    said, known = change.moved(before, after, linked)
    assert change.told(linked, 12) == told
    for run in range(200):
        pairs = [np.column_stack([before[run, row, :linked], after[run, row, :linked]]) for row in range(change.ROWS)]
        r = pooled(pairs, change.ROWS * told) if told else None
        one, other = (Group(12, float(w[run, 0].mean()), coarse(float(w[run, 0].std(ddof=1)))) for w in (after, before))
        found = difference(one, other, None if r is None else Overlap(told, r, change.ROWS))
        assert found
        assert (r is not None) == known[run]
        assert (found.low > 0 or found.high < 0) == said[run]
