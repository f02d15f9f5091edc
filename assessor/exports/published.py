"""What is published of an assessment that many people answered, as JSON and CSV."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from assessor.exports.codebook import FIGURES, named
from assessor.exports.moves import comparison
from assessor.exports.tables import cell, table
from assessor.score import whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.report import Line, Report, RowLine, Shares
    from assessor.report.lines import Part

LEADING = ("row", "part", "part_id", "figure", "n", "mean", "low", "high")
SHARES = ("aligned", "between", "against", "dont_know")


def published(report: Report) -> dict[str, Any]:
    """Return what is published of an assessment that many people answered, in whole points as on the page.

    A figure that is held back has `withheld` and is null.
    """
    facts = report.occasion
    return {
        "bank": named(report.bank),
        "service": facts.service,
        "wave": facts.wave,
        "date": facts.date,
        "parts": [{"id": ident} | asdict(part) for part, ident in _parts(report).items()],
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


def published_csv(report: Report) -> str:
    """Return the same figures as a table, one in a line."""
    lines = ([cell(figure[name]) for name in FIGURES] for figure in _figures(report))
    return table([[*FIGURES], *lines])


def _parts(report: Report) -> dict[Part, str]:
    """Return everybody and the parts apart, each with its id: the perspectives in it, with spaces between them."""
    everyone = {report.everyone: "everyone"} if report.everyone else {}
    cells = (" ".join(view.cell.perspectives) for view in report.basis.published.cells)
    return everyone | dict(zip(report.parts, cells, strict=True))


def _figures(report: Report) -> Iterator[dict[str, Any]]:
    """Yield the figures of each row: everybody's and each part's score, then facets and items for everybody."""
    parts = {part: (part.name, ident) for part, ident in _parts(report).items()}
    everyone = next(iter(parts.values()), ("", ""))
    for row in report.rows:
        yield _figure(row, everyone, "score", row.line, row.shares)
        for name, line in (("tested", row.tested), ("observed", row.observed)):
            figure = _figure(row, everyone, name, line, line.shares)
            yield figure if line.given else figure | dict.fromkeys(("n", *SHARES))  # as on pages: no noughts
        for part in row.parts:
            yield _figure(row, parts[part.part], "score", part.line, part.shares, part.hidden)
        for facet in row.facets:
            yield _figure(row, everyone, f"facet {facet.facet.id}", facet.line, facet.line.shares)
        for item in (*row.items, *row.confidence):
            mean = item.alignment if item.sure is None else item.sure
            yield _line(row, everyone, f"item {item.id}", item.n, mean, None, item.shares, item.hidden)


def _figure(
    row: RowLine,
    part: tuple[str, str],
    name: str,
    line: Line,
    shares: Shares | None = None,
    withheld: str | None = None,
) -> dict[str, Any]:
    return _line(row, part, name, line.n, line.score, line.interval, shares, withheld)


def _line(
    row: RowLine,
    part: tuple[str, str],
    name: str,
    n: int,
    mean: float | None,
    interval: tuple[float, float] | None,
    shares: Shares | None,
    withheld: str | None,
) -> dict[str, Any]:
    low, high = (whole(edge) for edge in interval) if interval else (None, None)
    values = (row.row.id, *part, name, None if withheld else n, None if mean is None else whole(mean), low, high)
    counts = shares if shares and not withheld else (None,) * len(SHARES)
    return {**dict(zip(LEADING, values, strict=True)), **dict(zip(SHARES, counts, strict=True)), "withheld": withheld}


def _edges(interval: tuple[float, float]) -> dict[str, int]:
    low, high = map(whole, interval)
    return {"low": low, "high": high}
