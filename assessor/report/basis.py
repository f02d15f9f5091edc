"""What a report is laid out from: all that is published of one assessment, without the answers behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from assessor.answers import BLANK, Answer
from assessor.disclosure import publish
from assessor.report.people import smallest_cell, wordings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.difference import Overlap
    from assessor.disclosure import Published
    from assessor.plan import Plan
    from assessor.report.lines import Occasion
    from assessor.report.points import Chosen


Mode = Literal["individual", "consensus", "survey"]


@dataclass(frozen=True, kw_only=True)
class Basis:
    """All that is published of one assessment: with the bank, page, PDF and comparison follow from it.

    `n`: people who answered. `rows` were asked, and `items` of them may be shown; `texts` says how these were put,
    `revisions` in which revision each was put or answered. `given`: what one person answered, where one answered for
    the service. `chosen` overrules which points to talk about first. `ratings`: what people answered alone before a
    team agreed. `since`: an earlier assessment; `linked` people are known to have answered both, and `overlaps` tells
    how their scores go together in a row. `plan`: what the service has planned by then.
    """

    occasion: Occasion
    n: int
    rows: tuple[str, ...]
    items: tuple[str, ...]
    texts: Mapping[str, str]
    revisions: Mapping[str, int]
    published: Published
    given: Mapping[str, Answer] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    chosen: Chosen | None = None
    ratings: Basis | None = None
    since: Basis | None = None
    linked: int = 0
    overlaps: Mapping[str, Overlap] = field(default_factory=dict)
    plan: Plan | None = None

    @property
    def single(self) -> bool:
        """Tell whether one person answered for the service."""
        return self.published.smallest == 1

    @property
    def mode(self) -> Mode:
        """Return how the answers came about."""
        return "consensus" if self.occasion.agreed else "individual" if self.single else "survey"

    def label(self, bank: Bank, item: str) -> str | None:
        """Return the label of what one person answered; None for a group, a blank, or an item that was not asked."""
        code = self.given[item].code if item in self.given else None
        return next((c.label for c in bank.codes.get(item, ()) if c.code == code), None)


def basis_of(
    bank: Bank,
    occasion: Occasion,
    answers: Answers,
    responses: Sequence[Response] = (),
    *,
    smallest: int | None = None,
    invited: Mapping[str, int] | None = None,
    comments: Sequence[str] = (),
    chosen: Chosen | None = None,
    plan: Plan | None = None,
) -> Basis:
    """Return what `disclosure` lets through of a table of answers.

    `responses` gives notes and links to evidence, which are kept for one person only; `comments` are kept for a group.
    `smallest`: people in the smallest cell; left out, one person is taken to answer for the service.
    """
    published = publish(bank, answers, smallest or smallest_cell(answers), invited)
    given = _given(bank, answers, responses) if published.smallest == 1 and len(answers.persons) == 1 else {}
    asked = dict.fromkeys(item.id for row in answers.rows for item in bank.row_items(row))
    view = published.everyone
    known = {*view.items, *view.hidden} if view else set(answers.items)
    items = tuple(item for item in asked if item in known)
    texts = wordings(bank, answers)
    return Basis(
        occasion=occasion,
        n=len(answers.persons),
        rows=answers.rows,
        items=items,
        texts={item: texts.get(item) or bank.item[item].wording("all") for item in items},
        revisions={item: bank.item[item].revision for item in items} | revisions_of(responses),
        published=published,
        given=given,
        comments=tuple(comments) if view else (),
        chosen=chosen,
        plan=plan,
    )


def _given(bank: Bank, answers: Answers, responses: Sequence[Response]) -> dict[str, Answer]:
    """Return what one person answered; an answer to an older wording keeps its note only."""
    codes = {
        item: bank.codes[item][position].code
        for item, position in zip(answers.items, answers.codes[0], strict=True)
        if position != BLANK
    }
    said = dict(responses[0].answers) if responses else {}
    return {
        item: replace(said.get(item) or Answer(revision=bank.item[item].revision), code=codes.get(item))
        for item in dict.fromkeys([*codes, *said])
    }


def revisions_of(responses: Sequence[Response]) -> dict[str, int]:
    """Return the revision in which each item was answered, the oldest of several."""
    found: dict[str, int] = {}
    for item, answer in (pair for response in responses for pair in response.answers.items()):
        found[item] = min(answer.revision, found.get(item, answer.revision))
    return found
