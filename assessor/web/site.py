"""What every view needs: the bank, the store, the renderer, the clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from flask import current_app, session

from assessor.errors import AssessorError
from assessor.forms import Guard

if TYPE_CHECKING:
    from collections.abc import Callable

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.store import Assessment, Store

NAME = "recovery-readiness"


class Outdated(AssessorError):  # noqa: N818 - named for the fact
    """An assessment was answered in another edition than the bank's; `assessment` is it."""

    def __init__(self, assessment: Assessment, bank: Bank) -> None:
        self.assessment = assessment
        super().__init__(
            f"These answers were given to {assessment.bank} {assessment.edition}; this tool was started with "
            f"{bank.id} {bank.edition}. Name the folder of their edition with --bank."
        )


@dataclass(frozen=True)
class Site:
    """The finished objects that the views work with."""

    bank: Bank
    store: Store
    renderer: Renderer
    clock: Callable[[], datetime]
    key: bytes

    def now(self) -> str:
        """Return the time as it is kept."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")

    def asks(self, assessment: Assessment) -> bool:
        """Tell whether the assessment was answered in the edition of the questions that is asked now."""
        return (assessment.bank, assessment.edition) == (self.bank.id, self.bank.edition)

    def current(self, assessment: Assessment) -> Assessment:
        """Return the assessment; raise Outdated when it belongs to another edition of the questions."""
        if not self.asks(assessment):
            raise Outdated(assessment, self.bank)
        return assessment


def site() -> Site:
    """Return what the running application works with."""
    return cast("Site", current_app.extensions[NAME])


def guard() -> Guard:
    """Return what makes a form ours; the session outlives the browser, so that restored tabs still save."""
    session.permanent = True
    return Guard(site().key, session)
