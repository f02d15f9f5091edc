"""The waves of one service for attackers to try: people come again, or not, and some hold a code that links them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from assessor.answers import BLANK, Answers
from assessor.bank import Bank
from assessor.difference import Overlap
from assessor.disclosure import SMALLEST, linked_in, overlaps
from assessor.report import (
    Basis,
    ComparisonReport,
    Occasion,
    Report,
    basis_of,
    build_trend,
    compare_bases,
    compare_linked,
    lay_out,
)
from assessor.score import Table
from tests.disclosed import ITEMS, OWN, POINTS, ROWS, WHO, Leaf, leaves

Waves = tuple[Answers, ...]
Line = list[int]
People = dict[str, tuple[str, Line]]
TESTED = {"B1": OWN["B1"]}  # with three questions or more
INVITED = dict.fromkeys(WHO, 40)
CELLS = (("gardener",), ("gardener",), ("gardener", "owner"), ("guest", "child"), ("gardener", "guest", "child"))


class Reader:
    """Somebody who holds everything that is published of the waves of one service.

    `guarded`: False where linked people are told of as a textbook would: one by one, and exactly. `around`: True where
    the last wave is joined to the first too, in a circle.
    """

    def __init__(self, bank: Bank, *, guarded: bool = True, around: bool = False) -> None:
        self.bank, self._guarded, self._around = bank, guarded, around
        self._bases: dict[tuple[int, bytes], Basis] = {}

    def waves(self, waves: Waves) -> list[Leaf]:
        """Return what the report of each wave is laid out from."""
        return [leaf for n, w in enumerate(waves) for leaf in leaves(self.basis(n, w))]

    def pairs(self, waves: Waves) -> list[Leaf]:
        """Return what is published of pairs."""
        return [leaf for a, b in _compared(waves) for leaf in leaves(self.comparison(waves, a, b))]

    def everything(self, waves: Waves) -> list[Leaf]:
        """Return what is published, the reports of the waves and the trend over them included."""
        reports = [self.report(waves, n) for n in range(len(waves))]
        found = [self.comparison(waves, a, b) for a, b in _compared(waves)]
        trend = build_trend("survey", reports, found[: len(waves) - 1], found[-1])
        return [*self.waves(waves), *leaves(reports), *leaves(trend)]

    def report(self, waves: Waves, number: int) -> Report:
        """Return the report of a wave, with what changed since the one before."""
        told = self.basis(number, waves[number])
        if not number:
            return lay_out(self.bank, told)
        found = self.comparison(waves, number - 1, number)
        since = self.basis(number - 1, waves[number - 1])
        return lay_out(self.bank, replace(told, since=since, linked=found.linked, overlaps=found.overlaps))

    def joined(self, waves: Waves) -> list[Leaf]:
        """Return what pairs tell of linked people; all else in them follows from the waves."""
        pairs = [pair for pair in _compared(waves) if self._joins(*pair)]
        return [leaf for a, b in pairs for leaf in leaves(self._overlaps(waves, a, b))]

    def _joins(self, a: int, b: int) -> bool:
        return self._around or b == a + 1

    def _overlaps(self, waves: Waves, a: int, b: int) -> Mapping[str, Overlap]:
        pair = waves[a], waves[b]
        if not self._guarded:
            return textbook(self.bank, pair, TESTED)
        both = self.basis(a, pair[0]).published, self.basis(b, pair[1]).published
        people = dict.fromkeys(TESTED, tuple(len(answers.persons) for answers in pair))
        return overlaps(self.bank, linked_in(pair, both, links(*pair)), TESTED, people)

    def basis(self, number: int, answers: Answers) -> Basis:
        key = number, answers.codes.tobytes()
        if key not in self._bases:
            occasion = Occasion(service="North", wave=f"{number}", date="", perspectives=(), innovations=())
            self._bases[key] = basis_of(self.bank, occasion, answers, smallest=SMALLEST, invited=INVITED)
        return self._bases[key]

    def comparison(self, waves: Waves, a: int, b: int) -> ComparisonReport:
        before, after, pair = self.basis(a, waves[a]), self.basis(b, waves[b]), (waves[a], waves[b])
        if not self._joins(a, b):
            return compare_bases(self.bank, before, after)
        if self._guarded:
            return compare_linked(self.bank, before, after, pair, links(*pair))
        return compare_bases(self.bank, before, after, partial(textbook, self.bank, pair))


def textbook(
    bank: Bank, pair: tuple[Answers, Answers], rows: Mapping[str, Sequence[str]], _: object = None
) -> dict[str, Overlap]:
    """Return for each row how many people are linked and how their scores correlate, be they ever so few."""
    known, found = links(*pair), {}
    for row, items in rows.items():
        tables = [Table(bank, answers) for answers in pair]
        scores = [t.person_means(row, [t.column[i] for i in items]) for t in tables]
        both = [(scores[0][pair[0].persons.index(p)], scores[1][pair[1].persons.index(p)]) for p in known]
        told = np.array([one for one in both if not np.isnan(one).any()])
        if len(told) > 1 and told.std(axis=0).all():
            found[row] = Overlap(len(told), float(np.corrcoef(told.T)[0, 1]))
    return found


def _compared(waves: Waves) -> list[tuple[int, int]]:
    """Return which waves are compared: neighbours, and the first with the last."""
    return list(dict.fromkeys([*pairwise(range(len(waves))), (0, len(waves) - 1)]))


def links(before: Answers, after: Answers) -> dict[str, str]:
    """Return who is known to have answered two waves: people who have the same name in both."""
    return {p: p for p in before.persons if p in after.persons}


@st.composite
def series(draw: st.DrawFn) -> Waves:
    """Draw two to four waves: some come again and hold a code, or none, some leave, some are new."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    cells = draw(st.sampled_from(CELLS))
    sizes = [draw(st.sampled_from([3, 4] if who in {"guest", "child"} else [5, 6, 7, 9, 12])) for who in cells]
    stable, most = draw(st.sampled_from([0.0, 0.5, 0.9, 1.0])), draw(st.sampled_from([11, 11, 2]))
    waves: list[Answers] = []
    known: People = {}
    for number in range(draw(st.integers(2, 4))):
        people: People = {}
        for who, size in zip(cells, sizes, strict=True):
            holding = [p for p, (w, _) in known.items() if w == who and p.startswith("code")]
            again = holding[: draw(st.sampled_from([0, 4, 5, size - 1, size, size]))]
            people |= {p: (who, _kept(rng, known[p][1], stable, most)) for p in again}
            new = max(0, size - len(again)) + draw(st.sampled_from([0, 0, 0, 1, 4]))
            coded = draw(st.sampled_from([0, new, new, max(0, new - 1)]))
            names = [f"{'code' if n < coded else 'none'} {number} {who} {n}" for n in range(new)]
            people |= {name: (who, answered(rng, most)) for name in names}
        known |= {p: (who, list(line)) for p, (who, line) in people.items()}
        if draw(st.sampled_from([False, False, True])):  # somebody leaves something out
            people[draw(st.sampled_from(sorted(people)))][1][draw(st.integers(0, len(ITEMS) - 1))] = BLANK
        waves.append(wave(people))
    return tuple(waves)


def answered(rng: np.random.Generator, most: int = 11) -> Line:
    """Return one person's answers by chance; only the first `most` of each question's."""
    return [int(rng.integers(0, min(most, size))) for size in POINTS]


def wave(people: Mapping[str, tuple[str, Sequence[int]]]) -> Answers:
    """Return the answers of people by name, each with a perspective."""
    return Answers(
        rows=ROWS,
        items=ITEMS,
        persons=tuple(people),
        perspectives=tuple(who for who, _ in people.values()),
        codes=np.array([line for _, line in people.values()], np.int8),
    )


def _kept(rng: np.random.Generator, line: Line, stable: float, most: int) -> Line:
    return [code if rng.random() < stable else new for code, new in zip(line, answered(rng, most), strict=True)]
