"""Whose answers may be shown: one person's as given, a group's only from five people."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessor.answers import Answers
    from assessor.bank import Bank

SMALLEST_GROUP = 5
FULL_COUNTS = 10  # below, a group's answers are counted as in line, between and against


def given(bank: Bank, item: str, answers: Answers) -> str | None:
    """Return the label of what one person answered; None for a group, a blank, or an item that was not asked."""
    if len(answers.persons) != 1 or item not in answers.items:
        return None
    position = int(answers.codes[0, answers.items.index(item)])
    return bank.codes[item][position].label if position >= 0 else None


def one(values: Iterable[str]) -> str | None:
    """Return the only value there is; None where there are several."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def hides(people: int) -> bool:
    """Tell whether a group is too small for any figure."""
    return 1 < people < SMALLEST_GROUP


def shows(answers: int, people: int) -> bool:
    """Tell whether a figure over some answers may be shown: one person's own, or a group's from five answers."""
    return people == 1 or (people >= SMALLEST_GROUP and answers >= SMALLEST_GROUP)
