"""Answers as a table, in the form that `assessor score` reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from assessor.answers import Response
    from assessor.bank import Bank
    from assessor.store import Assessment

OCCASION = ("assessment", "service", "wave", "mode", "submitted", "planned")


def answers_lines(bank: Bank, responses: Sequence[tuple[Response, Mapping[str, str]]]) -> list[list[str]]:
    """Return answers to this edition in the form that `assessor score` reads, a header first; notes are left out.

    The items come in the order in which they are asked. Beside each response stand `assessment` (its id), `service`,
    `wave`, `mode`, `submitted` and `planned` (innovation ids with spaces between them), where they are known.
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
    return lines


def beside(found: Assessment) -> dict[str, str]:
    """Return what stands beside the answers of an assessment."""
    from assessor.assessed import day  # noqa: PLC0415 - what is scored from a file needs no store

    return {
        "assessment": found.id,
        "service": found.service.name,
        "wave": found.wave,
        "mode": found.mode,
        "submitted": day(found.submitted or ""),
        "planned": " ".join(found.innovations),
    }


def _whole_rows(bank: Bank, answered: set[str], planned: set[str]) -> Iterator[str]:
    """Yield the items of the core and of every row that was planned, or of which more than its core was answered."""
    wanted = {
        item.id
        for row in bank.rows
        if row.innovation in {None, *planned} or any(i.id in answered and not i.core for i in bank.row_items(row.id))
        for item in bank.row_items(row.id)
    }
    yield from (item.id for item in bank.as_asked if item.id in wanted)
