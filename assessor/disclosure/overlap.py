"""How the scores of the same people go together at two times, told so that no few of them can be made out."""

from __future__ import annotations

from math import isnan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from assessor.difference import Overlap
from assessor.disclosure.cells import SMALLEST
from assessor.score import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from assessor.answers import Answers
    from assessor.bank import Bank

    Floats = NDArray[np.float64]
    Rows = Mapping[str, Sequence[str]]

MOST_OF_ONE = 0.5
MOST_ALIKE = 0.9


def overlaps(
    bank: Bank,
    rows: Rows,
    counted: Mapping[str, Sequence[int]],
    answers: tuple[Answers, Answers],
    links: Mapping[str, str],
    smallest: int = SMALLEST,
) -> dict[str, Overlap]:
    """Return per row how many linked people have a score both times, and how the scores of linked people go together.

    `rows`: the items that each row is compared over. `counted`: the people on whom each row's two published scores
    rest; where they are fewer than have a score, linked people may be missing among them, and the row is left out.
    `answers`: of the people in published cells, before and after. `links`: from a person before to the same after. A
    correlation joins what people answered at two times, which no other figure does. So there is one for the whole
    comparison, to one decimal, over at least five people (`smallest`, where a survey asks for more), and none of whom
    half of it comes from one person. Rows with fewer linked people are left out.
    """
    tables = [Table(bank, given) for given in answers]
    scores = {row: [_scores(table, row, items) for table in tables] for row, items in rows.items()}
    pairs = {row: _pairs(both, links) for row, both in scores.items() if _all_in(both, counted[row])}
    kept = {row: p for row, p in pairs.items() if (~np.isnan(p).any(axis=1)).sum() >= smallest}
    told = correlation(list(kept.values())) if kept else None
    if told is None:
        return {}
    return {row: Overlap(int((~np.isnan(p).any(axis=1)).sum()), told) for row, p in kept.items()}


def correlation(rows: Sequence[Floats]) -> float | None:
    """Return how scores before and after go together, pooled over rows within which they are centred; to one decimal.

    `rows`: per row an array of people by two times, NaN without a score. None without a spread, or where one person
    makes up more than half of it. At most 0.9: rounded to 1 it would take every change of people who all answered
    twice for a real one.
    """
    centred = [np.nan_to_num(_centred(pairs)) for pairs in rows]
    products = np.sum([pairs[:, 0] * pairs[:, 1] for pairs in centred], axis=0)
    before, after = (float(np.sum([pairs[:, k] ** 2 for pairs in centred])) for k in (0, 1))
    weight = np.abs(products)
    if not before * after or weight.max() > MOST_OF_ONE * weight.sum():
        return None
    return min(MOST_ALIKE, round(float(products.sum()) / sqrt(before * after), 1))


def _centred(pairs: Floats) -> Floats:
    """Return scores less the mean of their time, without those that miss one of the two."""
    whole = np.where(np.isnan(pairs).any(axis=1, keepdims=True), np.nan, pairs)
    centred: Floats = whole - np.nanmean(whole, axis=0)
    return centred


def _pairs(scores: Sequence[Mapping[str, float]], links: Mapping[str, str]) -> Floats:
    """Return the scores of linked people in a row: a line per person, a column per time."""
    before, after = scores
    return np.array([[before[a], after[b]] for a, b in links.items()], np.float64).reshape(-1, 2)


def _all_in(scores: Sequence[Mapping[str, float]], counted: Sequence[int]) -> bool:
    """Tell whether no fewer people were counted at each time than have a score."""
    return all(sum(not isnan(s) for s in found.values()) <= n for found, n in zip(scores, counted, strict=True))


def _scores(table: Table, row: str, items: Sequence[str]) -> dict[str, float]:
    """Return each person's score over some items of a row, NaN where there is none."""
    means = table.person_means(row, [table.column[item] for item in items])
    return dict(zip(table.answers.persons, means.tolist(), strict=True))
