"""The codebook: the bank's items, their codes, and what else stands in an export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assessor.exports.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.bank import Bank, Item

MODE = {"individual": "One person answered for the service", "consensus": "A team met and agreed on the answers"}
EVERYONE = {"everyone": "All people whose answers are shown"}
WITHHELD = {
    "few": "Fewer people answered than may be shown",
    "kept": "Held back: with it, the figure of a smaller part could be worked out",
}
COLUMNS = {
    "person": "One person, or a team that agreed; by chance, and another in every assessment",
    "perspective": "From where this person sees the service",
    "edition": "Edition of the questions",
    "assessment": "The assessment that the answers belong to",
    "service": "The service that is assessed",
    "wave": "Name of the assessment",
    "mode": "How the answers came about",
    "submitted": "The day on which they were finished",
    "planned": "Innovations that are planned: what was asked beside the core",
}
FIGURES = {
    "row": "The row of the table, or the core line",
    "part": "The people that a figure is of, as pages name them",
    "part_id": "The same as perspectives with spaces between them, or everyone",
    "figure": "What is told: score, tested (knowledge) or observed (practice) of a row, a facet, or an item",
    "n": "People with a score; of an item, answers with one",
    "mean": "Score in whole points of 0-100, 100 fully in line",
    "low": "95 % interval of the score, lower end",
    "high": "95 % interval of the score, upper end",
    "aligned": "Answers in line",
    "between": "Answers partly in line",
    "against": "Answers not in line",
    "dont_know": "Answers “don’t know”",
    "withheld": "Why there is no figure",
}


def named(bank: Bank) -> dict[str, str]:
    """Return which bank and which edition of it."""
    return {"id": bank.id, "edition": bank.edition}


def codebook(bank: Bank) -> dict[str, Any]:
    """Return the bank as `assessor codebook --json` prints it: bank, names, findings, items with their codes."""
    return {
        "bank": named(bank),
        "perspectives": {p.id: p.name for p in bank.perspectives},
        "rows": {row.id: row.title for row in bank.rows},
        "facets": {facet.id: facet.name for facet in bank.facets},
        "findings": [f.model_dump(mode="json") for f in bank.findings],
        "columns": {"answers": COLUMNS, "figures": FIGURES},
        "modes": MODE,
        "parts": EVERYONE,
        "withheld": WITHHELD,
        "items": [_item(bank, item) for item in bank.as_asked],
    }


def codebook_csv(bank: Bank) -> str:
    """Return the codebook as a table for people, one line per item."""
    header = ["id", "revision", "kind", "row", "row title", "facet", "facet name", "polarity", "core"]
    header += ["findings", "citations", "codes"]
    lines = [[*header, *(f"text: {p.name}" for p in bank.perspectives)]]
    lines.extend(_codebook_line(bank, item) for item in bank.as_asked)
    return table(lines)


def labels_csv(bank: Bank) -> str:
    """Return what every code in an export stands for, one in a line: of the items, and of the columns beside them."""
    beside = {"perspective": {p.id: p.name for p in bank.perspectives}, "mode": MODE}
    beside |= {"planned": {i.id: i.name for i in bank.innovations}, "row": {row.id: row.title for row in bank.rows}}
    beside |= {"facet": {facet.id: facet.name for facet in bank.facets}, "part_id": EVERYONE, "withheld": WITHHELD}
    lines = [[column, code, label, ""] for column, codes in beside.items() for code, label in codes.items()]
    return table([["variable", "code", "label", "alignment"], *lines, *_labels(bank)])


def _labels(bank: Bank) -> Iterator[list[str]]:
    for item in bank.as_asked:
        for code, label, alignment in bank.codes[item.id]:
            yield [item.id, code, label, "" if alignment is None else f"{alignment:g}"]


def _item(bank: Bank, item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "revision": item.revision,
        "kind": item.kind,
        "row": item.row,
        "facet": item.facet,
        "polarity": item.polarity,
        "core": item.core,
        "perspectives": item.perspectives,
        "text": {p: item.wording(p) for p in item.perspectives},
        "why": item.why,
        "findings": item.findings,
        "codes": [code._asdict() for code in bank.codes[item.id]],
    }


def _codebook_line(bank: Bank, item: Item) -> list[str]:
    codes = (
        c.code + " = " + c.label + ("" if c.alignment is None else f" ({c.alignment:g})") for c in bank.codes[item.id]
    )
    plain = [
        item.id,
        str(item.revision),
        item.kind,
        item.row,
        bank.row[item.row].title,
        item.facet,
        bank.facet[item.facet].name,
        item.polarity or "",
        "yes" if item.core else "",
    ]
    cited = [bank.finding[f].citation for f in item.findings]
    texts = [item.wording(p.id) if p.id in item.perspectives else "" for p in bank.perspectives]
    return [*plain, " ".join(item.findings), "; ".join(cited), "; ".join(codes), *texts]
