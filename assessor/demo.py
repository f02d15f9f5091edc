"""Made-up services to look around with; they are marked as demo data wherever they are shown."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from pydantic import Field, TypeAdapter, ValidationError

from assessor.answers import Answer
from assessor.bank.model import Id, Part, Text
from assessor.errors import BankError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.bank import Bank
    from assessor.store import Store

FILE = "demo.toml"


class Wave(Part):
    """One made-up assessment: answers and notes by item id."""

    service: Text
    wave: Text
    date: Text
    perspective: Id
    innovations: tuple[Id, ...]
    answers: dict[Id, str]
    notes: dict[Id, Text] = Field(default_factory=dict)
    evidence: dict[Id, Text] = Field(default_factory=dict)


def read(folder: Path, bank: Bank) -> tuple[Wave, ...]:
    """Return the made-up assessments of a bank; raise BankError where it has none or they do not fit it."""
    path = folder / FILE
    if not path.is_file():
        raise BankError([Problem(FILE, 0, "", "this bank has no demo data; use `assessor serve`")])
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        waves = TypeAdapter(tuple[Wave, ...]).validate_python(tables.get("wave", []), strict=False)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BankError([Problem(FILE, 0, "", str(error))]) from error
    faults = [Problem(FILE, 0, f"{w.service}, {w.wave}", fault) for w in waves for fault in _faults(w, bank)]
    if faults:
        raise BankError(faults)
    return waves


def fill(store: Store, bank: Bank, waves: tuple[Wave, ...]) -> int:
    """Put the made-up assessments into a new database and mark it; return how many, 0 when they are there already."""
    if store.demo:
        return 0
    store.mark_demo()
    for wave in waves:
        _add(store, bank, wave)
    return len(waves)


def _add(store: Store, bank: Bank, wave: Wave) -> None:
    now = f"{wave.date}T10:00:00+00:00"
    started = store.start(
        service=wave.service,
        wave=wave.wave,
        innovations=wave.innovations,
        perspective=wave.perspective,
        bank=bank,
        now=now,
    )
    items = dict.fromkeys([*wave.answers, *wave.notes, *wave.evidence])
    store.save(started.id, {item: _answer(bank, wave, item) for item in items}, now)
    store.submit(started.id, now)


def _answer(bank: Bank, wave: Wave, item: str) -> Answer:
    return Answer(
        code=wave.answers.get(item),
        note=wave.notes.get(item, ""),
        evidence=wave.evidence.get(item, ""),
        revision=bank.item[item].revision,
    )


def _faults(wave: Wave, bank: Bank) -> list[str]:
    asked = [i for row in bank.asked_rows(wave.innovations) for i in bank.page_items(row.id, wave.perspective)]
    allowed = {item.id: {code.code for code in bank.codes[item.id]} for item in asked}
    strange = [i for i in (*wave.answers, *wave.notes, *wave.evidence) if i not in allowed]
    wrong = [f"{i} = {code}" for i, code in wave.answers.items() if i in allowed and code not in allowed[i]]
    return [f"“{fault}” does not fit what this person is asked" for fault in [*strange, *wrong]]
