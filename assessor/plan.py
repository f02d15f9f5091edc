"""What a service has agreed to do, and where it wants a row to be: actions with their states, and targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assessor.bank import Bank

PLANNED, UNDER_WAY, DONE, DROPPED = "planned", "under way", "done", "dropped"
STATES = (PLANNED, UNDER_WAY, DONE, DROPPED)
OPEN = frozenset({PLANNED, UNDER_WAY})


class Intent(NamedTuple):
    """What people type of an action: what is done, by which role, by when (an ISO date or nothing), how one sees it."""

    text: str
    who: str = ""
    due: str = ""
    sign: str = ""
    state: str = PLANNED


class Step(NamedTuple):
    """Since when an action is in a state, as an ISO date or time."""

    state: str
    at: str


class Version(NamedTuple):
    """An action as it was saved at some time; the first is revision 1."""

    revision: int
    intent: Intent
    at: str


@dataclass(frozen=True, kw_only=True)
class PlannedAction:
    """One action of a service's plan, with everything that was ever saved of it, the earliest first.

    `suggestion`: the bank's action that it was taken from. `wave`: the assessment at which it was planned, empty where
    there was none or it was deleted. `asked`: when that one ended, else when the action was written down.
    """

    id: str
    row: str
    facet: str | None
    suggestion: str | None
    wave: str
    asked: str
    versions: tuple[Version, ...]

    @property
    def now(self) -> Intent:
        """Return what was saved last."""
        return self.versions[-1].intent

    @property
    def revision(self) -> int:
        """Return the number of the version that was saved last."""
        return self.versions[-1].revision

    @property
    def history(self) -> tuple[Step, ...]:
        """Return the states that it went through, each with when it began."""
        runs = groupby(self.versions, key=lambda version: version.intent.state)
        return tuple(Step(state, next(versions).at) for state, versions in runs)

    @property
    def since(self) -> Step:
        """Return the state that it is in, and since when."""
        return self.history[-1]

    @property
    def open(self) -> bool:
        """Tell whether it is still to be done."""
        return self.now.state in OPEN

    def overdue(self, day: str) -> bool:
        """Tell whether it should have been done before an ISO date."""
        return self.open and bool(self.now.due) and self.now.due < day


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a service wants a row to be, on 0-100; None where it was taken back. Revision 0: never set."""

    row: str
    points: int | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The actions that were planned at an assessment or before it, which ended `at`, and the targets in points by row.

    The states are those of today.
    """

    at: str
    actions: tuple[PlannedAction, ...] = ()
    targets: Mapping[str, int] = field(default_factory=dict)

    @property
    def standing(self) -> tuple[PlannedAction, ...]:
        """Return what was planned at the assessment, and what is still open from before."""
        return tuple(a for a in self.actions if a.asked == self.at or a.open)

    @property
    def earlier(self) -> tuple[PlannedAction, ...]:
        """Return what was planned before the assessment, whatever became of it."""
        return tuple(a for a in self.actions if a.asked < self.at)

    def until(self, moment: str) -> tuple[PlannedAction, ...]:
        """Return what was planned at an assessment that ended at a time, or before it."""
        return tuple(a for a in self.actions if a.asked <= moment)


def became(before: Plan | None, after: Plan | None) -> tuple[PlannedAction, ...]:
    """Return what was planned at an earlier assessment or before it, in the states that the later plan knows."""
    return after.until(before.at) if before and after else ()


def by_row(bank: Bank, actions: Iterable[PlannedAction]) -> tuple[tuple[str, tuple[PlannedAction, ...]], ...]:
    """Return actions under the titles of their rows, in the bank's order; rows that it does not know under their id."""
    found = list(actions)
    titles = {row.id: row.title for row in bank.rows}
    order = [*titles, *dict.fromkeys(a.row for a in found if a.row not in titles)]
    rows = ((titles.get(row, row), _of(row, found)) for row in order)
    return tuple((title, kept) for title, kept in rows if kept)


def _of(row: str, actions: Sequence[PlannedAction]) -> tuple[PlannedAction, ...]:
    """Return the actions of a row, first what is under way, then what is planned, done and dropped."""
    order = (UNDER_WAY, PLANNED, DONE, DROPPED)
    return tuple(sorted((a for a in actions if a.row == row), key=lambda a: order.index(a.now.state)))
