"""An action plan: its values, the store with two writers, what reports say of it, exports."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from assessor.assessed import assessed, pair
from assessor.cli import main
from assessor.demo import fill, read
from assessor.paths import content
from assessor.pdf import assessment_html, comparison_html
from assessor.plan import STATES, Intent, Plan, PlannedAction, Step, Version, by_row
from assessor.record import basis, differences
from assessor.record.writing import record_of
from assessor.report import Line, lay_out
from assessor.report.planned import planned
from assessor.score import whole
from assessor.store import NotFound, Overtaken, Store
from assessor.web import build_app
from assessor.web.results import download_of
from tests.assessments import stored
from tests.hard import MIXED, WORDY, promised, survey, waves
from tests.papers import report, squeezed, text
from tests.test_pdf_words import outline
from tests.visitor import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.store import Assessment

NOW, LATER = "2026-11-23T09:30:00+00:00", "2026-11-24T09:30:00+00:00"
FIRST = Intent("Ask the guests", "Head gardener", "2026-12-01", "Guests say so")


def action(*states: tuple[str, str], asked: str = NOW, due: str = "", row: str = "B1") -> PlannedAction:
    """Return an action that was saved in these states at these times."""
    said = tuple(Version(n, Intent("Water", due=due, state=state), at) for n, (state, at) in enumerate(states, 1))
    return PlannedAction(id="a", row=row, facet=None, suggestion=None, wave="", asked=asked, versions=said)


@pytest.fixture
def north(store: Store, garden: Bank) -> str:
    """A service with two finished assessments."""
    stored(store, garden, "A", "2026-05-01")
    stored(store, garden, "B", "2026-06-01")
    return store.services()[0].id


# Values


def test_the_history_names_each_state_once_with_when_it_began() -> None:
    found = action(("planned", "1"), ("planned", "2"), ("under way", "3"), ("planned", "4"), ("planned", "5"))

    assert found.history == (Step("planned", "1"), Step("under way", "3"), Step("planned", "4"))
    assert (found.since, found.revision) == (Step("planned", "4"), 5)


@pytest.mark.parametrize(
    ("state", "due", "late"),
    [
        ("planned", "2026-11-22", True),
        ("under way", "2026-11-22", True),
        ("planned", "2026-11-23", False),  # the day itself still counts
        ("planned", "", False),
        ("done", "2026-11-22", False),
        ("dropped", "2026-11-22", False),
    ],
)
def test_only_what_is_open_is_overdue_from_the_day_after(state: str, due: str, late: object) -> None:
    assert action((state, NOW), due=due).overdue("2026-11-23") is late


def test_a_plan_parts_what_stands_from_what_came_before() -> None:
    old, done, fresh = (
        action(("planned", "1"), asked="1"),
        action(("done", "1"), asked="1"),
        action(("done", "2"), asked="2"),
    )
    plan = Plan(at="2", actions=(old, done, fresh))

    assert plan.standing == (old, fresh)
    assert plan.earlier == (old, done)
    assert plan.until("1") == (old, done)


def test_actions_stand_under_their_rows_in_the_bank_s_order_and_none_is_left_out(garden: Bank) -> None:
    rows = ("gone", "B1", "core")
    found = by_row(garden, [action((s, NOW), row=row) for row in rows for s in STATES])

    assert [title for title, _ in found] == [garden.row["core"].title, garden.row["B1"].title, "gone"]
    assert [a.now.state for a in found[0][1]] == ["under way", "planned", "done", "dropped"]


@given(st.floats(0, 100), st.integers(0, 100))
def test_the_points_to_go_are_those_of_the_printed_figures(score: float, target: int) -> None:
    short = Line(title="", score=score, band=None, n=1, target=target).short

    assert short == (target - whole(score) if target > whole(score) else 0)


# The store


def test_every_version_is_kept_with_what_it_came_from(store: Store, north: str) -> None:
    at = store.assessments()[0]
    made = store.plans.add(
        north, FIRST, row="B1", now=NOW, facet="soil", suggestion="act-1", assessment=(at.id, at.submitted or "")
    )
    store.plans.change(north, made.id, 1, FIRST._replace(state="done", text="Asked"), LATER)
    (found,) = store.plans.actions(north)

    assert (found.row, found.facet, found.suggestion, found.wave, found.asked) == (
        "B1",
        "soil",
        "act-1",
        "A",
        at.submitted,
    )
    assert found.versions == (Version(1, FIRST, NOW), Version(2, FIRST._replace(state="done", text="Asked"), LATER))
    assert found == store.plans.action(north, made.id)


def test_who_saves_over_a_version_that_was_not_looked_at_is_told_and_saves_nothing(store: Store, north: str) -> None:
    made = store.plans.add(north, FIRST, row="B1", now=NOW)
    theirs = store.plans.change(north, made.id, 1, FIRST._replace(who="Cook"), LATER)

    with pytest.raises(Overtaken) as overtaken:
        store.plans.change(north, made.id, 1, FIRST._replace(who="Baker"), LATER)
    assert overtaken.value.kept == theirs
    assert store.plans.change(north, made.id, 1, FIRST._replace(who="Cook"), LATER) == theirs  # the same is no conflict
    assert store.plans.change(north, made.id, 2, FIRST._replace(who="Baker"), LATER).now.who == "Baker"


def test_of_many_who_save_at_once_one_gets_through_and_all_others_are_told(tmp_path: Path, garden: Bank) -> None:
    with Store(tmp_path / "r.db") as store:
        stored(store, garden, "A", "2026-05-01")
        service = store.services()[0].id
        made = store.plans.add(service, FIRST, row="B1", now=NOW)

        def save(n: int) -> bool:
            try:
                store.plans.change(service, made.id, 1, FIRST._replace(text=f"Text {n}"), LATER)
            except Overtaken:
                return False
            return True

        def aim(n: int) -> bool:
            try:
                store.plans.aim(service, "B1", 0, n)
            except Overtaken:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            saved, aimed = list(pool.map(save, range(20))), list(pool.map(aim, range(20)))

        assert (saved.count(True), aimed.count(True)) == (1, 1)
        assert store.plans.action(service, made.id).now.text == f"Text {saved.index(True)}"
        assert store.plans.targets(service)["B1"].points == aimed.index(True)


def test_a_target_can_be_set_changed_and_taken_back(store: Store, north: str) -> None:
    for revision, points in enumerate((70, 80, None)):
        assert store.plans.aim(north, "B1", revision, points).points == points
    with pytest.raises(Overtaken):
        store.plans.aim(north, "B1", 1, 60)

    assert store.plans.targets(north)["B1"].revision == 3


def test_a_plan_outlives_its_assessment_and_goes_with_its_service(store: Store, north: str) -> None:
    early, late = store.assessments()
    made = store.plans.add(north, FIRST, row="B1", now=NOW, assessment=(early.id, early.submitted or ""))
    store.plans.aim(north, "B1", 0, 70)
    store.delete(early.id)
    kept = store.plans.action(north, made.id)

    assert (kept.now, kept.wave, kept.asked) == (FIRST, "", early.submitted)
    store.delete(late.id)
    with store._driver.read() as db:
        tables = ("action", "action_version", "target")
        assert [db.rows(f"SELECT count(*) AS n FROM {table}")[0]["n"] for table in tables] == [0, 0, 0]  # noqa: S608


def test_an_action_of_another_service_is_not_there(store: Store, north: str, garden: Bank) -> None:
    made = store.plans.add(north, FIRST, row="B1", now=NOW)
    stored(store, garden, "A", "2026-05-01", "South")
    south = next(s.id for s in store.services() if s.name == "South")

    with pytest.raises(NotFound):
        store.plans.action(south, made.id)
    with pytest.raises(NotFound):
        store.plans.change(south, made.id, 1, FIRST, NOW)
    with pytest.raises(NotFound):
        store.plans.add("gone", FIRST, row="B1", now=NOW)


# Reports and exports


@pytest.fixture
def demo(store: Store, bank: Bank) -> Store:
    """The made-up services, in a store."""
    fill(store, bank, read(content("questions"), bank))
    return store


def both(demo: Store) -> list[Assessment]:
    """Return the two assessments of one service at which something was planned."""
    waves = {action.wave for service in demo.services() for action in demo.plans.actions(service.id)}
    return [a for a in demo.assessments() if a.wave in waves and a.service.name.startswith("North")]


def test_the_next_report_says_what_became_of_the_plan(bank: Bank, demo: Store, renderer: Renderer) -> None:
    early, late = both(demo)
    first, second = (assessed(bank, demo, a, NOW).report(bank) for a in (early, late))

    assert (len(first.plan), first.did) == (3, ())  # what was planned later is none of its business
    assert {a.now.state for a in second.did} == {"done", "under way", "dropped"}
    assert [a.wave for a in second.plan] == [early.wave, late.wave]
    printed = text(renderer.assessment(second))
    for action in second.did:
        assert squeezed(f"{action.now.text}{early.wave}") in printed
    for said in ("Done on 18 May 2026", "Under way since 8 June 2026", "Dropped on 6 July 2026", "You said, we did"):
        assert squeezed(said) in printed
    for said in ("Rota lead", "30 June 2026", "Sign of progress: The rota shows the ten minutes."):
        assert squeezed(said) in printed
    row = next(r for r in second.rows if r.row.id == "C1")
    assert squeezed(f"target 75, {row.line.short} points to go") in printed
    assert "You said" not in assessment_html(first)


def test_a_board_gets_four_pages_and_a_glance_is_one_however_much_is_planned(bank: Bank, renderer: Renderer) -> None:
    bases = waves(lambda n: survey(bank, MIXED, tuple(bank.innovation), seed=n), 2)
    late = promised(bases, WORDY)[1]
    assert late.plan
    actions = tuple(
        replace(action, id=f"{n}{action.id}", asked=late.plan.at) for n in range(3) for action in late.plan.actions
    )
    plan = replace(late.plan, actions=actions, targets=dict.fromkeys(late.rows, 70))
    made = lay_out(bank, replace(late, plan=plan, since=bases[0]))
    pdf = renderer.assessment(made, "board")
    pages = {title: page for _, title, page in outline(renderer.assessment(made))}

    assert {action.now.state for _, action in made.brief} == {"under way", "planned"}
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 4
    assert squeezed("7 more are in the whole report.") in text(pdf)
    assert pages["At a glance"] + 1 == pages["What to talk about first"]


def test_the_easy_edition_says_in_easy_words_what_will_be_done(bank: Bank, demo: Store, renderer: Renderer) -> None:
    made = assessed(bank, demo, both(demo)[1], NOW).report(bank)
    printed = text(renderer.assessment(made, "easy"))

    assert {action.now.state for action in made.plan} == {"under way"}
    for action in made.plan:
        assert squeezed(f"{action.now.text}Who does it: {action.now.who}When: by") in printed
    assert printed.count(squeezed("We have started.")) == len(made.plan)
    assert squeezed("We will do this:") not in printed, "no lines to write on beside a plan"


def test_a_comparison_says_what_became_of_what_was_planned_by_the_earlier_time(bank: Bank, demo: Store) -> None:
    early, late = both(demo)
    before, after = (assessed(bank, demo, a, NOW) for a in pair(bank, demo, early.id, late.id))
    found = after.comparison(bank, before)

    assert {a.wave for a in found.did} == {early.wave}
    assert len(found.did) == 3
    html = comparison_html(found)
    assert html.index("You said, we did") < html.index('id="up"')
    assert all(a.now.text.split(";")[0] in html for a in found.did)


def test_page_and_pdf_draw_the_same_target_and_say_it_in_words(bank: Bank, demo: Store, renderer: Renderer) -> None:
    late = both(demo)[1]
    page = Visitor(build_app(bank, demo, renderer)).get(f"/results/{late.id}")
    made = assessed(bank, demo, late, NOW).report(bank)

    assert made.targets == {"K3": 70, "C1": 75}
    for html in (page.html, assessment_html(made)):
        for row in made.rows:
            drawn = f"--score:{row.line.score:.1f}%" + (f";--aim:{row.line.target}%" if row.line.target else '"')
            assert drawn in html
    for row in (r for r in made.rows if r.line.target):
        words = f"arget {row.line.target}, " + (f"{row.line.short} points to go" if row.line.short else "reached")
        assert page.text.count(words) == 2
        assert assessment_html(made).count(words) == 2


def test_a_record_holds_what_is_printed_of_a_plan_and_the_report_follows_from_it(bank: Bank, demo: Store) -> None:
    store, north = demo, next(s for s in demo.services() if s.name.startswith("North"))
    for action in store.plans.actions(north.id):
        store.plans.change(north.id, action.id, action.revision, action.now._replace(who="Somebody else"), NOW)
    early, late = (assessed(bank, store, a, NOW) for a in both(store))
    made = replace(late, since=early).report(bank)
    record = record_of(made)

    assert record.plan
    assert "Rota lead" not in record.model_dump_json()  # it was saved over, and is not printed
    assert [a.text for a in record.plan.actions] == [a.now.text for a in store.plans.actions(north.id)]
    assert differences(bank, record) == []
    laid = lay_out(bank, basis(record))
    assert assessment_html(laid) == assessment_html(made)
    assert [a.wave for found in (made, laid) for a in found.did] == [early.occasion.wave] * 6


def test_a_kept_pdf_is_made_anew_when_the_plan_was_changed(bank: Bank, demo: Store, renderer: Renderer) -> None:
    late = both(demo)[1]
    app = build_app(bank, demo, renderer)
    with app.test_request_context():
        papers = [download_of(late).paper, download_of(late, whole=False).paper]
        made = demo.plans.add(late.service.id, FIRST, row="K3", now="2026-01-01T09:00:00+00:00")
        papers += [download_of(late).paper, download_of(late, whole=False).paper]
        demo.plans.change(late.service.id, made.id, 1, FIRST._replace(state="dropped"), NOW)
        papers += [download_of(late).paper, download_of(late, whole=False).paper]

    with_plan, without = papers[::2], papers[1::2]
    assert len({paper.key for paper in with_plan}) == 3
    assert len({paper.key for paper in without}) == 1


def test_a_hidden_report_shows_no_plan(bank: Bank) -> None:
    hidden = report(bank, people=3)

    assert planned(hidden, Plan(at=NOW, actions=(action(("planned", NOW)),), targets={"K1": 70})) == hidden


def test_hostile_words_in_a_plan_are_set_as_words(bank: Bank, renderer: Renderer) -> None:
    made = report(bank)
    evil = "<script>alert(1)</script>" + "x" * 1100
    said = Version(1, Intent(evil, evil[:120], "", evil[:600]), NOW)
    acted = replace(action(("planned", NOW), row="K3"), versions=(said,))
    printed = text(renderer.assessment(replace(made, plan=(acted,), did=(acted,))))

    assert printed.count("<script>alert(1)</script>") == 4


def test_a_plan_is_exported_as_a_table_and_as_json(tmp_path: Path, bank: Bank) -> None:
    path = tmp_path / "r.db"
    with Store(path) as store:
        fill(store, bank, read(content("questions"), bank))
        north = next(s for s in store.services() if s.name.startswith("North"))
        store.plans.aim(north.id, "core-knowledge", 0, 60)
        kept = store.plans.actions(north.id)
    run = CliRunner().invoke
    lines = list(csv.DictReader(io.StringIO(run(main, ["export", "--plan", "--database", str(path)]).stdout)))
    (found,) = json.loads(run(main, ["export", "--plan", "--json", "--database", str(path)]).stdout)

    assert [line["text"] for line in lines] == [*(a.now.text for a in kept), ""]
    assert (lines[-1]["row"], lines[-1]["target"]) == ("core-knowledge", "60")
    assert found["targets"] == {"C1": 75, "K3": 70, "core-knowledge": 60}
    assert [a["action"] for a in found["actions"]] == [a.id for a in kept]
    done = next(line for line in lines if line["state"] == "done")
    assert done["history"] == "planned 2026-03-16; under way 2026-04-13; done 2026-05-18"
    assert run(main, ["export", "--plan", "--service", "Nobody", "--database", str(path)]).exit_code == 2
    assert run(main, ["export", "--plan", "--wave", "A", "--database", str(path)]).exit_code == 2
