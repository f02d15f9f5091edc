"""The bank that the files make together, with the answers that it allows."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assessor.bank.parts import DONT_KNOW, NOT_APPLICABLE

if TYPE_CHECKING:
    from assessor.bank.parts import (
        Action,
        Band,
        Facet,
        Finding,
        Innovation,
        Item,
        Perspective,
        Row,
        Scale,
        Source,
        Theme,
        Wording,
    )


class Code(NamedTuple):
    """One allowed answer: what is stored, what is shown, and its alignment in points (None: it has none)."""

    code: str
    label: str
    alignment: float | None


@dataclass(frozen=True, kw_only=True)
class Bank:
    """The versioned set of items, findings, scales and actions; every reference in it resolves."""

    id: str
    edition: str
    title: str
    subject: str
    source: Source
    answers: Wording
    perspectives: tuple[Perspective, ...]
    themes: tuple[Theme, ...]
    innovations: tuple[Innovation, ...]
    rows: tuple[Row, ...]
    facets: tuple[Facet, ...]
    scales: tuple[Scale, ...]
    bands: tuple[Band, ...]
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    actions: tuple[Action, ...]

    @cached_property
    def sha256(self) -> str:
        """The digest of all that the bank holds, wherever its files lie; keys left at their default change nothing."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        text = json.dumps(
            values, default=lambda part: part.model_dump(mode="json", exclude_defaults=True), sort_keys=True
        )
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def perspective(self) -> dict[str, Perspective]:
        """Perspectives by id."""
        return {p.id: p for p in self.perspectives}

    @cached_property
    def broadest(self) -> Perspective:
        """The perspective that is asked most questions, the first of several: a team that meets reads its wording."""
        return max(self.perspectives, key=lambda p: sum(p.id in item.perspectives for item in self.items))

    @cached_property
    def theme(self) -> dict[str, Theme]:
        """Themes by id."""
        return {t.id: t for t in self.themes}

    @cached_property
    def innovation(self) -> dict[str, Innovation]:
        """Innovations by id."""
        return {i.id: i for i in self.innovations}

    @cached_property
    def row(self) -> dict[str, Row]:
        """Rows by id."""
        return {r.id: r for r in self.rows}

    @cached_property
    def facet(self) -> dict[str, Facet]:
        """Facets by id."""
        return {f.id: f for f in self.facets}

    @cached_property
    def item(self) -> dict[str, Item]:
        """Items by id."""
        return {i.id: i for i in self.items}

    @cached_property
    def finding(self) -> dict[str, Finding]:
        """Findings by id."""
        return {f.id: f for f in self.findings}

    @cached_property
    def _labels(self) -> dict[str, tuple[str, ...]]:
        return {s.id: s.labels for s in self.scales}

    @cached_property
    def codes(self) -> dict[str, tuple[Code, ...]]:
        """Allowed answers by item id: the scale's points or the options, then dk, then na where it is offered."""
        return {item.id: tuple(self._codes(item)) for item in self.items}

    def _codes(self, item: Item) -> list[Code]:
        codes = [Code(o.code, o.text, float(o.credit)) for o in item.option] or self._points(item)
        codes.append(Code(DONT_KNOW, self.answers.dont_know, None))
        return [*codes, Code(NOT_APPLICABLE, self.answers.not_applicable, None)] if item.not_applicable else codes

    def _points(self, item: Item) -> list[Code]:
        labels = self._labels[item.scale or ""]
        return [Code(str(x), label, self._alignment(item, x, len(labels))) for x, label in enumerate(labels, start=1)]

    @staticmethod
    def _alignment(item: Item, x: int, points: int) -> float | None:
        """Return 100 (x - 1) / (A - 1), x reversed first for a negative pole; confidence has none."""
        if item.kind == "confidence":
            return None
        return 100 * ((points - x) if item.polarity == "negative" else (x - 1)) / (points - 1)

    @cached_property
    def steps(self) -> tuple[tuple[float, ...], ...]:
        """What the answers to a rating become, once for each number of answers, the fewest first."""
        rated = [self.codes[item.id] for item in self.items if not item.option and item.kind != "confidence"]
        found = {tuple(sorted(c.alignment for c in codes if c.alignment is not None)) for codes in rated}
        return tuple(sorted(found, key=len))

    @cached_property
    def allowed(self) -> dict[str, frozenset[str]]:
        """The stored codes of the allowed answers by item id."""
        return {item: frozenset(code.code for code in codes) for item, codes in self.codes.items()}

    def row_items(self, row: str) -> tuple[Item, ...]:
        """Return the items scored in a row; a core line also holds the core items it borrows from its theme's rows."""
        return self._row_items[row]

    @cached_property
    def _row_items(self) -> dict[str, tuple[Item, ...]]:
        return {row.id: self._of_row(row) for row in self.rows}

    def _of_row(self, row: Row) -> tuple[Item, ...]:
        core = row.innovation is None
        borrows = {r.id for r in self.rows if core and r.theme == row.theme}
        return tuple(i for i in self.items if i.row == row.id or (i.core and i.row in borrows))

    @cached_property
    def as_asked(self) -> tuple[Item, ...]:
        """The items in the order in which they are asked: those of the core first, then each row's own."""
        return tuple({item.id: item for row in self.rows for item in self.row_items(row.id)}.values())

    def asked_rows(self, innovations: tuple[str, ...]) -> tuple[Row, ...]:
        """Return the core lines and the rows of these innovations, in the bank's order."""
        return tuple(r for r in self.rows if r.innovation is None or r.innovation in innovations)

    def page_items(self, row: str, perspective: str) -> tuple[Item, ...]:
        """Return what one page asks this perspective: the row's items, core items on their core line's page only."""
        return self._page_items.get((row, perspective), ())

    @cached_property
    def _page_items(self) -> dict[tuple[str, str], tuple[Item, ...]]:
        return {(row.id, p.id): self._of_page(row, p.id) for row in self.rows for p in self.perspectives}

    def _of_page(self, row: Row, perspective: str) -> tuple[Item, ...]:
        core = row.innovation is None
        return tuple(i for i in self.row_items(row.id) if perspective in i.perspectives and (core or not i.core))

    def band_of(self, score: float) -> Band:
        """Return the band that a score of 0-100 falls in."""
        return self.bands[bisect_right(self._starts, score) - 1]

    @cached_property
    def _starts(self) -> list[int]:
        return [band.start for band in self.bands]

    def empty_cells(self, innovations: tuple[str, ...]) -> tuple[tuple[Innovation, Theme], ...]:
        """Return the cells of these innovations for which the source has no finding."""
        filled = {(r.innovation, r.theme) for r in self.rows}
        return tuple((self.innovation[i], t) for i in innovations for t in self.themes if (i, t.id) not in filled)
