"""Tallies: what was answered to one item in one cell, and which of them must be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeVar

from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assessor.bank import Bank, Code
    from assessor.disclosure.cells import Cell
    from assessor.score import ItemScore, Table

FULL_COUNTS = 10  # below, answers are counted as in line, between and against only

Standing = Literal["in line", "between", "against", "unscored"]
Reason = Literal["few", "kept"]
Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """One item in one cell: `n` answers that count, mean alignment, how far they are in line, don't know.

    `counts`: people per answer code; None where the cell is too small for it. `na` and `blank` are given for one
    person only: of a group nobody learns who left out what.
    """

    n: int
    mean: float | None
    standings: Mapping[Standing, int]
    dk: int
    na: int = 0
    blank: int = 0
    counts: Mapping[str, int] | None = None


def tallies_of(table: Table, cell: Cell, smallest: int) -> dict[str, Tally]:
    """Return the tallies of the items that were put to somebody in a cell."""
    found = {item: table.item_score(column) for item, column in table.column.items()}
    places = {code.alignment for codes in table.bank.codes.values() for code in codes}
    standings = {alignment: standing(table.bank, alignment) for alignment in places}
    return {
        item: _tally(table.bank.codes[item], standings, score, cell.people, single=smallest == 1)
        for item, score in found.items()
        if score.asked
    }


def _tally(
    codes: Sequence[Code], known: Mapping[float | None, Standing], found: ItemScore, people: int, *, single: bool
) -> Tally:
    standings = dict.fromkeys((known[code.alignment] for code in codes), 0)
    for code in codes:
        standings[known[code.alignment]] += found.counts.get(code.code, 0)
    return Tally(
        n=sum(found.counts.values()),
        mean=found.mean if found.n else _sureness(found),
        standings=standings,
        dk=found.dk,
        na=found.na if single else 0,
        blank=found.blank if single else 0,
        counts=dict(found.counts) if single or people >= FULL_COUNTS else None,
    )


def _sureness(found: ItemScore) -> float | None:
    """Return how sure people are on 0-100; it is no alignment and enters no score."""
    given, last = list(found.counts.values()), len(found.counts) - 1
    return 100 * sum(n * k for k, n in enumerate(given)) / (sum(given) * last) if any(given) else None


def standing(bank: Bank, alignment: float | None) -> Standing:
    """Return how far an answer is in line: as the highest band, as the lowest one, or between."""
    if alignment is None:
        return "unscored"
    band = bank.band_of(whole(alignment))
    return "in line" if band == bank.bands[-1] else "against" if band == bank.bands[0] else "between"


def answers_in(tally: Tally) -> int:
    """Return how many people gave an answer, “don't know” included."""
    return tally.n + tally.dk


def small(tally: Tally, smallest: int) -> bool:
    """Tell whether too few people stand behind a tally: those who answered or, if nobody did, who did not know."""
    return 0 < (tally.n or tally.dk) < smallest


def taken_out(tallies: Sequence[Mapping[str, Tally]], items: Iterable[str], smallest: int) -> list[dict[str, Reason]]:
    """Return for each cell the items that are taken out of it, with the reason."""
    hidden: list[dict[str, Reason]] = [{} for _ in tallies]
    for item in items:
        found = {n: t[item] for n, t in enumerate(tallies) if item in t and answers_in(t[item])}
        for cell, reason in _gone(found, smallest).items():
            hidden[cell][item] = reason
    return hidden


def _gone(tallies: Mapping[int, Tally], smallest: int) -> dict[int, Reason]:
    """Return the cells that one item is taken out of.

    Everybody's tally less those that are shown is the tally of those that are not: together they must be as many as
    the smallest cell, else the next smallest tally goes with them.
    """
    gone: dict[int, Reason] = {cell: "few" for cell, tally in tallies.items() if small(tally, smallest)}
    rest = sorted((cell for cell in tallies if cell not in gone), key=lambda cell: answers_in(tallies[cell]))
    while gone and rest and small(total([tallies[cell] for cell in gone]), smallest):
        gone[rest.pop(0)] = "kept"
    return gone


def total(tallies: Sequence[Tally]) -> Tally:
    """Return the tally of several cells together; counts per answer only where every cell has them."""
    n = sum(t.n for t in tallies)
    weighed = [(t.mean, t.n) for t in tallies if t.mean is not None]
    counts = [t.counts for t in tallies if t.counts is not None]
    return Tally(
        n=n,
        mean=sum(mean * k for mean, k in weighed) / sum(k for _, k in weighed) if weighed else None,
        standings=_sums([t.standings for t in tallies]),
        dk=sum(t.dk for t in tallies),
        na=sum(t.na for t in tallies),
        blank=sum(t.blank for t in tallies),
        counts=_sums(counts) if len(counts) == len(tallies) else None,
    )


def _sums(parts: Iterable[Mapping[Key, int]]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for key, n in chain.from_iterable(part.items() for part in parts):
        found[key] = found.get(key, 0) + n
    return found
