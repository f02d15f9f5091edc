"""What the attachment of a report may hold, as frozen values; pydantic refuses everything else."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assessor.bank import Kind  # noqa: TC001 - pydantic reads it
from assessor.errors import AssessorError

FORMAT: Literal["recovery-readiness/1"] = "recovery-readiness/1"
# A little beyond either end, for what the last digit of a sum does.
Points = Annotated[float, Field(ge=-0.001, le=100.001, description="Points of 0-100, in full precision.")]
People = Annotated[int, Field(ge=0, le=1_000_000)]
# No bank has more; without a limit a made-up record could keep a reader busy for hours.
MOST_ITEMS, MOST_ROWS, MOST_FACETS, MOST_PARTS, MOST_CODES = 1000, 100, 1000, 50, 20
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Standing = Literal["in line", "between", "against", "unscored"]


class RecordError(AssessorError):
    """A PDF or its attachment cannot be used."""


class Part(BaseModel):
    """One object of the attachment; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, allow_inf_nan=False)


class Made(Part):
    """How the pages were made: which edition of the report, by which version of the tool."""

    edition: Literal["report", "board", "easy"]
    imprint: Digest = Field(
        description="sha256 over all that decides how the pages look: program, designs, typesetter."
    )


class BankName(Part):
    """The question bank."""

    id: str = Field(description="The bank's id.")
    edition: str = Field(description="The bank's edition.")
    sha256: Digest = Field(description="sha256 over the bank's values, wherever its files lie.")


class Occasion(Part):
    """Who assessed what and when, as it is printed."""

    service: str
    wave: str
    date: str
    perspectives: tuple[str, ...]
    innovations: tuple[str, ...]
    edition: str
    demo: bool
    agreed: bool


class Allowed(Part):
    """What an answer counts: its alignment, and how far it is in line."""

    alignment: Points | None
    standing: Standing


class Question(Part):
    """A question as it was put."""

    id: str
    revision: int
    kind: Kind
    facet: str
    text: str = Field(description="The wording, as the largest part of the people read it.")
    codes: dict[str, Allowed] = Field(max_length=MOST_CODES, description="Allowed answers, dk and na left out.")


class Row(Part):
    """A row that was asked, with the ids of its questions."""

    id: str
    items: tuple[str, ...] = Field(max_length=MOST_ITEMS)


class Score(Part):
    """A mean over people. `n`: people who have a score."""

    n: People
    mean: Points | None = Field(description="Mean of the means of the questions that are shown.")
    sd: Points | None = Field(description="Spread of the people's own scores: of a single cell in whole points.")
    interval: tuple[Points, Points] | None = Field(description="95 % interval: mean ± t(n - 1) sd / √n √(1 - n / N).")


class RowScores(Part):
    """The scores of a row; tested knowledge and observed practice apart are given for everybody only."""

    whole: Score
    tested: Score
    observed: Score
    verdict: Literal["alike", "mixed", "apart"] | None = Field(description="Whether ratings are alike.")


class FacetScore(Part):
    """The score of a facet within a row."""

    row: str
    facet: str
    score: Score


class Tally(Part):
    """What was answered to one question in one cell."""

    n: People = Field(description="Answers that count.")
    mean: Points | None = Field(description="Mean alignment; for a question on how sure people are, how sure.")
    standings: dict[Standing, People] = Field(description="Answers by how far they are in line.")
    counts: dict[str, People] | None = Field(description="Answers by code; null where too few people answered for it.")
    dk: People = Field(description="“Don't know”.")
    na: People = Field(description="“Does not apply”, for one person only.")
    blank: People = Field(description="Blanks, for one person only.")


class Cell(Part):
    """People whose figures are published together, with all these figures."""

    perspectives: tuple[str, ...]
    people: People
    invited: People | None = Field(description="How many were invited; null where that is not known.")
    items: dict[str, Tally] = Field(max_length=MOST_ITEMS)
    hidden: dict[str, Literal["few", "kept"]] = Field(
        max_length=MOST_ITEMS,
        description="Questions without figures: `few` answers, or `kept` back to protect a smaller part.",
    )
    rows: dict[str, RowScores] = Field(max_length=MOST_ROWS)
    facets: tuple[FacetScore, ...] = Field(max_length=MOST_FACETS)

    @property
    def scores(self) -> list[Score]:
        """Return every score."""
        rows = (s for row in self.rows.values() for s in (row.whole, row.tested, row.observed))
        return [*rows, *(facet.score for facet in self.facets)]


class Gap(Part):
    """One part of the people less another in one row, in points as printed, with Welch's 95 % interval."""

    row: str
    one: str
    other: str
    points: int
    low: float
    high: float


class Misconception(Part):
    """A statement against a row: how many agree, with Wilson's 95 % interval in per cent."""

    row: str
    item: str
    people: People
    of: People
    interval: tuple[Points, Points]


class Choice(Part):
    """Facets that are named first: strengths, points to talk about, and what the rule would have taken."""

    strengths: tuple[str, ...]
    points: tuple[str, ...]
    ruled: tuple[str, ...]
    chosen: tuple[str, ...] = Field(description="What a facilitator put in place of the rule's points.")
    reason: str


class Action(Part):
    """An action of the plan, in the state of the day on which the report was made."""

    row: str
    facet: str | None
    suggestion: str | None = Field(description="The bank's action that it was taken from.")
    wave: str = Field(description="The assessment at which it was planned; empty where there was none.")
    asked: str = Field(description="The day on which that one ended, else on which the action was written down.")
    earlier: bool = Field(description="Whether that was before this assessment.")
    text: str
    who: str = Field(description="The role that looks after it.")
    due: str = Field(description="The day by which it should be done, or nothing.")
    sign: str = Field(description="How one sees that it helps.")
    state: Literal["planned", "under way", "done", "dropped"]
    since: str = Field(description="The day on which it came into this state.")


class Plan(Part):
    """What the service has planned by the day, `at`, on which the assessment ended; targets in points by row."""

    at: str
    actions: tuple[Action, ...]
    targets: dict[str, Annotated[int, Field(ge=0, le=100)]]


class Given(Part):
    """What one person, or a team, answered; null for a blank."""

    code: str | None
    revision: int
    note: str
    evidence: str


class Overlap(Part):
    """People who stand behind the scores of a row both times, and how their two scores go together."""

    people: People
    correlation: Annotated[float, Field(ge=-1.001, le=1.001)]


class Record(Part):
    """All that a report publishes. Every figure is in full precision, where the report prints whole points.

    For a group it holds tallies that passed disclosure control, and never a person's answers.
    """

    format: Literal["recovery-readiness/1"]
    made: Made | None = Field(description="null for what is held within another record.")
    bank: BankName
    occasion: Occasion
    mode: Literal["individual", "consensus", "survey"]
    n: People = Field(description="People who answered.")
    smallest: Annotated[int, Field(ge=1)] = Field(description="People in the smallest cell that may be shown.")
    rows: tuple[Row, ...] = Field(max_length=MOST_ROWS)
    items: tuple[Question, ...] = Field(max_length=MOST_ITEMS)
    everyone: Cell | None = Field(description="null where too few people answered.")
    parts: tuple[Cell, ...] = Field(
        max_length=MOST_PARTS, description="Cells whose figures stand beside each other; none for a single cell."
    )
    held: tuple[str, ...] = Field(description="Perspectives whose answers are in no figure: too few answered.")
    crowded: tuple[str, ...] = Field(description="The same, since more answered than were invited.")
    choice: Choice
    gaps: tuple[Gap, ...]
    misconceptions: tuple[Misconception, ...]
    answers: dict[str, Given] = Field(description="Of one person or a team; empty for a group.")
    comments: tuple[str, ...]
    plan: Plan | None = Field(default=None, description="null where it is not told.")
    ratings: Record | None = Field(description="What people answered alone before a team agreed.")
    since: Record | None = Field(description="The earlier assessment that the report compares with; figures only.")
    linked: People = Field(default=0, description="People known to have answered that one too; 0 below five.")
    overlaps: dict[str, Overlap] = Field(
        default={}, max_length=MOST_ROWS, description="Of the rows that were tested with people linked."
    )
    seal: Digest | None = Field(
        default=None,
        description="sha256 over this text without the seal, then over the content of every page, uncompressed.",
    )

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        """Refuse a record that speaks of questions or rows that it does not hold."""
        codes, rows = {q.id: set(q.codes) for q in self.items}, {row.id for row in self.rows}
        if not all(codes.keys() >= {*row.items} for row in self.rows):
            raise ValueError("a row has questions that are not there")
        for cell in (*self.parts, *filter(None, [self.everyone])):
            if not codes.keys() >= {*cell.items, *cell.hidden} or cell.rows.keys() != rows:
                raise ValueError("a cell has questions or rows that are not there")
            if not all(codes[item] >= {*(tally.counts or {})} for item, tally in cell.items.items()):
                raise ValueError("a tally counts answers that are not offered")
            if any(score.mean is not None and score.n < self.smallest for score in cell.scores):
                raise ValueError("a score rests on fewer people than may be shown")
        return self
