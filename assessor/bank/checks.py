"""What must hold between the parts of a bank; each check yields problems with their places."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from assessor.bank.model import DONT_KNOW, NOT_APPLICABLE, Action, Band, Facet, Finding, Item, Row
from assessor.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from assessor.bank.source import Place

Parts = dict[str, list[tuple[Any, "Place"]]]
REQUIRED = ("id", "edition", "title", "subject", "source", "answers")
NEEDED = ("perspective", "theme", "row", "facet", "band", "item")


def problems(parts: Parts, retired: set[str], once: Mapping[str, Any], unsure: set[str]) -> list[Problem]:
    """Return everything that is wrong between the parts of a bank.

    `unsure`: kinds of which something could not be read; of these nothing is called missing.
    """
    known = Known(parts, unsure)
    found = [Problem("bank.toml", 0, "", message) for message in _lacking(parts, once, unsure)]
    for kind, check in (("item", _item), ("row", _row), ("facet", _facet), ("finding", _finding), ("action", _action)):
        for part, place in parts.get(kind, []):
            found += [place.problem(part.id, message) for message in check(part, known)]
    found += _doubles(parts)
    found += _retired(parts, retired)
    found += _bands(parts)
    return found


def _lacking(parts: Parts, once: Mapping[str, Any], unsure: set[str]) -> Iterator[str]:
    if not unsure.issuperset(NEEDED):  # else a whole file could not be read, and may hold them
        yield from (f"“{key}” is missing: the bank needs it once" for key in REQUIRED if once.get(key) is None)
    absent = (kind for kind in NEEDED if not parts.get(kind) and kind not in unsure)
    yield from (f"there is no [[{kind}]] in the bank: it needs at least one" for kind in absent)


class Known:
    """The parts by id, and what points at what."""

    def __init__(self, parts: Parts, unsure: set[str]) -> None:
        self.unsure = unsure
        self.ids = {kind: {part.id: part for part, _ in entries} for kind, entries in parts.items()}
        items: list[Item] = [part for part, _ in parts.get("item", [])]
        self.cited = {finding for item in items for finding in item.findings}
        self.measured = {item.facet for item in items}
        self.scored = {item.row for item in items}
        self.core_themes = {row.theme for row, _ in parts.get("row", []) if row.innovation is None}

    def get(self, kind: str, ident: str | None) -> Any:
        """Return the part with this id, or None."""
        return self.ids.get(kind, {}).get(ident)

    def missing(self, kind: str, idents: Iterable[str | None]) -> Iterator[str]:
        """Yield one message for each id that resolves to nothing."""
        if kind not in self.unsure:
            unknown = (i for i in idents if i is not None and not self.get(kind, i))
            yield from (f"there is no {kind} “{ident}” in the bank" for ident in unknown)

    def unused(self, ident: str, used: set[str]) -> bool:
        """Tell whether surely no item uses this id."""
        return "item" not in self.unsure and ident not in used


def _item(item: Item, known: Known) -> Iterator[str]:
    yield from known.missing("row", [item.row])
    yield from known.missing("facet", [item.facet])
    yield from known.missing("finding", item.findings)
    yield from known.missing("perspective", item.perspectives)
    yield from known.missing("scale", [item.scale])
    facet, row = known.get("facet", item.facet), known.get("row", item.row)
    if facet and row and facet.row != item.row:
        yield f"its facet “{item.facet}” belongs to row “{facet.row}”, not to “{item.row}”"
    if row and item.core and row.theme not in known.core_themes and "row" not in known.unsure:
        yield f"it is a core item, but the bank has no core line (a row without an innovation) for theme “{row.theme}”"
    yield from _wording(item)
    yield from _vignette(item) if item.kind == "vignette" else _rating(item)


def _wording(item: Item) -> Iterator[str]:
    unworded = [p for p in item.perspectives if p not in item.text and "all" not in item.text]
    yield from (f"there is no wording for perspective “{p}” (and none for “all”)" for p in unworded)
    unasked = [p for p in item.text if p != "all" and p not in item.perspectives]
    yield from (f"it is worded for “{p}”, who is not asked" for p in unasked)
    yield from (f"perspective “{p}” is named twice" for p, n in Counter(item.perspectives).items() if n > 1)


def _vignette(item: Item) -> Iterator[str]:
    if item.scale or item.polarity:
        yield "a vignette has options; leave out “scale” and “polarity”"
    if len(item.option) < 2:
        yield "a vignette needs at least two options"
    elif max(option.credit for option in item.option) != 100:
        yield "no option of the vignette has credit 100"
    codes = Counter(option.code for option in item.option)
    yield from (f"option code “{code}” is used twice" for code, n in codes.items() if n > 1)


def _rating(item: Item) -> Iterator[str]:
    if item.option:
        yield f"only a vignette has options; this is of kind “{item.kind}”"
    if not item.scale:
        yield "“scale” is missing"
    expected = {"misconception": "negative", "aligned": "positive", "confidence": "positive"}.get(item.kind)
    if item.polarity is None:
        yield "“polarity” is missing"
    elif expected and item.polarity != expected:
        yield f"an item of kind “{item.kind}” has polarity “{expected}”"


def _row(row: Row, known: Known) -> Iterator[str]:
    yield from known.missing("innovation", [row.innovation])
    yield from known.missing("theme", [row.theme])
    if row.innovation and known.unused(row.id, known.scored):
        yield "no item is scored in this row"


def _facet(facet: Facet, known: Known) -> Iterator[str]:
    yield from known.missing("row", [facet.row])
    if known.unused(facet.id, known.measured):
        yield "no item measures this facet"


def _finding(finding: Finding, known: Known) -> Iterator[str]:
    yield from known.missing("row", [finding.row])
    yield from known.missing("facet", [finding.facet])
    yield from known.missing("innovation", [finding.innovation])
    yield from known.missing("theme", [finding.theme])
    row = known.get("row", finding.row)
    if row and (row.innovation, row.theme) != (finding.innovation, finding.theme):
        yield (
            f"row “{row.id}” is {row.innovation} / {row.theme}, the finding says {finding.innovation} / {finding.theme}"
        )
    if known.unused(finding.id, known.cited):
        yield "no item rests on this finding"
    yield from (f"reference {number} is named twice" for number, n in Counter(finding.references).items() if n > 1)


def _action(action: Action, known: Known) -> Iterator[str]:
    yield from known.missing("facet", [action.facet])


def _doubles(parts: Parts) -> Iterator[Problem]:
    for kind, entries in parts.items():
        first: dict[str, Place] = {}
        for part, place in entries:
            if part.id in first:
                yield place.problem(part.id, f"this {kind} id is already used in {first[part.id]}")
            first.setdefault(part.id, place)
    for part, place in parts.get("perspective", []):
        if part.id in {"all", DONT_KNOW, NOT_APPLICABLE}:
            yield place.problem(part.id, "this word has a meaning of its own; choose another id")


def _retired(parts: Parts, retired: set[str]) -> Iterator[Problem]:
    for item, place in parts.get("item", []):
        if item.id in retired:
            yield place.problem(item.id, "this id is retired; an id is never used again")


def _bands(parts: Parts) -> Iterator[Problem]:
    entries: list[tuple[Band, Place]] = parts.get("band", [])
    for position, (band, place) in enumerate(entries):
        if position == 0 and band.start != 0:
            yield place.problem(band.id, f"the first band must start at 0, not {band.start}")
        if position and band.start <= (before := entries[position - 1][0].start):
            yield place.problem(band.id, f"this band starts at {band.start}, the one before at {before}: bands overlap")
