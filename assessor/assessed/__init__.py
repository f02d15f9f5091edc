"""An assessment as a report needs it, with the rules for which kept ones may be reported and compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assessor.answers import gather, tabulate
from assessor.assessed.withheld import Withheld, cells_of, invited_to, lacking, shown_of
from assessor.errors import AssessorError
from assessor.plan import Plan
from assessor.report import Chosen, Occasion, basis_of, compare_linked, lay_out
from assessor.store import NotFound, Survey

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.plan import PlannedAction
    from assessor.report import Basis, ComparisonReport, Report
    from assessor.store import Assessment, Note, Store


class Outdated(AssessorError):  # noqa: N818 - named for the fact
    """An assessment was answered in another edition than the bank's; `assessment` is it."""

    def __init__(self, assessment: Assessment | Survey, bank: Bank) -> None:
        self.assessment = assessment
        super().__init__(
            f"These answers were given to {assessment.bank} {assessment.edition}; the questions now are "
            f"{bank.id} {bank.edition}. Name the folder of their edition with --bank."
        )


@dataclass(frozen=True)
class Assessed:
    """One assessment with its answers, from the database or from a file.

    `since`: an earlier one, of which a report says what changed; `links` lead from people then to the same people now.
    """

    occasion: Occasion
    answers: Answers
    responses: tuple[Response, ...] = ()
    smallest: int | None = None
    invited: Mapping[str, int] = field(default_factory=dict)
    comments: tuple[str, ...] = ()
    ratings: Assessed | None = None
    since: Assessed | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    chosen: Chosen | None = None
    plan: Plan | None = None

    def report(self, bank: Bank) -> Report:
        """Return the report, with what changed since an earlier assessment, and what was rated before a meeting."""
        told = self.basis(bank)
        if self.since:
            early, answers = replace(self.since, plan=None).basis(bank), (self.since.answers, self.answers)
            found = compare_linked(bank, early, told, answers, self.links)
            told = replace(told, since=early, linked=found.linked, overlaps=found.overlaps)
        return lay_out(bank, told)

    def basis(self, bank: Bank) -> Basis:
        """Return what is published, and of what was rated before a meeting too."""
        told = basis_of(
            bank,
            self.occasion,
            self.answers,
            self.responses,
            smallest=self.smallest,
            invited=self.invited,
            comments=self.comments,
            chosen=self.chosen,
            plan=self.plan,
        )
        return replace(told, ratings=self.ratings.basis(bank) if self.ratings else None)

    def comparison(self, bank: Bank, before: Assessed, links: Mapping[str, str] | None = None) -> ComparisonReport:
        """Return the comparison with an earlier assessment, and what became of what was planned by then.

        `links` lead from people then to the same people now.
        """
        early, late = before.basis(bank), self.basis(bank)
        return compare_linked(bank, early, late, (before.answers, self.answers), links or {})


def asks(bank: Bank, assessment: Assessment | Survey) -> bool:
    """Tell whether an assessment was answered in this edition of the questions."""
    return (assessment.bank, assessment.edition) == (bank.id, bank.edition)


def current(bank: Bank, assessment: Assessment) -> Assessment:
    """Return an assessment of this edition; raise Outdated for any other."""
    if not asks(bank, assessment):
        raise Outdated(assessment, bank)
    return assessment


def finished(bank: Bank, store: Store, ident: str) -> Assessment:
    """Return a finished assessment of this edition; raise NotFound for a draft, Outdated for another edition."""
    found = store.assessment(ident)
    if not found.submitted:
        raise NotFound(f"The assessment “{found.wave}” of {found.service.name} is not finished yet.")
    return current(bank, found)


def pair(bank: Bank, store: Store, one: str, other: str) -> tuple[Assessment, Assessment]:
    """Return two finished assessments of one service, the earlier first; the earlier may be of another edition.

    Raises NotFound when they cannot be compared at all, Outdated when the later one is of another edition.
    """
    early, late = sorted(map(store.assessment, (one, other)), key=order)
    if not comparable(early, late) or not early.submitted:
        raise NotFound("These two cannot be compared: they must be finished assessments of one service.")
    return early, finished(bank, store, late.id)


def survey_pair(store: Store, one: str, other: str) -> tuple[Survey, Survey]:
    """Return two surveys of one service, the earlier first; raise NotFound when they cannot be compared at all."""
    early, late = sorted(map(store.surveys.survey, (one, other)), key=lambda survey: (survey.end or "~", survey.id))
    if not comparable(early, late):
        raise NotFound("These two cannot be compared: they must be assessments of one service.")
    return early, late


def comparable(one: Assessment | Survey, other: Assessment | Survey) -> bool:
    """Tell whether two assessments are different ones of one service, asked from one bank in one mode."""
    return one.id != other.id and (one.service, one.bank, one.mode) == (other.service, other.bank, other.mode)


def order(assessment: Assessment) -> tuple[bool, str, str, str]:
    """Return what sorts assessments by when they were finished, drafts last."""
    return not assessment.submitted, assessment.submitted or "", assessment.opened, assessment.id


def assessed(bank: Bank, store: Store, assessment: Assessment, now: str) -> Assessed:
    """Return an assessment with its answers as a report needs it, and what people had rated alone before a meeting."""
    response = store.answers(assessment.id)
    rows = [row.id for row in bank.asked_rows(assessment.innovations)]
    answers = gather(bank, [response], rows, assessment.edition)
    return Assessed(
        _occasion(bank, assessment, demo=store.demo),
        answers,
        (response,),
        ratings=rated(bank, store, assessment, now),
        chosen=_chosen(store, assessment.id),
        plan=plan_of(store, assessment),
    )


def rated(bank: Bank, store: Store, assessment: Assessment, now: str) -> Assessed | None:
    """Return what people rated alone before a meeting; None where they did not, or too few to be shown.

    Raises Withheld as long as answers can still come.
    """
    if assessment.ratings is None:
        return None
    try:
        found = surveyed(bank, store, store.surveys.survey(assessment.ratings), now)
        return replace(found, plan=None)  # the plan stands in what the team agreed
    except Withheld as withheld:
        if withheld.reason == "open":
            raise
        return None


def surveyed(bank: Bank, store: Store, survey: Survey, now: str) -> Assessed:
    """Return a survey that is over as a report needs it, and note that its results were seen.

    Raises Withheld as long as answers can still come, where so few people answered that no cell can be shown, and where
    the result was seen in other cells; Outdated for another edition.
    """
    if not asks(bank, survey):
        raise Outdated(survey, bank)
    invited = invited_to(store, survey)
    if not store.surveys.settle(survey.id, now):
        raise Withheld(survey, "open")
    if lack := lacking(bank, store, survey):
        raise Withheld(survey, lack)
    cells = cells_of(bank, store.submitted.people(survey.id), survey, invited)
    sealed = store.surveys.see(survey.id, now, cells)
    if not sealed.seen:  # opened again in this very moment
        raise Withheld(survey, "open")
    if sealed.cells != cells:
        raise Withheld(survey, "groups")
    with store.submitted.given(survey.id) as given:  # what was sealed, and nothing that came before the seal
        answers = tabulate(bank, given.people, given.lines, [row.id for row in bank.asked_rows(survey.innovations)])
    shown = shown_of(bank, Counter(answers.perspectives), survey, invited)
    return Assessed(
        _survey_occasion(bank, survey, shown, demo=store.demo),
        answers,
        smallest=survey.min_cell,
        invited=invited,
        comments=_comments([note for note in store.submitted.notes(survey.id) if note.perspective in shown], survey),
        chosen=_chosen(store, survey.id),
        plan=plan_of(store, survey),
    )


def ended(assessment: Assessment | Survey) -> str:
    """Return when the last answer was given, as it is kept."""
    return (assessment.end if isinstance(assessment, Survey) else assessment.submitted) or assessment.opened


def plan_of(store: Store, assessment: Assessment | Survey) -> Plan:
    """Return what the service has planned at an assessment or before it, and its targets."""
    plans, service, at = store.plans, assessment.service.id, ended(assessment)
    return Plan(
        at=at,
        actions=tuple(dated(a) for a in plans.actions(service) if a.asked <= at),
        targets={row: t.points for row, t in plans.targets(service).items() if t.points is not None},
    )


def dated(action: PlannedAction) -> PlannedAction:
    """Return an action with days in place of times, as this computer's calendar has them."""
    return replace(action, versions=tuple(v._replace(at=day(v.at)) for v in action.versions))


def _chosen(store: Store, assessment_id: str) -> Chosen | None:
    found = store.chosen(assessment_id)
    return Chosen(facets=found[0], reason=found[1]) if found else None


def _comments(notes: Sequence[Note], survey: Survey) -> tuple[str, ...]:
    """Return what people wrote, in an order that tells nothing; only if enough of them did."""
    if len({note.person for note in notes}) < survey.min_cell:
        return ()
    return tuple(sorted((note.text for note in notes), key=lambda text: _drawn(survey, text)))


def _drawn(survey: Survey, note: str) -> str:
    return hashlib.sha256(f"{survey.id} {note}".encode()).hexdigest()


def _survey_occasion(bank: Bank, survey: Survey, perspectives: Container[str], *, demo: bool) -> Occasion:
    return Occasion(
        service=survey.service.name,
        wave=survey.wave,
        date=day(survey.end or survey.opened),
        perspectives=tuple(p.name for p in bank.perspectives if p.id in perspectives),
        innovations=tuple(bank.innovation[i].name for i in survey.innovations if i in bank.innovation),
        edition=survey.edition,
        demo=demo,
    )


def day(moment: str) -> str:
    """Return the date of a kept time as this computer's calendar has it: server and reader are the same."""
    return datetime.fromisoformat(moment).astimezone().date().isoformat()


def _occasion(bank: Bank, assessment: Assessment, *, demo: bool) -> Occasion:
    who = bank.perspective.get(assessment.perspective)
    return Occasion(
        service=assessment.service.name,
        wave=assessment.wave,
        date=day(assessment.submitted or assessment.opened),
        perspectives=() if assessment.agreed else (who.name if who else assessment.perspective,),
        innovations=tuple(bank.innovation[i].name for i in assessment.innovations if i in bank.innovation),
        edition=assessment.edition,
        demo=demo,
        agreed=assessment.agreed,
    )
