"""What the command line takes out of a database: a copy of it, and what is published of many people's answers."""

import csv
import io
import json
import stat
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader

from assessor import exports
from assessor.answers import Answer
from assessor.assessed import surveyed
from assessor.bank import Bank
from assessor.cli.files import Named
from assessor.cli.sources import read_pair, read_source
from assessor.store import Store, Survey
from tests.assessments import asked, stored
from tests.commands import GARDEN, refused, run, serving
from tests.surveys import submitted

README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")
NOW, LATER = "2026-11-23T09:30:00+00:00", "2026-11-23T10:30:00+00:00"


def answer(store: Store, survey: Survey, who: str, code: str, number: int) -> None:
    sure = {"sure-1": Answer("4")} if who == "gardener" else {}
    for token in store.surveys.invite(survey.id, [None] * number):
        key, _ = store.drafts.begin(token, who, NOW)
        store.drafts.change(key, lambda *_: {"soil-1": Answer(code), "light-1": Answer("dk"), **sure}, NOW)
        store.drafts.submit(key, NOW)


@pytest.fixture
def database(tmp_path: Path, garden: Bank) -> Iterator[Path]:
    """Two surveys that have closed, one that is open, and one person's assessment."""
    path = tmp_path / "r.db"
    with Store(path) as store:
        for wave, code in (("May", "5"), ("June", "3")):
            survey = asked(store, garden, wave)
            answer(store, survey, "gardener", code, 6)
            answer(store, survey, "guest", "7", 5)
            store.surveys.close(survey.id, NOW)
        asked(store, garden, "July")
        stored(store, garden, "Alone", "2026-05-01")
    yield path
    assert not list(tmp_path.rglob("*.part"))


def ids(database: Path) -> dict[str, str]:
    with Store(database) as store:
        return {a.wave: a.id for a in store.surveys.surveys()} | {a.wave: a.id for a in store.assessments()}


def kept(*arguments: object, database: Path) -> tuple[str, ...]:
    return (*map(str, arguments), "--database", str(database), "--bank", str(GARDEN))


def test_a_survey_has_its_report_and_is_sealed_by_it(database: Path, tmp_path: Path) -> None:
    survey, pdf = ids(database)["May"], tmp_path / "r.pdf"
    made = run(*kept("report", survey, "-o", pdf, database=database))
    again = run(*kept("report", survey, "-o", pdf, database=database))
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages)

    assert (made.exit_code, again.exit_code) == (0, 0)
    assert ("cannot be opened again" in made.stderr, "cannot be opened again" in again.stderr) == (True, False)
    assert "6 of 12 invited" in text
    with Store(database) as store:
        assert store.surveys.survey(survey).seen


def test_surveys_are_compared_with_each_other_and_with_nothing_else(database: Path, tmp_path: Path) -> None:
    named, pdf = ids(database), tmp_path / "c.pdf"
    assert run(*kept("compare", named["May"], named["June"], "-o", pdf, database=database)).exit_code == 0
    assert "May" in PdfReader(pdf).pages[0].extract_text()

    mixed = run(*kept("compare", named["May"], named["Alone"], "-o", pdf, database=database))
    refused(mixed, "can only be compared with what many people answered")
    early = run(*kept("report", named["July"], "-o", pdf, database=database))
    refused(early, "answers can still come")
    refused(run(*kept("report", "nothing", "-o", pdf, database=database)), "nothing with the id")


def test_what_is_published_of_a_survey_is_exported_and_nothing_of_a_person(database: Path) -> None:
    named = ids(database)
    table = run(*kept("export", "--survey", named["May"], database=database))
    found = json.loads(run(*kept("export", "--survey", named["May"], "--json", database=database)).stdout)
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    soil = next(row for row in rows if row["figure"] == "item soil-1")
    parts = {row["part"]: row for row in rows if row["figure"] == "score" and row["row"] == soil["row"]}
    scored = {figure["part"]: figure for figure in found["figures"] if figure["figure"] == "score"}

    assert [str(f["mean"] if f["mean"] is not None else "") for f in found["figures"]] == [r["mean"] for r in rows]
    assert {part["name"]: part["people"] for part in found["parts"]} == {
        "Gardener, Guest": 11,
        "Gardener": 6,
        "Guest": 5,
    }
    assert set(parts) == set(scored) == {"Gardener, Guest", "Gardener", "Guest"}
    assert [part["id"] for part in found["parts"]] == ["everyone", "gardener", "guest"]
    assert {row["part_id"]: row["part"] for row in rows} == {part["id"]: part["name"] for part in found["parts"]}
    assert (soil["n"], soil["withheld"]) == ("11", "")
    # six people chose 5 of 1 to 7 and five chose 7, on a statement against the row: (6 x 100/3 + 5 x 0) / 11
    assert soil["mean"] == "18"
    assert not [row for row in rows if row["n"] and 0 < int(row["n"]) < 5]
    assert "person" not in table.stdout.partition("\n")[0]
    refused(run(*kept("export", "--survey", named["July"], database=database)), "answers can still come")
    refused(run(*kept("export", "--survey", named["Alone"], database=database)), "leave out --survey")


def test_every_key_of_what_is_published_stands_in_the_readme(database: Path) -> None:
    named = ids(database)
    exported = [("export", "--json", "--survey", named[wave]) for wave in ("May", "June", "May")]
    told = [json.loads(run(*kept(*asked, database=database)).stdout) for asked in exported]
    found = next(one for one in told if one["since"])  # both closed in one second: chance says which came first
    section = README.split("### What `assessor export --survey ID` prints\n")[1].split("\n### ")[0]

    weights = {key for weight in found["weights"].values() for key in weight}
    parts = {key for part in found["parts"] for key in part}
    keys = {*found, *found["since"], *found["since"]["questions"], *weights, *parts}
    assert {key for key in keys - {"bank", "service", "wave", "date"} if f"`{key}`" not in section} == set()


def test_where_nothing_was_asked_no_nought_is_published(database: Path, garden: Bank) -> None:
    with Store(database) as store:
        report = surveyed(garden, store, store.surveys.survey(ids(database)["May"]), LATER).report(garden)
    asked = {
        (row.row.id, name): bool(getattr(row, name).given) for row in report.rows for name in ("tested", "observed")
    }
    told = [f for f in exports.published(report)["figures"] if f["figure"] in {"tested", "observed"}]

    assert {True, False} == set(asked.values())
    for figure in told:
        counted = [figure[key] is not None for key in ("n", "aligned", "between", "against", "dont_know")]
        assert counted == [asked[figure["row"], figure["figure"]]] * 5


def test_the_time_before_is_read_only_for_a_report_that_tells_of_it(database: Path, garden: Bank) -> None:
    with Store(database) as store:
        early = stored(store, garden, "Later", "2026-06-01")
        late = stored(store, garden, "Last", "2026-07-01")
    told = read_source(late, garden, database, since=True)
    two = read_pair((early, Named()), (late, Named()), garden, database)[:2]

    assert told.since
    assert told.since.occasion.wave == "Later"
    assert [(found.occasion.wave, found.since) for found in two] == [("Later", None), ("Last", None)]


def test_a_group_that_is_too_small_is_in_no_line(database: Path, garden: Bank) -> None:
    with Store(database) as store:
        survey = asked(store, garden, "August")
        answer(store, survey, "gardener", "5", 6)
        answer(store, survey, "guest", "7", 3)
        store.surveys.close(survey.id, NOW)
    rows = list(csv.DictReader(io.StringIO(run(*kept("export", "--survey", survey.id, database=database)).stdout)))

    assert {(row["part"], row["part_id"]) for row in rows} == {("Gardener", "everyone")}
    assert {row["n"] for row in rows if row["figure"] == "item soil-1"} == {"6"}
    (sure,) = (row for row in rows if row["figure"] == "item sure-1")
    assert (sure["n"], sure["mean"], sure["aligned"]) == ("6", "50", "0")


def test_where_only_surveys_are_the_way_to_their_export_is_said(tmp_path: Path, garden: Bank) -> None:
    with Store(tmp_path / "s.db") as store:
        asked(store, garden)

    refused(run(*kept("export", database=tmp_path / "s.db")), "exported with --survey ID")


def test_a_backup_holds_everything_and_is_nobody_elses_business(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    said = run("backup", "-o", copy, "--database", database)
    with Store(database) as one, Store(copy) as other:
        for survey in one.surveys.surveys():
            assert other.surveys.survey(survey.id) == survey
            assert submitted(other, survey.id) == submitted(one, survey.id)
            assert other.surveys.shared(survey.id) == one.surveys.shared(survey.id)
        assert other.assessments() == one.assessments()

    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert "the keys" in said.stderr
    refused(run("backup", "-o", copy, "--database", database), "is there already")
    assert run("backup", "-o", copy, "--force", "--database", database).exit_code == 0
    refused(run("backup", "-o", database, "--force", "--database", database), "is a database in use")
    refused(run("backup", "-o", tmp_path / "new.db", "--database", tmp_path / "gone.db"), "There is no database")
    assert list(tmp_path.glob("copy.db?*")) == [tmp_path / "copy.db-lock"], "what opening it made, and nothing else"


def test_a_backup_beside_a_running_server_is_whole_and_can_be_served(
    database: Path, tmp_path: Path, garden: Bank
) -> None:
    """While somebody writes without rest, every copy opens, has no half of anything, and the server loses nothing."""
    with serving("serve", "--database", database, "--bank", GARDEN) as (_, address), Store(database) as store:
        survey, over, made = asked(store, garden, "Busy"), threading.Event(), 0

        def write() -> None:
            nonlocal made
            while not over.is_set():
                answer(store, survey, "guest", "4", 1)
                made += 1

        writer = threading.Thread(target=write)
        writer.start()
        counted = []
        for n in range(4):
            assert run("backup", "-o", tmp_path / f"{n}.db", "--database", database).exit_code == 0
            counted.append(made)
        over.set()
        writer.join()
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert page.status == 200
        assert len(submitted(store, survey.id)) == made
        refused(run("backup", "-o", database, "--force", "--database", tmp_path / "0.db"), "is a database in use")

    sizes = []
    for n in range(4):
        with Store(tmp_path / f"{n}.db") as copied:
            responses = submitted(copied, survey.id)
            assert {len(response.answers) for response in responses} <= {2}
            sizes.append(len(responses))
    assert sizes == sorted(sizes)
    assert all(size <= done + 1 for size, done in zip(sizes, counted, strict=True))
    with (
        serving("serve", "--database", tmp_path / "3.db", "--bank", GARDEN) as (_, address),
        urllib.request.urlopen(address, timeout=20) as page,  # noqa: S310 - our own address
    ):
        assert b"North" in page.read()
