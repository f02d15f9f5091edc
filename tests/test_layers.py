"""Imports point one way, and each outside library has one door."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "assessor"
FIRST = ["errors", "paths", "bank", "answers", "agreement", "score", "difference", "disclosure", "compare"]
FIRST += ["plan", "report"]
LAYERS = [*FIRST, "record", "accounts", "forms", "store", "assessed", "series", "demo", "pdf", "received"]
LAYERS += ["exports", "mail", "web", "cli"]
DOORS = {
    "flask": {"web"},
    "waitress": {"cli"},
    "wtforms": {"forms", "web"},
    "sqlite_utils": {"store"},
    "weasyprint": {"pdf"},
    "pypdf": {"pdf"},
    "click": {"cli"},
    "pwdlib": {"accounts"},
    "smtplib": {"mail"},
}
ALONE = "bootstrap"  # runs before anything is installed, so it imports nothing of ours
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.stem != "__init__" or path.parent != PACKAGE)


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of every import, those inside functions and type checks included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively"
            stem = node.module or ""
            yield from (f"{stem}.{alias.name}" for alias in node.names) if stem == "assessor" else [stem]


def test_every_module_has_its_layer() -> None:
    assert {layer(path) for path in MODULES} == {*LAYERS, ALONE}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = [name.split(".")[1] for name in imports(path) if name.startswith("assessor.")]
    allowed = [] if layer(path) == ALONE else LAYERS[: LAYERS.index(layer(path)) + 1]

    assert [name for name in own if name not in allowed] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_each_library_has_one_door(path: Path) -> None:
    outside = {name.split(".")[0] for name in imports(path)} & DOORS.keys()

    assert [library for library in outside if layer(path) not in DOORS[library]] == []


@pytest.mark.parametrize("path", [p for p in MODULES if layer(p) in {*FIRST, "record"}], ids=lambda p: p.stem)
def test_the_core_knows_no_clock_and_no_chance(path: Path) -> None:
    assert {name.split(".")[0] for name in imports(path)} & {"datetime", "time", "random", "secrets", "uuid"} == set()


@pytest.mark.parametrize(
    ("use", "places"),
    [
        (r"\.submitted\.(given|notes)\b", ["assessed/__init__.py"]),
        (r"\.submitted\.links\b", ["series.py"]),
        (r"(?<!def )\bpublish\(", ["report/basis.py"]),
        (r"\bscore\.score\b|\bscoring\.score\(|score import .*\bscore\b", ["cli/__init__.py"]),
    ],
    ids=["answers", "links", "figures", "scores"],
)
def test_what_many_people_answered_has_one_way_out(use: str, places: list[str]) -> None:
    """Pages, PDFs, exports and comparisons cannot pass disclosure by, for nothing else reads answers or scores them."""
    found = [path.relative_to(PACKAGE).as_posix() for path in MODULES if re.search(use, path.read_text("utf-8"))]

    assert found == places
