"""A report that comes back as a PDF: what it holds, whether it agrees with itself, and two of them compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING

from assessor.pdf import DESIGNS, take_in
from assessor.record import RecordError, basis, differences, read, unsound
from assessor.report import compare_bases, lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.record import Made, Record
    from assessor.report import Basis, ComparisonReport

CHANGED = "The attached result or a page was changed after the PDF was made: its seal does not fit."
OTHER_VERSION = (
    "Another version of this tool made the pages. They were held against their seal, not word for word against the "
    "attached result."
)
MOST_TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Received:
    """A report out of a PDF: its record, whether its seal fits, and what its pages say."""

    record: Record
    intact: bool
    words: tuple[str, ...]

    @property
    def made(self) -> Made:
        """Return how its pages were made."""
        if self.record.made is None or self.record.made.edition not in DESIGNS:
            raise RecordError("The attached result does not say how its pages were made.")
        return self.record.made


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a check found: where the PDF disagrees with itself, and what could not be checked."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]


def receive(data: bytes, name: str, *, words: bool = False) -> Received:
    """Return the report in a PDF; raise RecordError, with the file's name, where there is none that can be read."""
    try:
        found = take_in(data, words=words)
        return Received(record=read(found.text), intact=found.intact, words=found.words)
    except RecordError as error:
        raise RecordError(f"{name}: {error}") from error


def verify(bank: Bank, found: Received, renderer: Renderer) -> Verdict:
    """Work out every figure of a report anew, and set its pages anew to hold them against those that are there."""
    faults = [] if found.intact else [CHANGED]
    wrong = differences(bank, found.record)
    if wrong:
        return Verdict(faults=(*faults, *wrong[:MOST_TOLD]), remarks=())
    if found.made.imprint != renderer.imprint:
        return Verdict(faults=tuple(faults), remarks=(OTHER_VERSION,))
    again = renderer.assessment(lay_out(bank, basis(found.record)), found.made.edition)
    printed = list(misprints(found.words, take_in(again, words=True).words))
    return Verdict(faults=(*faults, *printed[:MOST_TOLD]), remarks=())


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


def compared(bank: Bank, reports: Sequence[Received]) -> ComparisonReport:
    """Return the comparison of reports of one service, from what they publish alone.

    Raises RecordError where one of them was changed, or where they cannot be compared.
    """
    for found in reports:
        _sound(bank, found)
    records = sorted((found.record for found in reports), key=lambda record: record.occasion.date)
    _of_one_service(records)
    if records[-1].bank.sha256 != bank.sha256:
        raise RecordError(differences(bank, records[-1])[0])
    before, after = (_known(bank, basis(record)) for record in records)
    try:
        return compare_bases(bank, before, after)
    except (ArithmeticError, LookupError, ValueError) as error:  # whatever a forged record makes impossible
        raise RecordError("These reports cannot be compared: their figures do not fit together.") from error


def _sound(bank: Bank, found: Received) -> None:
    """Raise RecordError for a report that does not agree with itself; one of another edition knows its own rows."""
    record = found.record
    wrong = differences(bank, record) if record.bank.sha256 == bank.sha256 else unsound(record)
    if wrong or not found.intact:
        raise RecordError(f"The report “{record.occasion.wave}” cannot be used. {wrong[0] if wrong else CHANGED}")


def _of_one_service(records: Sequence[Record]) -> None:
    services = dict.fromkeys(record.occasion.service.strip() for record in records)
    if len(services) > 1:
        names = " and ".join(f"“{name}”" for name in services)
        raise RecordError(
            f"These are reports of different services, {names}: only one service is compared with itself."
        )
    if len({(record.bank.id, record.mode) for record in records}) > 1:
        raise RecordError(
            "These reports cannot be compared: they must be of one question bank, and answered in one way."
        )
    if len({record.model_dump_json(exclude={"made", "seal"}) for record in records}) < len(records):
        raise RecordError("The same report was given twice.")


def _known(bank: Bank, told: Basis) -> Basis:
    """Return what is published without the rows that the bank does not have any more."""
    return replace(told, rows=tuple(row for row in told.rows if row in bank.row))
