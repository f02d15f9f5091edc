"""The ways in which this tool says no, each with a sentence for the person who reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class AssessorError(Exception):
    """Something a person can mend; its text says what happened and what to do next."""


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a bank: where it stands and what is wrong there."""

    file: str
    line: int
    id: str
    message: str

    def __str__(self) -> str:
        """Return ``file:line: id: message``, without the parts that are not known."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.id}: {self.message}" if self.id else f"{place}: {self.message}"


class BankError(AssessorError):
    """A bank has faults; `problems` holds all of them, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


class AnswersError(AssessorError):
    """Answers do not fit the bank."""


class StoreError(AssessorError):
    """The database cannot be opened, or was made by a newer version."""


class RenderError(AssessorError):
    """A PDF could not be made."""
