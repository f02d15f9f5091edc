"""A service over time: what single results publish, what comparisons say between them, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from assessor import demo, series
from assessor.answers import Answer
from assessor.assessed import surveyed
from assessor.cli import main
from assessor.paths import content
from assessor.pdf import TREND
from assessor.received import receive, verify
from assessor.record import TrendRecord
from assessor.score import whole
from assessor.store import NotFound, Store
from assessor.web import build_app
from tests import verapdf
from tests.assessments import stored
from tests.papers import squeezed, text
from tests.surveys import answered, begun, opened
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import Trend
    from assessor.store import Survey

GIVEN, NOW = "2026-11-23T09:30:00+00:00", "2026-12-24T09:30:00+00:00"
HARBOUR, NORTHSIDE = "Harbour Ward (demo)", "Northside Community Team (demo)"


def asked(store: Store, garden: Bank, number: int, *, see: bool = True, keep: int = 0) -> Survey:
    """Return a closed survey of eight gardeners, the first `keep` of whom hold a code that lasts."""
    survey = opened(store, garden, f"Wave {number}")
    token = store.surveys.share(survey.id)
    for n in range(8):
        given = {item: Answer(str(1 + (n + k * number) % 5)) for k, item in enumerate(("soil-1", "light-1"), 1)}
        code = f"person {'abcdefgh'[n]}" if n < keep else ""
        store.drafts.submit(begun(store, token, given=given).key, GIVEN, code)
    store.surveys.close(survey.id, f"2026-12-{number:02}T12:00:00+00:00")
    if see:
        surveyed(garden, store, store.surveys.survey(survey.id), NOW)
    return store.surveys.survey(survey.id)


def shown(store: Store, bank: Bank) -> Trend:
    return series.long_trend(bank, store, store.services()[0].id, "survey", NOW)


def test_every_score_is_that_of_its_result_and_every_step_that_of_its_comparison(store: Store, garden: Bank) -> None:
    waves = [asked(store, garden, n, keep=8) for n in (1, 2, 3)]
    found = shown(store, garden)
    taken = [surveyed(garden, store, wave, NOW) for wave in waves]
    pairs = [*pairwise(range(3)), (0, 2)]
    links = [series.links(store, waves[a], waves[b]) for a, b in pairs]
    compared = [taken[b].comparison(garden, taken[a], k) for (a, b), k in zip(pairs, links, strict=True)]

    assert [[p.line for p in course.points] for course in found.courses] == [
        list(lines) for lines in zip(*[[row.line for row in one.report(garden).rows] for one in taken], strict=True)
    ]
    assert (*found.steps, found.overall) == tuple(compared)
    assert [len(k) for k in links] == [8, 8, 0]
    for course in found.courses:
        assert course.points[0].since is None
        steps = [*(point.since for point in course.points[1:]), course.overall]
        assert steps == [next(m.change for m in c.rows if m.row == course.row) for c in compared]


def joined(store: Store, waves: Sequence[Survey]) -> set[tuple[str, str]]:
    return {(a.wave[-1], b.wave[-1]) for a in waves for b in waves if series.links(store, a, b)}


def test_a_survey_is_joined_to_the_one_before_it_only_whatever_is_deleted(store: Store, garden: Bank) -> None:
    one, two, three, four = (asked(store, garden, n, keep=8) for n in (1, 2, 3, 4))
    assert joined(store, (one, two, three, four)) == {("1", "2"), ("2", "3"), ("3", "4")}

    store.delete(three.id)
    assert joined(store, (one, two, four)) == {("1", "2")}
    five = asked(store, garden, 5, keep=8)
    store.delete(one.id)
    assert joined(store, (two, four, five)) == {("4", "5")}
    store.delete(five.id)
    assert joined(store, (two, four, asked(store, garden, 6, keep=8))) == {("4", "6")}


def test_what_came_before_a_survey_is_settled_when_its_result_is_seen(store: Store, garden: Bank) -> None:
    """Nobody has seen what is told of it and of an earlier survey before; so that may be deleted without a trace."""
    one, two, three = (asked(store, garden, n, see=False, keep=8) for n in (1, 2, 3))
    assert joined(store, (one, two, three)) == set()

    store.delete(two.id)
    for survey in (one, three):
        surveyed(garden, store, survey, NOW)
    assert joined(store, (one, three)) == {("1", "3")}


def test_a_survey_that_never_had_a_result_comes_before_nothing(store: Store, garden: Bank) -> None:
    one, three = asked(store, garden, 1, keep=8), asked(store, garden, 3, see=False, keep=8)
    asked(store, garden, 2, see=False, keep=8)
    surveyed(garden, store, three, NOW)

    assert joined(store, (one, three)) == {("1", "3")}
    surveyed(garden, store, next(s for s in store.surveys.surveys() if s.wave.endswith("2")), NOW)
    assert joined(store, tuple(store.surveys.surveys())) == {("1", "2"), ("1", "3")}


def test_of_more_than_twelve_the_latest_are_shown_and_it_says_so(
    store: Store, garden: Bank, renderer: Renderer
) -> None:
    for number in range(1, 15):
        asked(store, garden, number)
    found = shown(store, garden)
    page = (
        Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(NOW)))
        .get(f"/services/{store.services()[0].id}/trend")
        .text
    )
    pdf = renderer.trend(found)

    assert ([w.occasion.wave for w in found.waves], found.earlier) == ([f"Wave {n}" for n in range(3, 15)], 2)
    for said in ("These are the latest 12 times; 2 earlier ones are left out.",):
        assert said in page
        assert squeezed(said) in text(pdf)
    assert verapdf.failures(pdf)[0] == []


def test_what_nobody_looked_at_is_named_and_stays_unsealed(store: Store, garden: Bank) -> None:
    for number in (1, 2, 3):
        asked(store, garden, number)
    unseen = asked(store, garden, 4, see=False)
    foreign = replace(garden, edition="6.a")
    old = asked(store, foreign, 5)
    few = opened(store, garden, "Few")
    answered(store, few, 4)
    store.surveys.close(few.id, "2026-12-06T12:00:00+00:00")
    found = shown(store, garden)

    assert [wave.occasion.wave for wave in found.waves] == ["Wave 1", "Wave 2", "Wave 3"]
    assert [(a.wave, a.edition, a.reason) for a in found.absent] == [
        (unseen.wave, "7.b", "unseen"),
        (old.wave, "6.a", "edition"),
        (few.wave, "7.b", "few"),
    ]
    assert [store.surveys.survey(wave.id).seen for wave in (unseen, few)] == [None, None]


def test_a_wave_with_other_questions_says_how_many_are_the_same(store: Store, garden: Bank, renderer: Renderer) -> None:
    for n in (3, 4):
        stored(store, garden, f"Wave {n}", f"202{n}-05-01")
    begin = store.start(
        service="North", wave="Last", innovations=["beds"], perspective="gardener", bank=garden, now="2025-05-01"
    )
    store.save(begin.id, {"light-1": Answer("2")}, GIVEN)
    store.submit(begin.id, GIVEN)
    (found,) = (series.trend(garden, store, store.services()[0].id, "individual", NOW),)
    assert found is not None
    page = (
        Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(NOW)))
        .get(f"/services/{store.services()[0].id}/trend")
        .text
    )

    row = found.courses[0]
    assert [point.same for point in row.points] == [None, True, False]
    assert row.points[2].since
    assert f"; {row.points[2].since.compared} of {row.points[2].since.asked} questions are the same" in page


def test_a_trend_needs_three(store: Store, garden: Bank, renderer: Renderer) -> None:
    asked(store, garden, 1)
    asked(store, garden, 2)
    visitor = Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(NOW)))
    service = store.services()[0].id

    with pytest.raises(NotFound, match="at least 3 assessments of one kind"):
        shown(store, garden)
    visitor.get(f"/services/{service}/trend-survey.pdf", 404)
    assert "Wave 2" in visitor.get(visitor.get(f"/services/{service}").link("Scores over time")).text


def test_page_pdf_and_json_say_the_same_of_the_demo(
    bank: Bank, renderer: Renderer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    demo.put(tmp_path / "d.db", bank, demo.read(content("questions"), bank))
    made = CliRunner().invoke(main, ["trend", HARBOUR, "--json", "--database", "d.db"], catch_exceptions=False)
    told = json.loads(made.stdout)
    with Store(tmp_path / "d.db") as store:
        service = next(s for s in store.services() if s.name == HARBOUR)
        found = series.long_trend(bank, store, service.id, None, NOW)
        visitor = Visitor(build_app(bank, store, renderer))
        page = visitor.get(f"/services/{service.id}/trend").text
        made_pdf = visitor.download(f"/services/{service.id}/trend-individual.pdf").data
        pdf = text(made_pdf)

    checked = verify(bank, receive(made_pdf, "trend.pdf", words=True), renderer)
    assert (checked.faults, checked.remarks) == ((), ())
    carried = json.loads(PdfReader(BytesIO(made_pdf)).attachments[TREND][0])
    assert told == {key: value for key, value in carried.items() if key != "seal"}
    assert TrendRecord.model_validate_json(made.stdout).seal is None
    assert [wave["occasion"]["wave"] for wave in told["waves"]] == ["Autumn 2025", "Spring 2026", "Autumn 2026"]
    for course in found.courses:
        scores = [wave["everyone"]["rows"][course.row.id]["whole"]["mean"] for wave in told["waves"]]
        assert scores == [point.line.score for point in course.points if point.line]
        assert all(str(whole(score)) in page for score in scores)
    for row in (row for step in told["steps"] for row in step["rows"]):
        sign, way = ("+", "up") if row["points"] > 0 else ("−", "down") if row["points"] < 0 else ("±", "same")
        said = f"{sign}{abs(row['points'])}: {way}"
        assert said in page
        assert squeezed(said) in pdf
    assert found.overall
    ends = found.overall
    assert [row["points"] for row in told["overall"]["rows"]] == [move.change.points for move in ends.rows]
    moved = [*ends.up[:5], *ends.down[:5]]
    assert moved
    for move in (*moved, *(move for _, moves in ends.incomparable for move in moves)):
        assert move.text in page
        assert squeezed(move.text) in pdf
    assert re.search(squeezed("3 times, from 15 October 2025 to 14 October 2026"), pdf)


def test_a_comparison_on_the_command_line_uses_the_codes(bank: Bank, tmp_path: Path) -> None:
    demo.put(tmp_path / "d.db", bank, demo.read(content("questions"), bank))
    with Store(tmp_path / "d.db") as store:
        early, late = (survey.id for survey in store.surveys.surveys())
    both = [
        json.loads(CliRunner().invoke(main, ["compare", *ids, "--json", "--database", str(tmp_path / "d.db")]).stdout)
        for ids in ([early, late], [late, early])
    ]

    place = ["--database", str(tmp_path / "d.db"), "-o", str(tmp_path / "c.pdf")]
    CliRunner().invoke(main, ["compare", early, late, *place], catch_exceptions=False)
    checked = CliRunner().invoke(main, ["verify", str(tmp_path / "c.pdf")], catch_exceptions=False)

    assert checked.stdout.startswith("All agrees: 2 assessments and what moved between them worked out anew")
    assert [told["moves"]["linked"] for told in both] == [11, 11]
    forth, back = ({row["row"]: row for row in told["moves"]["rows"]} for told in both)
    assert {row["test"]["linked"] for row in forth.values()} == {0, 11}
    assert forth["C1"]["verdict"] == "up"
    for row in forth:
        one, other = forth[row]["test"], back[row]["test"]
        assert (one["low"], one["high"]) == pytest.approx((-other["high"], -other["low"]))
    assert back["C1"]["points"] == -forth["C1"]["points"]
