"""A bank and tables of answers on which attackers try what is published."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assessor.answers import Answers
from assessor.bank import Bank, Perspective

ROWS = ("core", "B1")
ITEMS = ("soil-1", "soil-2", "water-1", "water-2", "light-1")
POINTS = (7, 3, 4, 11, 2)  # so many codes of each item can have a score; “don't know” comes next
WHO = ("gardener", "guest", "child", "owner")
OWN = {"core": ("soil-1", "light-1"), "B1": ("soil-1", "soil-2", "water-1", "water-2")}
TOGETHER = (*((item,) for item in ITEMS), *OWN.values(), ITEMS)  # what two people may exchange at once

Codes = NDArray[np.int8]
Leaf = tuple[str, Any]


def widened(garden: Bank) -> Bank:
    """Return the garden's bank with four perspectives, two of them of one pool, all asked everything."""
    more = (Perspective(id="child", name="Child", pool="Guests"), Perspective(id="owner", name="Owner"))
    known = tuple(p.model_copy(update={"pool": "Guests" if p.id == "guest" else None}) for p in garden.perspectives)
    items = tuple(item.model_copy(update={"perspectives": WHO}) for item in garden.items)
    return replace(garden, perspectives=(*known, *more), items=items)


def table(people: Sequence[tuple[str, Sequence[int]]], items: Sequence[str] = ITEMS) -> Answers:
    """Return the answers of some people, each with a perspective and a position (or BLANK) per item."""
    return Answers(
        rows=ROWS,
        items=tuple(items),
        persons=tuple(f"p{n}" for n in range(len(people))),
        perspectives=tuple(who for who, _ in people),
        codes=np.array([codes for _, codes in people], np.int8),
    )


def leaves(value: object, at: str = "") -> Iterator[Leaf]:
    """Yield everything in a value with its place, field by field and property by property; not what the bank says."""
    if is_dataclass(value) and not isinstance(value, type | Bank):
        names = [f.name for f in fields(value)]
        names += [n for n, made in vars(type(value)).items() if isinstance(made, property)]
        for name in names:
            yield from leaves(getattr(value, name), f"{at}.{name}")
    elif isinstance(value, tuple):
        yield at, len(value)
        for n, part in enumerate(value):
            yield from leaves(part, f"{at}[{n}]")
    elif isinstance(value, Mapping):
        yield from leaves(tuple(value.items()), at)
    elif isinstance(value, float):
        yield at, round(value, 7) + 0.0
    elif not isinstance(value, Bank):
        yield at, getattr(value, "id", value)


def exchanged(codes: Codes, one: int, other: int, columns: Sequence[int]) -> Codes:
    """Return the answers after two people exchanged theirs to some questions, each still leaving out the same."""
    made = codes.copy()
    made[[one, other]] = codes[[other, one]]
    keep = [n for n in range(codes.shape[1]) if n not in columns]
    made[:, keep] = codes[:, keep]
    for n in columns:
        for person in (one, other):
            if not scored(codes[person, n], n):
                made[person, n] = codes[person, n]
    return made


def scored(code: int, column: int) -> bool:
    return 0 <= code < POINTS[column]
