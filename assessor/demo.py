"""Made-up services to look around with; they are marked as demo data wherever they are shown."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads it
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pydantic import Field, TypeAdapter, ValidationError

from assessor.answers import Answer
from assessor.bank.model import Id, Part, Text
from assessor.bank.source import read_toml
from assessor.errors import BankError, Problem, StoreError
from assessor.store import Store

if TYPE_CHECKING:
    from assessor.bank import Bank

FILE = "demo.toml"


class Wave(Part):
    """One made-up assessment: answers and notes by item id."""

    service: Text
    wave: Text
    date: date
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
    file = read_toml(path)
    try:
        waves = TypeAdapter(tuple[Wave, ...]).validate_python(file.data.get("wave", []), strict=False)
    except ValidationError as error:
        faults = [Problem(FILE, file.line(("wave", *e["loc"])), "", e["msg"]) for e in error.errors()]
        raise BankError(faults) from error
    faults = [Problem(FILE, 0, f"{w.service}, {w.wave}", fault) for w in waves for fault in _faults(w, bank)]
    if faults:
        raise BankError(faults)
    return waves


def put(database: Path, bank: Bank, waves: tuple[Wave, ...]) -> bool:
    """Make a database of the made-up assessments, whole or not at all; return False when it is there already.

    Raises StoreError when the file holds answers of its own.
    """
    if database.exists():
        with Store(database) as store:
            if not store.demo:
                raise StoreError(f"{database} holds answers of its own; name another file with --database.")
        return False
    if not database.parent.is_dir():
        raise StoreError(f"The folder {database.parent} does not exist. Create it first, or choose another place.")
    with TemporaryDirectory(dir=database.parent) as folder:
        unfinished = Path(folder) / database.name
        with Store(unfinished) as store:
            fill(store, bank, waves)
        unfinished.replace(database)
    return True


def fill(store: Store, bank: Bank, waves: tuple[Wave, ...]) -> None:
    """Put the made-up assessments into an empty store and mark it as made up."""
    store.mark_demo()
    for wave in waves:
        _add(store, bank, wave)


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
