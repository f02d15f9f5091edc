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


class Apart:
    """Views of parts of the people, to be set against each other; what each shows is looked up once."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._shown: dict[tuple[int, str], dict[str, Tally]] = {}
        self._spreads: dict[tuple[int, str], float | None] = {}

    def shared(self, row: str, views: Sequence[View]) -> list[str]:
        """Return the questions of a row that have a score in every view, if they are at least half of each view's.

        None where a view has no score in the row: a difference over other questions would be one of questions, not of
        people.
        """
        if any(view.rows[row].whole.mean is None for view in views):
            return []
        shown = [self._scored(row, view) for view in views]
        common = [item for item in shown[0] if all(item in other for other in shown)]
        return common if all(2 * len(common) >= len(items) for items in shown) else []

    def group(self, row: str, view: View, items: Sequence[str]) -> Group:
        """Return a view's group over some questions of a row.

        It is the published one where that is of these questions alone. Else its spread is the mean of the questions'
        own, which the spread of people's scores does not pass; none where the answers are not all counted.
        """
        score = view.rows[row].whole
        if len(items) == len(self._scored(row, view)):
            return score
        return Group(score.n, fmean(view.items[item].mean or 0 for item in items), self._bound(view, items))

    def _scored(self, row: str, view: View) -> dict[str, Tally]:
        if (id(view), row) not in self._shown:
            kinds = (*TESTED, *OBSERVED)
            found = (item.id for item in self._bank.row_items(row) if item.kind in kinds and item.id in view.items)
            self._shown[id(view), row] = {item: view.items[item] for item in found if view.items[item].n}
        return self._shown[id(view), row]

    def _bound(self, view: View, items: Sequence[str]) -> float | None:
        sds = [self._spread(view, item) for item in items]
        return None if None in sds else fmean(sd for sd in sds if sd is not None)

    def _spread(self, view: View, item: str) -> float | None:
        """Return the standard deviation (n - 1) of the answers to a question, in points; None if none are counted."""
        if (id(view), item) not in self._spreads:
            worth = {code.code: code.alignment for code in self._bank.codes[item]}
            self._spreads[id(view), item] = _deviation(view.items[item], worth)
        return self._spreads[id(view), item]


def _deviation(tally: Tally, worth: Mapping[str, float | None]) -> float | None:
    if tally.counts is None or tally.mean is None or tally.n < 2:
        return None
    squares = (people * ((worth[code] or 0) - tally.mean) ** 2 for code, people in tally.counts.items())
    return sqrt(sum(squares) / (tally.n - 1))
