"""Nothing that was saved is lost, and what cannot be kept is said in a sentence."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.errors import StoreError
from assessor.store import Assessment, Finished, NotFound, Store, Taken
from assessor.store.schema import STEPS
from assessor.store.sqlite import Sqlite

NOW, LATER = "2026-11-23T09:30:00+00:00", "2026-11-24T09:30:00+00:00"
SCHEMA = """\
account: id TEXT!, name TEXT!, folded TEXT!, email TEXT, role TEXT!, password TEXT, disabled INTEGER!, created TEXT!
action: id TEXT!, service_id TEXT!, assessment_id TEXT, asked TEXT!, row_id TEXT!, facet_id TEXT, suggestion_id TEXT, written TEXT!
action_version: action_id TEXT!, revision INTEGER!, text TEXT!, who TEXT!, due TEXT!, sign TEXT!, state TEXT!, saved TEXT!
answer: response_id TEXT!, item_id TEXT!, item_revision INTEGER!, code TEXT, note TEXT!, evidence TEXT!, changed TEXT!, revision INTEGER!
assessment: id TEXT!, service_id TEXT!, wave TEXT!, mode TEXT!, bank TEXT!, edition TEXT!, innovations TEXT!, opened TEXT!, state TEXT!, opens TEXT, closes TEXT, closed TEXT, seen TEXT, min_cell INTEGER!, ratings TEXT, follows TEXT, cells TEXT!
attempt: what TEXT!, id TEXT!, at TEXT!
choice: assessment_id TEXT!, facets TEXT!, reason TEXT!
draft: id TEXT!, assessment_id TEXT!, entry_id TEXT, perspective TEXT!, key_hash TEXT!, resume_hash TEXT!, answers TEXT!, saved TEXT
entry: id TEXT!, assessment_id TEXT!, kind TEXT!, hash TEXT!, perspective TEXT, used INTEGER!, active INTEGER!, email TEXT
granted: account_id TEXT!, service_id TEXT!
invited: assessment_id TEXT!, perspective TEXT!, people INTEGER
key_link: id TEXT!, purpose TEXT!, account_id TEXT, expires TEXT!, used TEXT
outbox: id TEXT!, kind TEXT!, entry_id TEXT, account_id TEXT, link TEXT!, due TEXT!, tries INTEGER!
report_link: id TEXT!, assessment_id TEXT!, hash TEXT!, label TEXT!, created TEXT!, expires TEXT!
response: id TEXT!, assessment_id TEXT!, perspective TEXT!, token TEXT, saved TEXT, submitted TEXT, keep_hash TEXT
service: id TEXT!, name TEXT!, folded TEXT!
session: id TEXT!, account_id TEXT!, created TEXT!, expires TEXT!, seen TEXT!
setting: name TEXT!, value TEXT!
target: service_id TEXT!, row_id TEXT!, points INTEGER, revision INTEGER!
unreached: assessment_id TEXT!, address TEXT!"""  # noqa: E501 - one line per table


def start(store: Store, bank: Bank, service: str = "North", wave: str = "November") -> Assessment:
    return store.start(service=service, wave=wave, innovations=["beds"], perspective="gardener", bank=bank, now=NOW)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readiness.db"


def test_what_was_saved_is_there_after_opening_again(path: Path, garden: Bank) -> None:
    given = {"soil-1": Answer("7", "Two\nlines, “quoted” 🌱", "https://example.org", 2), "soil-2": Answer("dk")}
    with Store(path) as store:
        begun = start(store, garden)
        store.save(begun.id, given, LATER)
    with Store(path) as store:
        found = store.draft(begun.token)
        assert store.answers(begun.id).answers == given
    assert (found.service.name, found.wave, found.innovations) == ("North", "November", ("beds",))
    assert (found.bank, found.edition, found.perspective) == ("garden", "7.b", "gardener")
    assert (found.opened, found.saved, found.submitted) == (NOW, LATER, None)


def test_a_later_save_changes_its_own_items_only(store: Store, garden: Bank) -> None:
    begun = start(store, garden)
    store.save(begun.id, {"soil-1": Answer("7"), "soil-2": Answer("a", "why")}, NOW)
    store.save(begun.id, {"soil-2": Answer(None, "why")}, LATER)

    assert store.answers(begun.id).answers == {"soil-1": Answer("7"), "soil-2": Answer(None, "why")}


def test_a_page_is_saved_whole_or_not_at_all(store: Store, garden: Bank) -> None:
    begun = start(store, garden)
    with pytest.raises(StoreError, match="What was saved before is kept"):
        store.save(begun.id, {"soil-1": Answer("7"), "soil-2": Answer("a", "x" * 2001)}, LATER)

    assert store.answers(begun.id).answers == {}
    assert store.assessment(begun.id).saved is None


def test_a_submitted_assessment_takes_no_more_answers(store: Store, garden: Bank) -> None:
    begun = start(store, garden)
    store.submit(begun.id, LATER)

    with pytest.raises(Finished, match="stay as they are"):
        store.save(begun.id, {"soil-1": Answer("7")}, LATER)
    with pytest.raises(Finished):
        store.submit(begun.id, LATER)
    assert store.answers(begun.id).answers == {}
    assert store.assessment(begun.id).submitted == LATER


def test_a_service_is_known_by_its_name_however_it_is_spaced_or_capitalised(store: Store, garden: Bank) -> None:
    first = start(store, garden, "North  Side ")
    second = start(store, garden, "NORTH SIDE", "May")

    assert first.service == second.service == store.services()[0]
    assert {a.wave for a in store.assessments(first.service.id)} == {"November", "May"}
    assert store.service(first.service.id).name == "North Side"
    assert start(store, garden, "Ｎorth Ｓide", "June").service == first.service


def test_a_name_is_given_to_one_assessment_of_a_service(store: Store, garden: Bank) -> None:
    first = start(store, garden)
    with pytest.raises(Taken) as taken:
        start(store, garden, "north", " November ")

    assert taken.value.assessment == first
    assert start(store, garden, "South").wave == "November"


def test_what_is_not_there_is_not_found(store: Store) -> None:
    for look in (store.draft, store.assessment, store.answers, store.service):
        with pytest.raises(NotFound, match="nothing with the id “gone”"):
            look("gone")


def test_demo_and_secret_are_kept(path: Path) -> None:
    with Store(path) as store:
        secret = store.secret()
        assert (len(secret), store.demo) == (32, False)
        store.mark_demo()
    with Store(path) as store:
        assert (store.secret(), store.demo) == (secret, True)
    with Store(None) as other:
        assert other.secret() != secret


def test_the_schema_is_the_one_that_was_released(path: Path) -> None:
    Store(path).close()
    db = sqlite3.connect(path)
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    columns = {
        t: ", ".join(
            f"{c[1]} {c[2]}{'!' * (c[3] or c[5])}".replace("!!", "!") for c in db.execute(f"PRAGMA table_info({t})")
        )
        for t in tables
        if not t.startswith(("_", "sqlite_"))
    }
    strict = dict(db.execute("SELECT name, strict FROM pragma_table_list"))
    db.close()

    assert "\n".join(f"{name}: {line}" for name, line in columns.items()) == SCHEMA
    assert all(strict[name] for name in columns)


def test_names_are_folded_anew_and_attempts_go_on_counting(path: Path, garden: Bank, monkeypatch: Any) -> None:
    """Two services that have one name by now stay two; nothing of a database that is brought up to date is lost."""
    steps = [step for step in STEPS if step[0] < "0004"]
    with monkeypatch.context() as early:
        early.setattr("assessor.store.sqlite.STEPS", steps)
        driver = Sqlite(path)
        with driver.write() as db:
            for ident, name in (("a", "Ｎorth"), ("b", "Ｓouth"), ("c", "South"), ("d", "Straße")):
                db.run("INSERT INTO service VALUES ($1, $2, $3)", ident, name, name.casefold())
            db.run("INSERT INTO attempt (id, what, at) VALUES ('1', 'mark', $1)", NOW)
        driver.close()

    with Store(path) as store:
        assert start(store, garden, "NORTH").service.id == "a"
        assert start(store, garden, "south").service.id == "c"
        assert start(store, garden, "STRASSE").service.id == "d"
        assert len(store.services()) == 4
        assert store.accounts.attempt({"mark": 1}, NOW) is None


def test_surveys_that_were_seen_follow_the_one_that_ended_before(path: Path, monkeypatch: Any) -> None:
    """“d” closed by its date, nobody saw “b”, and “e” asked other questions."""
    times = {"a": ("1", None), "b": ("2", None), "c": ("4", "3"), "d": (None, "5"), "e": ("4", None), "f": ("6", "7")}
    with monkeypatch.context() as early:
        early.setattr("assessor.store.sqlite.STEPS", [step for step in STEPS if step[0] < "0009"])
        driver = Sqlite(path)
        with driver.write() as db:
            db.run("INSERT INTO service VALUES ('s', 'North', 'north')")
            for ident, (closed, closes) in times.items():
                db.run(
                    "INSERT INTO assessment (id, service_id, wave, mode, bank, edition, innovations, opened, state, "
                    "closed, closes, seen) VALUES ($1, 's', $1, 'survey', 'garden', $2, '', '0', 'closed', $3, $4, $5)",
                    *(ident, "6.a" if ident == "e" else "7.b", closed, closes, None if ident == "b" else "8"),
                )
        driver.close()

    with Store(path) as store, store._driver.read() as db:
        follows = {row["id"]: row["follows"] for row in db.rows("SELECT id, follows FROM assessment ORDER BY id")}
    assert follows == {"a": None, "b": None, "c": "a", "d": "c", "e": None, "f": "d"}


def test_a_write_waits_for_the_disk_and_keys_are_checked(path: Path) -> None:
    with Store(path) as store, store._driver.read() as db:
        assert [
            db._db.execute(f"PRAGMA {p}").fetchone()[0]
            for p in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        ] == ["wal", 2, 1, 1]


def test_answers_are_nobody_elses_business(path: Path) -> None:
    with Store(path) as store:
        store.mark_demo()
        assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_a_database_of_a_newer_version_is_left_alone(path: Path) -> None:
    Store(path).close()
    db = sqlite3.connect(path)
    db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('assessor', '9999_new', '')")
    db.commit()
    db.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="made by a newer version"):
        Store(path)
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_left_alone(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE cats (name TEXT)")
    db.close()

    before = path.read_bytes()

    with pytest.raises(StoreError, match="another program"):
        Store(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("Dear diary, this is long enough to be looked at as a header, and it is none.", encoding="utf-8")
    before = path.read_bytes()

    with pytest.raises(StoreError, match="is not a database"):
        Store(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(("place", "sentence"), [("", "is a folder"), ("gone/readiness.db", "does not exist")])
def test_a_place_where_no_database_can_be_is_named(tmp_path: Path, place: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence):
        Store(tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_without_permission_to_write_it_says_so(tmp_path: Path) -> None:
    code = f"""
        import os
        from pathlib import Path
        from assessor.errors import StoreError
        from assessor.store import Store
        Store(Path({str(tmp_path / "r.db")!r})).close()
        os.chmod({str(tmp_path / "r.db")!r}, 0o400)
        os.chmod({str(tmp_path)!r}, 0o500)
        if os.getuid() == 0:
            for folder in Path({str(tmp_path)!r}).parents:
                os.chmod(folder, folder.stat().st_mode | 0o111) if str(folder).count("pytest-") else None
            os.chown({str(tmp_path)!r}, 65534, 65534)
            os.setuid(65534)
        try:
            Store(Path({str(tmp_path / "r.db")!r}))
        except StoreError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)

    assert "cannot be written (Permission denied)" in done.stdout


def test_a_full_disk_loses_nothing_that_was_saved(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        begun = start(store, garden)
        store.save(begun.id, {"soil-1": Answer("7", "kept")}, NOW)
        with store._driver.read() as db:
            pages = db._db.execute("PRAGMA page_count").fetchone()[0]
            db._db.execute(f"PRAGMA max_page_count = {pages}")
        much = {f"item-{n}": Answer("1", "x" * 2000) for n in range(100)}
        with pytest.raises(StoreError, match="disk is full"):
            store.save(begun.id, much, LATER)
        assert store.answers(begun.id).answers == {"soil-1": Answer("7", "kept")}


def test_threads_saving_at_once_lose_nothing(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        begun = start(store, garden)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: store.save(begun.id, {f"item-{n}": Answer("1", str(n))}, NOW), range(200)))

        assert {a.note for a in store.answers(begun.id).answers.values()} == {str(n) for n in range(200)}


def test_a_store_in_memory_serves_threads(store: Store, garden: Bank) -> None:
    begun = start(store, garden)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.save(begun.id, {f"item-{n}": Answer("1")}, NOW), range(50)))

    assert len(store.answers(begun.id).answers) == 50


WRITER = """
import sys
from pathlib import Path
from assessor.answers import Answer
from assessor.store import Store
with Store(Path(sys.argv[1])) as store:
    for n in range(int(sys.argv[4])):
        store.save(sys.argv[2], {f"{sys.argv[3]}-{n}": Answer("1", str(n))}, "2026-11-23T09:30:00+00:00")
        print(n, flush=True)
"""


def write(path: Path, assessment: Assessment, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), assessment.id, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_processes_opening_and_saving_at_once_lose_nothing(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        begun = start(store, garden)
        writers = [write(path, begun, name, 50) for name in "abc"]
        for writer in writers:
            writer.communicate()
            assert writer.returncode == 0

        assert len(store.answers(begun.id).answers) == 150


def test_processes_opening_a_new_database_at_once_agree(path: Path) -> None:
    code = "import sys, pathlib; from assessor.store import Store; print(Store(pathlib.Path(sys.argv[1])).secret())"
    openers = [subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE) for _ in range(4)]
    said = {opener.communicate()[0] for opener in openers}

    assert len(said) == 1
    assert {opener.returncode for opener in openers} == {0}


def test_a_killed_writer_loses_nothing_that_it_acknowledged(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        begun = start(store, garden)
        writer = write(path, begun, "a", 1_000_000)
        assert writer.stdout
        for _ in range(40):
            last = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = [last, *(int(n) for n in writer.stdout.read().split("\n")[:-1])]
        writer.wait()
        writer.stdout.close()

        kept = {answer.note for answer in store.answers(begun.id).answers.values()}
        assert {str(n) for n in range(acknowledged[-1] + 1)} <= kept
        store.save(begun.id, {"after": Answer("1")}, LATER)
