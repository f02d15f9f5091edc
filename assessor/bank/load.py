"""From a folder of files to a bank, or to the list of everything that is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from assessor.bank import checks
from assessor.bank.model import Bank
from assessor.bank.parts import Document, Finding
from assessor.bank.source import Place, read_csv, read_toml
from assessor.errors import BankError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pydantic_core import ErrorDetails

    from assessor.bank.parts import Part
    from assessor.bank.source import CsvFile, TomlFile

FINDINGS = "findings.csv"
DEMO = "demo.toml"
ONCE = ("id", "edition", "title", "subject", "source", "answers")
KINDS = tuple(key for key in Document.model_fields if key not in {*ONCE, "retired"})

SENTENCES = {
    "extra_forbidden": "unknown key “{key}”; questions/README.md lists the keys",
    "missing": "“{key}” is missing",
    "literal_error": "“{key}” is {input!r}; it must be {expected}",
    "string_pattern_mismatch": "“{key}” is {input!r}; it must match {pattern}",
    "string_type": "“{key}” must be text in quotes",
    "string_too_short": "“{key}” is empty",
    "string_too_long": "“{key}” is longer than {max_length} characters",
    "int_type": "“{key}” must be a whole number",
    "bool_type": "“{key}” must be true or false",
    "tuple_type": "“{key}” must be a list in square brackets",
    "too_short": "“{key}” has {actual_length} entries; it needs at least {min_length}",
    "too_long": "“{key}” has {actual_length} entries; at most {max_length} are allowed",
    "greater_than_equal": "“{key}” is {input}; it must be at least {ge}",
    "less_than_equal": "“{key}” is {input}; it must be at most {le}",
    "less_than": "“{key}” is {input}; it must be less than {lt}",
}


@dataclass
class Reading:
    """What was read so far: the sound parts by kind, all parts as far as they can be read, and the problems met."""

    parts: dict[str, list[Any]] = field(default_factory=dict)
    tables: dict[str, list[tuple[Mapping[str, Any], Place]]] = field(default_factory=dict)
    once: dict[str, Any] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)  # kinds of which something could not be read, keys given wrongly
    problems: list[Problem] = field(default_factory=list)

    def between(self) -> list[Problem]:
        """Return what is wrong between the parts."""
        return checks.problems(self.tables, self.retired, self.once, self.unsure)


def load(folder: Path) -> Bank:
    """Load a bank from its folder.

    Raises BankError with every problem found, each with file, line and id.
    """
    reading = _read(folder)
    if not reading.problems:
        reading.problems.extend(reading.between())
    if reading.problems:
        raise BankError(reading.problems)
    return _bank(reading)


def check(folder: Path) -> tuple[Problem, ...]:
    """Return every problem of a bank at once; an empty result means that it can be used."""
    reading = _read(folder)
    return tuple(sorted({*reading.problems, *reading.between()}))


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a bank's TOML files, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": "Made from the code by `assessor codebook --schema`; a test keeps the two equal.",
        **Document.model_json_schema(),
    }


def _read(folder: Path) -> Reading:
    reading = Reading()
    files = sorted(p for p in folder.glob("*.toml") if p.name != DEMO) if folder.is_dir() else []
    if not files:
        reading.problems.append(
            Problem(str(folder), 0, "", "there is no bank here: a bank is a folder of .toml files and a findings.csv")
        )
        return reading
    for path in files:
        _guard(reading, path, _read_document, KINDS)
    _guard(reading, folder / FINDINGS, _read_findings, ("finding",))
    return reading


def _guard(reading: Reading, path: Path, read: Callable[[Reading, Path], None], kinds: Sequence[str]) -> None:
    """Read a file; when it cannot be read, nothing that it might hold is later called missing."""
    try:
        read(reading, path)
    except BankError as error:
        reading.problems.extend(error.problems)
        reading.unsure.update(kinds)


def _read_document(reading: Reading, path: Path) -> None:
    file = read_toml(path)
    for key, value in file.data.items():
        if key in KINDS and isinstance(value, list):
            model = Document.model_fields[key].annotation.__args__[0]  # type: ignore[union-attr]
            for index, table in enumerate(value):
                _add(reading, key, model, table, file, (key, index))
        else:
            _add_once(reading, file, key, value)


def _add(
    reading: Reading, kind: str, model: type[Part], table: Any, file: TomlFile | CsvFile, path: tuple[str | int, ...]
) -> None:
    errors: list[ErrorDetails] = []
    try:
        reading.parts.setdefault(kind, []).append(model.model_validate_json(json.dumps(table, default=str)))
    except ValidationError as error:
        errors = error.errors()
    ident = str(table.get("id", "")) if isinstance(table, dict) else ""
    reading.problems.extend(Problem(file.name, file.line((*path, *e["loc"])), ident, _sentence(e)) for e in errors)
    readable = _readable(model, table, errors) if isinstance(table, dict) else {}
    reading.tables.setdefault(kind, []).append((readable, Place(file.name, file.line(path))))


def _readable(model: type[Part], table: dict[str, Any], errors: Sequence[ErrorDetails]) -> dict[str, Any]:
    """Return what a table says, defaults included, without the keys that are at fault."""
    faulty = {error["loc"][0] for error in errors}
    return {key: table.get(key, f.default) for key, f in model.model_fields.items() if key not in faulty}


def _add_once(reading: Reading, file: TomlFile, key: str, value: Any) -> None:
    try:
        document = Document.model_validate_json(json.dumps({key: value}, default=str))
    except ValidationError as error:
        reading.problems.extend(Problem(file.name, file.line(e["loc"]), "", _sentence(e)) for e in error.errors())
        reading.unsure.add(key)
        return
    if key == "retired":
        reading.retired.update(document.retired)
    elif key in reading.once:
        reading.problems.append(
            Problem(file.name, file.line((key,)), "", f"“{key}” is given a second time; a bank has one")
        )
    else:
        reading.once[key] = getattr(document, key)


def _read_findings(reading: Reading, path: Path) -> None:
    file = read_csv(path)
    columns = tuple(Finding.model_fields)
    if set(file.header) != set(columns):
        raise BankError(
            [
                Problem(
                    file.name,
                    1,
                    "",
                    f"the header must be {', '.join(columns)}; it is {', '.join(file.header) or 'empty'}",
                )
            ]
        )
    if file.problems:
        reading.problems.extend(file.problems)
        reading.unsure.add("finding")
    for index, (_, record) in enumerate(file.records):
        values = {**record, "references": [int(r) if r.isdigit() else r for r in record["references"].split()]}
        _add(reading, "finding", Finding, values, file, ("finding", index))


def _sentence(error: ErrorDetails) -> str:
    keys = [str(step) for step in error["loc"] if isinstance(step, str) and step != "[key]"]
    values = {"key": keys[-1] if keys else "", "input": error["input"], **error.get("ctx", {})}
    return SENTENCES.get(error["type"], "“{key}”: " + error["msg"]).format_map(values)


def _bank(reading: Reading) -> Bank:
    parts: dict[str, Any] = {f"{kind}s": tuple(reading.parts.get(kind, ())) for kind in (*KINDS, "finding")}
    order = {part.id: n for n, part in enumerate(parts["innovations"])}
    parts["rows"] = tuple(sorted(parts["rows"], key=lambda row: order.get(row.innovation, -1)))
    rows = {row.id: n for n, row in enumerate(parts["rows"])}
    parts["items"] = tuple(sorted(parts["items"], key=lambda item: rows[item.row]))
    return Bank(**reading.once, **parts)
