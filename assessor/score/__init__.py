"""From answers to alignment: items, facets, rows and people, all on 0-100."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assessor.bank import OBSERVED, TESTED
from assessor.score.figures import detectable, interval, pooled, share, spread, whole
from assessor.score.table import FEWEST_ITEMS, Group, ItemScore, RowScore, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from assessor.answers import Answers
    from assessor.bank import Bank

    Floats = NDArray[np.float64]

__all__ = [
    "FEWEST_ITEMS",
    "Group",
    "ItemScore",
    "People",
    "RowScore",
    "Score",
    "Table",
    "detectable",
    "interval",
    "pooled",
    "score",
    "share",
    "spread",
    "whole",
]


@dataclass(frozen=True)
class People:
    """Row scores of each person: one line per person and one column per row, NaN where there is none."""

    persons: tuple[str, ...]
    perspectives: tuple[str, ...]
    rows: tuple[str, ...]
    whole: Floats
    tested: Floats
    observed: Floats


@dataclass(frozen=True)
class Score:
    """Everything that is computed from one table of answers.

    `facets` are scored within a row: a core line holds only some of the items of the facets that it borrows.
    """

    n: int
    rows: dict[str, RowScore]
    facets: dict[tuple[str, str], Group]
    items: dict[str, ItemScore]
    people: People


def score(bank: Bank, answers: Answers) -> Score:
    """Score a table of answers.

    Alignment of a rating: 100 (x - 1) / (A - 1), reversed for a negative pole; of a vignette: its option's credit.
    A person has a score in a row that was asked of her when at least half of the items that apply have an alignment;
    don't know, does not apply and blank never enter a mean. A group's score is the mean of its people's scores.
    """
    table = Table(bank, answers)
    parts = {
        row: tuple(table.person_means(row, table.of_row(row, kinds)) for kinds in (TESTED + OBSERVED, TESTED, OBSERVED))
        for row in answers.rows
    }
    return Score(
        n=len(answers.persons),
        rows={row: table.row_score(row, *means) for row, means in parts.items()},
        facets={
            (row, f): table.group(row, columns) for row in answers.rows for f, columns in table.facets(row).items()
        },
        items={item: table.item_score(column) for column, item in enumerate(answers.items)},
        people=People(
            answers.persons,
            answers.perspectives,
            answers.rows,
            *(_columns([means[k] for means in parts.values()], len(answers.persons)) for k in range(3)),
        ),
    )


def _columns(arrays: Sequence[Floats], n: int) -> Floats:
    return np.column_stack(arrays) if arrays else np.empty((n, 0))
