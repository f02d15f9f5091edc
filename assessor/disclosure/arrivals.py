"""How many have answered, told while answers can still come: never a number, or a difference of two, below a cell's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assessor.disclosure.cells import pools

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.bank import Bank


class Arrived(NamedTuple):
    """How many `people` answered from some perspectives, None where they are too few to be told; None not `invited`."""

    perspectives: tuple[str, ...]
    people: int | None
    invited: int | None


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """How many answered, group by group; in all, where no group's number is held back."""

    groups: tuple[Arrived, ...]
    smallest: int

    @property
    def total(self) -> Arrived | None:
        """Return all groups together; None where that less those that are told would tell of one that is not."""
        people = [group.people for group in self.groups]
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

    Perspectives of a pool are told apart only where each has enough people, else together: a result puts them together
    too, and where a pool has enough nobody in it is held back, so no later figure can be taken off its number.
    """
    found = (_told(pool, people, invited, smallest) for pool in pools(bank, invited))
    return Arrivals(groups=tuple(group for groups in found for group in groups), smallest=smallest)


def _told(
    pool: Sequence[str], people: Mapping[str, int], invited: Mapping[str, int | None], smallest: int
) -> list[Arrived]:
    apart = all(people.get(p, 0) >= smallest for p in pool)
    groups = [(p,) for p in pool] if apart else [tuple(pool)]
    counted = [sum(people.get(p, 0) for p in group) for group in groups]
    return [
        Arrived(group, n if n >= smallest else None, _sum([invited[p] for p in group]))
        for group, n in zip(groups, counted, strict=True)
    ]


def _sum(numbers: Sequence[int | None]) -> int | None:
    known = [n for n in numbers if n is not None]
    return sum(known) if len(known) == len(numbers) else None
