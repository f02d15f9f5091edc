"""Answers that come as a CSV are scored, reported and compared."""

import json
import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from assessor.store import Store
from tests.commands import BANK, GARDEN, ROWS, answers, refused, run


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


def test_pdf_bytes_are_the_same_twice(folder: Path) -> None:
    os.utime(answers(folder), (1_790_000_000, 1_790_000_000))
    for name in ("one.pdf", "two.pdf"):
        assert run("report", "--bank", GARDEN, folder / "a.csv", "-o", folder / name).exit_code == 0

    one, two = ((folder / name).read_bytes() for name in ("one.pdf", "two.pdf"))
    assert one == two
    assert PdfReader(BytesIO(one)).pages


def test_an_export_of_everything_scores_nobody_in_what_they_did_not_plan(folder: Path, database: Path) -> None:
    path = answers(folder, run("export", "--database", database).stdout)
    scored = {
        person["person"]: person for person in json.loads(run("score", path, "--pool", "--json").stdout)["persons"]
    }

    with Store(database) as store:
        for found in store.assessments():
            planned = {row.id for row in BANK.asked_rows(found.innovations)}
            rows = scored[store.answers(found.id).person]["rows"]
            assert {row for row, mean in rows.items() if mean is not None} <= planned
            assert set(rows) > planned


WHOSE = f"service,wave,mode,submitted,{ROWS}"


def first_page(pdf: Path) -> str:
    return " ".join(PdfReader(pdf).pages[0].extract_text().split())


@pytest.mark.parametrize("command", [["score"], ["report", "-o", "r.pdf"]])
def test_a_file_of_several_waves_is_never_added_up_unasked(command: list[str], folder: Path, database: Path) -> None:
    both = answers(folder, run("export", "--database", database).stdout)

    result = run(*command, both)

    refused(result, "a.csv holds answers of several services or waves, which do not add up to one result. It holds:\n")
    assert "  “Harbour Ward (demo)”: “Autumn 2025”, “Spring 2026”, “Autumn 2026”\n" in result.stderr
    assert "Name one with --service and --wave" in result.stderr
    assert ("--pool" in result.stderr) == (command == ["score"])
    assert not Path("r.pdf").exists()


def test_a_wave_of_several_is_chosen_or_all_are_scored_together(folder: Path, database: Path) -> None:
    both = answers(folder, run("export", "--database", database).stdout)
    harbour = ("--service", "Harbour Ward (demo)")

    assert json.loads(run("score", both, "--pool", "--json").stdout)["n"] == 8
    assert json.loads(run("score", both, *harbour, "--pool", "--json").stdout)["n"] == 3
    assert json.loads(run("score", both, *harbour, "--wave", "Spring 2026", "--json").stdout)["n"] == 1
    refused(run("score", both, *harbour), "--wave")
    refused(run("score", both, *harbour, "--wave", "May"), "a.csv holds no wave “May”. It holds:")
    refused(run("score", "--bank", GARDEN, answers(folder), "--service", "X"), "leave --service out")


def test_a_report_of_an_export_says_whose_answers_it_is_of_and_when(folder: Path, database: Path) -> None:
    both = answers(folder, run("export", "--database", database).stdout)
    for pdf, wave in (("a.pdf", "Autumn 2025"), ("b.pdf", "Autumn 2026")):
        chosen = ("--service", "Harbour Ward (demo)", "--wave", wave)
        assert run("report", both, *chosen, "-o", folder / pdf).exit_code == 0
    met = ("--wave", "Team meeting, October 2026")
    assert run("report", both, *met, "-o", folder / "t.pdf").exit_code == 0

    assert "Harbour Ward (demo) Autumn 2025" in first_page(folder / "a.pdf")
    assert "Date 15 October 2025" in first_page(folder / "a.pdf")
    assert "A team, which agreed on each answer" in first_page(folder / "t.pdf")
    assert run("compare", folder / "a.pdf", folder / "b.pdf", "-o", folder / "c.pdf").exit_code == 0
    assert "14 October 2026" in first_page(folder / "c.pdf")


def test_what_is_named_fills_only_what_a_file_does_not_say(folder: Path) -> None:
    told = answers(folder, WHOSE + "'=1+1,May,,2026-05-02,p,gardener,7,c,4,10,1,3\n", "told.csv")
    day = ("--date", "2026-05-09", "--bank", GARDEN, "-o", folder / "r.pdf")

    assert run("report", told, *day).exit_code == 0
    assert "=1+1 May" in first_page(folder / "r.pdf")
    assert "Date 9 May 2026" in first_page(folder / "r.pdf")
    assert run("report", answers(folder), *day, "--service", "Plot 9", "--wave", "June").exit_code == 0
    assert "Plot 9 June" in first_page(folder / "r.pdf")
    refused(run("report", told, *day, "--service", "Plot 9"), "told.csv holds no service “Plot 9”")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            "S,W,consensus,,p,gardener,7,c,4,10,1,3\nS,W,individual,,q,gardener,7,c,4,10,1,3\n",
            "a.csv holds what a team agreed beside other answers to “W”",
        ),
        (
            "S,W,consensus,,p,gardener,7,c,4,10,1,3\nS,W,consensus,,q,gardener,7,c,4,10,1,3\n",
            "a.csv holds what a team agreed beside other answers to “W”",
        ),
    ],
)
def test_what_a_file_says_of_itself_must_make_sense(lines: str, sentence: str, folder: Path) -> None:
    refused(run("report", answers(folder, WHOSE + lines), "--bank", GARDEN, "-o", folder / "r.pdf"), sentence)


def test_files_of_two_services_are_not_compared(folder: Path) -> None:
    one, other = (
        answers(folder, WHOSE + f"{service},W,,,p,gardener,7,c,4,10,1,3\n", f"{service}.csv") for service in "ST"
    )

    refused(run("compare", one, other, "--bank", GARDEN, "-o", folder / "c.pdf"), "they are of “")


def test_two_that_were_not_answered_in_one_way_are_not_compared(folder: Path) -> None:
    line = "gardener,7,c,4,10,1,3\n"
    one = answers(folder, f"{WHOSE}S,One,individual,,p,{line}", "one.csv")
    team = answers(folder, f"{WHOSE}S,Team,consensus,,p,{line}", "team.csv")
    many = answers(folder, WHOSE + "".join(f"S,Many,,,p{n},{line}" for n in range(6)), "many.csv")
    garden = ("--bank", GARDEN, "-o", folder / "c.pdf")

    refused(run("compare", one, team, *garden), "one person answered “One”, a team agreed on “Team”.")
    refused(run("compare", team, many, *garden), "a team agreed on “Team”, many people were asked for “Many”.")
    refused(run("report", many, "--before", one, *garden), "they were not answered in one way: one person")
    assert not (folder / "c.pdf").exists()


@pytest.fixture
def waves(folder: Path) -> Path:
    """A file of two waves of one service, as an export has them."""
    lines = "S,May,,2026-05-02,p,gardener,7,c,4,10,1,3\nS,June,,2026-06-02,q,gardener,1,a,4,1,2,5\n"
    return answers(folder, WHOSE + lines, "multi.csv")


@pytest.mark.parametrize("command", ["report", "compare"])
def test_two_waves_of_one_file_are_set_beside_each_other(command: str, folder: Path, waves: Path) -> None:
    sources = [waves, "--before", waves] if command == "report" else [waves, waves]
    asked = (command, *sources, "--bank", GARDEN, "-o", folder / "two.pdf")

    made = run(*asked, "--before-wave", "May", "--wave", "June")

    assert made.exit_code == 0
    text = " ".join("".join(page.extract_text() for page in PdfReader(folder / "two.pdf").pages).split())
    assert "2 May 2026" in text
    assert "2 June 2026" in text
    assert "+100" in text
    assert "later day" not in made.output
    assert "“June” is of a later day than “May”" in run(*asked, "--before-wave", "June", "--wave", "May").output
    refused(run(*asked, "--wave", "June"), "Name one with --service and --before-wave")
    refused(run(*asked, "--before-wave", "May"), "Name one with --service and --wave")


def test_a_wave_of_a_file_is_reported_with_an_earlier_file(folder: Path, waves: Path) -> None:
    told = ("--before", answers(folder), "--bank", GARDEN, "-o", folder / "r.pdf")

    assert run("report", waves, "--wave", "June", "--date", "2026-06-09", *told).exit_code == 0
    assert "Date 9 June 2026" in first_page(folder / "r.pdf")
    refused(run("report", waves, "--wave", "June", "--before-wave", "May", *told[2:]), "--before-wave is for the CSV")


def test_a_day_as_spreadsheets_write_it_stops_nothing(folder: Path) -> None:
    line = "p,gardener,7,c,4,10,1,3\n"
    early = answers(folder, f"{WHOSE}S,One,,02.01.2026,{line}", "early.csv")
    late = answers(folder, f"{WHOSE}S,Two,,2026-05-02,{line}", "late.csv")
    os.utime(early, (1_770_000_000, 1_770_000_000))  # 2 February 2026
    garden = ("--bank", GARDEN, "-o", folder / "r.pdf")

    for command in (["compare", early, late], ["report", late, "--before", early], ["report", early]):
        made = run(*command, *garden)
        assert made.exit_code == 0
        assert "early.csv: “02.01.2026” under “submitted” is no day such as 2026-03-12; the day on" in made.stderr
    assert "Date 2 February 2026" in first_page(folder / "r.pdf")
    assert "submitted" not in run("report", early, "--date", "2026-01-02", *garden).stderr


def test_a_report_on_us_letter_is_verified_on_its_own_paper(folder: Path) -> None:
    made = run("report", "--bank", GARDEN, answers(folder), "-o", folder / "r.pdf", "--paper", "letter")
    told = run("verify", folder / "r.pdf", "--bank", GARDEN)

    assert made.exit_code == 0
    assert round(PdfReader(folder / "r.pdf").pages[0].mediabox.height) == 792
    assert (told.exit_code, told.stdout.startswith("All agrees")) == (0, True)
