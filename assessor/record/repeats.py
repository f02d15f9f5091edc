"""What the attachments of a comparison and of a trend may hold: a record of every wave, and what moved between them."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from assessor.compare import Reason, Verdict  # noqa: TC001 - pydantic reads them
from assessor.record.model import (
    MOST_FACETS,
    MOST_ITEMS,
    MOST_ROWS,
    Action,
    BankName,
    Digest,
    Part,
    People,
    Points,
    Record,
)

COMPARISON: Literal["recovery-readiness-comparison/1"] = "recovery-readiness-comparison/1"
TREND: Literal["recovery-readiness-trend/1"] = "recovery-readiness-trend/1"
MOST_WAVES, MOST_LEFT_OUT, MOST_ACTIONS = 12, 1000, 1000
Imprint = Annotated[Digest, Field(description="sha256 over all that decides how the pages look.")]
Seal = Annotated[Digest | None, Field(description="As that of the result of one assessment.")]


class Tested(Part):
    """After less before in points with its 95 % interval, as the test between two groups has it."""

    points: float
    low: float
    high: float
    effect: float | None = Field(description="Hedges' g; null where the widest spread there can be stands in.")
    linked: People = Field(description="People known to have answered both times, who were taken into account.")
    correlation: Annotated[float, Field(ge=-1, le=1)] = Field(
        description="How their two scores go together: one number for the whole comparison, to one decimal."
    )


class Share(Part):
    """A share of people before and after, in per cent, with the 95 % interval of the difference."""

    before: Points
    after: Points
    low: float
    high: float


class MovedRow(Part):
    """A row before and after, over the questions that can be compared."""

    row: str
    before: Points | None
    after: Points | None
    points: int | None = Field(description="The difference of the two as they are printed.")
    reason: Reason | None = Field(description="Why it cannot be compared.")
    n: tuple[People, People]
    compared: People = Field(description="Questions that are compared, of those `asked` now.")
    asked: People
    test: Tested | None
    bounded: bool = Field(description="The widest spread there can be stands in for one that may not be told.")
    same_mix: float | None = Field(
        description="The difference if the parts of the people had been as large both times."
    )
    verdict: Verdict | None
    dont_know: Share | None


class MovedItem(Part):
    """A question before and after."""

    item: str
    before: Points | None
    after: Points | None
    points: int | None
    reason: Reason | None
    answers: tuple[str | None, str | None] = Field(description="What one person, or a team, answered.")


class MovedMisconception(Part):
    """A statement against a row: who agrees, of how many, before and after."""

    text: str
    before: tuple[People, People]
    after: tuple[People, People]
    share: Share


class MovedGap(Part):
    """How far two parts of the people lie apart in a row, in points as printed."""

    row: str
    one: str
    other: str
    then: int
    now: int


class Moves(Part):
    """What moved between two waves. Every figure but `linked` and `correlation` follows from their records."""

    linked: People = Field(description="People known to have answered both times; 0 where they are fewer than five.")
    detectable: float | None = Field(description="The smallest difference that such groups can tell from chance.")
    rows: tuple[MovedRow, ...] = Field(max_length=MOST_ROWS)
    items: tuple[MovedItem, ...] = Field(max_length=MOST_ITEMS)
    misconceptions: tuple[MovedMisconception, ...] = Field(max_length=MOST_ITEMS)
    gaps: tuple[MovedGap, ...] = Field(max_length=MOST_FACETS)


class Repeated(Part):
    """What a comparison and a trend have in common."""

    format: str
    imprint: Imprint
    bank: BankName
    waves: tuple[Record, ...]
    seal: Seal = None

    @property
    def first(self) -> Record:
        """Return the first wave."""
        return self.waves[0]

    @property
    def last(self) -> Record:
        """Return the last wave."""
        return self.waves[-1]

    @model_validator(mode="after")
    def _waves_are_bare(self) -> Self:
        """Refuse waves that carry more than figures: nothing of it could be printed."""
        if any(wave.ratings or wave.since or wave.linked or wave.comments or wave.made for wave in self.waves):
            raise ValueError("a wave carries more than a comparison holds")
        return self


class ComparisonRecord(Repeated):
    """All that a comparison says, with the records of the two waves that it follows from."""

    format: Literal["recovery-readiness-comparison/1"]
    waves: tuple[Record, ...] = Field(min_length=2, max_length=2, description="The earlier first; figures only.")
    moves: Moves
    did: tuple[Action, ...] = Field(
        max_length=MOST_ACTIONS, description="What was planned at the earlier wave or before it, in today's state."
    )


class LeftOut(Part):
    """A wave that the trend leaves out."""

    wave: str
    edition: str
    reason: Literal["edition", "unseen", "few", "groups"]


class TrendRecord(Repeated):
    """All that a trend says, with the records of the waves that it follows from."""

    format: Literal["recovery-readiness-trend/1"]
    mode: Literal["individual", "consensus", "survey"]
    waves: tuple[Record, ...] = Field(
        min_length=2, max_length=MOST_WAVES, description="The earliest first; figures only."
    )
    steps: tuple[Moves, ...] = Field(description="Between each wave and the one before it.")
    overall: Moves = Field(description="Between the first wave and the last.")
    left_out: tuple[LeftOut, ...] = Field(max_length=MOST_LEFT_OUT)
    earlier: People = Field(description="Waves before the first that is shown.")

    @model_validator(mode="after")
    def _steps_lead_from_wave_to_wave(self) -> Self:
        """Refuse more or fewer steps than there are between the waves."""
        if len(self.steps) != len(self.waves) - 1:
            raise ValueError("there is not one step between each two waves")
        return self
