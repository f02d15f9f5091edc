"""A service over several waves: what each result publishes, and what comparisons say between neighbours and ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.bank import Bank, Row
    from assessor.compare import RowChange
    from assessor.report.basis import Basis
    from assessor.report.lines import Line, Occasion, Part, RowLine
    from assessor.report.model import Report
    from assessor.report.moves import ComparisonReport

Mode = Literal["individual", "consensus", "survey"]
Absence = Literal["edition", "unseen", "few", "groups"]


class Came(NamedTuple):
    """A part of the people at one time, and how many per cent of those in the figures it is."""

    part: Part
    percent: int


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One time: who assessed, how many answered, and the parts of the people; of one person or a team there are none.

    `held` and `crowded`: perspectives whose answers are in no figure.
    """

    occasion: Occasion
    n: int
    parts: tuple[Part, ...] = ()
    held: tuple[str, ...] = ()
    crowded: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Point:
    """A row at one time; `line` is None where it was not asked.

    `since`: what moved since the time before. `same`: whether the same questions, in the same wording and of the same
    edition, were published then; None at the first time, and where the row was not asked at one of the two.
    """

    line: Line | None
    since: RowChange | None = None
    same: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Course:
    """A row over time; `overall` is what moved between the first time and the last."""

    row: Row
    points: tuple[Point, ...]
    overall: RowChange | None


@dataclass(frozen=True, kw_only=True)
class Absent:
    """A wave that is left out: it was answered in another edition, its result was never seen, or too few answered."""

    wave: str
    edition: str
    reason: Absence


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Everything that page, PDF and JSON say about a service over time.

    `steps`: the comparisons of neighbours. `overall`: that of the first time with the last. `earlier`: waves before the
    first that is shown.
    """

    bank: Bank
    mode: Mode
    waves: tuple[Wave, ...]
    courses: tuple[Course, ...]
    steps: tuple[ComparisonReport, ...]
    overall: ComparisonReport | None
    absent: tuple[Absent, ...] = ()
    earlier: int = 0

    @property
    def first(self) -> Occasion:
        """Return the first time that is shown."""
        return self.waves[0].occasion

    @property
    def last(self) -> Occasion:
        """Return the last time that is shown."""
        return self.waves[-1].occasion

    @property
    def told(self) -> tuple[Basis, ...]:
        """Return what was published each time, from which all of it follows; nothing where there is one time only."""
        return (*(step.told[0] for step in self.steps[:1]), *(step.told[1] for step in self.steps))

    @property
    def editions(self) -> tuple[str, ...]:
        """Return the editions of the questions that are shown, each once."""
        return tuple(dict.fromkeys(wave.occasion.edition for wave in self.waves if wave.occasion.edition))

    @property
    def mix(self) -> tuple[tuple[str, tuple[Came | None, ...]], ...]:
        """Return the parts of the people by name, as they came at each time; None where one was not published."""
        waves = [{part.name: Came(part, whole(100 * part.people / w.n)) for part in w.parts} for w in self.waves]
        names = dict.fromkeys(name for wave in waves for name in wave)
        return tuple((name, tuple(wave.get(name) for wave in waves)) for name in names)

    @property
    def tested(self) -> int:
        """Return how many differences of rows were tested for chance."""
        return sum(found.tested for found in {id(c): c for c in (*self.steps, self.overall) if c}.values())


def build_trend(
    mode: Mode,
    reports: Sequence[Report],
    steps: Sequence[ComparisonReport],
    overall: ComparisonReport | None,
    absent: Sequence[Absent] = (),
    earlier: int = 0,
) -> Trend:
    """Build the trend of at least one wave from their reports, the earliest first; no figure is worked out anew.

    `steps`: the comparison of each wave with the one before it. `overall`: that of the first with the last.
    """
    bank = reports[-1].bank
    asked = {row.row.id for report in reports for row in report.rows}
    return Trend(
        bank=bank,
        mode=mode,
        waves=tuple(map(_wave, reports)),
        courses=tuple(_course(row, reports, steps, overall) for row in bank.rows if row.id in asked),
        steps=tuple(steps),
        overall=overall,
        absent=tuple(absent),
        earlier=earlier,
    )


def _wave(report: Report) -> Wave:
    everyone = (report.everyone,) if report.everyone and not report.single else ()
    return Wave(
        occasion=report.occasion,
        n=report.n,
        parts=report.parts or everyone,
        held=report.held,
        crowded=report.crowded,
    )


def _course(
    row: Row, reports: Sequence[Report], steps: Sequence[ComparisonReport], overall: ComparisonReport | None
) -> Course:
    lines = [next((line for line in report.rows if line.row.id == row.id), None) for report in reports]
    changes = [_change(row, found) for found in steps]
    alike = [a.occasion.edition == b.occasion.edition for a, b in pairwise(reports)]
    later = (
        _point(now, then, change, alike=same)
        for (then, now), change, same in zip(pairwise(lines), changes, alike, strict=True)
    )
    return Course(row=row, points=(_point(lines[0]), *later), overall=_change(row, overall))


def _change(row: Row, found: ComparisonReport | None) -> RowChange | None:
    return next((move.change for move in found.rows if move.row.id == row.id), None) if found else None


def _point(
    now: RowLine | None, then: RowLine | None = None, change: RowChange | None = None, *, alike: bool = True
) -> Point:
    if now is None or then is None or change is None:
        return Point(line=now.line if now else None)
    same = alike and change.compared == _published(then) == _published(now)
    return Point(line=now.line, since=change, same=same)


def _published(row: RowLine) -> int:
    """Return how many questions of a row have a published score."""
    return sum(item.alignment is not None for item in row.items)
