"""Nobody can work out a figure for fewer than five people from everything that is published."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, combinations_with_replacement

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assessor.answers import BLANK, Answers
from assessor.bank import Bank
from assessor.disclosure import SMALLEST, Published, View, partition, publish
from assessor.score import score
from tests.disclosed import ITEMS, WHO, table, widened


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


# Cells


@pytest.mark.parametrize(
    ("people", "cells", "held"),
    [
        ({"gardener": 9, "guest": 6, "child": 5, "owner": 7}, ["gardener", "guest", "child", "owner"], []),
        ({"gardener": 9, "guest": 3, "child": 2, "owner": 7}, ["gardener", "guest child", "owner"], []),
        ({"gardener": 9, "guest": 12, "child": 2}, ["gardener", "guest child"], []),
        ({"gardener": 9, "guest": 3, "child": 1}, ["gardener"], ["guest", "child"]),
        ({"gardener": 9, "owner": 4}, ["gardener"], ["owner"]),
        ({"gardener": 4, "guest": 2, "child": 2, "owner": 3}, [], ["gardener", "guest", "child", "owner"]),
    ],
)
def test_small_perspectives_are_pooled_or_held_back(
    wide: Bank, people: Mapping[str, int], cells: list[str], held: list[str]
) -> None:
    made, kept = partition(wide, people, SMALLEST, {})

    assert [" ".join(cell.perspectives) for cell in made] == cells
    assert list(kept) == held


@given(
    people=st.dictionaries(st.sampled_from(WHO), st.integers(0, 20)),
    smallest=st.integers(5, 12),
)
def test_every_cell_is_large_enough_and_everybody_is_in_one_cell_or_held_back(
    wide: Bank, people: dict[str, int], smallest: int
) -> None:
    cells, held = partition(wide, people, smallest, {})

    assert all(cell.people >= smallest for cell in cells)
    assert sorted([*(p for cell in cells for p in cell.perspectives), *held]) == sorted(p for p in people if people[p])


def test_what_one_person_answered_is_shown_to_her_as_it_was_scored(wide: Bank) -> None:
    answers = table([("gardener", (2, 0, 3, BLANK, 1))])
    shown, scored = publish(wide, answers, smallest=1).everyone, score(wide, answers)

    assert publish(wide, answers).everyone is None
    assert shown
    assert {row: found.whole.mean for row, found in shown.rows.items()} == {
        row: found.whole.mean for row, found in scored.rows.items()
    }
    assert shown.items["water-2"].blank == 1


def test_where_nobody_left_anything_out_a_group_has_the_mean_and_the_spread_in_whole_points_of_its_people(
    wide: Bank,
) -> None:
    rng = np.random.default_rng(4)
    answers = table([("gardener", [int(rng.integers(0, k)) for k in (7, 3, 4, 11, 2)]) for _ in range(12)])
    shown, scored = publish(wide, answers).everyone, score(wide, answers)

    assert shown
    for row, found in scored.rows.items():
        assert shown.rows[row].whole.mean == pytest.approx(found.whole.mean)
        assert found.whole.sd
        assert shown.rows[row].whole.sd == round(found.whole.sd)


def test_who_was_not_asked_a_row_is_not_behind_its_score(wide: Bank) -> None:
    people: list[Person] = [("gardener", (n % 3, 1, 2, n, 1)) for n in range(12)]
    asked = np.array([[True, n < 7] for n in range(12)])
    codes = np.array(
        [said if n < 7 else (said[0], BLANK, BLANK, BLANK, 1) for n, (_, said) in enumerate(people)], np.int8
    )
    found = publish(wide, replace(table(people), codes=codes, asked=asked)).everyone

    assert found
    assert (found.rows["core"].whole.n, found.rows["B1"].whole.n) == (12, 7)
    assert (found.items["soil-1"].n, found.items["soil-2"].n) == (12, 7)
    few = publish(wide, replace(table(people), codes=codes, asked=asked & (np.arange(12) < 4)[:, None])).everyone
    assert few
    assert few.rows["B1"].whole.mean is None


# An attacker: every published mean and count is linear in who gave which answer, so linear algebra finds all that sums
# and differences can tell.

Person = tuple[str, tuple[int, ...]]
Figures = NDArray[np.float64]


def published(bank: Bank, answers: Answers) -> Figures:
    """Return every mean and count of everything that is published, in a fixed order."""
    found = publish(bank, answers)
    views = [v for v in (found.everyone, *found.cells) if v]
    return np.array([figure for view in views for figure in figures(view)], np.float64)


def figures(view: View) -> Iterator[float]:
    for tally in view.items.values():
        yield tally.mean or 0
        yield from tally.standings.values()
        yield from (tally.counts or {}).values()
    for row in view.rows.values():
        yield from (group.mean or 0 for group in (row.whole, row.tested, row.observed))
    yield from (group.mean or 0 for group in view.facets.values())


def naive(bank: Bank, answers: Answers) -> Figures:
    """Return what a report shows that only looks at how many people stand behind each figure."""
    found = score(bank, answers)
    groups = [group for row in found.rows.values() for group in (row.whole, row.tested, row.observed)]
    means = [item.mean for item in found.items.values() if item.n >= SMALLEST]
    return np.array([*(g.mean for g in groups if g.n >= SMALLEST), *means], np.float64)


def isolated(bank: Bank, people: Sequence[Person], attack: object = published) -> tuple[Person, ...]:
    """Return a group of one to four people whose answers alone decide some combination of the figures; else nothing.

    People of one perspective who left out the same items change the figures in the same ways, so a combination that
    only depends on a group exists if, and only if, the figures lose a dimension without it; and only whole classes of
    such people can make that difference.
    """
    assert callable(attack)
    classes = Counter(pattern(bank, person) for person in people)
    ways = {c: _ways(bank, people, next(p for p in people if pattern(bank, p) == c), attack) for c in classes}
    whole = _rank(ways.values())
    for size in range(1, SMALLEST):
        for group in combinations(classes, size):
            rest = [columns for c, columns in ways.items() if c not in group]
            if sum(classes[c] for c in group) < SMALLEST and _rank(rest) < whole:
                return tuple(p for p in people if pattern(bank, p) in group)
    return ()


def pattern(bank: Bank, person: Person) -> tuple[str, tuple[str | None, ...]]:
    """Return what distinguishes a person's answers apart from which of the scored answers they are."""
    codes = (bank.codes[item][code] if code != BLANK else None for item, code in zip(ITEMS, person[1], strict=True))
    return person[0], tuple("" if c and c.alignment is not None else c and c.code for c in codes)


def _ways(bank: Bank, people: Sequence[Person], person: Person, attack: object) -> Figures:
    """Return how the figures change when one person answers otherwise, a column for each other answer."""
    assert callable(attack)
    place, base = people.index(person), attack(bank, table(people))
    columns = []
    for n, item in enumerate(ITEMS):
        scored = [k for k, code in enumerate(bank.codes[item]) if code.alignment is not None]
        for other in (k for k in scored if person[1][n] in scored and k != person[1][n]):
            codes = (*person[1][:n], other, *person[1][n + 1 :])
            changed = [*people[:place], (person[0], codes), *people[place + 1 :]]
            columns.append(attack(bank, table(changed)) - base)
    return np.array(columns, np.float64).T if columns else np.zeros((len(base), 0))


def _rank(columns: object) -> int:
    found = [c for c in columns if c.size]  # type: ignore[attr-defined]
    return int(np.linalg.matrix_rank(np.hstack(found), tol=1e-7)) if found else 0


def test_the_attacker_finds_the_one_who_left_something_out_of_a_naive_report(wide: Bank) -> None:
    people: list[Person] = [("gardener", (n % 7, n % 3, n % 4, n, n % 2)) for n in range(11)]
    people.append(("gardener", (3, 1, 2, BLANK, 1)))

    assert isolated(wide, people, naive) == (people[-1],)
    assert isolated(wide, people) == ()


@st.composite
def services(draw: st.DrawFn) -> list[Person]:
    """Draw a service of up to four perspectives in which some leave out, do not know or are not concerned."""
    people: list[Person] = []
    for who in draw(st.lists(st.sampled_from(WHO), min_size=1, unique=True)):
        gaps = st.sampled_from([(), (), (0,), (1, 3), (2,), (3, 4), (0, 1, 2, 3)])
        for gap in draw(st.lists(gaps, min_size=1, max_size=8)):
            full = [draw(st.integers(0, k - 1)) for k in (7, 3, 4, 11, 2)]
            unknown = draw(st.sampled_from([BLANK, "dk"]))
            left = {n: BLANK if unknown == BLANK else (7, 3, 4, 11, 2)[n] for n in gap}
            people.append((who, tuple(left.get(n, code) for n, code in enumerate(full))))
    return people


@settings(max_examples=25)
@given(people=services())
def test_no_combination_of_published_figures_isolates_fewer_than_five(wide: Bank, people: list[Person]) -> None:
    assert isolated(wide, people) == ()


@settings(max_examples=60)
@given(people=services())
def test_how_many_have_a_score_tells_of_no_smaller_group(wide: Bank, people: list[Person]) -> None:
    """Else the spread of everybody and of the cells would give away those in whose cell too few have one."""
    found = publish(wide, table(people))
    if found.everyone and found.cells:
        for row, score in found.everyone.rows.items():
            left = score.whole.n - sum(cell.rows[row].whole.n for cell in found.cells)
            told = any(cell.rows[row].whole.n for cell in found.cells)
            assert not left or not told


def test_scores_of_everybody_are_not_over_cells_in_which_few_have_one(wide: Bank) -> None:
    """Three of five guests answered what was observed; set beside another spread, one over nine would tell theirs."""
    people: list[Person] = [("gardener", (1, 1, 1, n, 1)) for n in range(6)]
    people += [("guest", (2, 1, 2, 3, 0)) for _ in range(3)]
    people += [("guest", (2, BLANK, BLANK, BLANK, 0)) for _ in range(2)]
    found = publish(wide, table(people)).everyone

    assert found
    assert found.items["water-1"].n == 9
    assert (found.rows["B1"].observed.n, found.facets["B1", "water"].n, found.rows["B1"].tested.n) == (6, 6, 11)


def test_a_tally_that_is_too_small_cannot_be_subtracted_out(wide: Bank) -> None:
    few: list[Person] = [("gardener", (1, 1, 1, 1 if n < 3 else BLANK, 1)) for n in range(6)]
    others: list[Person] = [
        (who, (2, 1, 2, n, 0)) for who in ("guest", "owner") for n in range(6 if who == "guest" else 9)
    ]
    found = publish(wide, table([*few, *others]))
    gardener, guest, owner = found.cells

    assert gardener.hidden == {"water-2": "few"}
    assert guest.hidden == {"water-2": "kept"}
    assert owner.hidden == {}
    assert found.everyone
    assert found.everyone.items["water-2"].n == 18


def test_where_nobody_answered_a_few_who_do_not_know_are_not_counted(wide: Bank) -> None:
    people: list[Person] = [("gardener", (1, 1, 1, 11 if n < 4 else BLANK, 1)) for n in range(6)]
    few, enough = publish(wide, table(people)).everyone, publish(wide, table([*people, *people])).everyone

    assert few
    assert (few.hidden, "water-2" in few.items) == ({"water-2": "few"}, False)
    assert enough
    assert (enough.items["water-2"].n, enough.items["water-2"].dk) == (0, 8)


def test_answers_are_counted_one_by_one_only_where_every_cell_has_ten_people(wide: Bank) -> None:
    def found(guests: int) -> Published:
        people: list[Person] = [("gardener", (1, 1, 1, 1, 1)) for _ in range(12)]
        return publish(wide, table([*people, *(("guest", (2, 1, 2, 3, 0)) for _ in range(guests))]))

    small, large = found(9), found(10)
    assert [view.items["soil-1"].counts is None for view in (*small.cells, *large.cells)] == [False, True, False, False]
    assert small.everyone
    assert small.everyone.items["soil-1"].counts is None
    assert large.everyone
    assert large.everyone.items["soil-1"].counts


def test_of_a_group_nobody_learns_who_left_something_out(wide: Bank) -> None:
    people: list[Person] = [("gardener", (1, 1, 4, BLANK, 1)) for _ in range(5)]
    people += [("gardener", (1, 1, 1, 1, 1)) for _ in range(10)]
    found = publish(wide, table(people)).everyone

    assert found
    assert {(t.na, t.blank) for t in found.items.values()} == {(0, 0)}


def test_rows_and_facets_tell_nothing_that_the_tallies_do_not(wide: Bank) -> None:
    """Search every way in which five people can answer two questions: equal tallies give equal reports."""
    said: dict[object, set[object]] = {}
    for answers in combinations_with_replacement([(a, b) for a in range(4) for b in range(2)], 5):
        found = publish(wide, table([("gardener", pair) for pair in answers], ("water-1", "light-1"))).everyone
        assert found
        tallies = tuple((t.mean, tuple(t.standings.items())) for t in found.items.values())
        means = tuple(g and round(g.mean or 0, 9) for g in (*(r.whole for r in found.rows.values()),))
        said.setdefault(tallies, set()).add(means)

    assert len(said) > 50
    assert {len(means) for means in said.values()} == {1}
