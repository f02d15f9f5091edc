"""From a score to the report of one assessment."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assessor.bank import DONT_KNOW, NOT_APPLICABLE, OBSERVED, TESTED
from assessor.report.model import Count, FacetLine, ItemLine, Line, Report, RowLine, Standing
from assessor.report.people import FULL_COUNTS, given, hides, one, shows
from assessor.score import score, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.answers import Answer, Answers, Response
    from assessor.bank import Bank, Facet, Finding, Item, Row
    from assessor.report.model import Occasion
    from assessor.score import Group, ItemScore, Score

POINTS_TO_TALK = 3
MANY_UNKNOWN = 0.25


def build(bank: Bank, occasion: Occasion, answers: Answers, responses: Sequence[Response] = ()) -> Report:
    """Build the report of one assessment.

    `responses` gives notes and links to evidence, which are shown for one person only. Groups of two to four people
    are counted but never scored: `hidden` says so, and every score is None.
    """
    return _Builder(bank, occasion, answers, responses).report()


class _Builder:
    """Lays one score out into lines; holds what every line needs."""

    def __init__(self, bank: Bank, occasion: Occasion, answers: Answers, responses: Sequence[Response]) -> None:
        self.bank, self.occasion, self.answers = bank, occasion, answers
        self.n = len(answers.persons)
        self.single = self.n == 1
        self.given: dict[str, Answer] = dict(responses[0].answers) if self.single and responses else {}
        self.score: Score = score(bank, answers)
        self.perspective = one(answers.perspectives) or "all"
        asked = {i.id: i for row in answers.rows for i in bank.row_items(row) if i.id in self.score.items}
        kept = (item for item in asked.values() if self.score.items[item.id].asked)
        self.items = {item.id: self._item(n, item) for n, item in enumerate(kept, start=1)}

    def report(self) -> Report:
        rows = tuple(self._row(self.bank.row[row]) for row in self.answers.rows)
        facets = {f.facet.id: f for row in rows for f in row.facets}.values()  # its own row comes after a core line
        strong = [f for f in facets if f.line.band == self.bank.bands[-1] and f.seen]
        weak = [f for f in facets if f.line.band and f.line.band != self.bank.bands[-1]]
        weak.sort(key=lambda f: (whole(f.line.score or 0), -f.studies))
        points, rest = weak[:POINTS_TO_TALK], weak[POINTS_TO_TALK:]
        shown = {finding.id for row in rows for finding in (*row.findings, *row.borrowed)}
        asked = {row.row.innovation for row in rows}
        named = self.occasion.innovations
        planned = tuple(i.id for i in self.bank.innovations if i.id in asked or i.name in named)
        return Report(
            bank=self.bank,
            occasion=self.occasion,
            n=self.n,
            hidden=hides(self.n),
            rows=rows,
            strengths=tuple(sorted(strong, key=lambda f: (-(f.line.score or 0), -f.studies))[:POINTS_TO_TALK]),
            points=tuple(points),
            tied=tuple(f for f in rest if whole(f.line.score or 0) == whole(points[-1].line.score or 0)),
            weak=len(weak),
            unknown=tuple(r for r in rows if r.line.dont_know > MANY_UNKNOWN * (r.line.answered + r.line.dont_know)),
            empty=self.bank.empty_cells(planned),
            findings=tuple(f for f in self.bank.findings if f.id in shown),
            items=tuple(self.items.values()),
        )

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
            facets=tuple(self._facet(row, self.bank.facet[f], [i for i in items if i.item.facet == f]) for f in facets),
            items=tuple(i for i in items if i.item.kind != "confidence"),
            confidence=tuple(i for i in items if i.item.kind == "confidence"),
            findings=tuple(f for f in self.bank.findings if f.row == row.id) if row.innovation else cited,
            borrowed=tuple(f for f in cited if f.row != row.id) if row.innovation else (),
        )

    def _facet(self, row: Row, facet: Facet, items: Sequence[ItemLine]) -> FacetLine:
        scored = tuple(i for i in items if i.item.kind != "confidence")
        return FacetLine(
            facet=facet,
            row=row,
            line=self._line(facet.name, self.score.facets[row.id, facet.id], scored, TESTED + OBSERVED),
            items=scored,
            findings=self._findings(scored),
            actions=tuple(a for a in self.bank.actions if a.facet == facet.id),
        )

    def _findings(self, items: Sequence[ItemLine]) -> tuple[Finding, ...]:
        cited = {finding.id for item in items for finding in item.findings}
        return tuple(f for f in self.bank.findings if f.id in cited)

    def _line(self, title: str, group: Group, items: Sequence[ItemLine], kinds: tuple[str, ...]) -> Line:
        found: list[ItemScore] = [self.score.items[i.id] for i in items if i.item.kind in kinds]
        mean = group.mean if shows(group.n, self.n) else None
        return Line(
            title=title,
            score=mean,
            band=None if mean is None else self.bank.band_of(whole(mean)),
            n=group.n,
            interval=None if mean is None else group.interval,
            uncertain=mean is not None and len({self.bank.band_of(whole(edge)) for edge in group.interval or ()}) > 1,
            answered=sum(i.n for i in found),
            dont_know=sum(i.dk for i in found),
            not_applicable=sum(i.na for i in found),
            blank=sum(i.blank for i in found),
        )

    def _item(self, number: int, item: Item) -> ItemLine:
        found, said = self.score.items[item.id], self.given.get(item.id)
        mean = found.mean if shows(found.n, self.n) else None
        code = self._code(item) if self.single else None
        chosen = next((o for o in item.option if o.code == code), None)
        best = next((o for o in item.option if o.credit == 100), None)
        return ItemLine(
            number=number,
            item=item,
            text=item.wording(self.perspective),
            row=self._row_of(item),
            findings=tuple(self.bank.finding[f] for f in item.findings),
            alignment=mean,
            standing=standing(self.bank, mean),
            answer=given(self.bank, item.id, self.answers),
            counts=self._counts(item, found) if not self.single and shows(found.answers, self.n) else (),
            note=said.note if said else "",
            evidence=said.evidence if said else "",
            rationale=chosen.rationale if chosen else "",
            best=(best.text, best.rationale) if best and best is not chosen else None,
        )

    def _row_of(self, item: Item) -> Row:
        """Return the row that the item was asked in: its own, or the core line that borrows it."""
        own = self.bank.row[item.row]
        lines = (self.bank.row[row] for row in self.answers.rows)
        core = (row for row in lines if row.innovation is None and row.theme == own.theme)
        return own if own.id in self.answers.rows else next(core, own)

    def _code(self, item: Item) -> str | None:
        position = int(self.answers.codes[0, self.answers.items.index(item.id)])
        return self.bank.codes[item.id][position].code if position >= 0 else None

    def _counts(self, item: Item, found: ItemScore) -> tuple[Count, ...]:
        people = {**found.counts, DONT_KNOW: found.dk, NOT_APPLICABLE: found.na}
        if self.n >= FULL_COUNTS or item.kind == "confidence":
            return tuple(Count(code.label, people[code.code]) for code in self.bank.codes[item.id])
        shares = Counter[str]()
        for code in self.bank.codes[item.id]:
            label = code.label if code.alignment is None else standing(self.bank, code.alignment)
            shares[label] += people[code.code]
        return tuple(Count(label, n) for label, n in shares.items())


def standing(bank: Bank, alignment: float | None) -> Standing:
    """Return how far an answer is in line: as the highest band, as the lowest one, or between."""
    if alignment is None:
        return "unscored"
    band = bank.band_of(whole(alignment))
    return "in line" if band == bank.bands[-1] else "against" if band == bank.bands[0] else "between"
