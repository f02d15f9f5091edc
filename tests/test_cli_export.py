"""What leaves a database by the command line: answers as CSV and JSON, and reports."""

import csv
import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from assessor.paths import content
from assessor.store import Store
from tests.commands import BANK, answers, begin, refused, run


def test_an_export_is_read_back_by_score(folder: Path, database: Path) -> None:
    exported = run("export", "--database", database, "--service", "Northside Community Team (demo)")
    path = answers(folder, exported.stdout)

    result = json.loads(run("score", path, "--pool", "--json").stdout)

    assert result["n"] == 3
    assert set(result["rows"]) == {"core-knowledge", "core-characteristics", "K3", "C1"}


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
