"""Parts of the people set against each other: over questions that all of them were asked and that are shown of all."""

from __future__ import annotations

from math import sqrt
from statistics import fmean
from typing import TYPE_CHECKING

from assessor.bank import OBSERVED, TESTED
from assessor.score import Group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.bank import Bank
    from assessor.disclosure import Tally, View


def shared(bank: Bank, row: str, views: Sequence[View]) -> list[str]:
    """Return the questions of a row that have a score in every view, if they are at least half of each view's.

    None where a view has no score in the row: a difference over other questions would be one of questions, not of
    people.
    """
    shown = [_scored(bank, row, view) for view in views]
    common = [item for item in shown[0] if all(item in other for other in shown)]
    scored = all(view.rows[row].whole.mean is not None for view in views)
    return common if scored and all(2 * len(common) >= len(items) for items in shown) else []


def group(bank: Bank, row: str, view: View, items: Sequence[str]) -> Group:
    """Return a view's group over some questions of a row.

    Its spread is the published one where that is of these questions alone; else the mean of the questions' own
    spreads, which the spread of people's scores does not pass; none where the answers are not all counted.
    """
    score, tallies = view.rows[row].whole, [view.items[item] for item in items]
    own = len(items) == len(_scored(bank, row, view))
    sds = [_spread(tally, bank, item) for item, tally in zip(items, tallies, strict=True)]
    bound = fmean(sd for sd in sds if sd is not None) if None not in sds else None
    return Group(score.n, fmean(t.mean or 0 for t in tallies), score.sd if own else bound)


def _scored(bank: Bank, row: str, view: View) -> Mapping[str, Tally]:
    kinds = (*TESTED, *OBSERVED)
    found = (item.id for item in bank.row_items(row) if item.kind in kinds and item.id in view.items)
    return {item: view.items[item] for item in found if view.items[item].n}


def _spread(tally: Tally, bank: Bank, item: str) -> float | None:
    """Return the standard deviation (n - 1) of the answers to a question, in points; None where none are counted."""
    if tally.counts is None or tally.mean is None or tally.n < 2:
        return None
    worth = {code.code: code.alignment for code in bank.codes[item]}
    squares = (people * ((worth[code] or 0) - tally.mean) ** 2 for code, people in tally.counts.items())
    return sqrt(sum(squares) / (tally.n - 1))
