"""Nothing in the file, its log or its index joins a submitted response to a draft, a code, a link or a moment."""

import random
import re
import shutil
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.store import Begun, Store
from assessor.store.codes import digest
from assessor.store.schema import STEPS
from assessor.store.sqlite import SMALL, Sqlite
from tests.assessments import stored
from tests.surveys import LATER, NOW, begun, opened, submitted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readiness.db"


def folded(path: Path) -> bytes:
    """Everything on the disk, as soon as the log is folded in the background."""
    log = path.with_name(f"{path.name}-wal")
    for _ in range(3000):
        if not log.exists() or not log.stat().st_size:
            break
        time.sleep(0.01)
    return held(path)


def held(path: Path) -> bytes:
    """Everything on the disk."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()) if file.name.startswith(path.name))


def free(path: Path) -> int:
    """How many pages of the file are not used any more, and may hold what was."""
    db = sqlite3.connect(path)
    ((pages,),) = db.execute("PRAGMA freelist_count").fetchall()
    db.close()
    return int(pages)


def lines(store: Store, table: str) -> list[dict[str, Any]]:
    with store._driver.read() as db:
        return db.rows(f"SELECT * FROM {table}")  # noqa: S608 - our own names


def secrets_of(keys: Begun, draft: dict[str, Any]) -> list[str]:
    """What may stand nowhere once a draft was submitted."""
    return [keys.key, keys.code, digest(keys.key), draft["id"], draft["key_hash"], draft["resume_hash"]]


@pytest.mark.parametrize("small", [SMALL, 0], ids=["written anew", "too large for that"])
def test_after_submission_the_disk_holds_nothing_of_the_draft(
    path: Path, garden: Bank, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    """In a file that is too large to be written anew at once, what is deleted is overwritten where it stands."""
    monkeypatch.setattr("assessor.store.sqlite.SMALL", small)
    with Store(path) as store:
        survey = opened(store, garden)
        (token,) = store.surveys.invite(survey.id, ["ada@example.org"])
        before = held(path)
        keys = begun(store, token, given={"soil-1": Answer("3", "first thought" * 2000), "light-1": Answer("1")})
        store.drafts.change(keys.key, lambda *_: {"soil-1": Answer("3", "second thought")}, NOW)
        (draft,) = lines(store, "draft")
        assert draft["id"].encode() in held(path)
        store.drafts.submit(keys.key, NOW)
        after = folded(path)
        entry = store.surveys.entry(token)

    assert [text for text in (*secrets_of(keys, draft), "first thought") if text.encode() in after] == []
    assert after.count(b"second thought") == 1
    assert after.count(entry.id.encode()) == before.count(entry.id.encode())
    assert token.encode() not in after
    assert (free(path) == 0) == (small > 0)


def test_many_people_at_once_leave_nothing_either(path: Path, garden: Bank) -> None:
    """Drafts grow, shrink and move between the pages of the file before some of them are submitted."""
    rng, gone, kept = random.Random(3), [], {}
    with Store(path) as store:
        survey = opened(store, garden, invited={"gardener": None})
        tokens = store.surveys.invite(survey.id, [None] * 120)
        drafts = {token: begun(store, token) for token in tokens}
        ids = {row["entry_id"]: row for row in lines(store, "draft")}
        for turn in range(600):
            token = rng.choice([t for t in tokens if t in drafts])
            keys, note = drafts[token], f"note {turn} of {token} " + "x" * rng.randrange(900)
            given = {f"item-{rng.randrange(40)}": Answer(rng.choice("12345"), note) for _ in range(10)}
            store.drafts.change(keys.key, lambda *_, given=given: given, NOW)
            if rng.random() < 0.15:
                answers = store.drafts.draft(keys.key, NOW)[1].answers.values()
                kept[token] = {said[0] for a in answers if (said := re.match(r"note \d+ of \w+", a.note))}
                store.drafts.submit(drafts.pop(token).key, NOW)
                gone += secrets_of(keys, ids[store.surveys.entry(token).id])
        disk = folded(path)
        store.surveys.close(survey.id, NOW)
        store.surveys.settle(survey.id, LATER)
        rebuilt = folded(path)

    assert len(kept) > 60
    assert [text for text in gone if text.encode() in disk] == []
    ids_gone = {row["id"] for row in ids.values()}
    assert [text for text in (*gone, *ids_gone) if text.encode() in rebuilt] == []
    for token, notes in kept.items():
        found = {note.decode() for note in re.findall(rf"note \d+ of {token}".encode(), disk)}
        assert found == notes, "a note outside its response"


def test_a_response_shares_nothing_with_entries_but_its_survey(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        survey = opened(store, garden)
        for token in store.surveys.invite(survey.id, [f"{n}@example.org" for n in range(6)], "gardener"):
            store.drafts.submit(begun(store, token).key, NOW)
        responses, entries, answers = (lines(store, table) for table in ("response", "entry", "answer"))

    assert lines_without(responses, "id") == [
        {
            "assessment_id": survey.id,
            "perspective": "gardener",
            "token": None,
            "saved": None,
            "submitted": None,
            "keep_hash": None,
        }
    ]
    assert {(a["changed"], a["revision"], a["evidence"]) for a in answers} == {("", 1, "")}
    values = {v for row in responses for v in row.values()} & {v for row in entries for v in row.values()}
    assert values == {survey.id, None}
    assert {(row["used"], row["email"], row["perspective"]) for row in entries} == {(1, None, None)}


def lines_without(rows: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """The different lines without a column."""
    found: list[dict[str, Any]] = []
    for row in rows:
        rest = {k: v for k, v in row.items() if k != name}
        found += [] if rest in found else [rest]
    return found


def test_no_line_has_a_number_that_tells_when_it_came(path: Path) -> None:
    Store(path).close()
    db = sqlite3.connect(path)
    for table in ("response", "answer", "entry", "draft", "outbox", "unreached", "attempt"):
        with pytest.raises(sqlite3.OperationalError, match="no such column: rowid"):
            db.execute(f"SELECT rowid FROM {table}")  # noqa: S608 - our own names
    db.close()


def test_once_closed_a_file_of_any_size_stands_in_the_order_of_random_ids(
    path: Path, garden: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assessor.store.sqlite.SMALL", 0)
    with Store(path) as store:
        survey = opened(store, garden, invited={"gardener": None})
        token = store.surveys.share(survey.id)
        for _ in range(20):
            store.drafts.submit(begun(store, token).key, NOW)
        last = begun(store, token)
        store.surveys.close(survey.id, NOW)
        store.drafts.submit(last.key, NOW)  # in the 30 minutes after
        ids = [response.person for response in submitted(store, survey.id)]
        disk = folded(path)
    places = [disk.index(ident.encode()) for ident in ids]

    assert ids == sorted(ids)
    assert places in (sorted(places), sorted(places, reverse=True))
    assert free(path) == 0


def test_what_a_killed_server_left_in_the_log_goes_when_the_file_is_opened(path: Path, garden: Bank) -> None:
    killed = path.with_name("killed.db")
    with Store(path) as store:
        survey = opened(store, garden)
        keys = begun(store, store.surveys.share(survey.id))
        (draft,) = lines(store, "draft")
        store._driver._folding.close()
        store.drafts.submit(keys.key, NOW)
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{killed}{end}")
    assert draft["id"].encode() in held(killed)

    with Store(killed) as store:
        assert len(submitted(store, survey.id)) == 1
        assert draft["id"].encode() not in held(killed)


def test_a_database_of_the_first_version_keeps_its_answers(path: Path, garden: Bank, monkeypatch: Any) -> None:
    """Individual assessments, with their tokens, notes and times, are carried over."""
    with monkeypatch.context() as early:
        early.setattr("assessor.store.sqlite.STEPS", STEPS[:1])
        driver = Sqlite(path)
        with driver.write() as db:
            for sql in (
                "INSERT INTO service VALUES ('s', 'North', 'north')",
                "INSERT INTO assessment VALUES ('a', 's', 'May', 'individual', 'garden', '7.b', 'beds', '2026-05-01')",
                "INSERT INTO response VALUES ('r', 'a', 'guest', 'token', '2026-05-01', '2026-05-02')",
                "INSERT INTO answer VALUES ('r', 'soil-1', 2, '7', 'a note', 'https://example.org', '2026-05-01', 3)",
            ):
                db.run(sql)
        driver.close()

    with Store(path) as store:
        assert store.draft("token").submitted == "2026-05-02"
        assert store.answers("a").answers == {"soil-1": Answer("7", "a note", "https://example.org", 2)}
        assert store.surveys.surveys() == []
        assert stored(store, garden, "June", "2026-06-01")
        with store._driver.write() as db:
            db.run("DELETE FROM assessment WHERE id = 'a'")
        assert {row["response_id"] for row in lines(store, "answer")} == {
            store.answers(only.id).person for only in store.assessments()
        }
