"""Whether anything may be shown of what many people answered, and what is lacking to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assessor.disclosure import SMALLEST, outlook, partition
from assessor.errors import AssessorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.bank import Bank
    from assessor.store import Store, Survey

Lack = Literal["asked", "few", "apart", "small"]  # too few were invited, or answered, or in each group, or one of these


class Withheld(AssessorError):  # noqa: N818 - named for the fact
    """Nothing may be known of a survey: it is `open` (answers can still come), or something is lacking to a result.

    `groups`: by these questions its people fall into other groups than those that its result was seen in.
    """

    def __init__(self, survey: Survey, reason: Literal["open", "groups"] | Lack) -> None:
        self.survey, self.reason = survey, reason
        why = {
            "open": "answers can still come",
            "asked": f"so few people were invited that no group can have {survey.min_cell}",
            "few": f"fewer than {survey.min_cell} people answered",
            "groups": "it was seen with its perspectives in other groups than these questions make, and the two "
            "results together could show what few people answered. Undo the change of “pool”, or give the changed "
            "questions a new edition",
        }.get(reason, f"no group that may be shown has {survey.min_cell} people who answered")
        super().__init__(f"Nothing is shown of “{survey.wave}” of {survey.service.name}: {why}.")


def lacking(bank: Bank, store: Store, survey: Survey) -> Lack | None:
    """Return what a result lacks; None where there is one. To be asked when no answer can come any more."""
    return lack_of(bank, store.submitted.people(survey.id), store.surveys.invited(survey.id), survey.min_cell)


def lack_of(bank: Bank, people: Mapping[str, int], asked: Mapping[str, int | None], smallest: int) -> Lack | None:
    """Return what a result of so many people lacks, of so many who were asked.

    Where a group of one to four was invited, everything but `asked` is `small`: told apart, it could tell that one of
    them answered (as the fifth of all), or that all of them did (as more than were invited).
    """
    if partition(bank, people, smallest, _known(asked))[0]:
        return None
    if not outlook(bank, asked, smallest).shown:
        return "asked"
    if any(n and n < SMALLEST for n in asked.values()):
        return "small"
    return "few" if sum(people.values()) < smallest else "apart"


def invited_to(store: Store, survey: Survey) -> dict[str, int]:
    """Return how many people were invited, per perspective of which that is known."""
    return _known(store.surveys.invited(survey.id))


def _known(asked: Mapping[str, int | None]) -> dict[str, int]:
    return {perspective: people for perspective, people in asked.items() if people}


def cells_of(bank: Bank, people: Mapping[str, int], survey: Survey, invited: Mapping[str, int]) -> str:
    """Return the cells that people fall into, as text in no order of the bank's; nothing where there is none."""
    cells, _ = partition(bank, people, survey.min_cell, invited)
    return ", ".join(sorted("+".join(sorted(cell.perspectives)) for cell in cells))


def shown_of(bank: Bank, people: Mapping[str, int], survey: Survey, invited: Mapping[str, int]) -> set[str]:
    """Return the perspectives that fall into a cell, of those from which people answered."""
    cells, _ = partition(bank, people, survey.min_cell, invited)
    return {perspective for cell in cells for perspective in cell.perspectives}
