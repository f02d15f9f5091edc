"""How many have answered, told while answers can still come: never a number, or a difference of two, below a cell's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assessor.disclosure.cells import pools

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.bank import Bank


class Arrived(NamedTuple):
    """How many `people` answered from some perspectives, or so many and `more`; None where they are too few to be told.

    `invited` is None where it is not known.
    """

    perspectives: tuple[str, ...]
    people: int | None
    invited: int | None
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """How many answered, group by group; in all, where each group's number is told."""

    groups: tuple[Arrived, ...]
    smallest: int

    @property
    def total(self) -> Arrived | None:
        """Return all groups together; None where that less those that are told would tell of one that is not."""
        people = [None if group.more else group.people for group in self.groups]
        if None in people:
            return None
        everybody = tuple(p for group in self.groups for p in group.perspectives)
        return Arrived(everybody, _sum(people), _sum([group.invited for group in self.groups]))

    @property
    def enough(self) -> bool:
        """Tell whether a result can be expected of those who answered so far, as far as it can be told."""
        return any(group.people is not None for group in self.groups)


def arrivals(bank: Bank, people: Mapping[str, int], invited: Mapping[str, int | None], smallest: int) -> Arrivals:
    """Return what may be told of who has answered so far.

    Perspectives of a pool are told apart only where each has enough people, else together, as a result has them. It
    leaves out a crowded perspective; where that can be fewer people than a cell's, and the others a cell, no number is
    told that the result could be taken off, only that there are enough. Not even that is where crowding alone makes
    them enough.
    """
    found = (_told(pool, people, invited, smallest) for pool in pools(bank, invited))
    return Arrivals(groups=tuple(group for groups in found for group in groups), smallest=smallest)


def _told(
    pool: Sequence[str], people: Mapping[str, int], invited: Mapping[str, int | None], smallest: int
) -> list[Arrived]:
    unsure = any(_dispensable(p, pool, invited, smallest) for p in pool)
    apart = not unsure and all(people.get(p, 0) >= smallest for p in pool)
    groups = [(p,) for p in pool] if apart else [tuple(pool)]
    return [_group(group, people, invited, smallest, unsure=unsure) for group in groups]


def _dispensable(perspective: str, pool: Sequence[str], invited: Mapping[str, int | None], smallest: int) -> bool:
    """Tell whether a result can leave out a perspective of few people, and tell of the others of its pool."""
    others = _sum([invited[p] for p in pool if p != perspective])
    return 0 < (invited[perspective] or 0) < smallest and (others is None or others >= smallest)


def _group(
    group: tuple[str, ...],
    people: Mapping[str, int],
    invited: Mapping[str, int | None],
    smallest: int,
    *,
    unsure: bool,
) -> Arrived:
    came, asked = sum(people.get(p, 0) for p in group), _sum([invited[p] for p in group])
    if came < smallest or (asked is not None and asked < smallest):
        return Arrived(group, None, asked)
    return Arrived(group, smallest if unsure else came, asked, more=unsure)


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None
