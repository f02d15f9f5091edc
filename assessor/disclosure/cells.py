"""Cells: people whose figures are published together, fixed once for an assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assessor.bank import Bank

SMALLEST = 5


@dataclass(frozen=True, kw_only=True)
class Cell:
    """People whose figures are published together; `invited` is None where it is not known."""

    perspectives: tuple[str, ...]
    people: int
    invited: int | None = None


def partition(
    bank: Bank, people: Mapping[str, int], smallest: int, invited: Mapping[str, int]
) -> tuple[tuple[Cell, ...], tuple[str, ...]]:
    """Return the cells that people fall into, and the perspectives that are held back because they fit in none.

    A perspective with enough people is a cell. Smaller ones of a pool are put together, with the next smallest of the
    pool if they are still too few; where even the whole pool is too small, its people are in no figure. Nor are those
    of a crowded perspective: somebody may have filled it so that only few answers in it are other people's.
    """
    people = {p: n for p, n in people.items() if p not in crowded(people, invited)}
    cells: list[Cell] = []
    held: list[str] = []
    for pool in pools(bank, (p for p, n in people.items() if n)):
        small, large = _split(pool, people, smallest)
        if sum(people[p] for p in small) >= smallest:
            cells.append(_cell(small, people, invited))
        else:
            held += small
        cells += [_cell([p], people, invited) for p in large]
    order = {p: n for n, p in enumerate(bank.perspective)}
    return tuple(sorted(cells, key=lambda cell: order[cell.perspectives[0]])), tuple(held)


def crowded(people: Mapping[str, int], invited: Mapping[str, int]) -> tuple[str, ...]:
    """Return the perspectives from which more people answered than were invited."""
    return tuple(p for p, n in people.items() if n > invited.get(p, n))


def pools(bank: Bank, perspectives: Iterable[str]) -> list[list[str]]:
    """Return perspectives in the bank's order, those of a pool together; one that has no pool stands alone."""
    named = {*perspectives}
    found: dict[str, list[str]] = {}
    for perspective in bank.perspectives:
        if perspective.id in named:
            found.setdefault(perspective.pool or perspective.id, []).append(perspective.id)
    return list(found.values())


def _split(pool: Sequence[str], people: Mapping[str, int], smallest: int) -> tuple[list[str], list[str]]:
    """Return the perspectives of a pool that are put together, and those that stand alone."""
    small = [p for p in pool if people[p] < smallest]
    large = sorted((p for p in pool if people[p] >= smallest), key=lambda p: people[p])
    while small and large and sum(people[p] for p in small) < smallest:
        small.append(large.pop(0))
    return sorted(small, key=pool.index), sorted(large, key=pool.index)


def _cell(perspectives: Sequence[str], people: Mapping[str, int], invited: Mapping[str, int]) -> Cell:
    asked = [invited.get(p) for p in perspectives]
    known = [n for n in asked if n is not None]
    return Cell(
        perspectives=tuple(perspectives),
        people=sum(people[p] for p in perspectives),
        invited=sum(known) if len(known) == len(asked) else None,
    )


def together(cells: Sequence[Cell]) -> Cell:
    """Return the cell that some cells make together."""
    known = [cell.invited for cell in cells if cell.invited is not None]
    return Cell(
        perspectives=tuple(p for cell in cells for p in cell.perspectives),
        people=sum(cell.people for cell in cells),
        invited=sum(known) if len(known) == len(cells) else None,
    )
