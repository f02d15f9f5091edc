"""A PDF from outside, looked into by a worker process: the result it carries, and what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from assessor.record import RecordError

LARGEST = 20_000_000
SECONDS = 20.0


@dataclass(frozen=True, kw_only=True)
class Intake:
    """What a PDF carries: the attached text and its name, whether it and the pages are as made, each page's words."""

    name: str
    text: bytes
    intact: bool
    words: tuple[str, ...]


def take_in(data: bytes, *, words: bool = False, seconds: float = SECONDS) -> Intake:
    """Return what a PDF carries, its words only where they are asked for.

    Raises RecordError for whatever is no report of this tool, or asks too much of the one who reads it.
    """
    if len(data) > LARGEST:
        raise RecordError(f"This file is too large: a report has no more than {LARGEST // 10**6} MB.")
    found = _scanned(data, words=words, seconds=seconds)
    if "refused" in found:
        raise RecordError(found["refused"])
    return Intake(name=found["name"], text=found["text"].encode(), intact=found["intact"], words=tuple(found["words"]))


def _scanned(data: bytes, *, words: bool, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-P", "-W", "ignore", "-m", "assessor.pdf.scanner", *(["words"] if words else [])]
    path = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(  # noqa: S603 - our own module, by our own interpreter
            command,
            input=data,
            capture_output=True,
            timeout=seconds,
            check=True,
            env={**os.environ, "PYTHONPATH": path},
        )
    except subprocess.TimeoutExpired as error:
        raise RecordError(f"Reading this PDF was given up after {seconds:g} seconds.") from error
    except subprocess.CalledProcessError as error:
        raise RecordError(
            "This PDF could not be read: it is damaged, or asks for more memory or time than a report needs."
        ) from error
    found: dict[str, Any] = json.loads(done.stdout)
    return found
