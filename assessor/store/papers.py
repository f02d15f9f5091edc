"""PDFs that were made, kept so that nobody waits for the same one twice; they go with what they were made from."""

from __future__ import annotations

import hashlib
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from assessor.store.refusals import NotFound
from assessor.store.shelf import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessor.store.shelf import Shelf
    from assessor.store.sqlite import Sqlite

MOST, LARGEST = 500, 200_000_000  # files, and bytes of all of them together


class Paper(NamedTuple):
    """What a PDF is found by: what it was made from, its design, and a hash of everything that decides what it says.

    `about`: the ids of the assessments whose answers stand in it.
    """

    about: tuple[str, ...]
    design: str
    key: str


class Papers:
    """Kept PDFs, at most `most` of them and `largest` bytes: those that were not used for longest go first.

    Everything stands in a file's name: marks of the assessments, the design, the key, the hash of the content. So there
    is nothing that could disagree with the files, and a folder that is lost costs only time.
    """

    def __init__(self, driver: Sqlite, shelf: Shelf, *, most: int = MOST, largest: int = LARGEST) -> None:
        self._driver, self._shelf = driver, shelf
        self._most, self._largest = most, largest
        self._sweep()

    def find(self, paper: Paper) -> bytes | None:
        """Return a kept PDF; None where it must be made."""
        return self._first(name for name in self._names() if name.startswith(_start(paper)))

    def has(self, paper: Paper) -> bool:
        """Tell whether a PDF is kept."""
        return any(name.startswith(_start(paper)) for name in self._names())

    def same(self, content: str) -> bytes | None:
        """Return a PDF that was made of the same content; None where there is none."""
        return self._first(name for name in self._names() if name.endswith(f".{content}{SUFFIX}"))

    def keep(self, paper: Paper, content: str, pdf: bytes) -> None:
        """Keep a PDF in place of the one that it supersedes.

        Raises NotFound where an assessment in it was deleted while it was made.
        """
        name = f"{_start(paper)}{content}{SUFFIX}"
        self._shelf.write(name, pdf)
        self._remove(other for other in self._names() if other.startswith(_series(paper)) and other != name)
        # Only now: what is deleted after this look takes the file along, what was deleted before is found out here.
        if gone := next((ident for ident in paper.about if not self._known(ident)), None):
            self.drop(gone)
            raise NotFound("This assessment was deleted.")
        self._shrink()

    def drop(self, assessment_id: str) -> None:
        """Take away everything that was made from an assessment."""
        self._remove(name for name in self._names() if mark(assessment_id) in _marks(name))

    def _names(self) -> list[str]:
        return [file.name for file in self._shelf.listing()]

    def _first(self, names: Iterable[str]) -> bytes | None:
        return next(filter(None, map(self._shelf.read, names)), None)

    def _known(self, ident: str) -> bool:
        with self._driver.read() as db:
            return bool(db.rows("SELECT id FROM assessment WHERE id = $1", ident))

    def _sweep(self) -> None:
        """Take away what was made from assessments that are gone: the database may be another than last time."""
        names = self._names()
        if names:
            with self._driver.read() as db:
                known = {mark(row["id"]) for row in db.rows("SELECT id FROM assessment")}
            self._remove(name for name in names if not _marks(name) <= known)

    def _shrink(self) -> None:
        files = sorted(self._shelf.listing(), reverse=True)
        sizes = accumulate(file.size for file in files)
        kept = sum(n <= self._most and size <= self._largest for n, size in enumerate(sizes, start=1))
        self._remove(file.name for file in files[kept:])

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            self._shelf.remove(name)


def mark(ident: str) -> str:
    """Return what stands for an assessment in the name of a file."""
    return hashlib.sha256(ident.encode()).hexdigest()[:16]


def _series(paper: Paper) -> str:
    """Return how the names of all PDFs begin that say the same thing at different times."""
    return f"{'+'.join(map(mark, paper.about))}.{paper.design}."


def _start(paper: Paper) -> str:
    """Return how the name of a PDF begins; what follows is the hash of its content."""
    return f"{_series(paper)}{paper.key}."


def _marks(name: str) -> set[str]:
    return set(name.partition(".")[0].split("+"))
