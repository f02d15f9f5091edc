"""What leaves the tool as data: the codebook, scores, answers, comparisons and trends, as JSON and CSV."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from assessor.exports.codebook import codebook, codebook_csv, labels_csv, named
from assessor.exports.moves import comparison
from assessor.exports.published import published, published_csv
from assessor.exports.scripts import r_script, spss_syntax
from assessor.exports.sheet import answers_lines, beside
from assessor.exports.tables import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.answers import Response
    from assessor.bank import Bank
    from assessor.score import People, RowScore, Score
    from assessor.store import Assessment

__all__ = [
    "answers_lines",
    "assessment",
    "beside",
    "codebook",
    "codebook_csv",
    "comparison",
    "labels_csv",
    "pretty",
    "published",
    "published_csv",
    "r_script",
    "score_json",
    "score_text",
    "spss_syntax",
    "table",
]

CHUNK = 5_000


def score_json(bank: Bank, score: Score) -> Iterator[bytes]:
    """Yield the score as JSON in pieces: bank, n, rows, facets, items, persons.

    Everything is in full precision, and null where a thing is not defined.
    """
    head = {
        "bank": named(bank),
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
