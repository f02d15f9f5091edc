"""From a report to its machine-readable result."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assessor.bank import DONT_KNOW, NOT_APPLICABLE
from assessor.disclosure import standing
from assessor.record import model
from assessor.report import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.bank import Bank
    from assessor.disclosure import Tally, View
    from assessor.plan import Plan, PlannedAction
    from assessor.report import Basis, Report
    from assessor.score import Group, RowScore

DAY = len("2026-11-23")


def written(report: Report, made: model.Made) -> bytes:
    """Return the record of a report as it is attached to a PDF, still without its seal."""
    return text_of(record_of(report, made))


def text_of(record: model.Part) -> bytes:
    """Return a record as JSON without its seal, and without half characters (lone surrogates), as pages have none."""
    values = record.model_dump(exclude={"seal"})
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "ignore")


def record_of(report: Report, made: model.Made | None = None) -> model.Record:
    """Return all that a report publishes."""
    bank, basis = report.bank, report.basis
    everyone = basis.published.everyone
    return model.Record(
        format=model.FORMAT,
        made=made,
        bank=model.BankName(id=bank.id, edition=bank.edition, sha256=bank.sha256),
        occasion=model.Occasion(**vars(basis.occasion)),
        mode=basis.mode,
        n=report.n,
        smallest=report.smallest,
        rows=tuple(_row(bank, basis, row) for row in basis.rows),
        items=tuple(_question(bank, basis, item) for item in basis.items),
        everyone=cell_of(everyone) if everyone else None,
        parts=tuple(map(cell_of, basis.published.cells)),
        held=basis.published.held,
        crowded=basis.published.crowded,
        choice=_choice(report),
        gaps=tuple(_gaps(report)),
        misconceptions=tuple(_misconceptions(report)),
        answers={item: model.Given(**vars(answer)) for item, answer in basis.given.items()},
        comments=basis.comments,
        plan=_plan(basis.plan) if basis.plan and not report.hidden else None,
        ratings=record_of(report.ratings) if report.ratings else None,
        since=bare(record_of(lay_out(bank, basis.since))) if basis.since else None,
        linked=basis.linked,
        overlaps={row: model.Overlap(people=o.people, correlation=o.correlation) for row, o in basis.overlaps.items()},
    )


def bare(record: model.Record) -> model.Record:
    """Return a record without what no comparison prints: free words, what was planned, and what came before it."""
    answers = {item: given.model_copy(update={"note": "", "evidence": ""}) for item, given in record.answers.items()}
    choice = record.choice.model_copy(update={"points": record.choice.ruled, "chosen": (), "reason": ""})
    without = dict.fromkeys(("made", "ratings", "since", "plan", "seal"))
    more = {"answers": answers, "choice": choice, "comments": (), "linked": 0, "overlaps": {}}
    return record.model_copy(update={**without, **more})


def _row(bank: Bank, basis: Basis, row: str) -> model.Row:
    return model.Row(id=row, items=tuple(i.id for i in bank.row_items(row) if i.id in basis.items))


def _question(bank: Bank, basis: Basis, item: str) -> model.Question:
    found = bank.item[item]
    codes = {
        code.code: model.Allowed(alignment=code.alignment, standing=standing(bank, code.alignment))
        for code in bank.codes[item]
        if code.code not in {DONT_KNOW, NOT_APPLICABLE}
    }
    return model.Question(
        id=item,
        revision=basis.revisions[item],
        kind=found.kind,
        facet=found.facet,
        text=basis.texts[item],
        codes=codes,
    )


def cell_of(view: View) -> model.Cell:
    """Return the figures of a cell, or of everybody."""
    return model.Cell(
        perspectives=view.cell.perspectives,
        people=view.cell.people,
        invited=view.cell.invited,
        items={item: _tally(tally) for item, tally in view.items.items()},
        hidden=dict(view.hidden),
        rows={row: _scores(view, row, found) for row, found in view.rows.items()},
        facets=tuple(model.FacetScore(row=r, facet=f, score=_score(group)) for (r, f), group in view.facets.items()),
    )


def _tally(tally: Tally) -> model.Tally:
    return model.Tally(**{**vars(tally), "standings": {s: n for s, n in tally.standings.items() if n}})


def _scores(view: View, row: str, found: RowScore) -> model.RowScores:
    return model.RowScores(
        whole=_score(found.whole),
        tested=_score(found.tested),
        observed=_score(found.observed),
        verdict=view.verdicts.get(row),
    )


def _score(group: Group) -> model.Score:
    return model.Score(n=group.n, mean=group.mean, sd=group.sd, interval=group.interval)


def _choice(report: Report) -> model.Choice:
    chosen = report.chosen
    return model.Choice(
        strengths=tuple(f.facet.id for f in report.strengths),
        points=tuple(f.facet.id for f in report.points),
        ruled=tuple(f.facet.id for f in report.ruled),
        chosen=chosen.facets if chosen else (),
        reason=chosen.reason if chosen else "",
    )


def _plan(plan: Plan) -> model.Plan:
    """Return what is printed of a plan: of every action the words of today, and none that were saved before."""
    return model.Plan(
        at=plan.at[:DAY],
        actions=tuple(action_of(action, earlier=action.asked < plan.at) for action in plan.actions),
        targets=dict(plan.targets),
    )


def action_of(action: PlannedAction, *, earlier: bool) -> model.Action:
    """Return an action as it is printed; `earlier`: it was planned before the assessment that prints it."""
    return model.Action(
        row=action.row,
        facet=action.facet,
        suggestion=action.suggestion,
        wave=action.wave,
        asked=action.asked[:DAY],
        earlier=earlier,
        since=action.since.at,
        **action.now._asdict(),
    )


def _gaps(report: Report) -> Iterator[model.Gap]:
    for gap in report.gaps:
        yield model.Gap(
            row=gap.row.id,
            one=gap.one.name,
            other=gap.other.name,
            points=gap.points,
            low=gap.low,
            high=gap.high,
        )


def _misconceptions(report: Report) -> Iterator[model.Misconception]:
    for row in report.rows:
        for held in row.misconceptions:
            yield model.Misconception(
                row=row.row.id, item=held.item.id, people=held.people, of=held.of, interval=held.interval
            )
