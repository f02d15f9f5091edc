"""Agreement equals what the published formulas and another program give, and is told apart from chance."""

import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from assessor.agreement import CRITICAL, Ratings, agreement, critical
from tests.simulations import agreement as simulation

ORACLE = Path(__file__).parent / "oracles" / "agreement.R"
# Seven raters, three five-point items, as R 4.2.2 with package multilevel 2.7 has it:
# rwg.j.lindell(x, g, ranvar = 2) and ad.m(x, g).
ITEMS = ([3, 4, 4, 4, 5, 2, 3], [1, 1, 3, 5, 5, 2, 4], [5, 5, 5, 4, 5, 5, 5])
LINDELL, AD_M = 0.31746031746031744, 0.81632653061224503


def counted(*items: Iterable[int], points: int = 5) -> list[list[int]]:
    """Return how many people gave each answer 1, 2, ... to each item, from their answers one by one."""
    return [[list(answers).count(x) for x in range(1, points + 1)] for answers in items]


def test_figures_equal_those_of_r() -> None:
    found = Ratings(counted(*ITEMS))

    assert found.r_wg_star == pytest.approx(LINDELL, abs=1e-12)
    assert found.ad_m == pytest.approx(AD_M, abs=1e-12)


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not here; on Debian the test command installs it")
def test_every_group_of_three_data_sets_comes_out_as_in_r() -> None:
    printed = subprocess.run(["Rscript", str(ORACLE)], capture_output=True, text=True, check=True).stdout
    sets = Counter[str]()
    for name, _, items, lindell, deviation, *ratings in map(str.split, printed.splitlines()):
        found = Ratings(counted(*np.array(ratings, int).reshape(int(items), -1).tolist()))
        sets[name] += 1
        assert found.r_wg_star == pytest.approx(float(lindell), abs=1e-9)
        assert found.ad_m == pytest.approx(float(deviation), abs=1e-9)

    assert sets == {"bh1996": 99, "bhr2000": 99, "klein2000": 50}


def test_agreement_follows_the_published_formulas() -> None:
    """Five raters, five points: 3 4 4 4 5 has s² = 0.5, so r*wg = 1 - 0.5 / 2; AD_M = (1 + 0 + 0 + 0 + 1) / 5."""
    alike, apart = [3, 4, 4, 4, 5], [1, 1, 3, 5, 5]

    assert Ratings(counted(alike)).r_wg_star == pytest.approx(0.75)
    assert Ratings(counted(alike)).ad_m == pytest.approx(0.4)
    assert Ratings(counted(alike, apart)).r_wg_star == pytest.approx(1 - (0.25 + 2) / 2)  # it may be negative


def test_four_people_are_too_few() -> None:
    assert agreement(counted(ITEMS[0][:4])) is None
    assert agreement(counted(ITEMS[0][:5], ITEMS[1][:4])) == agreement(counted(ITEMS[0][:5]))


def test_scales_of_other_lengths_have_no_critical_value_and_no_common_unit() -> None:
    found = agreement([*counted(*ITEMS[:2]), *counted(ITEMS[2], points=7)])

    assert found
    assert (found.ad_m, found.critical) == (None, None)


def test_critical_values_are_those_of_the_simulation() -> None:
    assert simulation.table() == CRITICAL


@pytest.mark.parametrize(("people", "items", "value"), [(5, 1, 0.75), (11, 1, 0.51), (14, 1, 0.45), (1000, 20, 0.05)])
def test_between_the_lines_the_stricter_value_counts(people: int, items: int, value: float) -> None:
    assert critical(people, items) == value


def test_random_answers_rarely_pass_for_agreement() -> None:
    rng = np.random.default_rng(8)
    passed = [
        found.r_wg_star > (found.critical or 0)
        for _ in range(4000)
        if (found := agreement(counted(*rng.integers(1, 6, size=(4, 8)).tolist())))
    ]

    assert 0.03 < sum(passed) / 4000 < 0.06
