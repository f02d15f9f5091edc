"""Where made PDFs lie: in a folder beside the database, or in memory where the database is in memory itself."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple, Protocol

from assessor.errors import StoreError

SUFFIX, UNFINISHED = ".pdf", ".part"
STALE = 3600  # seconds after which nobody is still writing


class Lying(NamedTuple):
    """A kept file: when it was last used, how large it is, its name."""

    at: float
    size: int
    name: str


class Shelf(Protocol):
    """Where files lie by name."""

    def listing(self) -> list[Lying]:
        """Return what is there."""

    def read(self, name: str) -> bytes | None:
        """Return a file, which counts as used now; None where it is not there."""

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, whole or not at all."""

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""


class Folder:
    """A folder beside the database that is nobody else's business; made when the first file comes."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def listing(self) -> list[Lying]:
        """Return what is there; what a killed process left half written goes."""
        found = []
        with suppress(OSError), os.scandir(self._place) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # another process was quicker
                    file = Lying(entry.stat().st_mtime, entry.stat().st_size, entry.name)
                    if entry.name.endswith(SUFFIX):
                        found.append(file)
                    elif entry.name.endswith(UNFINISHED) and file.at < time.time() - STALE:
                        self.remove(entry.name)
        return found

    def read(self, name: str) -> bytes | None:
        """Return a file, which counts as used now; None where it is not there."""
        try:
            content = (self._place / name).read_bytes()
            os.utime(self._place / name)
        except OSError:
            return None
        return content

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, whole or not at all."""
        half = self._place / f"{secrets.token_hex(8)}{UNFINISHED}"
        try:
            self._place.mkdir(0o700, exist_ok=True)
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self._place / name)
        except OSError as error:
            with suppress(OSError):
                half.unlink()
            raise StoreError(
                f"The PDF could not be kept in {self._place} ({error.strerror}). Make room or let the tool write there."
            ) from error

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        (self._place / name).unlink(missing_ok=True)


class Memory:
    """The same without a disk, for a database without a file."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[float, bytes]] = {}
        self._lock = Lock()

    def listing(self) -> list[Lying]:
        """Return what is there."""
        with self._lock:
            return [Lying(at, len(content), name) for name, (at, content) in self._files.items()]

    def read(self, name: str) -> bytes | None:
        """Return a file, which counts as used now; None where it is not there."""
        with self._lock:
            if name not in self._files:
                return None
            content = self._files[name][1]
            self._files[name] = (time.time(), content)
            return content

    def write(self, name: str, content: bytes) -> None:
        """Keep a file."""
        with self._lock:
            self._files[name] = (time.time(), content)

    def remove(self, name: str) -> None:
        """Take a file away, if it is there."""
        with self._lock:
            self._files.pop(name, None)


def shelf(path: Path | None) -> Shelf:
    """Return where the PDFs of a database are kept; in memory where it is in memory itself."""
    return Memory() if path is None else Folder(Path(f"{path}.reports"))
