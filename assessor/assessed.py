"""An assessment as a report needs it, with the rules for which kept ones may be reported and compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from assessor.answers import gather
from assessor.errors import AssessorError
from assessor.report import Occasion, build, build_comparison
from assessor.store import FEWEST, NotFound

if TYPE_CHECKING:
    from assessor.answers import Answers, Response
    from assessor.bank import Bank
    from assessor.report import ComparisonReport, Report
    from assessor.store import Assessment, Store, Survey


class Outdated(AssessorError):  # noqa: N818 - named for the fact
    """An assessment was answered in another edition than the bank's; `assessment` is it."""

    def __init__(self, assessment: Assessment | Survey, bank: Bank) -> None:
        self.assessment = assessment
        super().__init__(
            f"These answers were given to {assessment.bank} {assessment.edition}; the questions now are "
            f"{bank.id} {bank.edition}. Name the folder of their edition with --bank."
        )


class Withheld(AssessorError):  # noqa: N818 - named for the fact
    """Nothing may be known of a survey: it is `open` (answers can still come), or there are too `few`."""

    def __init__(self, survey: Survey, reason: str) -> None:
        self.survey, self.reason = survey, reason
        why = "answers can still come" if reason == "open" else f"fewer than {FEWEST} people answered"
        super().__init__(f"Nothing is shown of “{survey.wave}” of {survey.service.name}: {why}.")


@dataclass(frozen=True)
class Assessed:
    """One assessment with its answers, from the database or from a file."""

    occasion: Occasion
    answers: Answers
    responses: tuple[Response, ...] = ()

    def report(self, bank: Bank, since: Assessed | None = None) -> Report:
        """Return the report, with what changed since an earlier assessment."""
        built = build(bank, self.occasion, self.answers, self.responses)
        return replace(built, since=self.comparison(bank, since)) if since else built

    def comparison(self, bank: Bank, before: Assessed) -> ComparisonReport:
        """Return the comparison with an earlier assessment."""
        occasions, answers = (before.occasion, self.occasion), (before.answers, self.answers)
        return build_comparison(bank, occasions, answers, (*before.responses, *self.responses))


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
    if early.id == late.id or early.service != late.service or early.bank != late.bank or not early.submitted:
        raise NotFound("These two cannot be compared: they must be finished assessments of one service.")
    return early, finished(bank, store, late.id)


def order(assessment: Assessment) -> tuple[bool, str, str, str]:
    """Return what sorts assessments by when they were finished, drafts last."""
    return not assessment.submitted, assessment.submitted or "", assessment.opened, assessment.id


def assessed(bank: Bank, store: Store, assessment: Assessment) -> Assessed:
    """Return an assessment with its answers as a report needs it."""
    response = store.answers(assessment.id)
    rows = [row.id for row in bank.asked_rows(assessment.innovations)]
    answers = gather(bank, [response], rows, assessment.edition)
    return Assessed(_occasion(bank, assessment, demo=store.demo), answers, (response,))


def survey_answers(bank: Bank, store: Store, survey: Survey, now: str) -> Answers:
    """Return what people answered in a survey that is over.

    Raises Withheld as long as answers can still come, and where fewer than 5 people answered.
    """
    if not store.surveys.settle(survey.id, now):
        raise Withheld(survey, "open")
    responses = store.surveys.responses(survey.id)
    if len(responses) < FEWEST:
        raise Withheld(survey, "few")
    rows = [row.id for row in bank.asked_rows(survey.innovations)]
    return gather(bank, responses, rows, survey.edition)


def day(moment: str) -> str:
    """Return the date of a kept time as this computer's calendar has it: server and reader are the same."""
    return datetime.fromisoformat(moment).astimezone().date().isoformat()


def _occasion(bank: Bank, assessment: Assessment, *, demo: bool) -> Occasion:
    who = bank.perspective.get(assessment.perspective)
    return Occasion(
        service=assessment.service.name,
        wave=assessment.wave,
        date=day(assessment.submitted or assessment.opened),
        perspectives=(who.name if who else assessment.perspective,),
        innovations=tuple(bank.innovation[i].name for i in assessment.innovations if i in bank.innovation),
        edition=assessment.edition,
        demo=demo,
    )
