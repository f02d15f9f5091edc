"""A bank is loaded whole or refused with every problem named by file, line and id."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from assessor.bank import check, load, schema
from assessor.errors import BankError
from assessor.paths import content

BANKS = Path(__file__).parent / "banks"
GARDEN = BANKS / "garden"
FAULTS = tomllib.loads((BANKS / "broken.toml").read_text(encoding="utf-8"))["fault"]


def plant(fault: dict[str, Any], folder: Path) -> Path:
    """Copy the garden bank with one fault in it."""
    for path in GARDEN.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == fault.get("file", "bank.toml"):
            assert fault["find"] in text, "the fault's place is gone from the garden bank"
            text = text.replace(fault["find"], fault["put"], 1)
        (folder / path.name).write_text(text, encoding=fault.get("encoding", "utf-8"))
    return folder


def test_there_are_at_least_25_kinds_of_fault() -> None:
    assert len({fault["name"] for fault in FAULTS}) >= 25


def test_a_sound_bank_has_no_problems() -> None:
    assert check(GARDEN) == ()


@pytest.mark.parametrize("fault", FAULTS, ids=[f["name"] for f in FAULTS])
def test_each_fault_is_named_with_its_place(fault: dict[str, Any], tmp_path: Path) -> None:
    found = [str(problem) for problem in check(plant(fault, tmp_path))]

    assert found == fault["say"]
    with pytest.raises(BankError):
        load(tmp_path)


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    text = (GARDEN / "bank.toml").read_text(encoding="utf-8")
    text = text.replace('why = "Soil comes first."', "").replace('scale = "four"', 'scale = "five"')
    (tmp_path / "bank.toml").write_text(text, encoding="utf-8")

    found = " ".join(map(str, check(tmp_path)))

    assert "“why” is missing" in found
    assert "no scale “five”" in found
    assert "findings.csv: the file is missing" in found


def test_an_empty_folder_is_no_bank(tmp_path: Path) -> None:
    assert "there is no bank here" in str(check(tmp_path / "nowhere")[0])


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("soil-1", [100, 500 / 6, 400 / 6, 50, 200 / 6, 100 / 6, 0]),  # 7 points, negative pole
        ("soil-2", [100, 50, 0]),  # a vignette's credits
        ("water-1", [0, 100 / 3, 200 / 3, 100]),  # 4 points
        ("water-2", [100, 90, 80, 70, 60, 50, 40, 30, 20, 10, 0]),  # 11 points, negative pole
        ("light-1", [0, 100]),  # 2 points
        ("sure-1", [None] * 7),  # confidence is never scored
    ],
)
def test_alignment_follows_the_scale_and_the_pole(item: str, expected: list[float | None]) -> None:
    codes = load(GARDEN).codes[item]

    assert [c.alignment for c in codes if c.code not in {"dk", "na"}] == pytest.approx(expected)
    assert [c.alignment for c in codes if c.code in {"dk", "na"}] == [None] * (2 if item == "water-1" else 1)


@pytest.mark.parametrize(("score", "band"), [(0, "dig"), (59.99, "dig"), (60, "plant"), (100, "plant")])
def test_a_band_starts_at_its_lowest_score(score: float, band: str) -> None:
    assert load(GARDEN).band_of(score).id == band


def test_a_core_item_is_asked_once_and_scored_twice() -> None:
    bank = load(GARDEN)

    assert [i.id for i in bank.page_items("core", "guest")] == ["light-1", "soil-1"]
    assert [i.id for i in bank.page_items("B1", "guest")] == ["water-1"]
    assert "soil-1" in {i.id for i in bank.row_items("B1")} & {i.id for i in bank.row_items("core")}


def test_a_cell_without_a_finding_is_named() -> None:
    assert [(i.id, t.id) for i, t in load(GARDEN).empty_cells(("beds", "ponds"))] == [("ponds", "knowing")]


def test_the_published_schema_is_the_one_the_code_enforces() -> None:
    assert json.loads((content("questions") / "schema.json").read_text(encoding="utf-8")) == schema()
