"""The scripts beside an export: R reads it with its labels; the syntax for SPSS says the same of every cell."""

import csv
import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from assessor import exports
from assessor.answers import Answer, Response
from assessor.bank import Bank
from tests.commands import refused, run

READ = r"""
answers <- (function() { source("answers.R", local = TRUE); answers })()
told <- lapply(answers[-(1:9)], function(column) list(label = attr(column, "label"), values = as.character(column)))
cells <- vapply(told, function(c) paste(c$label, paste(c$values, collapse = "|"), sep = "|"), "")
writeLines(paste(names(told), cells, sep = "|"), useBytes = TRUE)
"""


@pytest.fixture
def exported(folder: Path, database: Path) -> Path:
    """A folder with an export and the scripts that read it."""
    assert run("export", "--database", database, "-o", folder / "answers.csv", "--scripts").exit_code == 0
    return folder


def cells(folder: Path, name: str = "answers.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode(), newline="")))


def labels(bank: Bank, item: str) -> dict[str, str]:
    return {code.code: code.label for code in bank.codes[item]}


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not here; on Debian the test command installs it")
def test_r_reads_every_answer_with_its_label(bank: Bank, exported: Path) -> None:
    said = subprocess.run(
        ["Rscript", "-e", READ], cwd=exported, capture_output=True, check=True, encoding="utf-8"
    ).stdout
    found = {name: rest for name, *rest in (line.split("|") for line in said.splitlines())}

    table = cells(exported)
    assert "<<-" not in (exported / "answers.R").read_text("utf-8"), "it changes nothing outside its functions"
    assert list(found) == list(table[0])[9:]
    for item, (label, *values) in found.items():
        assert label == bank.item[item].wording(bank.broadest.id)
        assert values == [labels(bank, item).get(line[item], "NA") for line in table]


def commands(syntax: str) -> list[list[str]]:
    """Return the lines of each command, without the full stop that ends it."""
    found: list[list[str]] = [[]]
    for line in syntax.splitlines():
        if line.strip() != ".":
            found[-1].append(line.strip().removesuffix("."))
        if line.endswith("."):
            found.append([])
    return found


def said(lines: list[str]) -> dict[str, str]:
    """Return what quoted texts, each after a name or a code, stand for."""
    pairs = (re.fullmatch(r"(\S+|'[^']*') '((?:[^']|'')*)'", line) for line in lines)
    return {found[1].strip("'"): found[2].replace("''", "'") for found in pairs if found}


def test_the_syntax_for_spss_reads_every_answer_with_its_label(bank: Bank, exported: Path) -> None:
    syntax = (exported / "answers.sps").read_bytes().decode("utf-8-sig")
    told = commands(syntax)
    table = cells(exported)

    widths = dict(line.split(" A") for line in told[1] if re.fullmatch(r"\S+ A\d+", line))
    assert list(widths) == [name.replace("-", "_") for name in table[0]]
    assert all(len(cell.encode()) <= int(widths[n.replace("-", "_")]) for line in table for n, cell in line.items())
    rated, recoded = told[2][1:-1], dict(re.findall(r"'(\w+)'='(-\d)'", told[2][-1]))
    assert (told[2][0], told[3]) == ("RECODE", ["ALTER TYPE", *rated, "(F2.0)"])
    values = {lines[0].split()[2]: said(lines) for lines in told if lines and lines[0].startswith("VALUE LABELS")}
    missing = {one[0].split()[2]: one[0] for one in told if one and one[0].startswith("MISSING VALUES")}
    for item in list(table[0])[9:]:
        name = item.replace("-", "_")
        codes = labels(bank, item)
        stored = {recoded.get(code, code) if name in rated else code: label for code, label in codes.items()}
        assert (name in rated) == (not bank.item[item].option)
        assert set(values[name]) == set(stored)
        assert all(label.startswith(values[name][code].removesuffix("…")) for code, label in stored.items())
        outside = re.findall(r"-?\w+", missing[name].partition("(")[2])
        assert [stored[code] for code in outside] == [codes[code] for code in ("dk", "na") if code in codes]
    asked = said(next(lines for lines in told if lines[0] == "VARIABLE LABELS"))
    assert asked["peer_c_01"] == bank.item["peer-c-01"].wording(bank.broadest.id)
    assert max(len(line.encode()) for line in syntax.splitlines()) <= 256


def test_columns_of_codes_are_as_wide_in_every_export(bank: Bank) -> None:
    chosen = next(item for item in bank.items if item.kind == "vignette")
    response = Response(person="p", perspective="staff", answers={chosen.id: Answer("dk")})
    lines = exports.answers_lines(bank, [(response, {"mode": "consensus"})])  # nine letters
    long = chosen.option[0].model_copy(update={"code": "a-long-code"})
    longer = chosen.model_copy(update={"option": (long, *chosen.option[1:])})
    other = replace(bank, items=tuple(longer if item.id == chosen.id else item for item in bank.items))
    syntax = exports.spss_syntax(other, lines, "answers.csv")

    widths = dict(re.findall(r"^  (\S+) A(\d+)$", syntax, re.MULTILINE))
    assert widths[chosen.id.replace("-", "_")] == str(len("a-long-code"))
    assert widths["perspective"] == str(max(len(p.id) for p in bank.perspectives))
    assert widths["mode"] == str(len("individual"))


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not here; on Debian the test command installs it")
def test_words_of_a_bank_cannot_leave_their_quotes(bank: Bank, tmp_path: Path) -> None:
    hostile = "It's \"x\"\\\n') 😀. EXECUTE. \" + system('false') + \""
    first = bank.as_asked[0].model_copy(update={"text": {"all": hostile}})
    other = replace(bank, items=tuple(first if item.id == first.id else item for item in bank.items))
    response = Response(person="p", perspective="staff", answers={first.id: Answer("1")})
    lines = exports.answers_lines(other, [(response, {})])
    (tmp_path / "answers.csv").write_text(exports.table(lines), "utf-8")
    (tmp_path / "answers.R").write_text(exports.r_script(other, lines, "answers.csv"), "utf-8")
    spss = exports.spss_syntax(other, lines, "answers.csv")

    read = subprocess.run(["Rscript", "-e", READ], cwd=tmp_path, capture_output=True, check=True).stdout.decode()
    assert read.startswith(f"{first.id}|{hostile}|Strongly disagree")
    assert said(commands(spss)[4])[first.id.replace("-", "_")] == " ".join(hostile.split())


@pytest.mark.parametrize(
    "other", [["--json"], ["--plan"], ["--survey", "x"], []], ids=lambda o: " ".join(o) or "screen"
)
def test_scripts_stand_only_beside_answers_in_a_file(other: list[str], folder: Path, database: Path) -> None:
    place = ["-o", folder / "a.csv"] if other else []
    refused(run("export", "--database", database, "--scripts", *other, *place), "--scripts stand beside answers as CSV")


@pytest.mark.parametrize("name", ["data.R", "data.r", "data.sps", "data.SPS"])
def test_scripts_never_take_the_place_of_the_answers(name: str, folder: Path, database: Path) -> None:
    told = run("export", "--database", database, "--scripts", "-o", folder / name)

    refused(told, "give the answers a name such as answers.csv")
    assert not list(folder.glob("data.*"))


def test_scripts_that_are_there_are_replaced_only_where_that_is_asked(folder: Path, database: Path) -> None:
    mine, asked = folder / "answers.R", ("export", "--database", database, "--scripts", "-o", folder / "answers.csv")
    mine.write_text("mine", "utf-8")

    refused(run(*asked), f"{mine} would be replaced")
    assert (mine.read_text("utf-8"), list(folder.glob("answers.*"))) == ("mine", [mine])
    assert run(*asked, "--force").exit_code == 0
    assert mine.read_text("utf-8") != "mine"


def test_items_stand_in_the_order_in_which_they_are_asked(bank: Bank, database: Path) -> None:
    header = run("export", "--database", database).stdout.splitlines()[0].split(",")
    book = json.loads(run("codebook", "--json").stdout)

    asked = [i.id for row in bank.rows for i in bank.row_items(row.id) if row.innovation is None or not i.core]
    assert [item["id"] for item in book["items"]] == asked
    assert header[9:] == [item for item in asked if item in header]


def test_the_labels_name_every_code_and_why_a_figure_is_withheld(bank: Bank, folder: Path) -> None:
    assert run("codebook", "--labels", "-o", folder / "labels.csv").exit_code == 0
    told = {(line["variable"], line["code"]): line for line in cells(folder, "labels.csv")}

    for item, codes in bank.codes.items():
        for code in codes:
            line = told[item, code.code]
            assert line["label"].removeprefix("'") == code.label
            assert (float(line["alignment"]) if line["alignment"] else None) == pytest.approx(code.alignment)
    assert told["perspective", "peer-worker"]["label"] == "Peer worker"
    assert {("withheld", "few"), ("withheld", "kept"), ("part_id", "everyone"), ("row", "K3")} <= set(told)
