"""What leaves the tool as data: the codebook, scores, answers, comparisons and trends, as JSON and CSV."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from assessor.answers import Answer
from assessor.exports.moves import comparison, repeated, trend
from assessor.exports.tables import cell, table
from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessor.answers import Response
    from assessor.bank import Bank, Item
    from assessor.report import Line, Report, RowLine, Shares
    from assessor.score import People, RowScore, Score
    from assessor.store import Assessment

__all__ = [
    "answers_csv",
    "assessment",
    "codebook",
    "codebook_csv",
    "comparison",
    "pretty",
    "published",
    "published_csv",
    "repeated",
    "score_json",
    "score_text",
    "table",
    "trend",
]

CHUNK = 5_000
FIGURES = ("row", "part", "figure", "n", "mean", "low", "high")
SHARES = ("aligned", "between", "against", "dont_know")
OCCASION = ("assessment", "service", "wave", "mode", "submitted", "planned")


def codebook(bank: Bank) -> dict[str, Any]:
    """Return the bank as `assessor codebook --json` prints it: bank, names, findings, items with their codes."""
    return {
        "bank": _bank(bank),
        "perspectives": {p.id: p.name for p in bank.perspectives},
        "rows": {row.id: row.title for row in bank.rows},
        "facets": {facet.id: facet.name for facet in bank.facets},
        "findings": [f.model_dump(mode="json") for f in bank.findings],
        "items": [_item(bank, item) for item in bank.items],
    }


def codebook_csv(bank: Bank) -> str:
    """Return the codebook as a table for people, one line per item."""
    header = ["id", "revision", "kind", "row", "facet", "polarity", "core", "findings", "citations", "codes"]
    lines = [[*header, *(f"text: {p.name}" for p in bank.perspectives)]]
    lines.extend(_codebook_line(bank, item) for item in bank.items)
    return table(lines)


def score_json(bank: Bank, score: Score) -> Iterator[bytes]:
    """Yield the score as JSON in pieces: bank, n, rows, facets, items, persons.

    Everything is in full precision, and null where a thing is not defined.
    """
    head = {
        "bank": _bank(bank),
        "n": score.n,
        "rows": {row: _row(found) for row, found in score.rows.items()},
        "facets": {facet: asdict(group) for (_, facet), group in score.facets.items()},  # its own row comes last
        "items": {item: asdict(found) for item, found in score.items.items()},
    }
    yield orjson.dumps(head, option=orjson.OPT_INDENT_2).removesuffix(b"\n}") + b',\n  "persons": ['
    yield from _persons(score.people)
    yield b"\n  ]\n}\n"


def score_text(bank: Bank, score: Score) -> str:
    """Return the row scores as a table for the screen, in whole points."""
    lines = [f"{bank.id} {bank.edition}, {score.n} {'person' if score.n == 1 else 'people'}", ""]
    lines.append(f"{'row':<22}{'n':>7}{'score':>8}{'tested':>9}{'observed':>10}   name")
    for row, found in score.rows.items():
        means = (found.whole.mean, found.tested.mean, found.observed.mean)
        whole, tested, observed = ("-" if mean is None else f"{mean:.0f}" for mean in means)
        lines.append(f"{row:<22}{found.whole.n:>7}{whole:>8}{tested:>9}{observed:>10}   {bank.row[row].title}")
    return "\n".join([*lines, "", "Points of 0-100; --json gives everything in full precision.", ""])


def pretty(value: Any) -> bytes:
    """Return a value as JSON that people can read."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def assessment(found: Assessment, response: Response) -> dict[str, Any]:
    """Return one assessment with everything that was answered, notes and links included."""
    return {
        "assessment": found.id,
        "service": found.service.name,
        "wave": found.wave,
        "mode": found.mode,
        "bank": found.bank,
        "edition": found.edition,
        "innovations": found.innovations,
        "person": response.person,
        "perspective": response.perspective,
        "submitted": found.submitted,
        "answers": {item: asdict(answer) for item, answer in response.answers.items()},
    }


def answers_csv(bank: Bank, responses: Sequence[tuple[Response, Mapping[str, str]]]) -> str:
    """Return answers to this edition in the form that `assessor score` reads; notes are left out.

    Beside each response stand `assessment` (its id), `service`, `wave`, `mode`, `submitted` and `planned` (innovation
    ids with spaces between them), where they are known.
    """
    answered = {item for response, _ in responses for item in response.answers}
    planned = {innovation for _, occasion in responses for innovation in occasion.get("planned", "").split()}
    items = list(_whole_rows(bank, answered, planned))
    lines = [["person", "perspective", "edition", *OCCASION, *items]]
    for response, occasion in responses:
        given = [response.answers.get(item, Answer()) for item in items]
        codes = [a.code or "" if a.revision == bank.item[i].revision else "" for i, a in zip(items, given, strict=True)]
        known = [occasion.get(key, "") for key in OCCASION]
        lines.append([response.person, response.perspective, bank.edition, *known, *codes])
    return table(lines)


def published(report: Report) -> dict[str, Any]:
    """Return what is published of an assessment that many people answered, in whole points as on the page.

    A figure that is held back has `withheld` and is null.
    """
    facts = report.occasion
    return {
        "bank": _bank(report.bank),
        "service": facts.service,
        "wave": facts.wave,
        "date": facts.date,
        "parts": [asdict(part) for part in (*filter(None, (report.everyone,)), *report.parts)],
        "figures": list(_figures(report)),
        "counts": {item.id: {count.label: count.people for count in item.counts} for item in report.items},
        "misconceptions": [
            {"item": held.item.id, "row": row.row.id, "people": held.people, "of": held.of} | _edges(held.interval)
            for row in report.rows
            for held in row.misconceptions
        ],
        "gaps": [
            {"row": gap.row.id, "one": gap.one.name, "other": gap.other.name, "points": gap.points}
            | _edges((gap.low, gap.high))
            for gap in report.gaps
        ],
        "points": [facet.facet.id for facet in report.points],
        "weights": {facet: weight._asdict() for facet, weight in report.weights.items()},
        "targets": report.targets,
        "since": comparison(report.since) if report.since else None,
    }


def _edges(interval: tuple[float, float]) -> dict[str, int]:
    low, high = map(whole, interval)
    return {"low": low, "high": high}


def published_csv(report: Report) -> str:
    """Return the same figures as a table, one in a line."""
    head = [*FIGURES, *SHARES, "withheld"]
    lines = ([cell(figure[name]) for name in head] for figure in _figures(report))
    return table([head, *lines])


def _figures(report: Report) -> Iterator[dict[str, Any]]:
    """Yield the figures of each row: everybody's and each part's score, then facets and items for everybody."""
    everyone = report.everyone.name if report.everyone else ""
    for row in report.rows:
        yield _figure(row, everyone, "score", row.line, row.shares)
        yield _figure(row, everyone, "tested", row.tested, row.tested.shares)
        yield _figure(row, everyone, "observed", row.observed, row.observed.shares)
        for part in row.parts:
            yield _figure(row, part.part.name, "score", part.line, part.shares, part.hidden)
        for facet in row.facets:
            yield _figure(row, everyone, f"facet {facet.facet.id}", facet.line, facet.line.shares)
        for item in (*row.items, *row.confidence):
            mean = item.alignment if item.sure is None else item.sure
            yield _line(row, everyone, f"item {item.id}", item.n, mean, None, item.shares, item.hidden)


def _figure(
    row: RowLine, part: str, name: str, line: Line, shares: Shares | None = None, withheld: str | None = None
) -> dict[str, Any]:
    return _line(row, part, name, line.n, line.score, line.interval, shares, withheld)


def _line(
    row: RowLine,
    part: str,
    name: str,
    n: int,
    mean: float | None,
    interval: tuple[float, float] | None,
    shares: Shares | None,
    withheld: str | None,
) -> dict[str, Any]:
    low, high = (whole(edge) for edge in interval) if interval else (None, None)
    values = (row.row.id, part, name, None if withheld else n, None if mean is None else whole(mean), low, high)
    counts = shares if shares and not withheld else (None,) * len(SHARES)
    return {**dict(zip(FIGURES, values, strict=True)), **dict(zip(SHARES, counts, strict=True)), "withheld": withheld}


def _whole_rows(bank: Bank, answered: set[str], planned: set[str]) -> Iterator[str]:
    """Yield the items of the core and of every row that was planned, or of which more than its core was answered."""
    wanted = {
        item.id
        for row in bank.rows
        if row.innovation in {None, *planned} or any(i.id in answered and not i.core for i in bank.row_items(row.id))
        for item in bank.row_items(row.id)
    }
    yield from (item.id for item in bank.items if item.id in wanted)


def _bank(bank: Bank) -> dict[str, str]:
    return {"id": bank.id, "edition": bank.edition}


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
        item.facet,
        item.polarity or "",
        "yes" if item.core else "",
    ]
    cited = [bank.finding[f].citation for f in item.findings]
    texts = [item.wording(p.id) if p.id in item.perspectives else "" for p in bank.perspectives]
    return [*plain, " ".join(item.findings), "; ".join(cited), "; ".join(codes), *texts]


def _row(row: RowScore) -> dict[str, Any]:
    return {**asdict(row.whole), "tested": asdict(row.tested), "observed": asdict(row.observed)}


def _persons(people: People) -> Iterator[bytes]:
    """Yield the people's lines in chunks, so that 100,000 of them need no more memory than a few thousand."""
    for start in range(0, len(people.persons), CHUNK):
        part = slice(start, start + CHUNK)
        tables = zip(*(table[part].tolist() for table in (people.whole, people.tested, people.observed)), strict=True)
        lines = [
            {
                "person": person,
                "perspective": perspective,
                "rows": dict(zip(people.rows, whole, strict=True)),
                "tested": dict(zip(people.rows, tested, strict=True)),
                "observed": dict(zip(people.rows, observed, strict=True)),
            }
            for person, perspective, (whole, tested, observed) in zip(
                people.persons[part], people.perspectives[part], tables, strict=True
            )
        ]
        yield (b"," if start else b"") + b"\n    " + b",\n    ".join(map(orjson.dumps, lines))
