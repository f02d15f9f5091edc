"""Reports that come back as PDFs: what one holds, whether it agrees with itself, and several beside each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from time import monotonic
from typing import TYPE_CHECKING

from assessor.pdf import COMPARISON, DESIGNS, NAME, SECONDS, TREND, take_in
from assessor.record import (
    ComparisonRecord,
    Record,
    RecordError,
    TrendRecord,
    bare,
    basis,
    compared,
    differences,
    faults,
    followed,
    read,
    repeat_differences,
    told_of,
    written_comparison,
    written_trend,
)
from assessor.report import Absent, ComparisonReport, Trend, build_trend, compare_told, lay_out
from assessor.series import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.record import Made

    Kept = Record | ComparisonRecord | TrendRecord

KINDS: dict[str, type[Kept]] = {NAME: Record, COMPARISON: ComparisonRecord, TREND: TrendRecord}
FEWEST = 2
SECONDS_IN_ALL, LEAST_SECONDS, AT_ONCE = 60.0, 2.0, 2
CHANGED = "The attached result or a page was changed after the PDF was made: its seal does not fit."
OTHER_VERSION = (
    "Another version of this tool made the pages. They were held against their seal, not word for word against the "
    "attached result."
)
OTHER_TEST = "That version may have tested differences otherwise; by this one some figures would be others."
MOST_TOLD = 20
TOGETHER = "“{}” is what several reports say together: compare the reports themselves."
WAYS = {"individual": "one person answered", "consensus": "a team agreed on", "survey": "many people were asked for"}


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came in a PDF: its record, whether its seal fits, and what its pages say."""

    record: Kept
    intact: bool
    words: tuple[str, ...]

    @property
    def imprint(self) -> str:
        """Return what stands for all that decides how its pages look."""
        return self.record.imprint if not isinstance(self.record, Record) else _made(self.record).imprint

    @property
    def about(self) -> str:
        """Return whose it is and of when."""
        waves = (self.record,) if isinstance(self.record, Record) else self.record.waves
        return f"{waves[-1].occasion.service}, {' to '.join(w.occasion.wave for w in (waves[0], *waves[1:][-1:]))}"

    @property
    def extent(self) -> str:
        """Return how much there is to be worked out anew."""
        if isinstance(self.record, Record):
            return f"{len(self.record.items)} questions and {len(self.record.rows)} parts"
        return f"{len(self.record.waves)} assessments and what moved between them"


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """A comparison of two assessments or a trend of more, and the records that it was made of, if it was."""

    said: ComparisonReport | Trend
    waves: tuple[Record, ...] = ()

    def pdf(self, renderer: Renderer) -> bytes:
        """Return them as PDF; raise RenderError when it cannot be made."""
        if isinstance(self.said, Trend):
            return renderer.trend(self.said, self.waves)
        return renderer.comparison(self.said, self.waves)

    def record(self, imprint: str) -> bytes:
        """Return what their PDF carries, still without its seal."""
        if isinstance(self.said, Trend):
            return written_trend(self.said, imprint, self.waves)
        return written_comparison(self.said, imprint, self.waves)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check found: where the PDF disagrees with itself, and what could not be checked."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]


def receive(data: bytes, name: str, *, words: bool = False, seconds: float = SECONDS) -> Received:
    """Return what is in a PDF of ours; raise RecordError, with the file's name, where there is nothing to be read."""
    try:
        found = take_in(data, words=words, seconds=seconds)
        return Received(record=read(KINDS[found.name], found.text), intact=found.intact, words=found.words)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error


def receive_all(files: Sequence[tuple[str, bytes]], *, seconds: float = SECONDS_IN_ALL) -> list[Received]:
    """Return what is in several PDFs, given as name and content, which together have no more than some seconds."""
    _enough(files)
    over = monotonic() + seconds

    def one(file: tuple[str, bytes]) -> Received:
        left = max(LEAST_SECONDS, min(SECONDS, over - monotonic()))
        return receive(file[1], file[0], seconds=left)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, files))


def _enough(files: Sequence[object]) -> None:
    if not FEWEST <= len(files) <= MOST:
        raise RecordError(f"Choose {FEWEST} to {MOST} PDF reports of one service.")


def verify(bank: Bank, found: Received, renderer: Renderer) -> Verdict:
    """Work out every figure of a PDF anew, and set its pages anew to hold them against those that are there."""
    record, faults = found.record, [] if found.intact else [CHANGED]
    wrong = differences(bank, record) if isinstance(record, Record) else repeat_differences(bank, record)
    press = renderer.like(found.imprint)
    if wrong and press is None and not isinstance(record, Record) and record.bank.sha256 == bank.sha256:
        return Verdict(faults=tuple(faults), remarks=(OTHER_VERSION, OTHER_TEST, *wrong[:MOST_TOLD]))
    if wrong:
        return Verdict(faults=(*faults, *wrong[:MOST_TOLD]), remarks=())
    if press is None:
        return Verdict(faults=tuple(faults), remarks=(OTHER_VERSION,))
    printed = list(misprints(found.words, take_in(_again(bank, record, press), words=True).words))
    return Verdict(faults=(*faults, *printed[:MOST_TOLD]), remarks=())


def _again(bank: Bank, record: Kept, renderer: Renderer) -> bytes:
    """Return the PDF that a record makes."""
    if isinstance(record, ComparisonRecord):
        return renderer.comparison(compared(bank, record), record.waves)
    if isinstance(record, TrendRecord):
        return renderer.trend(followed(bank, record), record.waves)
    return renderer.assessment(lay_out(bank, basis(record)), _made(record).edition)


def _made(record: Record) -> Made:
    """Return how the pages of a report were made."""
    if record.made is None or record.made.edition not in DESIGNS:
        raise RecordError("The attached result does not say how its pages were made.")
    return record.made


def misprints(pages: Sequence[str], again: Sequence[str]) -> Iterator[str]:
    """Yield where pages say something else than they should."""
    if len(pages) != len(again):
        yield f"The PDF has {len(pages)} pages; its attached result makes {len(again)}."
    for number, (page, right) in enumerate(zip_longest(pages, again, fillvalue=""), start=1):
        there, due = page.split(), right.split()
        for tag, a, b, c, d in SequenceMatcher(None, there, due, autojunk=False).get_opcodes() if there != due else ():
            if tag != "equal":
                yield f"Page {number} prints “{_short(there[a:b])}”; the attached result makes “{_short(due[c:d])}”."


def _short(words: Sequence[str]) -> str:
    text = " ".join(words)
    return text if len(text) < 80 else f"{text[:80]}…"


def repeats(bank: Bank, received: Sequence[Received]) -> Repeats:
    """Return what reports of one service say together, from what they publish alone: the earliest first.

    Raises RecordError where one of them was changed, or where they cannot be compared.
    """
    _enough(received)
    for found in received:
        _sound(bank, found)
    reports = (found.record for found in received if isinstance(found.record, Record))
    records = sorted(reports, key=lambda record: record.occasion.date)
    _of_one_service(records)
    if records[-1].bank.sha256 != bank.sha256:
        raise RecordError(differences(bank, records[-1])[0])
    _of_different_days(records)
    try:
        return _trend(bank, records) if len(records) > FEWEST else _comparison(bank, records)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:  # whatever a forged record makes impossible
        raise RecordError("These reports cannot be compared: their figures do not fit together.") from error


def _of_different_days(records: Sequence[Record]) -> None:
    """Raise RecordError where two records have one date; given are records in the order of their dates."""
    for one, other in pairwise(records):
        if one.occasion.date == other.occasion.date:
            names = f"“{one.occasion.wave}” and “{other.occasion.wave}”"
            raise RecordError(f"{names} have the same date, {one.occasion.date}, so it is not known which came first.")


def _comparison(bank: Bank, records: Sequence[Record]) -> Repeats:
    return Repeats(said=_between(bank, *records), waves=tuple(records))


def _between(bank: Bank, before: Record, after: Record) -> ComparisonReport:
    """Return what moved between two reports; a later one that looks back at the earlier knows who answered both."""
    early, late = (told_of(bank, record) for record in (before, after))
    linked, overlaps = (late.linked, late.overlaps) if after.since == bare(before) else (0, {})
    return compare_told(bank, early, late, linked, overlaps)


def _trend(bank: Bank, records: Sequence[Record]) -> Repeats:
    """Return reports over time; those that show nothing, as too few people answered, are left out and named."""
    shown = [record for record in records if record.everyone]
    hidden = [record.occasion for record in records if not record.everyone]
    if len(shown) < FEWEST:
        raise RecordError("Too few of these reports show anything: in the others too few people answered.")
    told = [told_of(bank, record) for record in shown]
    said = build_trend(
        shown[-1].mode,
        [lay_out(bank, wave) for wave in told],
        [_between(bank, before, after) for before, after in pairwise(shown)],
        _between(bank, shown[0], shown[-1]),
        [Absent(wave=occasion.wave, edition=occasion.edition, reason="few") for occasion in hidden],
    )
    return Repeats(said=said, waves=tuple(map(bare, shown)))


def _sound(bank: Bank, found: Received) -> None:
    """Raise RecordError for what is no report, or one that does not agree with itself."""
    if not isinstance(found.record, Record):
        raise RecordError(TOGETHER.format(found.about))
    wrong = faults(bank, found.record)
    if wrong or not found.intact:
        raise RecordError(f"The report “{found.record.occasion.wave}” cannot be used. {wrong[0] if wrong else CHANGED}")


def _of_one_service(records: Sequence[Record]) -> None:
    services = dict.fromkeys(record.occasion.service.strip() for record in records)
    if len(services) > 1:
        names = " and ".join(f"“{name}”" for name in services)
        raise RecordError(
            f"These are reports of different services, {names}: only one service is compared with itself."
        )
    if len({record.bank.id for record in records}) > 1:
        raise RecordError("These reports cannot be compared: they must be of one question bank.")
    ways = {record.mode: f"{WAYS[record.mode]} “{record.occasion.wave}”" for record in records}
    if len(ways) > 1:
        raise RecordError(
            f"These reports cannot be compared, since they were not answered in one way: {', '.join(ways.values())}."
        )
    if len({_figures(record) for record in records}) < len(records):
        raise RecordError("The same report was given twice.")


def _figures(record: Record) -> str:
    """Return what a report says of its assessment, whichever edition of the report it is and whatever was planned."""
    return bare(record).model_dump_json(exclude={"plan"})
