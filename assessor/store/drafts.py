"""What people answer in a survey, from the first page to the submission that leaves no way back to them."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assessor.accounts import WINDOW
from assessor.answers import Answer, Response
from assessor.disclosure import SMALLEST
from assessor.store import attempts, codes, entries, records, surveys
from assessor.store.model import Draft
from assessor.store.refusals import Closed, Empty, Full, Gone, NotFound, Throttled, Used

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assessor.store.model import Survey
    from assessor.store.sqlite import Session, Sqlite

RESUME, KEEP = "resume", "keep"
AN_ADDRESS, EVERYBODY = 20, 1000  # codes that may be wrong

DRAFT = f"""
    SELECT d.id AS draft_id, d.entry_id, d.perspective, d.answers, d.saved, {records.SURVEY_COLUMNS}
    FROM draft d JOIN assessment a ON a.id = d.assessment_id JOIN service s ON s.id = a.service_id
"""  # noqa: S608 - our own words
ANSWER = "INSERT INTO answer (response_id, item_id, item_revision, code, note, evidence, changed, revision)"
KEPT = """
    SELECT r.assessment_id FROM response r JOIN assessment a ON a.id = r.assessment_id
    WHERE r.keep_hash = $1 AND a.service_id = $2
"""


class Begun(NamedTuple):
    """What only the person who began a draft holds: the key for this browser, the code for any other."""

    key: str
    code: str


class Drafts:
    """Drafts of surveys; each is reached with a key that the browser holds, of which a hash is kept."""

    def __init__(self, driver: Sqlite, secret: Callable[[], bytes]) -> None:
        self._driver, self._make_secret = driver, secret

    def begin(self, token: str, perspective: str, now: str) -> Begun:
        """Begin a draft; the link is not used up before the draft is submitted.

        Raises NotFound for a link or perspective that does not exist, Used for a link that takes nobody, Closed, Full.
        """
        begun = Begun(secrets.token_hex(16), codes.new())
        hashes = codes.digest(begun.key), codes.hashed(self._secret, RESUME, begun.code)
        with self._driver.write() as db:
            entry = entries.find(db, token)
            if entry.used or not entry.active:
                raise Used
            if not entry.survey.takes(now):
                raise Closed(entry.survey)
            asked = perspective in surveys.invited(db, entry.survey.id)
            if not asked or entry.perspective not in {None, perspective}:
                raise NotFound("This survey does not ask from this view.")
            _refuse_more(db, entry.survey, perspective)
            single = entry.id if entry.kind == "single" else None
            db.run(
                "INSERT INTO draft (id, assessment_id, entry_id, perspective, key_hash, resume_hash, answers) "
                "VALUES ($1, $2, $3, $4, $5, $6, '{}')",
                *(secrets.token_hex(16), entry.survey.id, single, perspective, *hashes),
            )
        return begun

    def leads(self, token: str, address: str, now: str) -> bool:
        """Tell whether a code that somebody typed is a link's; raise Throttled after too many that were not."""
        limits = self._limits(address)
        with self._driver.write() as db:
            attempt = _attempt(db, limits, now)
            known = entries.known(db, token)
            if known:
                attempts.forgive(db, attempt)
        return known

    def draft(self, key: str, now: str) -> tuple[Draft, Response]:
        """Return a draft with its answers so far; raise Gone where there is none, Closed when it is too late."""
        with self._driver.read() as db:
            return _draft(db, key, now)

    def change(
        self, key: str, decide: Callable[[Draft, Response], Mapping[str, Answer]], now: str
    ) -> tuple[Draft, Response]:
        """Save what `decide` makes of the answers kept so far, in one transaction; return the draft as it is then.

        Raises Gone or Closed; then nothing is saved, nor when `decide` raises.
        """
        with self._driver.write() as db:
            found, kept = _draft(db, key, now)
            given = {**kept.answers, **decide(found, kept)}
            db.run("UPDATE draft SET answers = $1, saved = $2 WHERE id = $3", _packed(given), now, found.id)
        return replace(found, saved=now), replace(kept, answers=given)

    def resume(self, code: str, address: str, now: str) -> str:
        """Return a new key for the draft of a code; the browser that had it before has it no more.

        Raises Gone for a code that leads nowhere, Throttled after too many of them, Closed when it is too late.
        """
        key, resume_hash = secrets.token_hex(16), codes.hashed(self._secret, RESUME, code)
        limits = self._limits(address)
        with self._driver.write() as db:
            attempt = _attempt(db, limits, now)
            moved = db.run("UPDATE draft SET key_hash = $1 WHERE resume_hash = $2", codes.digest(key), resume_hash)
            if moved:
                attempts.forgive(db, attempt)
        if not moved:
            raise Gone
        self.draft(key, now)
        return key

    def recode(self, key: str, now: str) -> str:
        """Return a new code for a draft; the last one leads nowhere."""
        code = codes.new()
        resume_hash = codes.hashed(self._secret, RESUME, code)
        with self._driver.write() as db:
            found, _ = _draft(db, key, now)
            db.run("UPDATE draft SET resume_hash = $1 WHERE id = $2", resume_hash, found.id)
        return code

    def recalls(self, key: str, code: str, address: str, now: str) -> bool:
        """Tell whether a keep-safe code was given out by an earlier survey of this service and not yet used in this.

        Raises Throttled after too many that were not.
        """
        keep_hash = codes.hashed(self._secret, KEEP, code)
        limits = self._limits(address)
        with self._driver.write() as db:
            attempt = _attempt(db, limits, now)
            survey = _draft(db, key, now)[0].survey
            waves = {row["assessment_id"] for row in db.rows(KEPT, keep_hash, survey.service.id)}
            known = bool(waves) and survey.id not in waves
            if known:
                attempts.forgive(db, attempt)
        return known

    def submit(self, key: str, now: str, keep: str = "") -> None:
        """Turn a draft into a response that nothing joins to the draft, its codes, or the link; `keep` links waves.

        Raises Gone, Closed, Used when the single link was withdrawn, Empty when no question has an answer, Full.
        """
        ident = secrets.token_hex(16)
        keep_hash = codes.hashed(self._secret, KEEP, keep) if keep else None
        with self._driver.write() as db:
            found, kept = _draft(db, key, now)
            if not any(answer.code for answer in kept.answers.values()):
                raise Empty
            _refuse_more(db, found.survey, found.perspective)
            if found.entry_id and not db.run(
                "UPDATE entry SET used = 1, email = NULL, perspective = NULL WHERE id = $1 AND used = 0 AND active = 1",
                found.entry_id,
            ):
                raise Used
            db.run(
                "INSERT INTO response (id, assessment_id, perspective, keep_hash) VALUES ($1, $2, $3, $4)",
                *(ident, found.survey.id, found.perspective, keep_hash),
            )
            given = [(i, a) for i, a in kept.answers.items() if a.code or a.note]
            db.add(ANSWER, [(ident, i, a.revision, a.code, a.note, "", "", 1) for i, a in given])
            # other drafts of the same link go too: their answers would tell whose the response is
            db.run("DELETE FROM draft WHERE id = $1", found.id)
            if found.entry_id:  # asked apart: to look for either reads every draft there is
                db.run("DELETE FROM draft WHERE entry_id = $1", found.entry_id)
                db.run("DELETE FROM outbox WHERE entry_id = $1", found.entry_id)
            last = found.survey.over(now) and not surveys.drafts(db, found.survey.id)
        if last:
            self._driver.rebuild()
        self._driver.fold_soon()

    @staticmethod
    def new_code() -> str:
        """Return a new keep-safe code."""
        return codes.new()

    def _limits(self, address: str) -> dict[str, int]:
        """Return how many codes may be wrong, from an address and from anywhere, by the marks they are counted under.

        To be asked for before a transaction begins, because the secret takes one of its own.
        """
        return {
            attempts.mark(self._secret, "code address", address): AN_ADDRESS,
            attempts.mark(self._secret, "code", "everybody"): EVERYBODY,
        }

    @cached_property
    def _secret(self) -> bytes:
        """The store's secret, asked for once."""
        return self._make_secret()


def _attempt(db: Session, limits: Mapping[str, int], now: str) -> str:
    """Count a try at a code; raise Throttled after too many that were wrong."""
    attempt = attempts.count(db, limits, now)
    if attempt is None:
        raise Throttled(round(WINDOW.total_seconds() / 60))
    return attempt


def _refuse_more(db: Session, survey: Survey, perspective: str) -> None:
    """Raise Full once as many have answered from a view as were invited.

    Else whoever has the link could fill the group until only one answer in it is somebody else's. Where fewer than 5
    were invited nobody is refused: that would tell that all of them have answered. `disclosure` keeps such a view out.
    """
    people = surveys.invited(db, survey.id).get(perspective)
    if people is not None and people >= SMALLEST and _answered(db, survey.id, perspective) >= people:
        raise Full(survey)


def _answered(db: Session, survey_id: str, perspective: str) -> int:
    """Return how many responses there are from a view; to count them takes longer the more there are."""
    sql = "SELECT count(*) AS n FROM response WHERE assessment_id = $1 AND perspective = $2"
    found: int = db.rows(sql, survey_id, perspective)[0]["n"]
    return found


def _draft(db: Session, key: str, now: str) -> tuple[Draft, Response]:
    rows = db.rows(f"{DRAFT} WHERE d.key_hash = $1", codes.digest(key))
    if not rows:
        raise Gone
    row = rows[0]
    found = Draft(
        id=row["draft_id"],
        survey=records.survey(row),
        entry_id=row["entry_id"],
        perspective=row["perspective"],
        saved=row["saved"],
    )
    if not found.survey.keeps(now):
        raise Closed(found.survey)
    return found, Response(person=found.id, perspective=found.perspective, answers=_unpacked(row["answers"]))


def _packed(answers: Mapping[str, Answer]) -> str:
    """Return answers as one text: a draft is only ever read and written as a whole."""
    return json.dumps({item: (a.code, a.note, a.revision) for item, a in answers.items()}, ensure_ascii=False)


def _unpacked(text: str) -> dict[str, Answer]:
    given = json.loads(text)
    return {item: Answer(code, note, "", revision) for item, (code, note, revision) in given.items()}
