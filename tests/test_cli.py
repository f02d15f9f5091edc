"""The command does its work or says in one sentence what to mend, and leaves nothing half-written."""

import csv
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from assessor import demo
from assessor.bank import load
from assessor.cli import main
from assessor.paths import content
from assessor.store import Assessment, Store, Taken

GARDEN = Path(__file__).parent / "banks" / "garden"
BANK = load(content("questions"))
ROWS = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    assert not list(tmp_path.rglob("*.part")), "something half-written was left"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with the demo data."""
    path = tmp_path / "demo.db"
    with Store(path) as store:
        demo.fill(store, BANK, demo.read(content("questions"), BANK))
    return path


def answers(folder: Path, text: str = ROWS + "p,gardener,7,c,4,10,1,3\n", name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def begin(store: Store) -> Assessment:
    return store.start(
        service="S",
        wave="W",
        innovations=("colleges",),
        perspective="staff",
        bank=BANK,
        now="2026-11-23T10:00:00+00:00",
    )


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a real server on a free port, and end it whatever happens."""
    command = [sys.executable, "-u", "-m", "assessor.cli", *map(str, arguments), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            said = (re.search(r"http://(127\.0\.0\.1|\[::1\]):\d+/", line) for line in server.stdout)
            yield server, next(found.group() for found in said if found)
        finally:
            server.kill()


def started(address: str) -> None:
    """Start an assessment at the pages of a running server."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{address}start") as page:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token
    fields = {"service": "North", "wave": "A", "perspective": "staff", "innovations": "training"}
    with browser.open(f"{address}start", urllib.parse.urlencode({**fields, "csrf_token": token[1]}).encode()) as page:
        assert "/answer/" in page.url


@pytest.mark.parametrize("command", [["export"], ["user", "list"], ["report", "gone", "-o", "gone.pdf"]])
def test_a_command_beside_a_running_server_costs_it_nothing(tmp_path: Path, command: list[str]) -> None:
    """Closing the file in the server's own process would drop its locks, and the command would sweep its log away."""
    database = tmp_path / "r.db"
    with serving("serve", "--database", database) as (server, address):
        subprocess.run(
            [sys.executable, "-m", "assessor.cli", *command, "--database", str(database)],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        started(address)
        server.kill()
        server.wait()
    with Store(database) as store:
        assert [a.service.name for a in store.assessments()] == ["North"]


def refused(result: Result, sentence: str) -> None:
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_check_lists_all_and_exits_1(folder: Path) -> None:
    (folder / "bank.toml").write_text('id = "x"\ncolour = "green"\n', encoding="utf-8")

    result = run("check", folder)

    assert result.exit_code == 1
    assert "bank.toml:2: unknown key “colour”" in result.stdout
    assert "findings.csv: the file is missing" in result.stdout


@pytest.mark.parametrize("bank", [content("questions"), GARDEN], ids=["own", "foreign"])
def test_check_passes_a_sound_bank(bank: Path) -> None:
    assert run("check", bank).exit_code == 0


def test_codebook_prints_findings_items_and_codes() -> None:
    book = json.loads(run("codebook", "--bank", GARDEN, "--json").stdout)

    assert book["bank"] == {"id": "garden", "edition": "7.b"}
    assert book["findings"][0] == {
        "id": "B1a",
        "row": "B1",
        "innovation": "beds",
        "theme": "knowing",
        "facet": "soil",
        "summary": "Some gardeners took soil for dirt.",
        "direction": "hinders",
        "references": [3, 14],
        "locator": "Table 1, Raised beds, Knowing plants",
    }
    item = next(i for i in book["items"] if i["id"] == "water-1")
    assert item["text"] == {
        "gardener": "In the last week, we gave the beds water.",
        "guest": "In the last week, the beds looked wet.",
    }
    assert [c["code"] for c in item["codes"]] == ["1", "2", "3", "4", "dk", "na"]
    assert item["codes"][1] == {"code": "2", "label": "At times", "alignment": 100 / 3}
    assert item["codes"][4] == {"code": "dk", "label": "No idea", "alignment": None}


def test_codebook_as_a_table_has_a_line_per_item() -> None:
    lines = run("codebook", "--bank", GARDEN, "--csv").stdout.splitlines()

    assert len(lines) == 1 + 6
    assert "1 = Seldom (0); 2 = At times (33.3333); 3 = Often (66.6667); 4 = Daily (100)" in lines[4]


def test_score_prints_full_precision_and_null(folder: Path) -> None:
    result = json.loads(
        run("score", "--bank", GARDEN, answers(folder, ROWS + "p,gardener,2,,na,,dk,\n"), "--json").stdout
    )

    assert result["rows"]["B1"]["mean"] is None  # one of three
    assert result["items"]["soil-1"]["mean"] == 500 / 6
    assert result["persons"][0]["rows"] == {"core": 500 / 6, "B1": None}


def test_score_speaks_to_people_too(folder: Path) -> None:
    assert re.search(
        r"^B1 +1 +28 +0 +55   Beds: what grows there$",
        run("score", "--bank", GARDEN, answers(folder)).stdout,
        re.MULTILINE,
    )


def test_a_foreign_bank_gets_its_report(folder: Path) -> None:
    result = run("report", "--bank", GARDEN, answers(folder), "-o", folder / "r.pdf", "--service", "Allotment 9")
    text = "".join(page.extract_text() for page in PdfReader(folder / "r.pdf").pages)

    assert result.exit_code == 0
    assert "Allotment 9" in text
    assert "[3, 14]" in text


def test_a_report_says_what_changed_since_an_earlier_file(folder: Path) -> None:
    early, late = answers(folder), answers(folder, ROWS + "p,gardener,1,a,4,1,2,5\n", "b.csv")

    assert run("report", "--bank", GARDEN, late, "--before", early, "-o", folder / "r.pdf").exit_code == 0
    assert run("compare", "--bank", GARDEN, early, late, "-o", folder / "c.pdf").exit_code == 0
    for name in ("r.pdf", "c.pdf"):
        text = " ".join("".join(page.extract_text() for page in PdfReader(folder / name).pages).split())
        assert "+100" in text


def test_what_fewer_than_five_answered_is_not_compared(folder: Path) -> None:
    six = "".join(f"p{n},gardener,7,,,,{'' if n else 1},\n" for n in range(6))
    early, late = answers(folder, ROWS + six, "e.csv"), answers(folder, ROWS + six.replace(",1,", ",2,"), "l.csv")

    assert run("compare", "--bank", GARDEN, early, late, "-o", folder / "c.pdf").exit_code == 0
    text = " ".join("".join(page.extract_text() for page in PdfReader(folder / "c.pdf").pages).split())
    assert "Too few answers at one of the two times: not shown" in text
    assert "+100" not in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["score", "nowhere.csv"], "nowhere.csv cannot be used: No such file or directory."),
        (["score", "empty.csv"], "empty.csv: the file is empty"),
        (["score", "latin.csv"], "latin.csv, line 2: the file is not UTF-8 text"),
        (["score", "huge.csv"], "huge.csv: 104 MB is more than this reads at once (50 MB)."),
        (
            ["score", "answers.csv", "-o", "no/such/folder/x.json"],
            "cannot be written (No such file or directory); nothing was done.",
        ),
        (
            ["report", "answers.csv", "-o", "no/such/folder/x.pdf"],
            "cannot be written (No such file or directory); nothing was done.",
        ),
        (["report", "unknown-id", "-o", "x.pdf", "--database", "no.db"], "There is no database no.db"),
        (["export", "--database", "no.db"], "There is no database no.db"),
        (["codebook", "--bank", "no-bank"], "there is no bank here"),
        (["codebook", "--json", "--csv"], "one thing at a time"),
        (["serve", "--bank", "no-bank", "--port", "0", "--database", "x.db"], "there is no bank here"),
        (["serve", "--port", "0", "--database", "newer.db"], "newer"),
        (["serve", "--port", "0", "--database", "answers.csv"], "answers.csv"),
        (["serve", "--port", "0", "--database", "missing/x.db"], "The folder missing does not exist."),
        (["demo", "--bank", GARDEN, "--port", "0", "--database", "x.db"], "this bank has no demo data"),
    ],
    ids=lambda value: " ".join(map(str, value))[:40] if isinstance(value, list) else "",
)
def test_bad_input_is_a_sentence(
    arguments: list[object], sentence: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    Path("empty.csv").write_bytes(b"")
    Path("latin.csv").write_bytes(ROWS.encode() + "p\u00e9,guest,,,,,,\n".encode("latin-1"))
    with Path("huge.csv").open("wb") as huge:
        huge.truncate(104_000_000)
    core = [i.id for row in ("core-knowledge", "core-characteristics") for i in BANK.row_items(row)]
    Path("answers.csv").write_text(f"person,perspective,{','.join(core)}\np,staff{',1' * 10}\n", encoding="utf-8")
    Store(Path("newer.db")).close()
    with sqlite3.connect("newer.db") as db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('assessor', 'm999', '2030')"
        )
    db.close()

    refused(run(*arguments), sentence)
    assert not Path("x.pdf").exists()
    assert not Path("x.json").exists()


def test_a_device_is_written_to_and_never_replaced() -> None:
    reading, writing = os.pipe()

    assert run("codebook", "--bank", GARDEN, "--csv", "-o", f"/dev/fd/{writing}").exit_code == 0
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        assert pipe.readline().startswith("id,revision,kind")


def test_a_port_in_use_is_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        refused(run("serve", "--port", port, "--database", folder / "x.db"), f"Port {port} cannot be used")

    assert not (folder / "x.db").exists()


def test_an_export_is_read_back_by_score(folder: Path, database: Path) -> None:
    exported = run("export", "--database", database, "--service", "Northside Community Team (demo)")
    path = answers(folder, exported.stdout)

    result = json.loads(run("score", path, "--json").stdout)

    assert result["n"] == 3
    assert set(result["rows"]) == {"core-knowledge", "core-characteristics", "K3", "C1"}


def test_an_export_of_everything_scores_nobody_in_what_they_did_not_plan(folder: Path, database: Path) -> None:
    path = answers(folder, run("export", "--database", database).stdout)
    scored = {person["person"]: person for person in json.loads(run("score", path, "--json").stdout)["persons"]}

    with Store(database) as store:
        for found in store.assessments():
            planned = {row.id for row in BANK.asked_rows(found.innovations)}
            rows = scored[store.answers(found.id).person]["rows"]
            assert {row for row, mean in rows.items() if mean is not None} <= planned
            assert set(rows) > planned


def test_a_file_of_several_waves_says_so_and_one_of_a_single_wave_does_not(folder: Path, database: Path) -> None:
    both = answers(folder, run("export", "--database", database).stdout)
    waves = {wave["wave"] for wave in json.loads(run("export", "--database", database, "--json").stdout)}
    one = answers(folder, run("export", "--database", database, "--wave", min(waves)).stdout, "b.csv")

    said = run("score", both).stderr
    assert said.startswith(
        "a.csv holds more than one wave of “Harbour Ward (demo)”, “Northside Community Team (demo)”, “"
    )
    assert said.endswith("so one person may count several times; `assessor export --wave NAME` writes one wave.\n")
    assert "more than one wave" in run("report", both, "-o", folder / "r.pdf").stderr
    assert run("score", one).stderr == ""
    refused(run("export", "--database", database, "--wave", "X", "--service", "Y"), "no finished assessment “X” of “Y”")


def test_an_export_names_person_and_assessment_the_same_in_both_forms(database: Path) -> None:
    table = csv.DictReader(StringIO(run("export", "--database", database).stdout))
    exported = json.loads(run("export", "--database", database, "--json").stdout)

    assert [(line["person"], line["assessment"]) for line in table] == [
        (wave["person"], wave["assessment"]) for wave in exported
    ]


def test_an_export_as_json_keeps_notes_and_links(database: Path) -> None:
    exported = json.loads(run("export", "--database", database, "--json").stdout)

    assert len(exported) == 8
    notes = [a["note"] for wave in exported for a in wave["answers"].values() if a["note"]]
    assert notes
    assert any(a["evidence"] for wave in exported for a in wave["answers"].values())


def test_a_report_of_a_stored_assessment_is_marked_as_demo(folder: Path, database: Path) -> None:
    ident = json.loads(run("export", "--database", database, "--json").stdout)[0]["assessment"]

    assert run("report", ident, "--database", database, "-o", folder / "r.pdf").exit_code == 0
    pages = PdfReader(folder / "r.pdf").pages
    assert all("made up" in " ".join(page.extract_text().split()) for page in pages)


def test_demo_data_are_three_services_with_two_waves_or_three(database: Path) -> None:
    with Store(database) as store:
        assert store.demo
        assert sorted(len(store.assessments(s.id)) for s in store.services()) == [2, 3, 3]


def test_demo_data_are_put_into_a_database_once_and_whole(folder: Path) -> None:
    waves = demo.read(content("questions"), BANK)
    twice = (*waves[:2], waves[1])

    with pytest.raises(Taken):
        demo.put(folder / "d.db", BANK, twice)
    assert list(folder.iterdir()) == []
    assert demo.put(folder / "d.db", BANK, waves)
    assert not demo.put(folder / "d.db", BANK, waves)


def test_the_demo_never_marks_real_answers_as_made_up(folder: Path) -> None:
    with Store(folder / "mine.db") as store:
        begin(store)

    refused(run("demo", "--port", "0", "--database", folder / "mine.db"), "holds answers of its own")
    with Store(folder / "mine.db") as store:
        assert not store.demo


def test_a_demo_that_does_not_fit_is_named_with_its_line(folder: Path) -> None:
    bank = folder / "bank"
    shutil.copytree(content("questions"), bank)
    text = (bank / "demo.toml").read_text("utf-8")
    (bank / "demo.toml").write_text(text.replace('date = "2026-03-16"', 'date = "yesterday"'), "utf-8")

    refused(run("demo", "--bank", bank, "--port", "0", "--database", folder / "d.db"), "demo.toml:6: ")
    assert not (folder / "d.db").exists()


@pytest.fixture
def other_edition(folder: Path) -> Path:
    """The bank as its next edition has it."""
    bank = folder / "bank"
    shutil.copytree(content("questions"), bank)
    text = (bank / "bank.toml").read_text("utf-8")
    (bank / "bank.toml").write_text(text.replace(f'edition = "{BANK.edition}"', 'edition = "next"'), "utf-8")
    return bank


def test_answers_to_another_edition_are_never_relabelled(folder: Path, database: Path, other_edition: Path) -> None:
    ident = json.loads(run("export", "--database", database, "--json").stdout)[0]["assessment"]
    other = ("--bank", other_edition, "--database", database)

    told = f"These answers were given to {BANK.id} {BANK.edition}"

    refused(run("report", ident, *other, "-o", folder / "r.pdf"), told)
    refused(run("export", *other), told)
    assert not (folder / "r.pdf").exists()


def test_a_draft_has_no_report(folder: Path) -> None:
    with Store(folder / "x.db") as store:
        draft = begin(store)

    refused(run("report", draft.id, "--database", folder / "x.db", "-o", folder / "r.pdf"), "is not finished yet")


def test_two_services_are_not_compared(folder: Path, database: Path) -> None:
    waves = {w["service"]: w["assessment"] for w in json.loads(run("export", "--database", database, "--json").stdout)}
    one, other, _ = waves.values()

    refused(run("compare", one, other, "--database", database, "-o", folder / "c.pdf"), "These two cannot be compared")


def test_the_file_alone_is_a_copy_once_the_window_was_closed(folder: Path) -> None:
    database, copy = folder / "x.db", folder / "copy.db"
    with serving("serve", "--database", database) as (server, address):
        with urllib.request.urlopen(f"{address}start", timeout=20) as page:  # noqa: S310 - our own address
            assert page.status == 200
        server.send_signal(signal.SIGHUP)
        assert server.wait(20) == 0
    shutil.copy(database, copy)

    with Store(copy) as store:
        assert store.services() == []


def test_what_was_finished_stands_in_the_file_at_once(folder: Path) -> None:
    with Store(folder / "x.db") as store:
        begun = begin(store)
        store.submit(begun.id, "2026-11-23T10:05:00+00:00")
        shutil.copy(folder / "x.db", folder / "copy.db")

    with Store(folder / "copy.db") as copied:
        assert copied.assessment(begun.id).submitted


def test_the_server_serves_until_it_is_told_to_stop(folder: Path) -> None:
    with serving("demo", "--database", folder / "d.db") as (server, address):
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert b"made up" in page.read()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def test_pdf_bytes_are_the_same_twice(folder: Path) -> None:
    os.utime(answers(folder), (1_790_000_000, 1_790_000_000))
    for name in ("one.pdf", "two.pdf"):
        assert run("report", "--bank", GARDEN, folder / "a.csv", "-o", folder / name).exit_code == 0

    one, two = ((folder / name).read_bytes() for name in ("one.pdf", "two.pdf"))
    assert one == two
    assert PdfReader(BytesIO(one)).pages
