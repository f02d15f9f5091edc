"""What was submitted in surveys: not to be shown to anybody, only to be counted and gathered."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assessor.store.sqlite import Session, Sqlite

PEOPLE = "SELECT id, perspective FROM response WHERE assessment_id = $1 ORDER BY id"
GIVEN = """
    SELECT w.response_id, w.item_id, w.item_revision, w.code
    FROM response r JOIN answer w ON w.response_id = r.id WHERE r.assessment_id = $1 AND w.code IS NOT NULL
"""
NOTES = """
    SELECT r.id, r.perspective, w.note FROM response r JOIN answer w ON w.response_id = r.id
    WHERE r.assessment_id = $1 AND w.note <> '' ORDER BY r.id, w.item_id
"""
LINKS = """
    SELECT b.id AS before, a.id AS after FROM response b JOIN response a ON a.keep_hash = b.keep_hash
    JOIN assessment w ON w.id = a.assessment_id AND w.follows = b.assessment_id
    WHERE b.assessment_id = $1 AND a.assessment_id = $2 ORDER BY b.id
"""


class Given(NamedTuple):
    """People with their perspectives, in an order that tells nothing, and line by line who answered what.

    A line: person, item, the revision in which it was put, the stored code.
    """

    people: tuple[tuple[str, str], ...]
    lines: Iterable[tuple[str, str, int, str]]


class Note(NamedTuple):
    """What one person wrote beside an answer."""

    person: str
    perspective: str
    text: str


class Submitted:
    """The responses to surveys."""

    def __init__(self, driver: Sqlite) -> None:
        self._driver = driver

    def people(self, survey_id: str) -> dict[str, int]:
        """Return how many people responded, per perspective."""
        with self._driver.read() as db:
            return people(db, survey_id)

    @contextmanager
    def given(self, survey_id: str) -> Iterator[Given]:
        """Lend what was answered, to be read once: of many people it is more than should be held at a time."""
        with self._driver.read() as db:
            who = tuple((row["id"], row["perspective"]) for row in db.rows(PEOPLE, survey_id))
            yield Given(who, db.lines(GIVEN, survey_id))

    def notes(self, survey_id: str) -> list[Note]:
        """Return what people wrote."""
        with self._driver.read() as db:
            return [Note(*line) for line in db.lines(NOTES, survey_id)]

    def links(self, before: str, after: str) -> dict[str, str]:
        """Return the responses of people who gave the same keep-safe code in two surveys, from the one to the other.

        Nobody where the one was not what came before the other when the result of the other was first seen.
        """
        with self._driver.read() as db:
            return {row["before"]: row["after"] for row in db.rows(LINKS, before, after)}


def people(db: Session, survey_id: str) -> dict[str, int]:
    """Return how many people responded, per perspective."""
    sql = "SELECT perspective, count(*) AS people FROM response WHERE assessment_id = $1 GROUP BY perspective"
    return {row["perspective"]: row["people"] for row in db.rows(sql, survey_id)}
