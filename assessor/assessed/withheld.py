"""Whether anything may be shown of what many people answered, and what is lacking to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from assessor.disclosure import SMALLEST, outlook, partition
from assessor.errors import AssessorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.bank import Bank
    from assessor.store import Store, Survey

Lack = Literal["asked", "few", "apart", "small"]  # too few were invited, or answered, or in each group


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
    """Return what a result lacks; None where there is one. To be asked when no answer can come any more.

    Whether more answered from a group of one to four than were invited is not told from `apart`, but called `small`
    wherever it may be: it would tell that all of them have answered.
    """
    people, asked = store.submitted.people(survey.id), store.surveys.invited(survey.id)
    if shown_of(bank, people, survey, invited_to(store, survey)):
        return None
    if not outlook(bank, asked, survey.min_cell).shown:
        return "asked"
    if sum(people.values()) < survey.min_cell:
        return "few"
    return "small" if any(n and n < SMALLEST for n in asked.values()) else "apart"


def invited_to(store: Store, survey: Survey) -> dict[str, int]:
    """Return how many people were invited, per perspective of which that is known."""
    return {perspective: people for perspective, people in store.surveys.invited(survey.id).items() if people}


def cells_of(bank: Bank, people: Mapping[str, int], survey: Survey, invited: Mapping[str, int]) -> str:
    """Return the cells that people fall into, as text in no order of the bank's; nothing where there is none."""
    cells, _ = partition(bank, people, survey.min_cell, invited)
    return ", ".join(sorted("+".join(sorted(cell.perspectives)) for cell in cells))


def shown_of(bank: Bank, people: Mapping[str, int], survey: Survey, invited: Mapping[str, int]) -> set[str]:
    """Return the perspectives that fall into a cell, of those from which people answered."""
    cells, _ = partition(bank, people, survey.min_cell, invited)
    return {perspective for cell in cells for perspective in cell.perspectives}
