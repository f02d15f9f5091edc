"""The lines of a report, as frozen values: answers, scores and differences with what they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from assessor.score import whole

if TYPE_CHECKING:
    from assessor.agreement import Verdict
    from assessor.bank import Action, Band, Facet, Finding, Innovation, Item, Row, Theme
    from assessor.disclosure import Reason as Hidden
    from assessor.disclosure import Standing


STEP = 25  # points: one answer of five


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who assessed what and when: the facts that stand at the head of every page.

    `agreed`: a team agreed on the answers in a meeting.
    """

    service: str
    wave: str
    date: str
    perspectives: tuple[str, ...]
    innovations: tuple[str, ...]
    edition: str = ""
    demo: bool = False
    agreed: bool = False


class Count(NamedTuple):
    """How many people gave an answer."""

    label: str
    people: int


class Shares(NamedTuple):
    """How many answers are in line, between and against, and how many are “don't know”."""

    aligned: int
    between: int
    against: int
    dont_know: int

    @property
    def answers(self) -> int:
        """Return how many answers there are."""
        return sum(self)

    @property
    def scored(self) -> int:
        """Return how many answers have a score."""
        return self.aligned + self.between + self.against


NONE = Shares(0, 0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Line:
    """A score on 0-100 with its band and what it rests on; `score` is None where there is none.

    `uncertain`: the interval reaches into another band. `verdict`: whether people answer alike; None where too few
    rated, or one person answered. `shares`: how the answers behind it stand. `withheld`: some of its questions have
    too few answers to be shown. `target`: where the service wants it to be, in points. Of a group `not_applicable` and
    `blank` are 0: nobody learns who left out what.
    """

    title: str
    score: float | None
    band: Band | None
    n: int
    interval: tuple[float, float] | None = None
    uncertain: bool = False
    answered: int = 0
    dont_know: int = 0
    not_applicable: int = 0
    blank: int = 0
    verdict: Verdict | None = None
    shares: Shares = NONE
    withheld: bool = False
    target: int | None = None

    @property
    def given(self) -> int:
        """Return how many questions were put, or with a group how many answers were possible."""
        return self.answered + self.dont_know + self.not_applicable + self.blank

    @property
    def short(self) -> int | None:
        """Return how many points are missing to the target as both are printed, 0 from it upward; None without one."""
        return None if self.target is None or self.score is None else max(0, self.target - whole(self.score))


@dataclass(frozen=True, kw_only=True)
class Part:
    """People whose figures stand beside those of others: who they are, and how many were invited if that is known."""

    name: str
    people: int
    invited: int | None


@dataclass(frozen=True, kw_only=True)
class PartLine:
    """A score of one part of the people, over the `questions` that are shown; `hidden` says why there is none."""

    part: Part
    line: Line
    shares: Shares
    questions: int
    hidden: Hidden | None = None


class PartShares(NamedTuple):
    """How the answers of one part of the people stand, over the `questions` that are shown."""

    part: Part
    shares: Shares
    questions: int


@dataclass(frozen=True, kw_only=True)
class Gap:
    """How far two parts of the people lie apart in one row, in points as printed, with the 95 % interval."""

    row: Row
    one: Part
    other: Part
    points: int
    low: float
    high: float

    @property
    def size(self) -> int:
        """Return how wide the gap is, whoever is above."""
        return abs(self.points)

    @property
    def clear(self) -> bool:
        """Tell whether the interval leaves out that there is no difference."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, kw_only=True)
class Misconception:
    """A statement against the row, and how many of those who answered agree with it, with the 95 % interval."""

    item: ItemLine
    people: int
    of: int
    interval: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """A question with its answer (one person) or its counts (a group), and the findings it rests on.

    `n`: people behind its figures, “don't know” included. `sure`: for a question on how sure people are, their mean on
    0-100. `hidden` says why a group's figures are missing.
    """

    number: int
    item: Item
    text: str
    row: Row
    findings: tuple[Finding, ...]
    n: int
    alignment: float | None
    standing: Standing
    answer: str | None
    counts: tuple[Count, ...]
    shares: Shares
    sure: float | None
    hidden: Hidden | None
    note: str
    evidence: str
    rationale: str
    best: tuple[str, str] | None

    @property
    def id(self) -> str:
        """Return the item's id."""
        return self.item.id


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """A question as a team agreed on it, beside how people had rated it alone: None where they did not."""

    item: ItemLine
    rated: ItemLine | None

    @property
    def apart(self) -> int | None:
        """Return the agreed alignment less that of the ratings, in points as printed; None without one of them."""
        if self.rated is None or self.item.alignment is None or self.rated.alignment is None:
            return None
        return whole(self.item.alignment) - whole(self.rated.alignment)


@dataclass(frozen=True, kw_only=True)
class FacetLine:
    """A facet with its score, its items, how parts of the people answered, and what table and bank have to say."""

    facet: Facet
    row: Row
    line: Line
    items: tuple[ItemLine, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]
    parts: tuple[PartShares, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def studies(self) -> int:
        """Return how many studies stand behind the findings."""
        return len({number for finding in self.findings for number in finding.references})

    @property
    def seen(self) -> bool:
        """Tell whether practice was observed wherever it was asked about; else a strength would be an opinion."""
        observed = [item for item in self.items if item.item.kind == "observation"]
        return not observed or any(item.alignment is not None for item in observed)


@dataclass(frozen=True, kw_only=True)
class RowLine:
    """A row of the table, or a core line, with tested knowledge and observed practice apart.

    `findings` are the row's own, whatever was asked (of a core line those that its items rest on); `borrowed` are
    findings of other rows that its items rest on too.
    """

    row: Row
    theme: Theme
    innovation: Innovation | None
    line: Line
    tested: Line
    observed: Line
    facets: tuple[FacetLine, ...]
    items: tuple[ItemLine, ...]
    confidence: tuple[ItemLine, ...]
    findings: tuple[Finding, ...]
    borrowed: tuple[Finding, ...]
    shares: Shares
    parts: tuple[PartLine, ...]
    misconceptions: tuple[Misconception, ...]

    @property
    def studies(self) -> int:
        """Return how many studies stand behind the findings."""
        return len({number for finding in self.findings for number in finding.references})

    @property
    def uncounted(self) -> tuple[Part, ...]:
        """Return the parts of the people who were asked, but of whom it is not told how many have a score."""
        asked = [p for p in self.parts if p.line.score is not None or p.hidden or p.line.given]
        if self.line.score is None or self.line.n == sum(p.part.people for p in asked):  # where no part has a score
            return ()
        return tuple(p.part for p in asked if p.line.score is None)
