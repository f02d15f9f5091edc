"""What may be shown of people who are invited, told before anybody answers by the rules that hold afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assessor.disclosure.cells import partition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.bank import Bank
    from assessor.disclosure.cells import Cell

UNTOLD = 10  # people at least, where nobody knows how many are invited

Fate = Literal["alone", "if most", "joined", "only joined", "held"]


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What becomes of the answers of one perspective's invited people.

    Results for them stand `alone`, also if only half of everybody answers; alone `if most` answer; `joined` with those
    of the perspectives `beside`, which need them to be shown; `only joined`, for they are fewer than the smallest
    group; or they are `held` back, whoever answers. Where fewer come from some perspective of a pool than from the
    others, those may be joined with it whom half would have left alone.
    """

    perspective: str
    fate: Fate
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What becomes of every perspective, and whether there is a result at all: if all answer, and if half of them do.

    `people`: how many can be in a figure at most; None where that is not known. `mixed`: how many people a group needs
    for a comparison to take some of them as linked by their keep-safe codes; in a smaller one, all or nobody, since the
    few others could be made out. `coded`: whether a group has as many.
    """

    prospects: tuple[Prospect, ...]
    people: int | None
    shown: bool
    likely: bool
    mixed: int
    coded: bool


def outlook(bank: Bank, invited: Mapping[str, int | None], smallest: int) -> Outlook:
    """Return what so many invited people can expect to be shown.

    Where a number is not known (None) it is taken to be large enough that half of it make a smallest group.
    """
    asked = {p.id: invited[p.id] for p in bank.perspectives if p.id in invited}
    most = {p: max(UNTOLD, 2 * smallest) if n is None else n for p, n in asked.items()}
    whole, half = (partition(bank, people, smallest, most)[0] for people in (most, _half(most)))
    counted = [asked[p] for cell in whole for p in cell.perspectives]
    known = [n for n in counted if n is not None]
    return Outlook(
        prospects=tuple(_prospect(p, whole, half, enough=n >= smallest) for p, n in most.items()),
        people=sum(known) if len(known) == len(counted) else None,
        shown=bool(whole),
        likely=bool(half),
        mixed=2 * smallest,
        coded=any(cell.people >= 2 * smallest for cell in whole),
    )


def _half(people: Mapping[str, int]) -> dict[str, int]:
    return {p: n // 2 for p, n in people.items()}


def _prospect(perspective: str, whole: Sequence[Cell], half: Sequence[Cell], *, enough: bool) -> Prospect:
    beside = next((c.perspectives for c in whole if perspective in c.perspectives), ())
    others = tuple(p for p in beside if p != perspective)
    if not beside:
        return Prospect(perspective=perspective, fate="held")
    if others:
        return Prospect(perspective=perspective, fate="joined" if enough else "only joined", beside=others)
    alone = any(c.perspectives == (perspective,) for c in half)
    return Prospect(perspective=perspective, fate="alone" if alone else "if most")
