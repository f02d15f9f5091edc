"""Comparisons and trends come back from their PDFs too: recomputed from their waves, and refused where they differ."""

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter

from assessor.bank import Bank
from assessor.cli import main
from assessor.difference import Overlap
from assessor.paths import content
from assessor.pdf import COMPARISON, TREND, Renderer, imprint, take_in
from assessor.pdf.attachments import DESCRIPTIONS
from assessor.plan import Plan
from assessor.received import CHANGED, OTHER_TEST, receive, receive_all, repeats, verify
from assessor.record import (
    ComparisonRecord,
    RecordError,
    TrendRecord,
    bare,
    read,
    repeat_differences,
    schema,
    told_of,
)
from assessor.report import Basis, ComparisonReport, Report, Trend, build_trend, compare_bases, lay_out
from tests.papers import report
from tests.test_pdf_access import ACTIONS
from tests.test_received import (
    attachment,
    bomb,
    circle,
    command,
    crowded,
    edited,
    forged,
    nested,
    one_digit,
    unsealed,
    with_result,
)
from tests.test_record import changed, crowd, leaves
from tests.verapdf import ARCHIVE, failures

Compare = Callable[[Bank, Basis, Basis], ComparisonReport]
KINDS: dict[str, type[ComparisonRecord | TrendRecord]] = {COMPARISON: ComparisonRecord, TREND: TrendRecord}
# What rests on answers, and so cannot be worked out from the waves: the seal holds it.
TAKEN = {"linked", "correlation"}


def dated(
    made: Report, wave: str, date: str, edition: str = "", revisions: Mapping[str, int] = MappingProxyType({})
) -> Report:
    """Return a report as that of another time, with some questions in other revisions."""
    told = made.basis
    occasion = replace(told.occasion, wave=wave, date=date, edition=edition)
    return lay_out(made.bank, replace(told, occasion=occasion, revisions={**told.revisions, **revisions}))


def waves(bank: Bank, count: int = 3) -> list[Report]:
    """Return reports on a group at several times."""
    return [dated(crowd(bank, 2 * n + 1), f"Wave {n}", f"2026-{n:02}-12") for n in range(1, count + 1)]


@pytest.fixture(scope="module")
def pdfs(bank: Bank, renderer: Renderer) -> list[bytes]:
    """Three reports of one service."""
    return [renderer.assessment(made) for made in waves(bank)]


def linked(bank: Bank, before: Basis, after: Basis) -> ComparisonReport:
    """Return a comparison in which some people are known to have answered both times."""
    found = compare_bases(bank, before, after, lambda rows, _: dict.fromkeys(rows, Overlap(7, 0.6)))
    return replace(found, linked=7)


def planned(bank: Bank) -> ComparisonReport:
    """Return a comparison of two groups, the earlier of which had a plan, with comments in both reports."""
    actions = tuple(replace(action, asked="2026-02-01") for action in ACTIONS)
    plan = Plan(at="2026-03-12T12:00", actions=actions, targets={"K3": 70})
    early, late = (replace(crowd(bank, seed).basis, plan=plan) for seed in (1, 3))
    return compare_bases(bank, early, replace(late, plan=replace(plan, at="2026-09-12T12:00")))


def trend(bank: Bank, several: list[Report], compare: Compare = compare_bases) -> Trend:
    """Return reports over time."""
    told = [made.basis for made in several]
    steps = [compare(bank, before, after) for before, after in pairwise(told)]
    return build_trend("survey", several, steps, compare(bank, told[0], told[-1]))


def made_of(bank: Bank, renderer: Renderer, kind: str) -> bytes:
    """Return the PDF of a comparison or of a trend."""
    if kind == "trend":
        return renderer.trend(trend(bank, waves(bank)))
    one, other, _ = (made.basis for made in waves(bank))
    single = [report(bank, dk=dk).basis for dk in (0.1, 0.3)]
    few = [crowd(bank, 1, people=n).basis for n in (4, 24)]
    found = {
        "groups": compare_bases(bank, one, other),
        "planned": planned(bank),
        "single": compare_bases(bank, single[0], single[1]),
        "hidden": compare_bases(bank, few[0], few[1]),
    }
    return renderer.comparison(found[kind])


@pytest.fixture(scope="module")
def made(bank: Bank, renderer: Renderer) -> Callable[[str], bytes]:
    """The PDFs, each made once."""
    return cache(lambda kind: made_of(bank, renderer, kind))


@pytest.mark.parametrize("kind", ["groups", "planned", "single", "hidden", "trend"])
def test_what_was_not_touched_agrees_with_itself_and_is_accessible_and_fit_for_archives(
    bank: Bank, renderer: Renderer, kind: str, made: Callable[[str], bytes]
) -> None:
    pdf = made(kind)
    root: Any = PdfReader(io.BytesIO(pdf)).root_object
    (file,) = root["/AF"]
    name = TREND if kind == "trend" else COMPARISON

    for one in (pdf, edited(pdf, lambda _: None)):
        found = verify(bank, receive(one, "a.pdf", words=True), renderer)
        assert (found.faults, found.remarks) == ((), ())
    assert (file.get_object()["/UF"], file.get_object()["/Desc"]) == (name, DESCRIPTIONS[name])
    assert failures(pdf)[0] == failures(pdf, ARCHIVE)[0] == []


def test_linked_people_come_back_with_one_number_that_joins_their_answers(bank: Bank, renderer: Renderer) -> None:
    told = [made.basis for made in waves(bank)]
    compared = linked(bank, told[0], told[1])
    first, second = renderer.comparison(compared), renderer.trend(trend(bank, waves(bank), linked))
    record = read(ComparisonRecord, take_in(first).text)

    assert compared.joined
    assert record.moves.linked == 7
    assert {(row.test.linked, row.test.correlation) for row in record.moves.rows if row.test} >= {(7, 0.6)}
    for pdf in (first, second):
        found = verify(bank, receive(pdf, "a.pdf", words=True), renderer)
        assert (found.faults, found.remarks) == ((), ())


@pytest.mark.parametrize("kind", ["groups", "trend"])
def test_a_changed_digit_of_a_page_is_found_even_under_a_forged_seal(
    bank: Bank, renderer: Renderer, kind: str, made: Callable[[str], bytes]
) -> None:
    wrong = edited(made(kind), one_digit)
    resealed = edited(wrong, forged)

    first, second = (verify(bank, receive(p, "a.pdf", words=True), renderer).faults for p in (wrong, resealed))
    assert first == (CHANGED, *second)
    assert re.fullmatch(r"Page 2 prints “\S*\d\S*”; the attached result makes “\S*\d\S*”\.", second[0])


@pytest.mark.parametrize("kind", ["groups", "trend"])
def test_every_figure_of_what_moved_is_worked_out_anew(bank: Bank, kind: str, made: Callable[[str], bytes]) -> None:
    found = take_in(made(kind))
    text = unsealed(found.text)
    numbers = [
        (place, value)
        for place, value in leaves(json.loads(text))
        if place[0] in {"moves", "steps", "overall"} and type(value) in {int, float}
    ]
    missed: set[str] = set()
    for place, value in Random(5).sample(numbers, 60):
        try:
            record = read(KINDS[found.name], changed(text, place, value + 1 if value < 99 else value - 1))
        except RecordError:
            continue
        if not repeat_differences(bank, record):
            missed.add(str(place[-1]))

    assert missed <= TAKEN


def test_a_changed_wave_is_found_by_its_own_figures(
    bank: Bank, renderer: Renderer, single: bytes, made: Callable[[str], bytes]
) -> None:
    pdf = made("groups")
    text = unsealed(take_in(pdf).text)
    place = ("waves", 1, "everyone", "rows", "core-knowledge", "whole", "mean")
    wrong = edited(with_result(pdf, changed(text, place, 12.5)), forged)
    (said, *_) = verify(bank, receive(wrong, "a.pdf", words=True), renderer).faults

    assert said.startswith("“Wave 2”: everyone, rows, core-knowledge, whole, mean: the attached result says 12.5, but ")
    swapped = edited(with_result(pdf, take_in(single).text), forged)
    with pytest.raises(RecordError, match="cannot be read"):
        receive(swapped, "a.pdf")


@pytest.fixture(scope="module")
def single(bank: Bank, renderer: Renderer) -> bytes:
    """The report of one person."""
    return renderer.assessment(report(bank))


def test_words_plans_and_choices_stay_behind(made: Callable[[str], bytes]) -> None:
    for kind in ("single", "planned"):
        text = take_in(made(kind)).text.decode()
        record = ComparisonRecord.model_validate_json(text)
        assert "It depends on the shift." not in text
        assert "Ask us more often." not in text
        assert "https://example.org/policy.pdf" not in text
        assert [action.text for action in record.did] == ["Ask the peers"] * (len(ACTIONS) * (kind == "planned"))
        assert all(wave.plan is None for wave in record.waves)
        assert [bare(wave) for wave in record.waves] == list(record.waves)


def test_another_bank_and_another_version_are_noticed(
    bank: Bank, garden: Bank, renderer: Renderer, made: Callable[[str], bytes]
) -> None:
    found = receive(made("groups"), "a.pdf", words=True)
    assert isinstance(found.record, ComparisonRecord)
    older = replace(found, record=found.record.model_copy(update={"imprint": "0" * 64}))

    (said,) = verify(garden, found, renderer).faults
    assert said.endswith("name the folder of its bank with --bank.")
    assert len(verify(bank, older, renderer).remarks) == 1
    moves = found.record.moves.model_copy(update={"detectable": 1.0})
    otherwise = replace(older, record=older.record.model_copy(update={"moves": moves}))
    verdict = verify(bank, otherwise, renderer)
    assert verdict.faults == ()
    assert verdict.remarks[1:2] == (OTHER_TEST,)
    of_today = otherwise.record.model_copy(update={"imprint": found.imprint})
    assert verify(bank, replace(found, record=of_today), renderer).faults


@pytest.mark.parametrize("name", ["compare", "trend"])
def test_the_schemas_are_published_and_say_what_everything_is(name: str) -> None:
    printed = CliRunner().invoke(main, [name, "--schema"], catch_exceptions=False)

    assert json.loads(printed.output) == schema(name)
    assert all(part["description"] and not part["additionalProperties"] for part in schema(name)["$defs"].values())


# Several reports beside each other


def test_three_reports_make_the_trend_of_what_they_publish_whichever_comes_first(
    bank: Bank, renderer: Renderer, pdfs: list[bytes]
) -> None:
    found = repeats(bank, [receive(pdf, "a.pdf") for pdf in (pdfs[2], pdfs[0], pdfs[1])])

    assert found.said == trend(bank, waves(bank))
    assert len(found.said.bank.rows) > 3
    again = verify(bank, receive(found.pdf(renderer), "a.pdf", words=True), renderer)
    assert (again.faults, again.remarks) == ((), ())


def test_an_older_edition_is_compared_over_the_questions_that_are_the_same(
    bank: Bank, renderer: Renderer, pdfs: list[bytes]
) -> None:
    line = next(row for row in waves(bank)[0].rows if row.row.innovation)
    row, (first, second, *_) = line.row.id, [shown.item for shown in line.items if shown.alignment is not None]
    gone = (item.model_copy(update={"id": "gone-1"}) if item == second else item for item in bank.items)
    then = replace(bank, edition="2025.1", items=tuple(gone))
    early = dated(crowd(then, 5), "Old", "2025-01-01", edition="2025.1", revisions={first.id: 9})
    old = renderer.assessment(early)
    found = repeats(bank, [receive(pdf, "a.pdf") for pdf in (*pdfs[:2], old)])
    assert isinstance(found.said, Trend)
    (course,) = (c for c in found.said.courses if c.row.id == row)
    step, later = course.points[1].since, course.points[2].since

    assert [wave.occasion.wave for wave in found.said.waves] == ["Old", "Wave 1", "Wave 2"]
    assert step
    assert later
    same = {move.id for move in (*found.said.steps[0].up, *found.said.steps[0].down, *found.said.steps[0].same)}
    assert same
    assert same.isdisjoint({first.id, second.id, "gone-1"})
    assert step.compared < later.compared
    assert course.points[1].same is False
    assert course.points[0].line
    assert course.points[0].line.score == next(r.line.score for r in early.rows if r.row.id == row)
    assert {r for r, _ in found.said.steps[0].incomparable} >= {"reworded", "retired"}
    again = verify(bank, receive(found.pdf(renderer), "a.pdf", words=True), renderer)
    assert (again.faults, again.remarks) == ((), ())
    with pytest.raises(RecordError, match="name the folder of its bank"):
        repeats(then, [receive(pdf, "a.pdf") for pdf in (*pdfs[:2], old)])


def test_a_report_that_shows_nothing_is_left_out_of_a_trend_and_named(
    bank: Bank, renderer: Renderer, pdfs: list[bytes]
) -> None:
    few, fewer = (renderer.assessment(dated(crowd(bank, n, people=4), f"Few {n}", f"2026-02-{n + 13}")) for n in (7, 8))
    found = repeats(bank, [receive(pdf, "a.pdf") for pdf in (*pdfs[:2], few)])

    assert isinstance(found.said, Trend)
    assert [wave.occasion.wave for wave in found.said.waves] == ["Wave 1", "Wave 2"]
    assert [(wave.wave, wave.reason) for wave in found.said.absent] == [("Few 7", "few")]
    again = verify(bank, receive(found.pdf(renderer), "a.pdf", words=True), renderer)
    assert (again.faults, again.remarks) == ((), ())
    with pytest.raises(RecordError, match="Too few of these reports show anything"):
        repeats(bank, [receive(pdf, "a.pdf") for pdf in (pdfs[0], few, fewer)])


def test_a_third_report_that_does_not_belong_is_refused_with_a_sentence(
    bank: Bank, garden: Bank, renderer: Renderer, pdfs: list[bytes], single: bytes, made: Callable[[str], bytes]
) -> None:
    later = waves(bank)[1].basis
    elsewhere = lay_out(bank, replace(later, occasion=replace(later.occasion, service="Southside Team")))
    two = [receive(pdf, "a.pdf") for pdf in pdfs[:2]]
    team = lay_out(bank, replace(report(bank).basis, occasion=replace(report(bank).basis.occasion, agreed=True)))
    for third, said in (
        (renderer.assessment(elsewhere), "different services, “Northside Team” and “Southside Team”"),
        (single, "not answered in one way: many people were asked for “Wave 2”, one person answered “First”."),
        (renderer.assessment(team), "one way: many people were asked for “Wave 2”, a team agreed on “First”."),
        (renderer.assessment(report(garden, ("beds",))), "of one question bank"),
        (pdfs[0], "The same report was given twice."),
        (renderer.assessment(waves(bank)[0], "board"), "The same report was given twice."),
        (edited(pdfs[2], one_digit), "The report “Wave 3” cannot be used. The attached result or a page was changed"),
        (made("groups"), "“Northside Team, Wave 1 to Wave 2” is what several reports say together"),
        (made("trend"), "“Northside Team, Wave 1 to Wave 3” is what several reports say together"),
    ):
        with pytest.raises(RecordError, match=re.escape(said)):
            repeats(bank, [*two, receive(third, "c.pdf")])
    for several in ([], pdfs[:1], pdfs * 5):
        with pytest.raises(RecordError, match="Choose 2 to 12 PDF reports"):
            receive_all([("a.pdf", pdf) for pdf in several])


def test_a_third_file_that_does_harm_is_refused_with_its_name(garden: Bank, renderer: Renderer) -> None:
    good = renderer.assessment(report(garden, ("beds",)))
    drawn: Callable[[PdfWriter], Any] = lambda writer: writer.pages[0]["/Contents"].get_object()  # noqa: E731
    for third, said in (
        (b"person,perspective\n", "c.pdf: This is not a PDF."),
        (good[: len(good) // 2], "c.pdf: This PDF"),
        (edited(good, lambda w: w.encrypt("secret", algorithm="RC4-128")), "c.pdf: This PDF is encrypted"),
        (edited(good, lambda w: bomb(attachment(w))), "c.pdf: This PDF unpacks to far more"),
        (edited(good, lambda w: bomb(drawn(w))), "c.pdf: This PDF unpacks to far more"),
        (edited(good, crowded), "c.pdf: This PDF unpacks to far more"),
        (edited(good, circle), "c.pdf: This PDF is damaged"),
        (edited(good, lambda w: w.add_attachment(TREND, b"{}")), "c.pdf: This PDF is no report"),
        (with_result(good, b"{"), "c.pdf: The attached result cannot be read"),
        (bytes(100_000_000), "c.pdf: This file is too large"),
    ):
        with pytest.raises(RecordError, match=re.escape(said)):
            receive_all([("a.pdf", good), ("b.pdf", good), ("c.pdf", third)])
    assert [found.intact for found in receive_all([("a.pdf", good), ("b.pdf", edited(good, nested))])] == [True, False]


def test_all_files_together_have_little_time(pdfs: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessor.received.LEAST_SECONDS", 0.01)

    with pytest.raises(RecordError, match=r"given up after 0\.01 seconds"):
        receive_all([("a.pdf", pdf) for pdf in pdfs], seconds=0)


def test_the_command_sets_three_pdfs_beside_each_other(
    bank: Bank, pdfs: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["a.pdf", "b.pdf", "c.pdf"]
    for name, pdf in zip(names, pdfs, strict=True):
        Path(name).write_bytes(pdf)
    done = command("compare", *reversed(names), "-o", "out.pdf")
    told = command("compare", *names, "--json")
    checked = command("verify", "out.pdf")
    mixed, many = command("compare", "a.pdf", "b.csv", "c", "-o", "x.pdf"), command("compare", "a", "b", "c", "--json")

    assert (done.exit_code, told.exit_code, checked.exit_code) == (0, 0, 0)
    assert "Northside Team" in PdfReader("out.pdf").pages[0].extract_text()
    due = repeats(bank, [receive(pdf, "x") for pdf in pdfs]).record(imprint(content("reports")))
    assert json.loads(told.stdout) == json.loads(due)
    TrendRecord.model_validate_json(told.stdout)
    carried = json.loads(PdfReader("out.pdf").attachments[TREND][0])
    assert carried.pop("seal")
    assert json.loads(told.stdout) == carried
    assert checked.stdout.startswith("All agrees: 3 assessments and what moved between them worked out anew, ")
    assert "out.pdf: Northside Team, Wave 1 to Wave 3" in checked.stderr
    for refused in (mixed, many):
        assert (refused.exit_code, refused.stderr) == (
            2,
            "assessor: Name 2 to 12 PDF reports to compare, or two CSV files or ids of assessments.\n",
        )
    assert not Path("x.pdf").exists()


def test_twelve_reports_of_the_largest_kind_can_be_read_again(bank: Bank, renderer: Renderer) -> None:
    found = receive(renderer.trend(trend(bank, waves(bank, 12))), "a.pdf")

    assert isinstance(found.record, TrendRecord)
    assert repeat_differences(bank, found.record) == []
    assert [told_of(bank, wave).occasion.wave for wave in found.record.waves] == [f"Wave {n}" for n in range(1, 13)]
