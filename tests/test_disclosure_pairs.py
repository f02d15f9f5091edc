"""No two publications together, and no series of them, tell what fewer than five people answered.

Whoever reads the reports of several waves, what is compared between them and the trend over them may add, subtract,
count, and try every way in which the answers of one wave go on in the next. Three attackers try it; beside each stands
a way of publishing that it beats, so that it is known to be able to.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assessor.answers import BLANK, Answers
from assessor.bank import Bank
from assessor.disclosure import SMALLEST, linked_in, overlaps, partition, publish
from assessor.report import ComparisonReport
from tests.disclosed import ITEMS, POINTS, TOGETHER, exchanged, scored, widened
from tests.waves import INVITED, TESTED, Reader, Waves, answered, links, series, wave

TRIES = 100  # ways to join people to their other waves that are tried after one exchange


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


# Exchanges: worlds in which somebody answered otherwise, and every letter of every publication is the same


def swapped(waves: Waves, number: int, pair: tuple[int, int], columns: Sequence[int]) -> Waves:
    """Return the waves after two people exchanged some answers in one of them."""
    codes = exchanged(waves[number].codes, *pair, columns)
    return tuple(replace(w, codes=codes) if n == number else w for n, w in enumerate(waves))


def kind(bank: Bank, answers: Answers, person: int) -> tuple[object, ...]:
    """Return what people have in common who may exchange whole lines unseen: their cell, and what they left out."""
    who, codes = answers.perspectives[person], answers.codes[person].tolist()
    cell = next((cell for cell in cells(bank, answers) if who in cell), (who,))
    return cell, *(scored(c, n) or c for n, c in enumerate(codes))


def cells(bank: Bank, answers: Answers) -> list[tuple[str, ...]]:
    return [cell.perspectives for cell in partition(bank, Counter(answers.perspectives), SMALLEST, INVITED)[0]]


def _alike(bank: Bank, answers: Answers) -> list[tuple[int, int]]:
    """Return all pairs of people of a kind."""
    kinds = [kind(bank, answers, p) for p in range(len(answers.persons))]
    return [(a, b) for a, b in combinations(range(len(kinds)), 2) if kinds[a] == kinds[b]]


class Attack:
    """Tries to find out what a group of fewer than five people answered in sum to one question in one wave."""

    def __init__(self, reader: Reader, waves: Waves, number: int, group: Sequence[int], column: int) -> None:
        self._reader, self._truth, self._place = reader, waves, (number, column)
        self._group, self._random = frozenset(group), np.random.default_rng(20261126)
        self._waves, self._pairs, self._joined = reader.waves(waves), reader.pairs(waves), reader.joined(waves)

    def wins(self) -> bool:
        """Tell whether the group said the same in every world in which every letter of what is published is the same.

        Not counted is what the group said alike with everybody else of its cells: the figures of the cells say so.
        """
        codes = self._truth[self._place[0]].codes[:, self._place[1]].tolist()
        others = [(p, o) for p in self._group for o in self._beside(p) if codes[p] != codes[o]]
        said = self._reader.everything(self._truth)
        found = (w for p, o in others for w in self._worlds(p, o) if self._fits(w))
        return bool(others) and not any(self._reader.everything(w) == said for w in found)

    def _beside(self, person: int) -> list[int]:
        """Return who stands in a person's cell and gave an answer too, without the group."""
        number, column = self._place
        answers = self._truth[number]
        places = {p for cell in cells(self._reader.bank, answers) for p in cell if answers.perspectives[person] in cell}
        return [
            o
            for o, who in enumerate(answers.perspectives)
            if who in places and o not in self._group and scored(answers.codes[o, column], column)
        ]

    def _worlds(self, person: int, other: int) -> Iterator[Waves]:
        """Yield what people may have answered, had these two exchanged an answer: their waves alone say the same."""
        number, column = self._place
        for together in TOGETHER:
            columns = [ITEMS.index(item) for item in together]
            lines = self._truth[number].codes[[person, other]]
            one, two = ([scored(line[n], n) for n in columns] for line in lines)
            if column in columns and one == two:
                tried = swapped(self._truth, number, (person, other), columns)
                if self._reader.waves(tried) == self._waves:
                    yield from self._joined_anew(tried, person, other)

    def _fits(self, tried: Waves) -> bool:
        number, column = self._place
        before, after = (sum(w[number].codes[[*self._group], column].tolist()) for w in (self._truth, tried))
        same = self._reader.joined(tried) == self._joined and self._reader.pairs(tried) == self._pairs
        return before != after and same

    def _joined_anew(self, waves: Waves, person: int, other: int) -> Iterator[Waves]:
        """Yield the waves with people joined otherwise to what they answered at other times."""
        yield waves
        names = [waves[self._place[0]].persons[p] for p in (person, other)]
        along = waves
        for n, w in enumerate(waves):
            if n != self._place[0] and {*names} <= {*w.persons}:
                one, two = map(w.persons.index, names)
                same = kind(self._reader.bank, w, one) == kind(self._reader.bank, w, two)
                along = swapped(along, n, (one, two), range(len(ITEMS))) if same else along
        yield along
        alike = [_alike(self._reader.bank, w) for w in waves]
        for tried in range(TRIES):
            steps = 1 + tried % 3 if tried % 2 else 40
            moved = [w.codes.copy() for w in along]
            for _ in range(steps):
                n = int(self._random.integers(len(waves)))
                if alike[n]:
                    one, two = alike[n][int(self._random.integers(len(alike[n])))]
                    moved[n][[one, two]] = moved[n][[two, one]]
            yield tuple(replace(w, codes=codes) for w, codes in zip(along, moved, strict=True))


def few(draw: st.DataObject, bank: Bank, waves: Waves) -> tuple[int, tuple[int, ...], int]:
    """Draw a wave, fewer than five of its people who are of one kind and came at the same times, and a question."""
    number = draw.draw(st.integers(0, len(waves) - 1))
    answers = waves[number]
    kinds: dict[object, list[int]] = {}
    for n, name in enumerate(answers.persons):
        kinds.setdefault((kind(bank, answers, n), *(name in w.persons for w in waves)), []).append(n)
    group = draw.draw(st.sampled_from(sorted(kinds.values(), key=len)[:4]))[: SMALLEST - 1]
    known = [n for n in range(len(ITEMS)) if all(scored(answers.codes[p, n], n) for p in group)]
    return number, tuple(group), draw.draw(st.sampled_from(known))


def repeated(size: int, linked: int, seed: int) -> Waves:
    """Return two waves of the same people, the first of whom are linked; answers move by a step or none."""
    rng = np.random.default_rng(seed)
    before = {f"p{n}": ("gardener", answered(rng)) for n in range(size)}
    after = {
        f"p{n}" if n < linked else f"q{n}": ("gardener", [near(rng, c, k) for k, c in enumerate(line)])
        for n, (_, line) in enumerate(before.values())
    }
    return wave(before), wave(after)


def near(rng: np.random.Generator, code: int, column: int) -> int:
    return int(np.clip(code + rng.integers(-1, 2), 0, POINTS[column] - 1))


def test_the_only_one_who_is_not_linked_is_found_where_linked_people_are_told_of_one_by_one(wide: Bank) -> None:
    services = [repeated(6, 5, seed) for seed in range(6)]

    assert sum(Attack(Reader(wide, guarded=False), waves, 1, [5], 0).wins() for waves in services) >= 4
    assert not any(Attack(Reader(wide), waves, 1, [5], 0).wins() for waves in services)


@settings(max_examples=60)
@given(waves=series(), data=st.data())
def test_fewer_than_five_could_have_answered_otherwise(wide: Bank, waves: Waves, data: st.DataObject) -> None:
    assert not Attack(Reader(wide), waves, *few(data, wide, waves)).wins()


# Counts: how many are linked, and how many that leaves


def linked_of(bank: Bank, size: int, again: int, known: int) -> int:
    """Return of how many linked people it is told where `known` of two waves' people are linked."""
    rng = np.random.default_rng(1)
    waves = (
        wave({f"p{n}": ("gardener", answered(rng)) for n in range(size)}),
        wave({f"p{n}" if n < known else f"q{n}": ("gardener", answered(rng)) for n in range(again)}),
    )
    both = publish(bank, waves[0]), publish(bank, waves[1])
    return len(linked_in(waves, both, links(*waves)).links)


def counted_out(told: Callable[[int, int, int], int], size: int, again: int) -> set[int]:
    """Return the numbers of linked people at which a group of one to four follows from what is told of them.

    The linked, and those of each wave who are not; it follows where every number that fits leaves the same group.
    """
    fitting: dict[int, set[int]] = {}
    for known in range(min(size, again) + 1):
        fitting.setdefault(told(size, again, known), set()).add(known)
    groups = [{frozenset({k, size - k, again - k}) for k in fits} for fits in fitting.values()]
    return {
        k
        for fits, found in zip(fitting.values(), groups, strict=True)
        if len(found) == 1 and any(0 < n < SMALLEST for n in next(iter(found)))
        for k in fits
    }


def test_no_number_of_linked_people_leaves_a_number_under_five(wide: Bank) -> None:
    sizes = [(size, again) for size in range(5, 13) for again in range(size, 13)]

    assert counted_out(lambda _, __, known: known if known >= SMALLEST else 0, 6, 6) == {5}
    for size, again in sizes:
        assert counted_out(lambda a, b, known: linked_of(wide, a, b, known), size, again) == set()


def test_who_left_out_a_row_is_not_told_from_how_many_are_linked_in_it(wide: Bank) -> None:
    """All 20 are linked; one of them gave one answer of four the second time, and has no score in the row."""
    before, after = repeated(30, 20, 3)
    after.codes[0, 1:4] = BLANK
    linked = linked_in((before, after), (publish(wide, before), publish(wide, after)), links(before, after))

    assert len(linked.links) == 20
    assert overlaps(wide, linked, TESTED, {"B1": (30, 29)})["B1"].people == 15
    assert overlaps(wide, linked, TESTED, {"B1": (30, 28)}) == {}  # who of the 29 is not counted may be linked


# Sums: linear algebra over every mean and count of two waves and of their comparison

Figures = NDArray[np.float64]
Publish = Callable[[Bank, Waves], Figures]


def summed(bank: Bank, waves: Waves) -> Figures:
    """Return every figure of two waves and their comparison that is a sum or a mean of answers."""
    reader = Reader(bank)
    found = reader.comparison(waves, 0, 1)
    return np.array([v for path, v in reader.waves(waves) if _linear(path, v)] + list(compared(found)), np.float64)


def _linear(path: str, value: object) -> bool:
    return isinstance(value, int | float) and not any(part in path for part in (".sd", "interval", "verdict"))


def compared(found: ComparisonReport) -> Iterator[float]:
    for row in found.rows:
        yield from (row.change.before or 0, row.change.after or 0, row.change.standardised or 0)
    for item in sorted((*found.up, *found.down, *found.same), key=lambda item: item.id):
        yield from (item.change.before or 0, item.change.after or 0)
    for held in found.misconceptions:
        yield from (*held.before, *held.after)


def with_means_of_linked_people(bank: Bank, waves: Waves) -> Figures:
    """Return the same and, as a paired test would tell them, the mean scores of linked people."""
    known, extra = links(*waves), []
    for answers in waves:
        people = zip(answers.persons, answers.perspectives, answers.codes.tolist(), strict=True)
        found = publish(bank, wave({p: (who, line) for p, who, line in people if p in known}), 1).everyone
        assert found
        extra += [row.whole.mean or 0 for row in found.rows.values()]
    return np.array([*summed(bank, waves), *extra], np.float64)


def isolated(bank: Bank, waves: Waves, told: Publish = summed) -> set[tuple[object, ...]]:
    """Return the groups of one to four people whose answers alone decide some sum of the figures.

    People of one cell of one wave who left out the same and are linked, or not, change the figures in the same ways;
    the figures lose a dimension without a group if, and only if, such a sum exists.
    """
    known = links(*waves)
    classes: dict[tuple[object, ...], list[int]] = {}
    for number, answers in enumerate(waves):
        for p, name in enumerate(answers.persons):
            classes.setdefault((number, name in known, *kind(bank, answers, p)), []).append(p)
    ways = {c: ways_of(bank, waves, (int(str(c[0])), people[0]), told) for c, people in classes.items()}
    whole = np.linalg.matrix_rank(np.hstack(list(ways.values())), tol=1e-6)
    return {
        c
        for c, people in classes.items()
        if len(people) < SMALLEST
        and np.linalg.matrix_rank(np.hstack([w for k, w in ways.items() if k != c]), tol=1e-6) < whole
    }


def ways_of(bank: Bank, waves: Waves, place: tuple[int, int], told: Publish) -> Figures:
    """Return how the figures change when one person answers otherwise, a column for each other answer."""
    number, person = place
    base, columns = told(bank, waves), []
    for column, code in enumerate(waves[number].codes[person].tolist()):
        for other in range(POINTS[column]) if scored(code, column) else ():
            codes = waves[number].codes.copy()
            codes[person, column] = other
            tried = tuple(replace(w, codes=codes) if n == number else w for n, w in enumerate(waves))
            columns.append(told(bank, tried) - base)
    return np.array(columns, np.float64).T


def test_means_of_linked_people_would_give_away_the_others(wide: Bank) -> None:
    waves = repeated(11, 8, 1)

    assert len(isolated(wide, waves, with_means_of_linked_people)) == 2
    assert isolated(wide, waves) == set()


@settings(max_examples=5)
@given(size=st.integers(5, 12), left=st.integers(0, 5), seed=st.integers(0, 99))
def test_no_sum_over_two_waves_and_their_comparison_isolates_fewer_than_five(
    wide: Bank, size: int, left: int, seed: int
) -> None:
    assert isolated(wide, repeated(size, max(0, size - left), seed)) == set()
