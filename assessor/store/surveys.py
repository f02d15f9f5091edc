"""Assessments that many people answer: from making one to what came out, for those who run them."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from assessor.disclosure import SMALLEST
from assessor.store import entries, records
from assessor.store.codes import digest
from assessor.store.model import Setup, utc
from assessor.store.refusals import Followed, NotFound, Overtaken, Settled, Taken
from assessor.store.schema.sealed import EARLIER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from assessor.accounts import Account
    from assessor.bank import Bank
    from assessor.store.model import Entry, Survey
    from assessor.store.sqlite import Session, Sqlite

OPEN = "UPDATE assessment SET state = 'open', opened = $2 WHERE id = $1 AND mode = 'survey' AND state = 'draft'"
CLOSE = "UPDATE assessment SET state = 'closed', closed = $2 WHERE id = $1 AND mode = 'survey' AND state = 'open'"
REOPEN = """
    UPDATE assessment SET state = 'open', closed = NULL, closes = $3
    WHERE id = $1 AND mode = 'survey' AND seen IS NULL
    AND (state = 'closed' OR (state = 'open' AND closes <= $2))
"""
FOLLOWED = "SELECT id FROM assessment WHERE ratings = $1 LIMIT 1"
ARCHIVE = """
    UPDATE assessment SET state = 'archived' WHERE id = $1 AND mode = 'survey' AND state = 'closed'
    AND NOT EXISTS (SELECT 1 FROM draft WHERE assessment_id = $1)
"""
SEE = f"""
    UPDATE assessment SET seen = $2, follows = ({EARLIER})
    WHERE id = $1 AND mode = 'survey' AND seen IS NULL AND state IN ('closed', 'archived')
"""  # noqa: S608 - our own words
GROUP = "UPDATE assessment SET cells = $2 WHERE id = $1 AND seen IS NOT NULL AND cells = ''"
FORGET = """
    UPDATE entry SET email = NULL WHERE assessment_id = $1
    AND EXISTS (SELECT 1 FROM assessment a WHERE a.id = $1 AND (a.seen IS NOT NULL OR a.state = 'archived'))
"""  # whose link is unused has not answered, and nobody is reminded any more
MOVED_ON = "This cannot be done in the state that the assessment is in by now; open its page again."


class Surveys:
    """Surveys with their links and counts."""

    def __init__(self, driver: Sqlite, secret: Callable[[], bytes]) -> None:
        self._driver, self._secret = driver, secret

    def create(
        self,
        *,
        service: str,
        wave: str,
        innovations: Sequence[str],
        invited: Mapping[str, int | None],
        bank: Bank,
        now: str,
        opens: str | None = None,
        closes: str | None = None,
        min_cell: int = SMALLEST,
        starter: Account | None = None,
    ) -> Survey:
        """Make a survey, not open yet; `invited` names per perspective how many people are asked (None: unknown).

        Raises Taken when the service already has an assessment of this name, NotGiven when it is not the starter's.
        """
        ident, wave = secrets.token_hex(6), " ".join(wave.split())
        planned = [utc(moment) if moment else None for moment in (opens, closes)]
        with self._driver.write() as db:
            service_id = records.add_service(db, service, starter)
            if same := records.same_name(db, service_id, wave):
                raise Taken(same)
            db.run(
                "INSERT INTO assessment "
                "(id, service_id, wave, mode, bank, edition, innovations, opened, state, opens, closes, min_cell) "
                "VALUES ($1, $2, $3, 'survey', $4, $5, $6, $7, 'draft', $8, $9, $10)",
                *(ident, service_id, wave, bank.id, bank.edition, " ".join(innovations), now, *planned, min_cell),
            )
            for perspective, people in invited.items():
                db.run(
                    "INSERT INTO invited (assessment_id, perspective, people) VALUES ($1, $2, $3)",
                    *(ident, perspective, people),
                )
            return _survey(db, ident)

    def survey(self, survey_id: str) -> Survey:
        """Return one survey."""
        with self._driver.read() as db:
            return _survey(db, survey_id)

    def surveys(self, service_id: str | None = None) -> list[Survey]:
        """Return the surveys of one service, or of all, the earliest first."""
        with self._driver.read() as db:
            found = db.rows(f"{records.SURVEY} AND (s.id = $1 OR $1 IS NULL) ORDER BY a.opened, a.id", service_id)
        return [records.survey(row) for row in found]

    def invited(self, survey_id: str) -> dict[str, int | None]:
        """Return the perspectives that are asked, each with how many people were invited (None: unknown)."""
        with self._driver.read() as db:
            return invited(db, survey_id)

    def open(self, survey_id: str, now: str, over: str | None = None) -> None:
        """Open a survey that was made, as it was looked at: `over` is the mark of its setup then, None unseen.

        Raises Settled for any other, Overtaken when somebody has corrected it since.
        """
        with self._driver.write() as db:
            kept = Setup.of(_survey(db, survey_id), invited(db, survey_id))
            _move(db, OPEN, survey_id, now)
            if over is not None and kept.mark != over:
                raise Overtaken(kept)

    def close(self, survey_id: str, now: str) -> None:
        """Close an open survey; what was begun can be submitted for 30 minutes more. Raises Settled for any other."""
        self._move(CLOSE, survey_id, now)
        self._settle(self.survey(survey_id), now)

    def reopen(self, survey_id: str, now: str, closes: str | None = None) -> None:
        """Open a closed survey again, with a new day to close.

        Raises Settled once its results were seen, Followed as long as a meeting rests on it.
        """
        with self._driver.write() as db:
            _move(db, REOPEN, survey_id, now, utc(closes) if closes else None)
            if db.rows(FOLLOWED, survey_id):
                raise Followed

    def archive(self, survey_id: str) -> None:
        """Put a closed survey away, and forget whom it was mailed to; raise Settled for any other."""
        with self._driver.write() as db:
            _move(db, ARCHIVE, survey_id)
            db.run(FORGET, survey_id)

    def see(self, survey_id: str, now: str, cells: str = "") -> Survey:
        """Seal a survey for its results to be seen: it stays closed from then on; return it, which tells if it is.

        `cells`: the groups that it is shown in, kept the first time. Which survey came before it is settled for good
        too: if that is deleted, no other takes its place.
        """
        with self._driver.write() as db:
            if not drafts(db, survey_id):
                db.run(SEE, survey_id, now)
                db.run(FORGET, survey_id)
            db.run(GROUP, survey_id, cells)
            return _survey(db, survey_id)

    def settle(self, survey_id: str, now: str) -> bool:
        """Close what is due and delete drafts that came too late; tell whether no answer can come any more.

        The file is written anew when the last draft is gone, so that nothing in it tells the order of submission.
        """
        with self._driver.read() as db:
            found = _survey(db, survey_id)
            if not found.over(now) or found.state == "draft":
                return False
            if found.state != "open" and not drafts(db, survey_id):
                return True
        return self._settle(found, now)

    def share(self, survey_id: str) -> str:
        """Return the token of a new shared link; the last one takes nobody any more.

        Raises Unopened before the survey opens, Over once it has closed.
        """
        ident = secrets.token_hex(6)
        token = self._token(ident)
        with self._driver.write() as db:
            entries.unshare(db, survey_id)
            entries.add(db, survey_id, "shared", token, ident=ident)
        return token

    def unshare(self, survey_id: str) -> None:
        """Close the shared link; who has begun can go on."""
        with self._driver.write() as db:
            entries.unshare(db, survey_id)

    def shared(self, survey_id: str) -> str | None:
        """Return the token of the shared link that is open."""
        links = (e for e in self.entries(survey_id) if e.kind == "shared" and e.active)
        return next((self._token(entry.id) for entry in links), None)

    def invite(self, survey_id: str, emails: Sequence[str | None], perspective: str | None = None) -> tuple[str, ...]:
        """Return the tokens of new single links, one per address (None: handed over without mail); only now.

        Raises Unopened before the survey opens, Over once it has closed.
        """
        tokens = tuple(entries.typeable() for _ in emails)
        with self._driver.write() as db:
            for email, token in zip(emails, tokens, strict=True):
                entries.add(db, survey_id, "single", token, perspective=perspective, email=email)
        return tokens

    def renew(self, entry_id: str, token: str) -> None:
        """Give a single link that was not used a new token; the last one leads nowhere."""
        with self._driver.write() as db:
            if not db.run(entries.RENEW, entry_id, digest(token)):
                raise NotFound("There is no unused link of this id.")

    def entries(self, survey_id: str) -> list[Entry]:
        """Return the links of a survey, in an order that tells nothing."""
        with self._driver.read() as db:
            return entries.all_of(db, survey_id)

    def entry(self, token: str) -> Entry:
        """Return the link of a token, open or not; raise NotFound where there is none."""
        with self._driver.read() as db:
            return entries.find(db, token)

    def _settle(self, survey: Survey, now: str) -> bool:
        with self._driver.write() as db:
            db.run(
                "UPDATE assessment SET state = 'closed', closed = $2 WHERE id = $1 AND state = 'open'",
                *(survey.id, survey.end),
            )
            db.run("DELETE FROM unreached WHERE assessment_id = $1", survey.id)
            if not survey.keeps(now):
                db.run("DELETE FROM draft WHERE assessment_id = $1", survey.id)
            left = drafts(db, survey.id)
        if not left:
            self._driver.rebuild()
        return not left

    def _move(self, sql: str, survey_id: str, *values: str | None) -> None:
        with self._driver.write() as db:
            _move(db, sql, survey_id, *values)

    def _token(self, entry_id: str) -> str:
        """Return the token of a shared link: made of the store's secret, because it is shown again and again."""
        return hmac.digest(self._secret(), f"entry:{entry_id}".encode(), "sha256").hex()[:32]


def invited(db: Session, survey_id: str) -> dict[str, int | None]:
    """Return the perspectives that are asked, each with how many people were invited."""
    found = db.rows(
        "SELECT perspective, people FROM invited WHERE assessment_id = $1 ORDER BY perspective",
        survey_id,
    )
    return {row["perspective"]: row["people"] for row in found}


def _survey(db: Session, survey_id: str) -> Survey:
    return records.survey(records.one(db, f"{records.SURVEY} AND a.id = $1", survey_id))


def _move(db: Session, sql: str, survey_id: str, *values: str | None) -> None:
    _survey(db, survey_id)
    if not db.run(sql, survey_id, *values):
        raise Settled(MOVED_ON)


def drafts(db: Session, survey_id: str) -> int:
    """Return how many drafts of a survey there are."""
    found: int = db.rows("SELECT count(*) AS n FROM draft WHERE assessment_id = $1", survey_id)[0]["n"]
    return found
