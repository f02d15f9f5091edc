"""The documents say what the code does."""

import re
from pathlib import Path

import click
import pytest

from assessor.bank import parts
from assessor.cli import main
from assessor.paths import content

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEYS = (content("questions") / "README.md").read_text(encoding="utf-8")
HEADINGS = {
    "[source]": parts.Source,
    "[answers]": parts.Wording,
    "[[perspective]]": parts.Perspective,
    "[[theme]]": parts.Theme,
    "[[innovation]]": parts.Innovation,
    "[[row]]": parts.Row,
    "[[facet]]": parts.Facet,
    "[[scale]]": parts.Scale,
    "[[band]]": parts.Band,
    "[[item]]": parts.Item,
    "[[item.option]]": parts.Option,
    "[[action]]": parts.Action,
    "findings.csv": parts.Finding,
}


def documented(heading: str) -> dict[str, tuple[bool, str]]:
    """Return the keys under a heading of questions/README.md: whether needed, and the description."""
    section = KEYS.split(f"### `{heading}`\n")[1].split("\n### ")[0]
    found = re.findall(r"^\| `(\w+)` \| (yes|) \| (.+) \|$", section, re.MULTILINE)
    return {key: (needed == "yes", text) for key, needed, text in found}


@pytest.mark.parametrize(("heading", "part"), HEADINGS.items(), ids=list(HEADINGS))
def test_every_key_of_the_bank_is_documented(heading: str, part: type[parts.Part]) -> None:
    assert documented(heading) == {k: (f.is_required(), f.description) for k, f in part.model_fields.items()}


def test_every_table_of_the_bank_is_documented() -> None:
    tables = set(parts.Document.model_fields) - {"id", "edition", "title", "subject", "retired"}

    assert {re.sub(r"[\[\]]", "", heading) for heading in HEADINGS} == {*tables, "item.option", "findings.csv"}
    assert all(f"| `{key}` |" in KEYS for key in ("id", "edition", "title", "subject", "retired"))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_help_and_stands_in_the_readme(name: str) -> None:
    command = main.commands[name]

    assert command.help
    assert f"assessor {name}" in README
    assert all(p.help for p in command.params if isinstance(p, click.Option) and p.name != "help")


def test_every_option_in_the_readme_exists() -> None:
    groups = [c for c in main.commands.values() if isinstance(c, click.Group)]
    commands = [*main.commands.values(), *(c for group in groups for c in group.commands.values())]
    known = {option for c in commands for p in c.params for option in p.opts} | {"--help", "--version"}

    assert {o for line in re.findall(r"`assessor [^`]*`", README) for o in re.findall(r"--[a-z]+", line)} <= known


def test_every_module_stands_in_the_tour() -> None:
    modules = {p.stem for p in (ROOT / "assessor").iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}

    assert {m for m in modules - {"__init__"} if f"`{m}" not in README} == set()


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = [t for t in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in t]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
