"""From what is published to the report of one assessment."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from assessor.bank import DONT_KNOW, OBSERVED, TESTED
from assessor.difference import difference
from assessor.disclosure import standing
from assessor.report.apart import Apart
from assessor.report.basis import basis_of
from assessor.report.comparison import compare_told
from assessor.report.lines import (
    Count,
    FacetLine,
    Gap,
    ItemLine,
    Line,
    Misconception,
    Part,
    PartLine,
    PartShares,
    RowLine,
)
from assessor.report.model import Report
from assessor.report.people import part_of, shares
from assessor.report.planned import planned
from assessor.report.points import MOST, choose
from assessor.score import Group, share, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assessor.agreement import Verdict
    from assessor.answers import Answers, Response
    from assessor.bank import Bank, Facet, Finding, Item, Row
    from assessor.disclosure import Standing, Tally, View
    from assessor.plan import Plan
    from assessor.report.basis import Basis
    from assessor.report.lines import Occasion
    from assessor.report.points import Chosen

MANY_UNKNOWN = 0.25
NOTHING = Group(0, None, None)
STANDINGS: tuple[Standing, ...] = ("in line", "between", "against")


def build(
    bank: Bank,
    occasion: Occasion,
    answers: Answers,
    responses: Sequence[Response] = (),
    *,
    smallest: int | None = None,
    invited: Mapping[str, int] | None = None,
    comments: Sequence[str] = (),
    chosen: Chosen | None = None,
    plan: Plan | None = None,
) -> Report:
    """Build the report of one assessment from what `disclosure` lets through.

    `responses` gives notes and links to evidence, which are shown for one person only; `comments` are shown for a
    group. `smallest`: people in the smallest cell; left out, one person is taken to answer for the service.
    `chosen` overrules which points to talk about first; `plan` is what the service has planned by then. `hidden` says
    that too few answered; then every score is None.
    """
    told = basis_of(
        bank,
        occasion,
        answers,
        responses,
        smallest=smallest,
        invited=invited,
        comments=comments,
        chosen=chosen,
        plan=plan,
    )
    return lay_out(bank, told)


def lay_out(bank: Bank, basis: Basis) -> Report:
    """Return the report that follows from what is published, with what came before it."""
    before = basis.since
    return replace(
        planned(_Builder(bank, basis).report(), basis.plan),
        since=compare_told(bank, before, basis, basis.linked, basis.overlaps) if before else None,
        ratings=lay_out(bank, basis.ratings) if basis.ratings else None,
    )


class _Builder:
    """Lays what is published out into lines; holds what every line needs."""

    def __init__(self, bank: Bank, basis: Basis) -> None:
        self.bank, self.basis, self.published = bank, basis, basis.published
        self.single, self.view = basis.single, basis.published.everyone
        self.apart = Apart(bank)
        self.parts = [(part_of(bank, view.cell), view) for view in self.published.cells]
        self.items = {item: self._item(n, bank.item[item]) for n, item in enumerate(basis.items, start=1)}

    def report(self) -> Report:
        rows = tuple(self._row(self.bank.row[row]) for row in self.basis.rows)
        facets = {f.facet.id: f for row in rows for f in row.facets}.values()  # its own row comes after a core line
        high = [f for f in facets if f.line.band == self.bank.bands[-1]]
        strong = [f for f in high if f.seen]
        points = choose(self.bank, tuple(facets), self.basis.chosen)
        shown = {finding.id for row in rows for finding in (*row.findings, *row.borrowed)}
        named = {*self.basis.occasion.innovations, *(row.row.innovation for row in rows)}
        begun = tuple(i.id for i in self.bank.innovations if not named.isdisjoint({i.id, i.name}))
        return Report(
            bank=self.bank,
            basis=self.basis,
            occasion=self.basis.occasion,
            n=self.view.cell.people if self.view else self.basis.n,
            hidden=self.view is None,
            rows=rows,
            strengths=tuple(sorted(strong, key=lambda f: (-(f.line.score or 0), -f.studies))[:MOST]),
            points=points.taken,
            tied=points.tied,
            ruled=points.ruled,
            unseen=tuple(f for f in high if not f.seen),
            weak=points.weak,
            weights=points.weights,
            passed=points.passed,
            unknown=tuple(r for r in rows if r.line.dont_know > MANY_UNKNOWN * (r.line.answered + r.line.dont_know)),
            empty=self.bank.empty_cells(begun),
            findings=tuple(f for f in self.bank.findings if f.id in shown),
            items=tuple(self.items.values()),
            everyone=part_of(self.bank, self.view.cell) if self.view else None,
            parts=tuple(part for part, _ in self.parts),
            held=tuple(self.bank.perspective[p].name for p in self.published.held),
            smallest=self.published.smallest,
            gaps=tuple(gap for row in self.basis.rows for gap in self._gaps(self.bank.row[row])),
            comments=self.basis.comments,
            chosen=self.basis.chosen if points.taken != points.ruled else None,
            crowded=tuple(self.bank.perspective[p].name for p in self.published.crowded),
        )

    def _row(self, row: Row) -> RowLine:
        items = tuple(self.items[i.id] for i in self.bank.row_items(row.id) if i.id in self.items)
        scored = tuple(i for i in items if i.item.kind != "confidence")
        groups = self.view.rows[row.id] if self.view else None
        cited = self._findings(items)
        facets = dict.fromkeys(i.item.facet for i in scored)
        return RowLine(
            row=row,
            theme=self.bank.theme[row.theme],
            innovation=self.bank.innovation[row.innovation] if row.innovation else None,
            line=self._line(
                row.title,
                groups.whole if groups else NOTHING,
                items,
                TESTED + OBSERVED,
                self.view.verdicts.get(row.id) if self.view else None,
            ),
            tested=self._line(row.title, groups.tested if groups else NOTHING, items, TESTED),
            observed=self._line(row.title, groups.observed if groups else NOTHING, items, OBSERVED),
            facets=tuple(
                self._facet(row, self.bank.facet[f], [i for i in scored if i.item.facet == f]) for f in facets
            ),
            items=scored,
            confidence=tuple(i for i in items if i.item.kind == "confidence"),
            findings=tuple(f for f in self.bank.findings if f.row == row.id) if row.innovation else cited,
            borrowed=tuple(f for f in cited if f.row != row.id) if row.innovation else (),
            shares=shares(self._tally(i.id) for i in scored),
            parts=tuple(self._part(row, part, view, scored) for part, view in self.parts),
            misconceptions=tuple(filter(None, map(self._misconception, scored))),
        )

    def _facet(self, row: Row, facet: Facet, items: Sequence[ItemLine]) -> FacetLine:
        group = self.view.facets[row.id, facet.id] if self.view else NOTHING
        return FacetLine(
            facet=facet,
            row=row,
            line=self._line(facet.name, group, items, TESTED + OBSERVED),
            items=tuple(items),
            findings=self._findings(items),
            actions=tuple(a for a in self.bank.actions if a.facet == facet.id),
            parts=tuple(self._shares(part, view, items) for part, view in self.parts),
            misconceptions=tuple(filter(None, map(self._misconception, items))),
        )

    def _shares(self, part: Part, view: View, items: Sequence[ItemLine]) -> PartShares:
        found = [view.items[item.id] for item in items if item.id in view.items]
        return PartShares(part, shares(found), len(found))

    def _findings(self, items: Sequence[ItemLine]) -> tuple[Finding, ...]:
        cited = {finding.id for item in items for finding in item.findings}
        return tuple(f for f in self.bank.findings if f.id in cited)

    def _line(
        self,
        title: str,
        group: Group,
        items: Sequence[ItemLine],
        kinds: tuple[str, ...],
        verdict: Verdict | None = None,
    ) -> Line:
        meant = [item for item in items if item.item.kind in kinds]
        found = [tally for item in meant if (tally := self._tally(item.id))]
        return self._scored(title, group, found, verdict, withheld=any(item.hidden for item in meant))

    def _scored(
        self, title: str, group: Group, found: Sequence[Tally], verdict: Verdict | None, *, withheld: bool = False
    ) -> Line:
        bands = {self.bank.band_of(whole(edge)) for edge in group.interval or ()}
        return Line(
            title=title,
            score=group.mean,
            band=None if group.mean is None else self.bank.band_of(whole(group.mean)),
            n=group.n,
            interval=group.interval,
            uncertain=len(bands) > 1,
            answered=sum(t.n for t in found),
            dont_know=sum(t.dk for t in found),
            not_applicable=sum(t.na for t in found),
            blank=sum(t.blank for t in found),
            shares=shares(found),
            withheld=withheld,
            verdict=verdict,
        )

    def _part(self, row: Row, part: Part, view: View, items: Sequence[ItemLine]) -> PartLine:
        found = [view.items[i.id] for i in items if i.id in view.items]
        reasons = [view.hidden[i.id] for i in items if i.id in view.hidden]
        group = view.rows[row.id].whole
        hidden = next(iter(reasons), None) if group.mean is None else None
        return PartLine(
            part=part,
            line=self._scored(row.title, group, found, view.verdicts.get(row.id)),
            shares=shares(found),
            questions=len(found),
            hidden=hidden,
        )

    def _gaps(self, row: Row) -> list[Gap]:
        """Return how far parts of the people lie apart, two by two, over the questions that are shown of both."""
        found = (self._gap(row, one, other) for one, other in combinations(self.parts, 2))
        return [gap for gap in found if gap]

    def _gap(self, row: Row, one: tuple[Part, View], other: tuple[Part, View]) -> Gap | None:
        views = one[1], other[1]
        items = self.apart.shared(row.id, views)
        if not items:
            return None
        a, b = (self.apart.group(row.id, view, items) for view in views)
        points, apart = whole(a.mean or 0) - whole(b.mean or 0), difference(a, b)
        return apart and Gap(row=row, one=one[0], other=other[0], points=points, low=apart.low, high=apart.high)

    def _misconception(self, line: ItemLine) -> Misconception | None:
        of = line.shares.answers - line.shares.dont_know
        if line.item.kind != "misconception" or self.single or not of:
            return None
        return Misconception(item=line, people=line.shares.against, of=of, interval=share(line.shares.against, of))

    def _tally(self, item: str) -> Tally | None:
        return self.view.items.get(item) if self.view else None

    def _item(self, number: int, item: Item) -> ItemLine:
        found, said = self._tally(item.id), self.basis.given.get(item.id)
        sure = item.kind == "confidence"
        mean = None if sure or found is None else found.mean
        chosen = next((o for o in item.option if said and o.code == said.code), None)
        best = next((o for o in item.option if o.credit == 100), None)
        return ItemLine(
            number=number,
            item=item,
            text=self.basis.texts[item.id],
            row=self._row_of(item),
            findings=tuple(self.bank.finding[f] for f in item.findings),
            n=found.n + found.dk if found else 0,
            alignment=mean,
            standing=standing(self.bank, mean),
            answer=self.basis.label(self.bank, item.id),
            counts=self._counts(item, found) if found and found.n + found.dk and not self.single else (),
            shares=shares([found]),
            sure=found.mean if sure and found else None,
            hidden=self.view.hidden.get(item.id) if self.view else None,
            note=said.note if said else "",
            evidence=said.evidence if said else "",
            rationale=chosen.rationale if chosen else "",
            best=(best.text, best.rationale) if best and best is not chosen else None,
        )

    def _row_of(self, item: Item) -> Row:
        """Return the row that the item was asked in: its own, or the core line that borrows it."""
        own = self.bank.row[item.row]
        lines = (self.bank.row[row] for row in self.basis.rows)
        core = (row for row in lines if row.innovation is None and row.theme == own.theme)
        return own if own.id in self.basis.rows else next(core, own)

    def _counts(self, item: Item, found: Tally) -> tuple[Count, ...]:
        """Return a group's answers one by one, or where it is too small for that by how far they are in line."""
        unknown = Count(next(c.label for c in self.bank.codes[item.id] if c.code == DONT_KNOW), found.dk)
        if found.counts is None:
            return (*(Count(label, found.standings.get(label, 0)) for label in STANDINGS), unknown)
        labels = {code.code: code.label for code in self.bank.codes[item.id]}
        return (*(Count(labels[code], n) for code, n in found.counts.items()), unknown)
