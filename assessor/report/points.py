"""Which facets a team should talk about first: a rule that is printed, and that a facilitator can overrule."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessor.bank import Bank
    from assessor.report.lines import FacetLine

MOST = 3
STEP = 25  # points, or per cent


class Weight(NamedTuple):
    """How much speaks for talking about a facet first, in four small counts.

    `gap`: one for every started 25 points below the highest band; `against`: one for every started quarter of the
    answers that is not in line; `split`: two where a quarter or more of the answers lie on either side; `evidence`: one
    for a single study, two for two or three, three for more.
    """

    gap: int
    against: int
    split: int
    evidence: int

    @property
    def total(self) -> int:
        """Return the sum that facets are ranked by."""
        return sum(self)


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The facets that a facilitator put in place of those that the rule takes, with the reason."""

    facets: tuple[str, ...]
    reason: str


class Passed(NamedTuple):
    """A facet that was not taken though a point has a higher score, and the counts in which the last point beats it."""

    facet: FacetLine
    less: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Points:
    """The facets to talk about first, those that weigh as much as the last of them, and what the rule would take.

    `passed`: lower scores that the rule passed over, the weightiest first.
    """

    taken: tuple[FacetLine, ...]
    tied: tuple[FacetLine, ...]
    ruled: tuple[FacetLine, ...]
    weak: tuple[FacetLine, ...]
    weights: Mapping[str, Weight]
    passed: tuple[Passed, ...]


def weigh(bank: Bank, line: FacetLine) -> Weight | None:
    """Return the weight of a facet; None where it has no score, or is in the highest band already."""
    score, top = line.line.score, bank.bands[-1]
    if score is None or line.line.band == top:
        return None
    shares = line.line.shares
    sides = min(shares.aligned, shares.against)
    return Weight(
        gap=ceil((top.start - whole(score)) / STEP),
        against=ceil(4 * shares.against / (shares.scored or 1)),
        split=2 if sides and 4 * sides >= shares.scored else 0,
        evidence=min(3, 1 + line.studies // 2) if line.studies else 0,
    )


def choose(bank: Bank, facets: Sequence[FacetLine], chosen: Chosen | None = None) -> Points:
    """Choose at most three facets: those that weigh most; of equal ones the lower score, then the bank's order.

    `chosen` overrules it, as far as its facets have a score.
    """
    weighed = [(w, f) for f in facets if (w := weigh(bank, f))]
    weighed.sort(key=lambda pair: (-pair[0].total, whole(pair[1].line.score or 0)))
    weak = tuple(f for _, f in weighed)
    ruled = weak[:MOST]
    lowest = weighed[len(ruled) - 1][0].total if ruled else 0
    known = {f.facet.id: f for f in facets if f.line.score is not None}
    named = tuple(known[f] for f in chosen.facets if f in known)[:MOST] if chosen else ()
    taken = named or ruled
    tied = tuple(f for w, f in weighed[MOST:] if w.total == lowest and f not in taken)
    weights = {f.facet.id: w for w, f in weighed}
    passed = () if named else tuple(_passed(weighed))
    return Points(taken=taken, tied=() if named else tied, ruled=ruled, weak=weak, weights=weights, passed=passed)


def _passed(weighed: Sequence[tuple[Weight, FacetLine]]) -> Iterator[Passed]:
    """Yield the facets behind the first three, as heavy as the last of these left out, that score below one of them."""
    highest = max((whole(f.line.score or 0) for _, f in weighed[:MOST]), default=0)
    for weight, facet in weighed[MOST:]:
        last = weighed[MOST - 1][0]
        if weight.total < last.total and whole(facet.line.score or 0) < highest:
            yield Passed(facet, tuple(name for name in Weight._fields if getattr(weight, name) < getattr(last, name)))
