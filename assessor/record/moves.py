"""From a comparison or a trend to its machine-readable form, and back with every figure worked out anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assessor.difference import Overlap
from assessor.record import repeats
from assessor.record.model import BankName, Record
from assessor.record.reading import action, basis, faults, foreign, sentences
from assessor.record.repeats import ComparisonRecord, TrendRecord
from assessor.record.writing import action_of, bare, record_of, text_of
from assessor.report import Absent, build_trend, compare_told, lay_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.bank import Bank
    from assessor.difference import Difference, Shift
    from assessor.report import Basis, ComparisonReport, ItemMove, RowMove, Trend


def written_comparison(report: ComparisonReport, imprint: str, waves: Sequence[Record] = ()) -> bytes:
    """Return the record of a comparison as it is attached to a PDF, still without its seal.

    `waves`: the records that it was made from, where it was made from records.
    """
    return text_of(comparison_of(report, imprint, waves or _records(report.bank, report.told)))


def written_trend(trend: Trend, imprint: str, waves: Sequence[Record] = ()) -> bytes:
    """Return the record of a trend as `written_comparison` does that of a comparison."""
    return text_of(trend_of(trend, imprint, waves or _records(trend.bank, trend.told)))


def _records(bank: Bank, told: Sequence[Basis]) -> list[Record]:
    return [record_of(lay_out(bank, basis)) for basis in told]


def comparison_of(report: ComparisonReport, imprint: str, waves: Sequence[Record]) -> ComparisonRecord:
    """Return all that a comparison says, and what it follows from."""
    return ComparisonRecord(
        format=repeats.COMPARISON,
        imprint=imprint,
        bank=_named(report.bank),
        waves=tuple(map(bare, waves)),
        moves=_moves(report),
        did=() if report.hidden else tuple(action_of(a, earlier=True) for a in report.did),
    )


def trend_of(trend: Trend, imprint: str, waves: Sequence[Record]) -> TrendRecord:
    """Return all that a trend says, and what it follows from."""
    return TrendRecord(
        format=repeats.TREND,
        imprint=imprint,
        bank=_named(trend.bank),
        mode=trend.mode,
        waves=tuple(map(bare, waves)),
        steps=tuple(map(_moves, trend.steps)),
        overall=_moves(trend.overall or trend.steps[-1]),
        left_out=tuple(repeats.LeftOut(**vars(wave)) for wave in trend.absent),
        earlier=trend.earlier,
    )


def compared(bank: Bank, record: ComparisonRecord) -> ComparisonReport:
    """Return the comparison that follows from the records of its waves; raise what a forged record makes impossible."""
    before, after = (told_of(bank, wave) for wave in record.waves)
    did = tuple(action(n, told, told.asked) for n, told in enumerate(record.did))
    return replace(_between(bank, before, after, record.moves), did=did)


def followed(bank: Bank, record: TrendRecord) -> Trend:
    """Return the trend that follows from the records of its waves; raise what a forged record makes impossible."""
    told = [told_of(bank, wave) for wave in record.waves]
    steps = [
        _between(bank, before, after, moves) for before, after, moves in zip(told, told[1:], record.steps, strict=False)
    ]
    overall = _between(bank, told[0], told[-1], record.overall)
    absent = [Absent(**vars(wave)) for wave in record.left_out]
    return build_trend(record.mode, [lay_out(bank, t) for t in told], steps, overall, absent, record.earlier)


def told_of(bank: Bank, wave: Record) -> Basis:
    """Return what a wave publishes; of one that was asked older questions, without what the bank has no more."""
    told = basis(wave)
    if wave.bank.sha256 == bank.sha256:
        return told
    rows = tuple(row for row in told.rows if row in bank.row)
    return replace(told, rows=rows, items=tuple(item for item in told.items if _kept(bank, told, rows, item)))


def _kept(bank: Bank, told: Basis, rows: Sequence[str], item: str) -> bool:
    """Tell whether a question is still asked as it was, in the facet of then."""
    found, view = bank.item.get(item), told.published.everyone
    if found is None or found.revision != told.revisions[item]:
        return False
    asked = [row for row in rows if found in bank.row_items(row)]
    return view is None or found.kind == "confidence" or all((row, found.facet) in view.facets for row in asked)


def repeat_differences(bank: Bank, record: ComparisonRecord | TrendRecord) -> list[str]:
    """Return a sentence for every figure that does not follow from the waves, or in a wave, and for a foreign bank."""
    if record.bank.sha256 != bank.sha256:
        return [foreign(bank, record.bank)]
    wrong = [f"“{wave.occasion.wave}”: {said}" for wave in record.waves for said in faults(bank, wave)]
    if wrong:
        return wrong
    try:
        again = _again(bank, record)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # whatever a forged record makes impossible
        return ["The attached result does not fit its question bank."]
    without = {"seal", "waves"}
    return sentences(record.model_dump(exclude=without), again.model_dump(exclude=without))


def _again(bank: Bank, record: ComparisonRecord | TrendRecord) -> ComparisonRecord | TrendRecord:
    if isinstance(record, ComparisonRecord):
        return comparison_of(compared(bank, record), record.imprint, record.waves)
    return trend_of(followed(bank, record), record.imprint, record.waves)


def _between(bank: Bank, before: Basis, after: Basis, moves: repeats.Moves) -> ComparisonReport:
    """Return a comparison anew; how many people were linked, and how their scores go together, is taken as told."""
    tests = {row.row: row.test for row in moves.rows if row.test and row.test.linked}
    overlaps = {row: Overlap(test.linked, test.correlation) for row, test in tests.items()}
    return compare_told(bank, before, after, moves.linked, overlaps)


def _named(bank: Bank) -> BankName:
    return BankName(id=bank.id, edition=bank.edition, sha256=bank.sha256)


def _moves(report: ComparisonReport) -> repeats.Moves:
    missing = (move for _, moves in report.incomparable for move in moves)
    return repeats.Moves(
        linked=report.linked,
        detectable=report.detectable,
        rows=tuple(map(_row, report.rows)),
        items=tuple(map(_item, (*report.up, *report.down, *report.same, *missing))),
        misconceptions=tuple(
            repeats.MovedMisconception(text=m.text, before=m.before, after=m.after, share=_share(m.shift))
            for m in report.misconceptions
        ),
        gaps=tuple(
            repeats.MovedGap(row=gap.row.id, one=gap.one.name, other=gap.other.name, then=gap.then, now=gap.now)
            for gap in report.gaps
        ),
    )


def _row(move: RowMove) -> repeats.MovedRow:
    change = move.change
    before, after = change.n
    return repeats.MovedRow(
        row=change.id,
        before=change.before,
        after=change.after,
        points=change.points,
        reason=change.reason,
        n=(before, after),
        compared=change.compared,
        asked=change.asked,
        test=_test(change.difference, bounded=change.bounded) if change.difference else None,
        bounded=change.bounded,
        same_mix=change.standardised,
        verdict=change.verdict,
        dont_know=_share(move.unknown) if move.unknown else None,
    )


def _test(told: Difference, *, bounded: bool) -> repeats.Tested:
    """Return a test; no effect size leaves where no spread is known."""
    return repeats.Tested(**{**told._asdict(), "effect": None if bounded else told.effect})


def _share(told: Shift) -> repeats.Share:
    return repeats.Share(**told._asdict())


def _item(move: ItemMove) -> repeats.MovedItem:
    change = move.change
    return repeats.MovedItem(
        item=move.id,
        before=change.before,
        after=change.after,
        points=change.points,
        reason=change.reason,
        answers=(move.before, move.after),
    )
