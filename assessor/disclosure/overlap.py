"""How the scores of the same people go together at two times, told so that no few of them can be made out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from math import isnan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from assessor.difference import MOST_ALIKE, Overlap
from assessor.disclosure.cells import SMALLEST
from assessor.score import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assessor.answers import Answers
    from assessor.bank import Bank
    from assessor.disclosure.published import Published

    Floats = NDArray[np.float64]
    Group = tuple[int, int] | str
    Rows = Mapping[str, Sequence[str]]

MOST_OF_ONE = 0.5
LINKED = "linked"


@dataclass(frozen=True, kw_only=True)
class Linked:
    """People who are known to have answered both times.

    `answers`: of everybody in published cells, before and after. `known`: from a person before to the same after.
    `links`: those of them of whom it may be told. `cells`: the number of the cell of each person, before and after.
    `smallest`: people in the smallest group.
    """

    answers: tuple[Answers, Answers]
    known: Mapping[str, str]
    links: Mapping[str, str]
    cells: tuple[Mapping[str, int], Mapping[str, int]]
    smallest: int = SMALLEST


def linked_in(
    answers: tuple[Answers, Answers], published: tuple[Published, Published], links: Mapping[str, str]
) -> Linked:
    """Return the linked people of whom it may be told, given everybody's answers and what is published of them.

    `links`: of everybody who holds a code. In each cell nobody is left beside those who are told of, or enough are;
    else whatever is told of the linked people would, set beside the figures of their cell, tell of the few others.
    """
    shown = _in_cells(answers[0], published[0]), _in_cells(answers[1], published[1])
    cells = _cells(shown[0], published[0]), _cells(shown[1], published[1])
    known = {a: b for a, b in sorted(links.items(), key=sorted) if a in cells[0] and b in cells[1]}
    smallest = max(SMALLEST, *(told.smallest for told in published))
    found = Linked(answers=shown, known=known, links=known, cells=cells, smallest=smallest)
    everybody = [dict.fromkeys(cell, 0.0) for cell in cells]
    return replace(found, links={a: known[a] for a in _beside(found, everybody, {})})


def overlaps(bank: Bank, linked: Linked, rows: Rows, counted: Mapping[str, Sequence[int]]) -> dict[str, Overlap]:
    """Return per row how many linked people have a score both times, and how the scores of linked people go together.

    `rows`: the items that each row is compared over. `counted`: the people on whom each row's two published scores
    rest; where they are fewer than have a score, linked people may be missing among them, and the row is left out. A
    correlation joins what people answered at two times, which no other figure does. So there is one for the whole
    comparison, to one decimal, over at least five people (or as many as a survey asks for), none of whom makes up half
    of it. They are told of only as far as in each cell nobody, or as many others, stand beside them and have a score;
    rows with fewer are left out. The correlation is that of all who are linked, and enlarged by their number over the
    number that is told, so that the two multiplied are what all have in common.
    """
    tables = [Table(bank, given) for given in linked.answers]
    scores = {row: [_scores(table, row, items) for table in tables] for row, items in rows.items()}
    told = {
        row: _beside(linked, both, {LINKED: len(linked.links)})
        for row, both in scores.items()
        if _all_in(both, counted[row])
    }
    people = {row: len(found) for row, found in told.items() if found}
    r = correlation([_pairs(scores[row], linked.known) for row in people], sum(people.values())) if people else None
    return {} if r is None else {row: Overlap(n, r) for row, n in people.items()}


def _beside(linked: Linked, scores: Sequence[Mapping[str, float]], told: Mapping[Group, int]) -> list[str]:
    """Return the linked people with two scores, less so many that in each cell nobody or enough others have one.

    `told`: how many linked people the reader knows of, of whom not only few may be left out.
    """
    before, after = scores
    both = {a: b for a, b in linked.links.items() if not isnan(before[a] + after[b])}
    groups: dict[str, tuple[Group, ...]] = {
        a: ((0, linked.cells[0][a]), (1, linked.cells[1][b]), LINKED) for a, b in both.items()
    }
    sizes: Counter[Group] = Counter(
        (time, cell[person])
        for time, cell in enumerate(linked.cells)
        for person, score in scores[time].items()
        if not isnan(score)
    )
    return thinned(groups, {**sizes, **told}, linked.smallest)


def thinned(groups: Mapping[str, Sequence[Group]], sizes: Mapping[Group, int], smallest: int) -> list[str]:
    """Return some people less so many that nobody, or enough others, are left in each group; none if too few remain.

    `groups`: those that each of the people is in. `sizes`: everybody in each group, as far as it is known. The last
    ones go first.
    """
    kept = list(groups)
    while out := _out(kept, groups, sizes, smallest):
        kept = [p for p in kept if p not in out]
    return kept if len(kept) >= smallest else []


def _out(
    kept: Sequence[str], groups: Mapping[str, Sequence[Group]], sizes: Mapping[Group, int], smallest: int
) -> set[str]:
    """Return the last people of every group in which only few others are left, as many as are missing to enough."""
    counted = Counter(group for p in kept for group in groups[p])
    left = {group: sizes.get(group, n) - n for group, n in counted.items()}
    few = {group: n - smallest for group, n in left.items() if 0 < n < smallest}
    members = {group: [p for p in kept if group in groups[p]] for group in few}
    return {p for group, missing in few.items() for p in members[group][missing:]}


def correlation(rows: Sequence[Floats], told: int) -> float | None:
    """Return how scores before and after go together, pooled over rows within which they are centred; to one decimal.

    `rows`: per row an array of people by two times, NaN without a score. None without a spread, or where one person
    makes up more than half of it. `told`: of so many pairs it is told; where there are more it is enlarged, to 1 at
    most. Before that it is no further from 0 than 0.9: rounded to 1 or -1 it would tell of five people who scored how
    the other time.
    """
    centred = [_centred(pairs) for pairs in rows]
    found = np.nan_to_num(centred)
    products = (found[:, :, 0] * found[:, :, 1]).sum(axis=0)
    before, after = (found**2).sum(axis=(0, 1)).tolist()
    weight = np.abs(products)
    if not before * after or weight.max() > MOST_OF_ONE * weight.sum():
        return None
    both = np.count_nonzero(~np.isnan(centred)) / 2
    alike = max(-MOST_ALIKE, min(MOST_ALIKE, float(products.sum()) / sqrt(before * after)))
    return max(-1.0, min(1.0, round(alike * both / told, 1)))


def _centred(pairs: Floats) -> Floats:
    """Return scores less the mean of their time, without those that miss one of the two."""
    whole = np.where(np.isnan(pairs).any(axis=1, keepdims=True), np.nan, pairs)
    centred: Floats = whole - np.nanmean(whole, axis=0)
    return centred


def _pairs(scores: Sequence[Mapping[str, float]], links: Mapping[str, str]) -> Floats:
    """Return the scores of linked people in a row: a line per person, a column per time; NaN where there is none."""
    before, after = scores
    return np.array([[before[a], after[b]] for a, b in links.items()], np.float64)


def _all_in(scores: Sequence[Mapping[str, float]], counted: Sequence[int]) -> bool:
    """Tell whether no fewer people were counted at each time than have a score."""
    return all(sum(not isnan(s) for s in found.values()) <= n for found, n in zip(scores, counted, strict=True))


def _scores(table: Table, row: str, items: Sequence[str]) -> dict[str, float]:
    """Return each person's score over some items of a row, NaN where there is none."""
    means = table.person_means(row, [table.column[item] for item in items])
    return dict(zip(table.answers.persons, means.tolist(), strict=True))


def _in_cells(answers: Answers, published: Published) -> Answers:
    """Return the answers of the people who are in some published cell."""
    return answers.of(published.everyone.cell.perspectives if published.everyone else ())


def _cells(answers: Answers, published: Published) -> dict[str, int]:
    """Return the number of the cell that each person is in; 0 where there is only one."""
    number = {p: n for n, view in enumerate(published.cells) for p in view.cell.perspectives}
    return {p: number.get(who, 0) for p, who in zip(answers.persons, answers.perspectives, strict=True)}
