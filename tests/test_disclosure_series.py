"""What is published of three waves, and of waves that were deleted since, makes out no few people.

Beside each attack stands a way of publishing that it beats, so that it is known to be able to.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from itertools import permutations, product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.special import stdtrit

from assessor import series
from assessor.answers import Answer
from assessor.assessed import Assessed, surveyed
from assessor.disclosure import SMALLEST, overlap
from assessor.report import Occasion
from assessor.score import Table
from tests.disclosed import OWN, widened
from tests.surveys import begun, opened
from tests.test_disclosure_pairs import linked_of, near
from tests.waves import INVITED, Reader, Waves, answered, links, wave
from tests.waves import series as any_series

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from assessor.bank import Bank
    from assessor.difference import Difference
    from assessor.report import ComparisonReport
    from assessor.score import Group
    from assessor.store import Store, Survey

    Told = Callable[[int, int, int], int]
    Numbers = NDArray[np.int64]

GIVEN, NOW = "2026-11-23T09:30:00+00:00", "2026-12-24T09:30:00+00:00"


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


@pytest.fixture(scope="module")
def told(wide: Bank) -> Told:
    """Return of how many linked people it is told, given how many there are in two waves and in both."""
    return cache(lambda size, again, known: linked_of(wide, size, again, known))


# Counts: how many came at which of three times follows from how many are linked between each two

STEPS, CIRCLE = ((0, 1), (1, 2)), ((0, 1), (1, 2), (0, 2))
TIMES = ((0, 1, 2), (0, 1), (1, 2), (0, 2), (0,), (1,), (2,))
GROUPS = np.array(list(product((0, 1), repeat=len(TIMES)))).T  # people who came at some times, and at some others, ...


def ways(sizes: Sequence[int]) -> Numbers:
    """Return all ways in which so many people can have come at three times: a line each, with a number per TIMES."""
    often, once = TIMES[:4], TIMES[4:]
    numbers = np.array(list(product(*(range(min(sizes[t] for t in times) + 1) for times in often))))
    rest = [sizes[t] - numbers[:, [t in times for times in often]].sum(axis=1) for (t,) in once]
    found: Numbers = np.column_stack([numbers, *rest])
    return found[(found >= 0).all(axis=1)]


def counted_out(told: Told, sizes: Sequence[int], pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, ...], set[int]]:
    """Return what may be told of linked people, with the numbers of one to four people that follow from it.

    One follows where it is the same in every way that fits what is told.
    """
    fitting = defaultdict(list)
    for way in ways(sizes):
        known = [sum(way[n] for n, times in enumerate(TIMES) if {*pair} <= {*times}) for pair in pairs]
        fitting[tuple(told(sizes[a], sizes[b], int(k)) for (a, b), k in zip(pairs, known, strict=True))].append(way)
    return {said: _the_same(np.array(found) @ GROUPS) for said, found in fitting.items()}


def _the_same(groups: Numbers) -> set[int]:
    low, high = groups.min(axis=0), groups.max(axis=0)
    return {*low[(low == high) & (low > 0) & (low < SMALLEST)].tolist()}


def test_of_waves_joined_in_a_circle_somebody_is_counted_out_and_of_single_steps_nobody(told: Told) -> None:
    """Five came three times, one the first time and the third: those two waves give her away, joined as well."""
    assert counted_out(told, (12, 5, 12), CIRCLE)[5, 5, 6] == {1}

    for sizes in product((5, 6, 11, 12), repeat=3):
        assert set().union(*counted_out(told, sizes, STEPS).values()) == set()


def asked(store: Store, bank: Bank, number: int, codes: Iterable[str]) -> Survey:
    """Return a survey that is over, of people who gave a code or none."""
    survey = opened(store, bank, f"Wave {number}")
    token = store.surveys.share(survey.id)
    for n, code in enumerate(codes):
        given = {item: Answer(str(1 + (n + k * number) % 5)) for k, item in enumerate(("soil-1", "light-1"), 1)}
        store.drafts.submit(begun(store, token, given=given).key, GIVEN, code)
    store.surveys.close(survey.id, f"2026-12-{number:02}T12:00:00+00:00")
    return store.surveys.survey(survey.id)


def same_codes(store: Store, before: Survey, after: Survey) -> dict[str, str]:
    """Return the links between any two surveys."""
    sql = "SELECT id, keep_hash FROM response WHERE assessment_id = $1 AND keep_hash IS NOT NULL"
    with store._driver.read() as db:
        early, late = ({r["keep_hash"]: r["id"] for r in db.rows(sql, survey.id)} for survey in (before, after))
    return {early[code]: late[code] for code in early.keys() & late.keys()}


def compared(
    store: Store, bank: Bank, pair: tuple[Survey, Survey], join: Callable[[Store, Survey, Survey], Any]
) -> ComparisonReport:
    before, after = (surveyed(bank, store, survey, NOW) for survey in pair)
    return after.comparison(bank, before, join(store, *pair))


@pytest.mark.parametrize(("join", "found"), [(same_codes, {1}), (series.links, set())])
def test_deleting_the_middle_one_of_three_closes_no_circle(
    store: Store, garden: Bank, told: Told, join: Callable[[Store, Survey, Survey], Any], found: set[int]
) -> None:
    always, twice = [f"always {n}" for n in "abcde"], ["twice"]
    one = asked(store, garden, 1, [*always, *twice, *[""] * 6])
    two = asked(store, garden, 2, always)
    three = asked(store, garden, 3, [*always, *twice, *[""] * 6])
    said = [compared(store, garden, pair, join).linked for pair in ((one, two), (two, three))]
    store.delete(two.id)
    last = compared(store, garden, (one, three), join).linked

    assert said == [5, 5]
    assert counted_out(told, (12, 5, 12), CIRCLE if last else STEPS)[*said, *([last] if last else [])] == found
    now = series.followed(garden, store, three, surveyed(garden, store, three, NOW), NOW)
    assert now.since
    assert (now.since.occasion.wave, now.links) == ("Wave 1", {})


# Orders: all ways in which the answers of one wave can go on in the next


def people(size: int, seed: int, times: int = 3) -> Waves:
    """Return waves of the same people, all linked, in which answers move by a step or none."""
    rng = np.random.default_rng(seed)
    lines = [answered(rng) for _ in range(size)]
    waves = []
    for _ in range(times):
        waves.append(wave({f"p{n}": ("gardener", line) for n, line in enumerate(lines)}))
        lines = [[near(rng, code, column) for column, code in enumerate(line)] for line in lines]
    return tuple(waves)


def goes_on(reader: Reader, waves: Waves) -> set[tuple[int, ...]]:
    """Return the orders of the last wave's people after which every letter of what is published is the same."""
    joined, said = reader.joined(waves), reader.everything(waves)
    last, size = waves[-1], len(waves[-1].persons)
    worlds = {p: (*waves[:-1], replace(last, codes=last.codes[list(p)])) for p in permutations(range(size))}
    return {p for p, w in worlds.items() if reader.joined(w) == joined and reader.everything(w) == said}


def test_earlier_waves_tell_nothing_more_of_how_answers_went_on(wide: Bank) -> None:
    """Joined in a circle, they do: fewer orders are left."""
    for seed in range(4):
        waves = people(5, seed)
        step = goes_on(Reader(wide), waves[1:])

        assert goes_on(Reader(wide), waves) == step
        assert goes_on(Reader(wide, around=True), waves) < step


# Since last time, and reports that come back as PDFs: what a comparison without links tells beside one with them


@settings(max_examples=25)
@given(waves=any_series())
def test_a_report_says_of_the_wave_before_what_their_comparison_says_and_nothing_else(wide: Bank, waves: Waves) -> None:
    occasions = [Occasion(service="North", wave=str(n), date="", perspectives=(), innovations=()) for n in range(2)]
    before, after = (
        Assessed(occasion, answers, smallest=SMALLEST, invited=INVITED)
        for occasion, answers in zip(occasions, waves, strict=False)
    )
    known = links(*waves[:2])
    report = replace(after, since=before, links=known).report(wide)

    assert report.since == after.comparison(wide, before, known)
    assert replace(report.basis, since=None, linked=0, overlaps={}) == after.basis(wide)
    assert report.basis.since == before.basis(wide)


def groups(reader: Reader, waves: Waves) -> list[Group]:
    """Return what is published of the tested row each time."""
    views = (reader.basis(n, answers).published.everyone for n, answers in enumerate(waves))
    return [view.rows["B1"].whole for view in views if view]


def recovered(test: Difference, one: Group, other: Group) -> float:
    """Return the correlation that an interval with links gives away beside Welch's, which follows from two reports."""
    a, b = ((group.sd or 0) ** 2 / group.n for group in (one, other))
    welch = (a + b) ** 2 / (a**2 / (one.n - 1) + b**2 / (other.n - 1))
    size, n = one.n + other.n, test.linked
    freedom = n - 1 + (welch - n + 1) / size * (size - 2 * n)
    left = ((test.high - test.points) / stdtrit(freedom, 0.975)) ** 2
    return float((a + b - left) * one.n * other.n / (2 * n * (one.sd or 0) * (other.sd or 0)))


def moved(reader: Reader, waves: Waves) -> Difference:
    """Return what a comparison says of the tested row."""
    found = reader.comparison(waves, 0, 1)
    difference = next(move.change.difference for move in found.rows if move.row.id == "B1")
    assert difference
    return difference


@pytest.mark.parametrize("seed", [5, 15, 16, 19, 23])
def test_comparisons_with_links_and_without_tell_one_coarse_number(wide: Bank, seed: int) -> None:
    """In full precision it would leave one order of five people, who scored how the second time as the first."""
    waves, guarded, exact = people(5, seed, 2), Reader(wide), Reader(wide, guarded=False)
    told, true = (recovered(moved(reader, waves), *groups(guarded, waves)) for reader in (guarded, exact))

    assert told == pytest.approx(round(told, 1))
    assert true != pytest.approx(round(true, 1), abs=1e-4)
    assert len(goes_on(exact, waves)) == 1
    assert len(goes_on(guarded, waves)) >= SMALLEST - 1


def turned(bank: Bank, seed: int) -> Waves:
    """Return two waves of five people, in which whoever scored high the first time scores low the second."""
    before = people(5, seed, 1)[0]
    table = Table(bank, before)
    order = np.argsort(table.person_means("B1", [table.column[item] for item in OWN["B1"]]))
    codes = before.codes.copy()
    codes[order] = before.codes[order[::-1]]
    return before, replace(before, codes=codes)


@pytest.mark.parametrize("seed", [4, 6, 10, 28])
def test_that_everybody_changed_sides_is_not_told(wide: Bank, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounded to -1, a correlation of five people would leave one order."""
    waves = turned(wide, seed)

    assert len(goes_on(Reader(wide), waves)) >= 3
    monkeypatch.setattr(overlap, "MOST_ALIKE", 1.0)
    assert len(goes_on(Reader(wide), waves)) == 1
