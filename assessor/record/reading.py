"""From a record back to what it was made from, with every figure worked out anew from its tallies."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from math import isclose
from statistics import fmean
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from assessor.agreement import agreement
from assessor.answers import Answer
from assessor.bank import OBSERVED, TESTED
from assessor.difference import Overlap
from assessor.disclosure import Cell, Published, Tally, View, joined, total
from assessor.plan import Intent, Plan, PlannedAction, Version
from assessor.record import model
from assessor.record.model import Record, RecordError
from assessor.record.writing import bare, cell_of, record_of
from assessor.report import Basis, Chosen, Occasion, lay_out
from assessor.score import FEWEST_ITEMS, Group, RowScore, interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessor.agreement import Verdict
    from assessor.bank import Bank, Kind

NOTHING = Group(0, None, None)
SAME = 1e-9
Kept = TypeVar("Kept", bound=model.Part)


def read(kind: type[Kept], text: bytes) -> Kept:
    """Return what a text holds of a kind; raise RecordError where it holds nothing of it."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ", ".join(map(str, first["loc"])) or "the whole"
        raise RecordError(f"The attached result cannot be read ({place}: {first['msg']}).") from error


def basis(record: Record) -> Basis:
    """Return what a record's report was laid out from, with its means and intervals worked out anew."""
    chosen = record.choice.chosen
    return Basis(
        occasion=Occasion(**vars(record.occasion)),
        n=record.n,
        rows=tuple(row.id for row in record.rows),
        items=tuple(question.id for question in record.items),
        texts={question.id: question.text for question in record.items},
        revisions={**{q.id: q.revision for q in record.items}, **{i: a.revision for i, a in record.answers.items()}},
        published=_published(record),
        given={item: Answer(**vars(answer)) for item, answer in record.answers.items()},
        comments=record.comments,
        chosen=Chosen(facets=chosen, reason=record.choice.reason) if chosen else None,
        ratings=basis(record.ratings) if record.ratings else None,
        since=basis(record.since) if record.since else None,
        linked=record.linked,
        overlaps={row: Overlap(**vars(overlap)) for row, overlap in record.overlaps.items()},
        plan=_plan(record.plan) if record.plan else None,
    )


def _plan(told: model.Plan) -> Plan:
    """Return a plan with days in place of times; what was planned earlier on the same day stays before it."""
    at = f"{told.at}T24:00"
    return Plan(at=at, actions=tuple(action(n, a, at) for n, a in enumerate(told.actions)), targets=told.targets)


def action(number: int, told: model.Action, at: str) -> PlannedAction:
    """Return an action, planned `at` a time unless it was before."""
    intent = Intent(**{name: getattr(told, name) for name in Intent._fields})
    return PlannedAction(
        id=str(number),
        row=told.row,
        facet=told.facet,
        suggestion=told.suggestion,
        wave=told.wave,
        asked=told.asked if told.earlier else at,
        versions=(Version(1, intent, told.since),),
    )


def differences(bank: Bank, record: Record) -> list[str]:
    """Return a sentence for every figure of a record that does not follow from its tallies, and for a foreign bank."""
    if record.bank.sha256 != bank.sha256:
        return [foreign(bank, record.bank)]
    if record.since:  # an earlier version held all of it
        record = record.model_copy(update={"since": bare(record.since)})
    try:
        again = record_of(lay_out(bank, basis(record)), record.made)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # whatever a forged record makes impossible
        return ["The attached result does not fit its question bank."]
    return sentences(record.model_dump(exclude={"seal"}), again.model_dump(exclude={"seal"}))


def faults(bank: Bank, record: Record) -> list[str]:
    """Return what is wrong with a record, whether these or older questions were asked: it knows its own rows."""
    return differences(bank, record) if record.bank.sha256 == bank.sha256 else unsound(record)


def unsound(record: Record) -> list[str]:
    """Return a sentence for every mean or interval that does not follow from the tallies of the record itself."""
    try:
        told = _published(record)
    except (ArithmeticError, LookupError, ValueError):  # whatever a forged record makes impossible
        return ["The attached result does not fit together."]
    cells = [cell_of(view) for view in (*told.cells, *filter(None, [told.everyone]))]
    given = [*record.parts, *filter(None, [record.everyone])]
    return sentences([cell.model_dump() for cell in given], [cell.model_dump() for cell in cells])


def sentences(given: Any, again: Any) -> list[str]:
    """Return a sentence for every value that is another one than follows."""
    return [
        f"{', '.join(place)}: the attached result says {_said(a)}, but {_said(b)} follows."
        for place, a, b in _apart(given, again)
    ]


def foreign(bank: Bank, named: model.BankName) -> str:
    """Return what to say of a report that was made with other questions."""
    return (
        f"The report was made with the questions {named.id} {named.edition} ({named.sha256[:12]}…), "
        f"not with these, {bank.id} {bank.edition} ({bank.sha256[:12]}…): name the folder of its bank with --bank."
    )


def _apart(given: Any, again: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Yield where two values differ, and what they are there."""
    if isinstance(given, dict) and isinstance(again, dict):
        for key in dict.fromkeys([*given, *again]):
            yield from _apart(given.get(key), again.get(key), (*place, str(key)))
    elif isinstance(given, (list, tuple)) and isinstance(again, (list, tuple)) and len(given) == len(again):
        for number, pair in enumerate(zip(given, again, strict=True), start=1):
            yield from _apart(*pair, (*place, str(number)))
    elif isinstance(given, float) and isinstance(again, float):
        if not isclose(given, again, rel_tol=SAME, abs_tol=SAME):
            yield place, given, again
    elif given != again:
        yield place, given, again


def _said(value: Any) -> str:
    text = "nothing" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) < 80 else f"{text[:80]}…"


def _published(record: Record) -> Published:
    cells = tuple(_view(record, cell) for cell in record.parts)
    everyone = _view(record, record.everyone) if record.everyone else None
    if everyone and cells:
        everyone = replace(everyone, items={i: _sum(i, tally, cells) for i, tally in everyone.items.items()})
        rows = {row.id: joined(row.id, row.items, everyone, cells) for row in record.rows}
        everyone = replace(everyone, rows=rows)
    return Published(everyone=everyone, cells=cells, held=record.held, smallest=record.smallest, crowded=record.crowded)


def _sum(item: str, tally: Tally, cells: Sequence[View]) -> Tally:
    """Return the sum of the cells' tallies; everybody's own where one of them is not shown."""
    shown = [cell.items[item] for cell in cells if item in cell.items]
    return tally if not shown or any(item in cell.hidden for cell in cells) else total(shown)


def _view(record: Record, cell: model.Cell) -> View:
    questions = {question.id: question for question in record.items}
    tallies = {item: _tally(questions[item], found) for item, found in cell.items.items()}
    members = {row.id: [questions[item] for item in row.items] for row in record.rows}
    return View(
        cell=Cell(perspectives=cell.perspectives, people=cell.people, invited=cell.invited),
        items=tallies,
        hidden=cell.hidden,
        rows={row: _row(found, members[row], tallies, cell.invited) for row, found in cell.rows.items()},
        facets={
            (f.row, f.facet): _group(
                f.score, [q for q in members[f.row] if q.facet == f.facet], TESTED + OBSERVED, tallies, cell.invited
            )
            for f in cell.facets
        },
        verdicts={row: _verdict(found.verdict, members[row], tallies) for row, found in cell.rows.items()},
    )


def _verdict(told: Verdict | None, members: Sequence[model.Question], tallies: Mapping[str, Tally]) -> Verdict | None:
    """Return anew whether people rate alike, where every rating is counted; else what the record says."""
    kinds = (*TESTED, *OBSERVED)
    rated = [q for q in members if q.kind in kinds and q.kind != "vignette" and q.id in tallies and tallies[q.id].n]
    counts = [found.values() for q in rated if (found := tallies[q.id].counts) is not None]
    if len(counts) < len(rated):
        return told
    alike = agreement([list(found) for found in counts])
    return alike.verdict if alike else None


def _row(
    found: model.RowScores, members: Sequence[model.Question], tallies: Mapping[str, Tally], invited: int | None
) -> RowScore:
    return RowScore(
        _group(found.whole, members, TESTED + OBSERVED, tallies, invited),
        _group(found.tested, members, TESTED, tallies, invited),
        _group(found.observed, members, OBSERVED, tallies, invited),
    )


def _group(
    found: model.Score,
    members: Sequence[model.Question],
    kinds: Sequence[Kind],
    tallies: Mapping[str, Tally],
    invited: int | None,
) -> Group:
    """Return a score anew: the mean of its questions' means, and the interval that its spread makes.

    How many people have a score and how far they spread rests on their answers, and is taken as it stands.
    """
    kept = [q.id for q in members if q.kind in kinds and q.id in tallies and tallies[q.id].n]
    if found.mean is None or not kept:
        return NOTHING
    mean = fmean(tallies[item].mean or 0 for item in kept)
    wide = found.sd and found.n > 1 and len(kept) >= FEWEST_ITEMS
    return Group(found.n, mean, found.sd, interval(mean, found.sd or 0, found.n, invited) if wide else None)


def _tally(question: model.Question, found: model.Tally) -> Tally:
    """Return a tally with what follows from its counts, where answers are counted one by one."""
    given = Tally(**{**vars(found), "standings": found.standings})
    if not found.counts:
        return given
    standings = Counter[model.Standing]()
    for code, people in found.counts.items():
        standings[question.codes[code].standing] += people
    n = sum(found.counts.values())
    return replace(given, n=n, mean=_mean(question, found.counts), standings={s: k for s, k in standings.items() if k})


def _mean(question: model.Question, counts: Mapping[str, int]) -> float | None:
    """Return the mean alignment; of a question on how sure people are, which has none, where the mean answer lies."""
    worth = {code: allowed.alignment for code, allowed in question.codes.items()}
    if question.kind == "confidence":
        worth = {code: 100 * place / (len(worth) - 1) for place, code in enumerate(worth)}
    people = sum(counts.values())
    return sum(k * (worth[code] or 0) for code, k in counts.items()) / people if people else None
