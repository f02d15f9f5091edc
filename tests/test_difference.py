"""Differences of means and shares, against published examples, R, and made-up people without a change."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from scipy.special import stdtr, stdtrit

from assessor.difference import MOST_FALSE, TRIALS, Overlap, difference, effect, shift
from assessor.disclosure.overlap import correlation as pooled
from assessor.disclosure.published import coarse
from assessor.score import Group
from tests.simulations import change

# Derrick, Toher and White (2017), The Quantitative Methods for Psychology 13:120-126: eight alone and eight in both.
A, A_BOTH = [20, 21, 16, 18, 14, 12, 14, 17], [14, 15, 18, 20, 11, 19, 14, 15]
B, B_BOTH = [10, 16, 18, 16, 15, 14, 13, 10], [15, 10, 15, 17, 13, 19, 12, 13]
ORACLE = """
a <- c({a}); b <- c({b})
w <- t.test(a, b); p <- t.test(a, b, paired = TRUE)
cat(sprintf("%.15g\\n", c(w$conf.int, p$conf.int)))
"""


def group(scores: list[int]) -> Group:
    """Return the group of some scores."""
    found = np.array(scores, np.float64)
    return Group(len(found), float(found.mean()), float(found.std(ddof=1)))


def correlation(one: list[int], other: list[int]) -> float:
    return float(np.corrcoef(one, other)[0, 1])


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


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not here; on Debian the test command installs it")
def test_without_linked_people_it_is_welch_s_and_with_all_linked_the_paired_t_as_r_has_them() -> None:
    """With all linked, Derrick's has the variance and the degrees of freedom of the paired t."""
    script = ORACLE.format(a=", ".join(map(str, A)), b=", ".join(map(str, B)))
    printed = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True).stdout
    welch_low, welch_high, paired_low, paired_high = map(float, printed.split())
    alone = difference(group(A), group(B))
    linked = difference(group(A), group(B), Overlap(8, correlation(A, B)))

    assert alone
    assert (alone.low, alone.high) == pytest.approx((welch_low, welch_high), abs=1e-9)
    assert linked
    assert (linked.low, linked.high) == pytest.approx((paired_low, paired_high), abs=1e-9)


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
    """At most 6 in 100; 1,500 runs allow for two standard errors more. The whole table: the script, 10,000 runs."""
    for times in change.SAMPLED:
        rate = change.rate(reliability, turnover, n, times, runs=1500)
        assert max(rate) <= 0.06 + 2 * (0.06 * 0.94 / 1500) ** 0.5


def test_linked_people_make_it_less_timid() -> None:
    rate, power = (change.rate(0.8, 0.2, 20, 1, shift, 1500) for shift in (0, change.SHIFT))

    assert 0.025 <= rate.linked <= 0.065
    assert rate.unlinked < 0.015
    assert power.linked > power.unlinked + 0.15


def test_what_methods_print_is_what_the_simulation_finds() -> None:
    """With 1,500 of the 10,000 runs, within three standard errors and the rounding."""
    for trial in (t for t in TRIALS if t.people == 12):
        rates = [change.rate(0.6, trial.others / 100, 12, 1, shift, 1500) for shift in (0, change.SHIFT)]
        assert all(100 * r <= most + 1 for r, most in zip(rates[0], trial.false, strict=True))
        assert all(abs(100 * r - least) <= 5 for r, least in zip(rates[1], trial.found, strict=True))
    assert max(max(t.false) for t in TRIALS) == MOST_FALSE


def test_people_who_hardly_differ_from_themselves_do_not_make_every_change_a_real_one() -> None:
    """A correlation that rounds to 1 would leave no variance where all are linked."""
    before = np.array([40.0, 45, 50, 55, 60, 65, 70, 75])
    after = before + np.array([1.0, -1, 2, 0, 1, -1, 1, 0])
    told = pooled([np.column_stack([before, after])] * 4)
    found = difference(Group(8, float(after.mean()), 12.0), Group(8, float(before.mean()), 12.0), Overlap(8, told or 0))

    assert told == 0.9
    assert found
    assert found.low < 0 < found.points < found.high


def test_no_more_people_are_linked_than_stand_behind_a_mean() -> None:
    found, most = (difference(Group(7, 50, 20.0), Group(9, 36, 22.0), Overlap(n, 0.9)) for n in (16, 7))

    assert found == most


def test_the_simulation_decides_as_the_product_does() -> None:
    rng = np.random.default_rng(7)
    before, after = (rng.uniform(20, 80, size=(200, change.ROWS, 12)).round() for _ in range(2))
    after[:, :, :7] = (0.7 * before[:, :, :7] + 0.3 * after[:, :, :7]).round()
    said = change.moved(before, after, 7, link=True)
    for run in range(200):
        told = pooled([np.column_stack([before[run, row, :7], after[run, row, :7]]) for row in range(change.ROWS)])
        one, other = (Group(12, float(w[run, 0].mean()), coarse(float(w[run, 0].std(ddof=1)))) for w in (after, before))
        found = difference(one, other, None if told is None else Overlap(7, told))
        assert found
        assert (found.low > 0 or found.high < 0) == said[run]
