"""What is kept, as values."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

INDIVIDUAL, CONSENSUS = "individual", "consensus"
GRACE = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Service:
    """The team or service that assesses itself."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """One wave of one service that one person answers, or a team in a meeting; times are ISO UTC.

    `submitted` is None while it is a draft. `ratings`: the survey in which people rated alone before the meeting.
    """

    id: str
    service: Service
    wave: str
    mode: str
    bank: str
    edition: str
    innovations: tuple[str, ...]
    perspective: str
    opened: str
    saved: str | None
    submitted: str | None
    token: str
    ratings: str | None = None

    @property
    def agreed(self) -> bool:
        """Tell whether a team agrees on the answers."""
        return self.mode == CONSENSUS


@dataclass(frozen=True, kw_only=True)
class Survey:
    """One wave of one service that many people answer; times are ISO UTC.

    `opens` and `closes` are planned, `closed` is when it really closed, `seen` when its results were first seen, and
    `cells` the groups that they are shown in, as text.
    """

    id: str
    service: Service
    wave: str
    mode: str
    bank: str
    edition: str
    innovations: tuple[str, ...]
    opened: str
    state: str
    opens: str | None
    closes: str | None
    closed: str | None
    seen: str | None
    min_cell: int
    cells: str

    @property
    def end(self) -> str | None:
        """Return when it closes or closed; None while that is not decided."""
        return min(filter(None, (self.closes, self.closed)), default=None)

    def takes(self, now: str) -> bool:
        """Tell whether people may begin to answer."""
        return self.state == "open" and (self.opens or "") <= now and (self.end is None or now < self.end)

    def over(self, now: str) -> bool:
        """Tell whether it closed."""
        return self.end is not None and self.end <= now

    def keeps(self, now: str) -> bool:
        """Tell whether answers that were begun can be saved and submitted: up to 30 minutes after it closed."""
        return self.takes(now) or (self.over(now) and self.state in {"open", "closed"} and now < self.last)

    @property
    def last(self) -> str:
        """Return when the grace period ends; nothing where it has not closed."""
        return (datetime.fromisoformat(self.end) + GRACE).isoformat(timespec="seconds") if self.end else ""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a survey is made of, as long as it is not open; times are ISO, `service` and `wave` are names.

    `invited`: people per perspective that is asked; None where that is not known.
    """

    service: str
    wave: str
    innovations: tuple[str, ...]
    invited: Mapping[str, int | None]
    opens: str | None
    closes: str | None
    min_cell: int

    @classmethod
    def of(cls, survey: Survey, invited: Mapping[str, int | None]) -> Self:
        """Return what a survey is made of that invites so many people."""
        return cls(
            service=survey.service.name,
            wave=survey.wave,
            innovations=survey.innovations,
            invited=invited,
            opens=survey.opens,
            closes=survey.closes,
            min_cell=survey.min_cell,
        )

    @property
    def mark(self) -> str:
        """Return what tells this version from any other."""
        told = (self.service, self.wave, self.innovations, sorted(self.invited.items()), self.opens, self.closes)
        return hashlib.sha256(repr((*told, self.min_cell)).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link into a survey: shared by many, or single and then used once; its token is kept as a hash only."""

    id: str
    survey: Survey
    kind: str
    perspective: str | None
    used: bool
    active: bool
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What one person has answered so far in a survey; deleted when it is submitted."""

    id: str
    survey: Survey
    entry_id: str | None
    perspective: str
    saved: str | None

    @property
    def service(self) -> Service:
        """The service that is assessed."""
        return self.survey.service

    @property
    def wave(self) -> str:
        """The name of the assessment."""
        return self.survey.wave

    @property
    def innovations(self) -> tuple[str, ...]:
        """What the service plans."""
        return self.survey.innovations


@dataclass(frozen=True, kw_only=True)
class ReportLink:
    """A link with which people without accounts read a closed report; `label` says for whom it was made."""

    id: str
    assessment_id: str
    label: str
    created: str
    expires: str


def utc(moment: str) -> str:
    """Return a time as it is kept, so that two of them compare as text."""
    return datetime.fromisoformat(moment).astimezone(UTC).isoformat(timespec="seconds")


def after(now: str, span: timedelta) -> str:
    """Return the time that a span later is, as it is kept."""
    return (datetime.fromisoformat(now) + span).isoformat(timespec="seconds")
