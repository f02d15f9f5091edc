"""The way through one assessment: its pages in order, where it stands, how long it still takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import ceil
from typing import TYPE_CHECKING, Protocol

from assessor.bank import NOT_APPLICABLE
from assessor.forms import Page, current
from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from werkzeug.datastructures import MultiDict

    from assessor.answers import Answer, Response
    from assessor.bank import Bank, Item, Row
    from assessor.forms import Guard
    from assessor.store import Service, Survey
    from assessor.web.addresses import Addresses

SECONDS = {"vignette": 45}
SECONDS_A_RATING = 12


class Asked(Protocol):
    """What one person answers: an assessment of one, or a draft in a survey."""

    @property
    def id(self) -> str:
        """What tells it from others."""

    @property
    def service(self) -> Service:
        """The service that is assessed."""

    @property
    def wave(self) -> str:
        """The name of the assessment."""

    @property
    def innovations(self) -> tuple[str, ...]:
        """What the service plans."""

    @property
    def perspective(self) -> str:
        """From where the person sees the service."""

    @property
    def saved(self) -> str | None:
        """When it was saved last."""


@dataclass(frozen=True)
class Journey:
    """What one person answers, with the answers so far and where the pages are.

    `survey`: one of many people, so that nothing may tell who it is. `until`: it closed, and can be sent until then.
    """

    bank: Bank
    assessment: Asked
    response: Response
    at: Addresses
    survey: bool = False
    until: str = ""

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows that have a page: those that ask this perspective something."""
        return tuple(r for r in self.bank.asked_rows(self.assessment.innovations) if self._items[r.id])

    @cached_property
    def _items(self) -> dict[str, tuple[Item, ...]]:
        rows = self.bank.asked_rows(self.assessment.innovations)
        return {row.id: self.bank.page_items(row.id, self.assessment.perspective) for row in rows}

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """The answers as they count now, by item id, in the order of the pages."""
        given = self.response.answers
        return {i.id: current(self.bank, i, given.get(i.id)) for row in self.rows for i in self.items(row)}

    def items(self, row: Row) -> tuple[Item, ...]:
        """Return what a page asks."""
        return self._items[row.id]

    def label(self, item: Item) -> str:
        """Return the answer to a question in words; nothing for a blank."""
        given = self.answers[item.id].code
        return next((code.label for code in self.bank.codes[item.id] if code.code == given), "")

    def first(self, row: Row) -> int:
        """Return the number of a page's first question."""
        return 1 + sum(len(self.items(r)) for r in self.rows[: self.place(row)])

    def page(self, row: Row, guard: Guard, submitted: MultiDict[str, str] | None = None) -> Page:
        """Return a page with its answers, and over them what was submitted."""
        return self.page_of(self.items(row), self.first(row), guard, submitted, links=not self.survey)

    def page_of(
        self,
        items: Sequence[Item],
        first: int,
        guard: Guard,
        submitted: MultiDict[str, str] | None = None,
        *,
        links: bool = False,
    ) -> Page:
        """Return a page of some questions, numbered from `first`."""
        given, who = self.response.answers, self.assessment.perspective
        return Page(self.bank, items, who, given, guard, submitted, first, links=links)

    def place(self, row: Row) -> int:
        """Return the position of a page; by id, for to compare two rows is to compare all that they hold."""
        return [r.id for r in self.rows].index(row.id)

    def row(self, row_id: str) -> Row | None:
        """Return the row of a page."""
        return next((row for row in self.rows if row.id == row_id), None)

    def beside(self, row: Row, step: int) -> Row | None:
        """Return the row one step after (1) or before (-1) another; None at either end."""
        place = self.place(row) + step
        return self.rows[place] if 0 <= place < len(self.rows) else None

    def unanswered(self, row: Row | None = None) -> tuple[Item, ...]:
        """Return the questions without an answer, of one page or of all."""
        rows = self.rows if row is None else (row,)
        return tuple(item for r in rows for item in self.items(r) if not self.answers[item.id].code)

    @property
    def first_open(self) -> Row | None:
        """Return the row of the page to go on with: the first with a blank from the last that was touched; or None.

        What was left blank before it was left on purpose, and the review names it.
        """
        touched = [n for n, row in enumerate(self.rows) if any(self.answers[i.id].code for i in self.items(row))]
        return next((row for row in self.rows[max(touched, default=0) :] if self.unanswered(row)), None)

    @cached_property
    def minutes(self) -> int:
        """Return how many minutes the unanswered questions take, rounded up."""
        return minutes(self.unanswered())

    @property
    def thin(self) -> bool:
        """Tell whether fewer than half of the questions that apply have an answer that can be scored."""
        given = {i: a.code for i, a in self.answers.items() if self.bank.item[i].kind != "confidence"}
        scored = sum(c.alignment is not None for i in given for c in self.bank.codes[i] if c.code == given[i])
        applying = sum(code != NOT_APPLICABLE for code in given.values())
        return not scored or 2 * scored < applying


def minutes(items: Iterable[Item]) -> int:
    """Return how many minutes questions take, rounded up."""
    return ceil(sum(SECONDS.get(item.kind, SECONDS_A_RATING) for item in items) / 60)


def length(bank: Bank, innovations: Sequence[str], perspectives: Iterable[str]) -> tuple[int, int]:
    """Return the fewest and the most minutes that people of some perspectives need."""
    rows = bank.asked_rows(tuple(innovations))
    asked = [minutes(i for row in rows for i in bank.page_items(row.id, p)) for p in perspectives]
    return min(asked), max(asked)


def length_of(survey: Survey, perspective: str | None = None) -> tuple[int, int]:
    """Return the fewest and the most minutes that a survey takes: from one perspective, or from any that is asked."""
    asked = [perspective] if perspective else site().store.surveys.invited(survey.id)
    return length(site().bank, survey.innovations, asked)


def lengths(bank: Bank) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the fewest and the most minutes that one innovation takes, and two together, whichever they are."""
    ids = [innovation.id for innovation in bank.innovations]
    one, two = ([length(bank, some, bank.perspective) for some in combinations(ids, n)] for n in (1, min(2, len(ids))))
    return _widest(one), _widest(two)


def _widest(found: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return min(least for least, _ in found), max(most for _, most in found)
