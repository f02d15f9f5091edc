"""Every table of answers that fits what is published of a small service is tried, and none gives a person away."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable
from itertools import chain, combinations_with_replacement, product
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from assessor.answers import BLANK, Answers
from assessor.disclosure import SMALLEST, publish, standing
from assessor.score import score
from tests.disclosed import ITEMS, POINTS, leaves, table, widened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessor.bank import Bank
    from assessor.disclosure import View

MOST = 8_000  # tables that are set beside the published one; a service with more is passed over

Record = tuple[int, ...]


class Kind(NamedTuple):
    """What an attacker may know of a person: the perspective, and what was left out (None: answered)."""

    who: str
    gaps: tuple[int | None, ...]


Table = dict[Kind, tuple[Record, ...]]
Attack = Callable[["Bank", Answers], Hashable]
Secret = tuple[Kind, int | None]  # what a kind of people answered to a question, or (None) to all of them


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


def answers(found: Table, items: Sequence[str]) -> Answers:
    return table([(kind.who, record) for kind, records in found.items() for record in records], items)


def protected(bank: Bank, given: Answers) -> Hashable:
    """Return everything that is published."""
    return tuple(leaves(publish(bank, given)))


def naive(bank: Bank, given: Answers) -> Hashable:
    """Return the published tallies and, beside them, how far the scores of all who have one spread."""
    view, spread = publish(bank, given).everyone, score(bank, given).rows["B1"].whole
    return tuple(leaves(view.items if view else ())), spread.n, round(spread.sd or 0, 7)


def given_away(bank: Bank, found: Table, items: Sequence[str], attack: Attack = protected) -> set[Secret]:
    """Return which sums of fewer than five people are the same in every table that fits what is published.

    Not counted are those that follow because five people or more of their cell answered alike.
    """
    said, views = attack(bank, answers(found, items)), shown(bank, found, items)
    small = [kind for kind, records in found.items() if len(records) < SMALLEST and _cell_of(kind, views)]
    asked = [(kind, n) for kind in small for n in (*range(len(items)), None) if n is None or kind.gaps[n] is None]
    closed = {(kind, n): total(found[kind], n) for kind, n in asked if not _alike(found, kind, n, views)}
    for tried, other in enumerate(fitting(bank, found, items, views)):
        if tried >= MOST:
            reject()  # what was not searched to the end is no example
        same = {s: value for s, value in closed.items() if total(other[s[0]], s[1]) == value}
        if len(same) < len(closed) and attack(bank, answers(other, items)) == said:
            closed = same
        if not closed:
            break
    return set(closed)


def total(records: Sequence[Record], question: int | None) -> int:
    """Return what some people answered to a question, or to all of them, as one number."""
    return sum(max(code, 0) for r in records for n, code in enumerate(r) if question in {n, None})


def shown(bank: Bank, found: Table, items: Sequence[str]) -> tuple[View, ...]:
    published = publish(bank, answers(found, items))
    return published.cells or tuple(filter(None, [published.everyone]))


def _cell_of(kind: Kind, views: Sequence[View]) -> tuple[str, ...]:
    return next((view.cell.perspectives for view in views if kind.who in view.cell.perspectives), ())


def _alike(found: Table, kind: Kind, question: int | None, views: Sequence[View]) -> bool:
    """Tell whether five or more of a cell, the people of a kind among them, answered alike."""
    gaps = kind.gaps if question is None else kind.gaps[question]
    inside = [k for k in found if k.who in _cell_of(kind, views)]
    same = [k for k in inside if (k.gaps if question is None else k.gaps[question]) == gaps]
    given = Counter(total([record], question) for k in same for record in found[k])
    answered = [n for n, gap in enumerate(kind.gaps) if gap is None]
    return (question is None and all(_alike(found, kind, n, views) for n in answered)) or all(
        given[total([record], question)] >= SMALLEST for record in found[kind]
    )


def fitting(bank: Bank, found: Table, items: Sequence[str], views: Sequence[View]) -> Iterator[Table]:
    """Yield the tables that fit the tallies of each cell, first such as differ in all of them."""
    cells = []
    for view in views:
        inside = {kind: records for kind, records in found.items() if kind.who in view.cell.perspectives}
        cell = list(_of_cell(bank, inside, items, [item in view.items for item in items]))
        Random(5).shuffle(cell)
        cells.append(cell)
    held = {kind: records for kind, records in found.items() if not _cell_of(kind, views)}
    for parts in chain(zip(*cells, strict=False), product(*cells)):
        yield {**held, **{kind: records for part in parts for kind, records in part.items()}}


def _of_cell(bank: Bank, found: Table, items: Sequence[str], seen: Sequence[bool]) -> Iterator[Table]:
    """Yield everything that the people of a cell can have answered, given those of its tallies that are seen."""
    large, *others = sorted(found, key=lambda kind: -len(found[kind]))
    ways = {kind: list(_ways(bank, kind, len(found[kind]), items, seen)) for kind in found}
    places = defaultdict(list)
    for records, marks in ways[large]:
        places[marks].append(records)
    target = np.sum([_marks(bank, r, items, seen) for records in found.values() for r in records], axis=0)
    for chosen in product(*(ways[kind] for kind in others)):
        missing = target - np.sum([marks for _, marks in chosen], axis=0, dtype=np.int64)
        for records in places[tuple(missing.tolist())]:
            yield {large: records, **{kind: r for kind, (r, _) in zip(others, chosen, strict=True)}}


def _ways(
    bank: Bank, kind: Kind, people: int, items: Sequence[str], seen: Sequence[bool]
) -> Iterator[tuple[tuple[Record, ...], Record]]:
    """Yield everything that some people of a kind can have answered, whoever of them it was, with its marks."""
    sizes = (POINTS[ITEMS.index(item)] for item in items)
    codes = (range(size) if gap is None else [gap] for gap, size in zip(kind.gaps, sizes, strict=True))
    records = list(product(*codes))
    marks = np.array([_marks(bank, record, items, seen) for record in records])
    chosen = list(combinations_with_replacement(range(len(records)), people))
    for places, added in zip(chosen, marks[np.array(chosen)].sum(axis=1).tolist(), strict=True):
        yield tuple(records[n] for n in places), tuple(added)


def _marks(bank: Bank, record: Record, items: Sequence[str], seen: Sequence[bool]) -> Record:
    """Return what one person adds to the tallies of a small cell: alignment (times 6), in line, against."""
    codes = [bank.codes[item][code] if code != BLANK else None for item, code in zip(items, record, strict=True)]
    found = [c.alignment if c and s else None for c, s in zip(codes, seen, strict=True)]
    stands = [a is not None and standing(bank, a) for a in found]
    return (*(round(6 * (a or 0)) for a in found), *(s == "in line" for s in stands), *(s == "against" for s in stands))


PLENTY, FEW = ("soil-2", "water-1", "light-1"), ("soil-2", "water-1")
WHOLE = (None, None)
LEFT = (Kind("gardener", WHOLE), Kind("gardener", (None, BLANK)))


def test_five_with_one_score_give_away_the_sixth_if_the_spread_is_told(wide: Bank) -> None:
    """The sixth left out a question; what she said to the other is what the tallies say beyond the five scores."""
    found: Table = {LEFT[0]: ((0, 0), (0, 0), (0, 0), (0, 0), (0, 0)), LEFT[1]: ((1, BLANK),)}

    assert given_away(wide, found, FEW, naive) == {(LEFT[1], 0), (LEFT[1], None)}
    assert given_away(wide, found, FEW) == set()


@st.composite
def small_services(draw: st.DrawFn) -> tuple[Table, tuple[str, ...]]:
    """Draw a service of up to three perspectives of five to seven people, few of whom left something out."""
    items = draw(st.sampled_from([FEW, FEW, FEW, PLENTY]))
    sizes = [POINTS[ITEMS.index(item)] for item in items]
    found: Table = {}
    for who in draw(
        st.sampled_from([("gardener",), ("gardener", "owner"), ("guest", "child"), ("guest", "child", "owner")])
    ):
        whole = draw(st.sampled_from([5, 5, 6] if who in {"gardener", "owner"} and items == FEW else [2, 3, 5]))
        gaps = draw(st.sampled_from([(), (0,), (1,), (0, 1)][: 3 if who in {"guest", "child"} else 4]))
        narrow = draw(st.booleans())  # of one mind, or nearly
        code = st.tuples(*(st.integers(0, min(1, size - 1) if narrow else size - 1) for size in sizes))
        found[Kind(who, (None,) * len(items))] = tuple(draw(code) for _ in range(whole))
        for gap in gaps:
            left = draw(st.sampled_from([BLANK, sizes[gap]]))
            kind = Kind(who, tuple(left if n == gap else None for n in range(len(items))))
            record = draw(code)
            found[kind] = ((*record[:gap], left, *record[gap + 1 :]),)
    return found, items


@settings(max_examples=30)
@given(service=small_services())
def test_no_table_search_gives_away_what_fewer_than_five_answered(
    wide: Bank, service: tuple[Table, tuple[str, ...]]
) -> None:
    assert given_away(wide, *service) == set()
