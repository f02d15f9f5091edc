"""Where the answers of a CSV come from, as the columns say that an export has: service, wave, mode and day."""

from __future__ import annotations

from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from assessor.errors import AnswersError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assessor.answers.sheet import Sheet

SERVICE, WAVE, MODE, SUBMITTED = "service", "wave", "mode", "submitted"
GUARDED = ("'=", "'+", "'@", "'-")  # how a spreadsheet is kept from running a cell
SHOWN = 20


class Wave(NamedTuple):
    """One wave of a service, answered in one mode, and the day of its last answer; what a file does not say is empty.

    The day is as the file has it.
    """

    service: str = ""
    wave: str = ""
    mode: str = ""
    day: str = ""


def chosen(sheet: Sheet, service: str | None, wave: str | None) -> Sheet:
    """Return the lines of a service and a wave (None: of every one); a file that names none is left as it is.

    Raises AnswersError, with what the file holds, where it names others only.
    """
    kept = sheet
    for key, name in ((SERVICE, service), (WAVE, wave)):
        column = _column(kept, key)
        if name is None or not any(column):
            continue
        lines = [n for n, cell in enumerate(column) if cell == name]
        if not lines:
            raise AnswersError(f"{sheet.name} holds no {key} “{name}”. {listed(waves(sheet))}")
        kept = replace(kept, numbers=tuple(kept.numbers[n] for n in lines), lines=tuple(kept.lines[n] for n in lines))
    return kept


def waves(sheet: Sheet) -> tuple[Wave, ...]:
    """Return every service, wave and mode once, in the order of the file; nothing where it has none of the columns."""
    columns = [_column(sheet, key) for key in (SERVICE, WAVE, MODE, SUBMITTED)]
    if not any(columns):
        return ()
    found: dict[tuple[str, str, str], str] = {}
    for service, wave, mode, day in zip(*(column or repeat("") for column in columns), strict=False):
        found[service, wave, mode] = max(found.get((service, wave, mode), ""), day)
    return tuple(Wave(*names, day) for names, day in found.items())


def listed(found: tuple[Wave, ...]) -> str:
    """Return what a file holds, a line for each service."""
    names: dict[str, list[str]] = {}
    for wave in found:
        names.setdefault(wave.service, []).append(wave.wave)
    lines = [_line(service, dict.fromkeys(named)) for service, named in names.items()]
    more = [f"  ... and {len(lines) - SHOWN} more services"] if len(lines) > SHOWN else []
    return "\n".join(["It holds:", *lines[:SHOWN], *more])


def _line(service: str, named: dict[str, None]) -> str:
    quoted = [f"“{wave}”" if wave else "no name" for wave in named]
    more = f" and {len(quoted) - SHOWN} more" if len(quoted) > SHOWN else ""
    return f"  {f'“{service}”' if service else 'a service without a name'}: {', '.join(quoted[:SHOWN])}{more}"


def _column(sheet: Sheet, key: str) -> tuple[str, ...]:
    return tuple(_meant(sheet.column(key)))


def _meant(cells: tuple[str, ...]) -> Iterator[str]:
    """Yield cells as they were before an export kept a spreadsheet from running them."""
    yield from (cell[1:] if cell.startswith(GUARDED) else cell for cell in cells)
