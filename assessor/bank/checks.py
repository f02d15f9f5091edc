"""What must hold between the parts of a bank; each check yields problems with their places.

A part may be at fault by itself. It is then checked as far as it can be read: a check is made where its keys are there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from assessor.bank.parts import DONT_KNOW, NOT_APPLICABLE
from assessor.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessor.bank.source import Place

Table = Mapping[str, Any]
Tables = Mapping[str, Sequence[tuple[Table, "Place"]]]
Check = Callable[[Table, "Known"], Iterator[str]]

REQUIRED = ("id", "edition", "title", "subject", "source", "answers")
NEEDED = ("perspective", "theme", "row", "facet", "band", "item")
REFERENCES = {  # kind -> key -> the kind that it names
    "item": {"row": "row", "facet": "facet", "findings": "finding", "perspectives": "perspective", "scale": "scale"},
    "row": {"innovation": "innovation", "theme": "theme"},
    "facet": {"row": "row"},
    "finding": {"row": "row", "facet": "facet", "innovation": "innovation", "theme": "theme"},
    "action": {"facet": "facet"},
}
USES = {"finding": "findings", "facet": "facet", "row": "row"}  # kind -> the key of items that uses it
CHECKS: list[tuple[str, frozenset[str], Check]] = []


def problems(tables: Tables, retired: set[str], once: Mapping[str, Any], unsure: set[str]) -> list[Problem]:
    """Return everything that is wrong between the parts of a bank.

    `tables`: by kind, every part with its defaults and without the keys that are at fault. `unsure`: kinds of which
    something could not be read at all, and keys that were given wrongly; of these nothing is called missing.
    """
    known = Known(tables, unsure)
    found = [Problem("bank.toml", 0, "", message) for message in _lacking(tables, once, unsure)]
    for kind, keys, check in CHECKS:
        for table, place in tables.get(kind, ()):
            if keys <= table.keys():
                found += [place.problem(table.get("id", ""), message) for message in check(table, known)]
    found += _references(tables, known)
    found += _doubles(tables)
    found += _retired(tables, retired)
    found += _bands(tables)
    return found


def looks_at(kind: str, *keys: str) -> Callable[[Check], Check]:
    """Register a check of one kind of part, to be made where these keys can be read."""

    def register(check: Check) -> Check:
        CHECKS.append((kind, frozenset(keys), check))
        return check

    return register


def _lacking(tables: Tables, once: Mapping[str, Any], unsure: set[str]) -> Iterator[str]:
    if not unsure.issuperset(NEEDED):  # else a whole file could not be read, and may hold them
        lacking = (key for key in REQUIRED if once.get(key) is None and key not in unsure)
        yield from (f"“{key}” is missing: the bank needs it once" for key in lacking)
    absent = (kind for kind in NEEDED if not tables.get(kind) and kind not in unsure)
    yield from (f"there is no [[{kind}]] in the bank: it needs at least one" for kind in absent)


class Known:
    """The parts by id, and what points at what."""

    def __init__(self, tables: Tables, unsure: set[str]) -> None:
        self.tables, self.unsure = tables, unsure
        self.ids = {kind: {t["id"]: t for t, _ in entries if "id" in t} for kind, entries in tables.items()}
        items = [item for item, _ in tables.get("item", ())]
        self.used = {kind: {ident for item in items for ident in _named(item, key)} for kind, key in USES.items()}
        rows = [row for row, _ in tables.get("row", ()) if {"innovation", "theme"} <= row.keys()]
        self.core_themes = {row["theme"] for row in rows if row["innovation"] is None}

    def get(self, kind: str, ident: str) -> Table | None:
        """Return what can be read of the part with this id, or None."""
        return self.ids.get(kind, {}).get(ident)

    def doubtful(self, kind: str, *keys: str) -> bool:
        """Tell whether some part of a kind, or one of these keys in it, could not be read."""
        return kind in self.unsure or any(key not in table for table, _ in self.tables.get(kind, ()) for key in keys)

    def missing(self, kind: str, idents: Iterable[str]) -> Iterator[str]:
        """Yield one message for each id that surely resolves to nothing."""
        unknown = [ident for ident in idents if not self.get(kind, ident)]
        if unknown and not self.doubtful(kind, "id"):
            yield from (f"there is no {kind} “{ident}” in the bank" for ident in unknown)

    def unused(self, kind: str, ident: str) -> bool:
        """Tell whether surely no item uses the part with this id."""
        return ident not in self.used[kind] and not self.doubtful("item", USES[kind])


def _named(table: Table, key: str) -> Sequence[str]:
    """Return the ids under a key, be it one, several, none or not to be read."""
    found = table.get(key) or ()
    return (found,) if isinstance(found, str) else found


def _references(tables: Tables, known: Known) -> Iterator[Problem]:
    for kind, keys in REFERENCES.items():
        for table, place in tables.get(kind, ()):
            for key, named in keys.items():
                for message in known.missing(named, _named(table, key)):
                    yield place.problem(table.get("id", ""), message)


@looks_at("item", "row", "facet")
def _facet_of_row(item: Table, known: Known) -> Iterator[str]:
    facet, row = known.get("facet", item["facet"]), known.get("row", item["row"])
    if facet and row and facet.get("row", item["row"]) != item["row"]:
        yield f"its facet “{item['facet']}” belongs to row “{facet['row']}”, not to “{item['row']}”"


@looks_at("item", "row", "core")
def _core(item: Table, known: Known) -> Iterator[str]:
    row = known.get("row", item["row"]) if item["core"] else None
    if row and not known.doubtful("row", "innovation", "theme") and row["theme"] not in known.core_themes:
        line = f"core line (a row without an innovation) for theme “{row['theme']}”"
        yield f"it is a core item, but the bank has no {line}"


@looks_at("item", "perspectives", "text")
def _wording(item: Table, _: Known) -> Iterator[str]:
    unworded = [p for p in item["perspectives"] if p not in item["text"] and "all" not in item["text"]]
    yield from (f"there is no wording for perspective “{p}” (and none for “all”)" for p in unworded)
    unasked = [p for p in item["text"] if p != "all" and p not in item["perspectives"]]
    yield from (f"it is worded for “{p}”, who is not asked" for p in unasked)


@looks_at("item", "perspectives")
def _perspectives(item: Table, _: Known) -> Iterator[str]:
    yield from (f"perspective “{p}” is named twice" for p, n in Counter[str](item["perspectives"]).items() if n > 1)


@looks_at("item", "kind", "scale", "polarity")
def _bare_vignette(item: Table, _: Known) -> Iterator[str]:
    if item["kind"] == "vignette" and (item["scale"] or item["polarity"]):
        yield "a vignette has options; leave out “scale” and “polarity”"


@looks_at("item", "kind", "option")
def _options(item: Table, _: Known) -> Iterator[str]:
    if item["kind"] != "vignette":
        if item["option"]:
            yield f"only a vignette has options; this is of kind “{item['kind']}”"
        return
    if len(item["option"]) < 2:
        yield "a vignette needs at least two options"
    elif max(option["credit"] for option in item["option"]) != 100:
        yield "no option of the vignette has credit 100"
    codes = Counter[str](option["code"] for option in item["option"])
    yield from (f"option code “{code}” is used twice" for code, n in codes.items() if n > 1)


@looks_at("item", "kind", "scale")
def _scale(item: Table, _: Known) -> Iterator[str]:
    if item["kind"] != "vignette" and not item["scale"]:
        yield "“scale” is missing"


@looks_at("item", "kind", "polarity")
def _polarity(item: Table, _: Known) -> Iterator[str]:
    expected = {"misconception": "negative", "aligned": "positive", "confidence": "positive"}.get(item["kind"])
    if item["kind"] != "vignette" and item["polarity"] is None:
        yield "“polarity” is missing"
    elif expected and item["polarity"] != expected:
        yield f"an item of kind “{item['kind']}” has polarity “{expected}”"


@looks_at("row", "id", "innovation")
def _scored(row: Table, known: Known) -> Iterator[str]:
    if row["innovation"] and known.unused("row", row["id"]):
        yield "no item is scored in this row"


@looks_at("facet", "id")
def _measured(facet: Table, known: Known) -> Iterator[str]:
    if known.unused("facet", facet["id"]):
        yield "no item measures this facet"


@looks_at("finding", "id")
def _cited(finding: Table, known: Known) -> Iterator[str]:
    if known.unused("finding", finding["id"]):
        yield "no item rests on this finding"


@looks_at("finding", "row", "innovation", "theme")
def _cell(finding: Table, known: Known) -> Iterator[str]:
    row = known.get("row", finding["row"])
    said = f"{finding['innovation']} / {finding['theme']}"
    if row and {"innovation", "theme"} <= row.keys() and f"{row['innovation']} / {row['theme']}" != said:
        yield f"row “{row['id']}” is {row['innovation']} / {row['theme']}, the finding says {said}"


@looks_at("finding", "references")
def _numbers(finding: Table, _: Known) -> Iterator[str]:
    counts = Counter[int](finding["references"])
    yield from (f"reference {number} is named twice" for number, n in counts.items() if n > 1)


@looks_at("perspective", "id")
def _reserved(perspective: Table, _: Known) -> Iterator[str]:
    if perspective["id"] in {"all", DONT_KNOW, NOT_APPLICABLE}:
        yield "this word has a meaning of its own; choose another id"


def _doubles(tables: Tables) -> Iterator[Problem]:
    for kind, entries in tables.items():
        first: dict[str, Place] = {}
        for ident, place in ((table["id"], place) for table, place in entries if "id" in table):
            if ident in first:
                yield place.problem(ident, f"this {kind} id is already used in {first[ident]}")
            first.setdefault(ident, place)


def _retired(tables: Tables, retired: set[str]) -> Iterator[Problem]:
    for item, place in tables.get("item", ()):
        if item.get("id") in retired:
            yield place.problem(item["id"], "this id is retired; an id is never used again")


def _bands(tables: Tables) -> Iterator[Problem]:
    entries = tables.get("band", ())
    for position, (band, place) in enumerate(entries):
        start, before = band.get("start"), entries[position - 1][0].get("start") if position else None
        if position == 0 and start:
            yield place.problem(band.get("id", ""), f"the first band must start at 0, not {start}")
        if start is not None and before is not None and start <= before:
            said = f"this band starts at {start}, the one before at {before}: bands overlap"
            yield place.problem(band.get("id", ""), said)
