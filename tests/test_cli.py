"""The command does its work or says in one sentence what to mend, and leaves nothing half-written."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from assessor.paths import content
from assessor.store import Store
from tests.commands import BANK, GARDEN, ROWS, refused, run


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
    assert lines[0].startswith(
        "id,revision,kind,row,row title,facet,facet name,polarity,core,findings,citations,codes,"
    )
    assert lines[2].startswith("soil-1,1,misconception,B1,Beds: what grows there,soil,Soil is alive,negative,yes,B1a,")
    assert "1 = Seldom (0); 2 = At times (33.3333); 3 = Often (66.6667); 4 = Daily (100)" in lines[4]


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
