"""A bank of 40 five-point statements on 4 pages, written to a folder: what is measured is always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PAGES, ITEMS = 4, 10
INNOVATIONS = tuple(f"plan-{n}" for n in range(2, PAGES + 1))

HEAD = """
id = "forty"
edition = "1"
title = "Forty statements"
subject = "work"
source = { table = "Table 1", citation = "Made up for measuring.", doi = "10.0000/forty" }
answers = { dont_know = "Don’t know", not_applicable = "Does not apply" }
perspective = [{ id = "staff", name = "Staff" }, { id = "peer", name = "Peer worker" }]
theme = [{ id = "work", name = "Work", title = "How work is done" }]
scale = [{ id = "agree", labels = ["Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"] }]
band = [{ id = "low", start = 0, name = "discuss" }, { id = "high", start = 60, name = "in place" }]
"""
INNOVATION = """
[[innovation]]
id = "plan-{page}"
name = "Plan {page}"
description = "Something new."
studies = 1
"""
ROW = """
[[row]]
id = "row-{page}"
{innovation}
theme = "work"
title = "Page {page}"
intro = "Think of the last four weeks."

[[facet]]
id = "facet-{page}"
row = "row-{page}"
name = "Facet {page}"
concern = "It is not there"
strength = "It is there"
"""
ITEM = """
[[item]]
id = "item-{page}-{n}"
kind = "{kind}"
row = "row-{page}"
facet = "facet-{page}"
polarity = "{polarity}"
scale = "agree"
findings = ["finding-{at}"]
perspectives = ["staff", "peer"]
{core}
why = "It is asked to be measured."
text = {{ all = "Statement {n} of page {page}, as long as such a sentence is." }}
"""


def write(folder: Path) -> Path:
    """Write the bank and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = range(1, PAGES + 1)
    parts = [HEAD, *(INNOVATION.format(page=page) for page in pages if page > 1), *map(_page, pages)]
    (folder / "bank.toml").write_text("".join(parts), encoding="utf-8")
    lines = ["id,row,innovation,theme,facet,summary,direction,references,locator"]
    lines += [f"finding-{n},row-{n},plan-{n},work,facet-{n},It helped.,helps,1,Table 1" for n in pages if n > 1]
    (folder / "findings.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _page(page: int) -> str:
    innovation = f'innovation = "plan-{page}"' if page > 1 else ""
    items = (
        ITEM.format(
            page=page,
            n=n,
            at=max(page, 2),
            kind="aligned" if n % 2 else "misconception",
            polarity="positive" if n % 2 else "negative",
            core="core = true" if page == 1 else "",
        )
        for n in range(1, ITEMS + 1)
    )
    return ROW.format(page=page, innovation=innovation) + "".join(items)
