"""One value that holds everything a report says; pages, PDF and exports only lay it out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from assessor.bank import DONT_KNOW, NOT_APPLICABLE, OBSERVED, TESTED
from assessor.compare import compare, stale_items
from assessor.score import score

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessor.answers import Answer, Answers, Response
    from assessor.bank import Action, Band, Bank, Facet, Finding, Innovation, Item, Row, Theme
    from assessor.compare import Change, Comparison, Direction, Reason, RowChange
    from assessor.score import Group, ItemScore, Score

Standing = Literal["in line", "between", "against", "unscored"]
POINTS_TO_TALK = 3
MANY_UNKNOWN = 0.25
SMALLEST_GROUP = 5


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who assessed what and when: the facts that stand at the head of every page."""

    service: str
    wave: str
    date: str
    perspectives: tuple[str, ...]
    innovations: tuple[str, ...]
    edition: str = ""
    demo: bool = False


class Count(NamedTuple):
    """How many people gave an answer."""

    label: str
    people: int


@dataclass(frozen=True, kw_only=True)
class Line:
    """A score on 0-100 with its band and what it rests on; `score` is None where there is none.

    `uncertain`: the interval reaches into another band.
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

    @property
    def given(self) -> int:
        """Return how many questions were put, or with a group how many answers were possible."""
        return self.answered + self.dont_know + self.not_applicable + self.blank


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """A question with its answer (one person) or its counts (a group), and the findings it rests on."""

    number: int
    item: Item
    text: str
    row: Row
    findings: tuple[Finding, ...]
    alignment: float | None
    standing: Standing
    answer: str | None
    counts: tuple[Count, ...]
    note: str
    evidence: str
    rationale: str
    best: tuple[str, str] | None

    @property
    def id(self) -> str:
        """Return the item's id."""
        return self.item.id


@dataclass(frozen=True, kw_only=True)
class FacetLine:
    """A facet with its score, its items, and what the table and the bank have to say about it."""

    facet: Facet
    row: Row
    line: Line
    items: tuple[ItemLine, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]

    @property
    def studies(self) -> int:
        """Return how many studies stand behind the findings."""
        return len({number for finding in self.findings for number in finding.references})


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

    @property
    def studies(self) -> int:
        """Return how many studies stand behind the findings."""
        return len({number for finding in self.findings for number in finding.references})


@dataclass(frozen=True, kw_only=True)
class RowMove:
    """A row before and after."""

    row: Row
    change: RowChange


@dataclass(frozen=True, kw_only=True)
class ItemMove:
    """An item before and after, with the answers as they were given where one person answered."""

    id: str
    text: str
    row: Row | None
    change: Change
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class ComparisonReport:
    """Everything that the comparison page and PDF say about two assessments of one service."""

    bank: Bank
    before: Occasion
    after: Occasion
    n: tuple[int, int]
    hidden: bool
    rows: tuple[RowMove, ...]
    up: tuple[ItemMove, ...]
    down: tuple[ItemMove, ...]
    same: tuple[ItemMove, ...]
    incomparable: tuple[tuple[Reason, tuple[ItemMove, ...]], ...]

    @property
    def compared(self) -> int:
        """Return how many items could be compared."""
        return len(self.up) + len(self.down) + len(self.same)

    @property
    def asked(self) -> int:
        """Return how many items were asked at either time."""
        return self.compared + sum(len(items) for _, items in self.incomparable)

    @property
    def one_person(self) -> bool:
        """Tell whether each of the two is one person's view."""
        return self.n == (1, 1)


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the results page, the PDF and the exports say about one assessment."""

    bank: Bank
    occasion: Occasion
    n: int
    hidden: bool
    rows: tuple[RowLine, ...]
    strengths: tuple[FacetLine, ...]
    points: tuple[FacetLine, ...]
    weak: int
    unknown: tuple[RowLine, ...]
    empty: tuple[tuple[Innovation, Theme], ...]
    findings: tuple[Finding, ...]
    items: tuple[ItemLine, ...]
    since: ComparisonReport | None = None

    @property
    def ranked(self) -> tuple[tuple[Theme, tuple[RowLine, ...]], ...]:
        """Return the rows under their themes, the highest score first and rows without a score last."""
        order = sorted(self.rows, key=lambda r: (r.line.score is None, -(r.line.score or 0)))
        return tuple((t, rows) for t in self.bank.themes if (rows := tuple(r for r in order if r.theme == t)))

    @property
    def listing(self) -> tuple[tuple[Row, tuple[ItemLine, ...]], ...]:
        """Return every question once, under the first row that it stands in, in the order of the numbers."""
        first = {i.id: r.row for r in reversed(self.rows) for i in (*r.items, *r.confidence)}
        return tuple((r.row, tuple(i for i in self.items if first[i.id] == r.row)) for r in self.rows)

    @property
    def borrowed(self) -> tuple[Row, ...]:
        """Return the rows that the core questions are borrowed from, in the bank's order."""
        rows = {finding.row for item in self.items if item.item.core for finding in item.findings}
        return tuple(row for row in self.bank.rows if row.id in rows)


def build(bank: Bank, occasion: Occasion, answers: Answers, responses: Sequence[Response] = ()) -> Report:
    """Build the report of one assessment.

    `responses` gives notes and links to evidence, which are shown for one person only. Groups of two to four people
    are counted but never scored: `hidden` says so, and every score is None.
    """
    return _Builder(bank, occasion, answers, responses).report()


def build_comparison(
    bank: Bank,
    occasions: tuple[Occasion, Occasion],
    answers: tuple[Answers, Answers],
    responses: Sequence[Response] = (),
) -> ComparisonReport:
    """Build the comparison of two assessments of one service, the earlier first."""
    hidden = any(_hides(len(a.persons)) for a in answers)
    found = compare(bank, *answers, stale=stale_items(bank, *responses))
    moves = {} if hidden else {c.id: _move(bank, c, answers) for c in found.items}
    reasons = [(c.reason, moves[c.id]) for c in found.incomparable if c.reason and c.id in moves]
    return ComparisonReport(
        bank=bank,
        before=occasions[0],
        after=occasions[1],
        n=found.n,
        hidden=hidden,
        rows=() if hidden else tuple(RowMove(row=bank.row[c.id], change=c) for c in found.rows),
        up=_moved(found, moves, "up"),
        down=_moved(found, moves, "down"),
        same=_moved(found, moves, "same"),
        incomparable=tuple(
            (reason, tuple(m for r, m in reasons if r == reason)) for reason in dict.fromkeys(r for r, _ in reasons)
        ),
    )


def _moved(found: Comparison, moves: dict[str, ItemMove], direction: Direction) -> tuple[ItemMove, ...]:
    return tuple(moves[change.id] for change in found.moved(direction) if change.id in moves)


def _move(bank: Bank, change: Change, answers: tuple[Answers, Answers]) -> ItemMove:
    item = bank.item.get(change.id)
    before, after = (_given(bank, change.id, a) for a in answers)
    return ItemMove(
        id=change.id,
        text=item.wording(_one(answers[1].perspectives) or "all") if item else change.id,
        row=bank.row[item.row] if item else None,
        change=change,
        before=before,
        after=after,
    )


def _given(bank: Bank, item: str, answers: Answers) -> str | None:
    """Return the label of what one person answered; None for a group, a blank, or an item that was not asked."""
    if len(answers.persons) != 1 or item not in answers.items:
        return None
    position = int(answers.codes[0, answers.items.index(item)])
    return bank.codes[item][position].label if position >= 0 else None


def _one(values: Iterable[str]) -> str | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _hides(n: int) -> bool:
    return 1 < n < SMALLEST_GROUP


class _Builder:
    """Lays one score out into lines; holds what every line needs."""

    def __init__(self, bank: Bank, occasion: Occasion, answers: Answers, responses: Sequence[Response]) -> None:
        self.bank, self.occasion, self.answers = bank, occasion, answers
        self.n = len(answers.persons)
        self.single = self.n == 1
        self.given: dict[str, Answer] = dict(responses[0].answers) if self.single and responses else {}
        self.score: Score = score(bank, answers)
        self.perspective = _one(answers.perspectives) or "all"
        asked = {i.id: i for row in answers.rows for i in bank.row_items(row) if i.id in self.score.items}
        kept = (item for item in asked.values() if self._asked(item))
        self.items = {item.id: self._item(n, item) for n, item in enumerate(kept, start=1)}

    def report(self) -> Report:
        rows = tuple(self._row(self.bank.row[row]) for row in self.answers.rows)
        facets = list({f.facet.id: f for row in rows for f in row.facets}.values())
        strong = [f for f in facets if f.line.score is not None and f.line.score >= self.bank.bands[-1].start]
        weak = [f for f in facets if f.line.score is not None and f.line.score < self.bank.bands[-1].start]
        shown = {finding.id for row in rows for finding in (*row.findings, *row.borrowed)}
        asked = {row.row.innovation for row in rows}
        named = self.occasion.innovations
        planned = tuple(i.id for i in self.bank.innovations if i.id in asked or i.name in named)
        return Report(
            bank=self.bank,
            occasion=self.occasion,
            n=self.n,
            hidden=_hides(self.n),
            rows=rows,
            strengths=tuple(sorted(strong, key=lambda f: (-(f.line.score or 0), -f.studies))[:POINTS_TO_TALK]),
            points=tuple(sorted(weak, key=lambda f: (f.line.score or 0, -f.studies))[:POINTS_TO_TALK]),
            weak=len(weak),
            unknown=tuple(r for r in rows if r.line.dont_know > MANY_UNKNOWN * (r.line.answered + r.line.dont_know)),
            empty=self.bank.empty_cells(planned),
            findings=tuple(f for f in self.bank.findings if f.id in shown),
            items=tuple(self.items.values()),
        )

    def _asked(self, item: Item) -> bool:
        found = self.score.items[item.id]
        return bool(sum(found.counts.values()) + found.dk + found.na + found.blank)

    def _row(self, row: Row) -> RowLine:
        items = tuple(self.items[i.id] for i in self.bank.row_items(row.id) if i.id in self.items)
        scored = self.score.rows[row.id]
        cited = self._findings(items)
        facets = dict.fromkeys(i.item.facet for i in items if i.item.kind != "confidence")
        return RowLine(
            row=row,
            theme=self.bank.theme[row.theme],
            innovation=self.bank.innovation[row.innovation] if row.innovation else None,
            line=self._line(row.title, scored.whole, items, TESTED + OBSERVED),
            tested=self._line(row.title, scored.tested, items, TESTED),
            observed=self._line(row.title, scored.observed, items, OBSERVED),
            facets=tuple(self._facet(self.bank.facet[f], [i for i in items if i.item.facet == f]) for f in facets),
            items=tuple(i for i in items if i.item.kind != "confidence"),
            confidence=tuple(i for i in items if i.item.kind == "confidence"),
            findings=tuple(f for f in self.bank.findings if f.row == row.id) if row.innovation else cited,
            borrowed=tuple(f for f in cited if f.row != row.id) if row.innovation else (),
        )

    def _facet(self, facet: Facet, items: Sequence[ItemLine]) -> FacetLine:
        scored = tuple(i for i in items if i.item.kind != "confidence")
        return FacetLine(
            facet=facet,
            row=self.bank.row[facet.row],
            line=self._line(facet.name, self.score.facets[facet.id], scored, TESTED + OBSERVED),
            items=scored,
            findings=self._findings(scored),
            actions=tuple(a for a in self.bank.actions if a.facet == facet.id),
        )

    def _findings(self, items: Sequence[ItemLine]) -> tuple[Finding, ...]:
        cited = {finding.id for item in items for finding in item.findings}
        return tuple(f for f in self.bank.findings if f.id in cited)

    def _line(self, title: str, group: Group, items: Sequence[ItemLine], kinds: tuple[str, ...]) -> Line:
        found: list[ItemScore] = [self.score.items[i.id] for i in items if i.item.kind in kinds]
        mean = None if _hides(self.n) or _hides(group.n) or (group.n == 1 and not self.single) else group.mean
        return Line(
            title=title,
            score=mean,
            band=None if mean is None else self.bank.band_of(mean),
            n=group.n,
            interval=None if mean is None else group.interval,
            uncertain=mean is not None and len({self.bank.band_of(edge) for edge in group.interval or ()}) > 1,
            answered=sum(i.n for i in found),
            dont_know=sum(i.dk for i in found),
            not_applicable=sum(i.na for i in found),
            blank=sum(i.blank for i in found),
        )

    def _item(self, number: int, item: Item) -> ItemLine:
        found, given = self.score.items[item.id], self.given.get(item.id)
        hidden = _hides(self.n) or (not self.single and 0 < found.n < SMALLEST_GROUP)
        mean = None if hidden else found.mean
        code = self._code(item) if self.single else None
        chosen = next((o for o in item.option if o.code == code), None)
        best = next((o for o in item.option if o.credit == 100), None)
        return ItemLine(
            number=number,
            item=item,
            text=item.wording(self.perspective),
            row=self.bank.row[item.row],
            findings=tuple(self.bank.finding[f] for f in item.findings),
            alignment=mean,
            standing=_standing(mean),
            answer=_given(self.bank, item.id, self.answers),
            counts=() if hidden or self.single else self._counts(item, found),
            note=given.note if given else "",
            evidence=given.evidence if given else "",
            rationale=chosen.rationale if chosen else "",
            best=(best.text, best.rationale) if best and best is not chosen else None,
        )

    def _code(self, item: Item) -> str | None:
        position = int(self.answers.codes[0, self.answers.items.index(item.id)])
        return self.bank.codes[item.id][position].code if position >= 0 else None

    def _counts(self, item: Item, found: ItemScore) -> tuple[Count, ...]:
        people = Counter(found.counts) + Counter({DONT_KNOW: found.dk, NOT_APPLICABLE: found.na})
        return tuple(Count(code.label, people[code.code]) for code in self.bank.codes[item.id])


def _standing(alignment: float | None) -> Standing:
    if alignment is None:
        return "unscored"
    return "in line" if alignment >= 75 else "between" if alignment > 25 else "against"
