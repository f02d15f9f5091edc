"""Bank files as they lie on the disk: parsed, and able to say on which line something stands."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from assessor.errors import BankError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SYNTAX_LINE = re.compile(r"\(at line (\d+), column \d+\)")
HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z_.]+)\s*\]\]?\s*(?:#.*)?$")


@dataclass(frozen=True)
class TomlFile:
    """One TOML file: its name, text and tables."""

    name: str
    text: str
    data: dict[str, Any]

    @cached_property
    def _headers(self) -> list[tuple[int, str]]:
        matches = ((n, HEADER.match(line)) for n, line in enumerate(self.text.splitlines(), start=1))
        return [(n, m.group(1)) for n, m in matches if m]

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a place such as ``("item", 2, "option", 0, "credit")``.

        What is not written out stands at the nearest line above it.
        """
        first, last, prefix = 1, len(self.text.splitlines()), ""
        for step, after in zip(path, [*path[1:], None], strict=True):
            if isinstance(step, int):
                continue
            name = f"{prefix}.{step}" if prefix else step
            starts = [n for n, header in self._headers if header == name and first <= n <= last]
            index = after if isinstance(after, int) else 0
            if index < len(starts):
                first, prefix = starts[index], name
                last = next(
                    (n - 1 for n, header in self._headers if n > first and not header.startswith(f"{name}.")), last
                )
            else:
                return self._key(step, first, last)
        return first

    def _key(self, key: str, first: int, last: int) -> int:
        pattern = re.compile(rf"\s*(?:{re.escape(key)}|\"{re.escape(key)}\")\s*[=.]")
        return next(
            (n for n, line in enumerate(self.text.splitlines()[first - 1 : last], start=first) if pattern.match(line)),
            first,
        )


class Place(NamedTuple):
    """Where one part of the bank is written."""

    file: str
    line: int

    def problem(self, ident: str, message: str) -> Problem:
        """Return a problem at this place."""
        return Problem(self.file, self.line, ident, message)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class CsvFile:
    """One CSV file: its name, header and records, each with its line; `problems` are lines that are no records."""

    name: str
    header: tuple[str, ...]
    records: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...] = ()

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a record, or of a cell in it, such as ``("finding", 2, "row")``."""
        return self.records[int(path[1])][0]


def read_text(path: Path) -> str:
    """Return a file's text; raise BankError when it cannot be read or is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise BankError([Problem(path.name, line, "", "the file is not UTF-8 text; save it as UTF-8")]) from error
    except FileNotFoundError as error:
        raise BankError([Problem(path.name, 0, "", "the file is missing")]) from error
    except OSError as error:
        raise BankError([Problem(path.name, 0, "", f"the file cannot be read: {error.strerror}")]) from error


def read_toml(path: Path) -> TomlFile:
    """Return a parsed TOML file; raise BankError with the line when it is not TOML."""
    text = read_text(path)
    try:
        return TomlFile(path.name, text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        found = SYNTAX_LINE.search(str(error))
        line = int(found.group(1)) if found else len(text.splitlines())
        raise BankError(
            [Problem(path.name, line, "", f"this is not valid TOML: {SYNTAX_LINE.sub('', str(error)).strip()}")]
        ) from error


def read_csv(path: Path) -> CsvFile:
    """Return a CSV file's records with their lines; raise BankError with the line when it is not CSV."""
    reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    header: tuple[str, ...] = ()
    records, problems = [], []
    try:
        for cells in reader:
            if not header:
                header = tuple(cells)
            elif len(cells) == len(header):
                records.append((reader.line_num, dict(zip(header, cells, strict=True))))
            elif cells:
                problems.append(
                    Problem(path.name, reader.line_num, "", f"{len(cells)} cells where the header has {len(header)}")
                )
    except csv.Error as error:
        problems.append(Problem(path.name, reader.line_num, "", f"this is not valid CSV: {error}"))
        raise BankError(problems) from error
    return CsvFile(path.name, header, tuple(records), tuple(problems))
