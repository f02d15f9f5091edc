"""Who stands behind a figure: one person with her answers as given, or a part of the people with their shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assessor.bank import DONT_KNOW, NOT_APPLICABLE
from assessor.disclosure import SMALLEST, standing
from assessor.report.lines import Count, Part, Shares
from assessor.score import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessor.answers import Answers
    from assessor.bank import Bank
    from assessor.disclosure import Cell, Tally
    from assessor.report.lines import ItemLine


def smallest_cell(answers: Answers) -> int:
    """Return how many people the smallest cell has where nobody set it: one person answers for the service."""
    return 1 if len(answers.persons) == 1 else SMALLEST


def unjudged(bank: Bank, line: ItemLine) -> tuple[Count, ...]:
    """Return how many people gave which answer, without a word on how far it is in line: a team is still to agree.

    Where a part is too small for every answer, those that are as far in line are counted together.
    """
    codes = [code for code in bank.codes[line.id] if code.code not in {DONT_KNOW, NOT_APPLICABLE}]
    people = {count.label: count.people for count in line.counts}
    if any(code.label in people for code in codes):
        return line.counts
    if line.item.kind == "confidence":  # its answers stand nowhere, so a small part's are not told apart
        return ()
    groups: dict[str, list[str]] = {}
    for code in codes:
        groups.setdefault(standing(bank, code.alignment), []).append(code.label)
    told = (Count(" / ".join(labels), people[name]) for name, labels in groups.items())
    return (*told, line.counts[-1])


def one(values: Iterable[str]) -> str | None:
    """Return the only value there is; None where there are several."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def wordings(bank: Bank, answers: Answers) -> dict[str, str]:
    """Return the text of each item that somebody was asked, as the largest part of those people read it.

    Of perspectives with equally many people the bank's first is taken.
    """
    table, order = Table(bank, answers), tuple(bank.perspective)
    people = {item.id: np.bincount(table.who[flags]) for item, flags in zip(table.items, table.asked, strict=True)}
    return {item: bank.item[item].wording(order[n.argmax()]) for item, n in people.items() if n.any()}


def part_of(bank: Bank, cell: Cell) -> Part:
    """Return a cell under the name that it has on pages: a perspective's, or a pool's with those who are in it."""
    names = [bank.perspective[p].name for p in cell.perspectives]
    pool = one(bank.perspective[p].pool or "" for p in cell.perspectives)
    name = f"{pool} ({', '.join(names).lower()})" if pool and len(names) > 1 else ", ".join(names)
    return Part(name=name, people=cell.people, invited=cell.invited)


def shares(tallies: Iterable[Tally | None]) -> Shares:
    """Return how many answers of some tallies are in line, between, against and “don't know”."""
    aligned = between = against = unknown = 0
    for tally in filter(None, tallies):
        aligned += tally.standings.get("in line", 0)
        between += tally.standings.get("between", 0)
        against += tally.standings.get("against", 0)
        unknown += tally.dk
    return Shares(aligned, between, against, unknown)
