"""Two surveys of one service: codes say who answered both times, and the comparison says how sure one can be."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from assessor import demo
from assessor.answers import Answer
from assessor.assessed import surveyed
from assessor.exports import moves
from assessor.paths import content
from assessor.pdf import comparison_html, trend_html
from assessor.report import compare_bases
from assessor.series import long_trend
from assessor.store import Store
from assessor.web import build_app
from tests.hard import mixed, reworded
from tests.papers import squeezed, text
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import ComparisonReport
    from assessor.store import Survey

WAVES = {
    "May": "2026-05-04T09:00:00+00:00",
    "August": "2026-08-03T09:00:00+00:00",
    "November": "2026-11-02T09:00:00+00:00",
}


def asked(store: Store, bank: Bank, wave: str, people: dict[str, int], rise: float, keep: int) -> Survey:
    """Return a closed survey in which people rated; the first `keep` of the staff hold a code that lasts."""
    now, random = WAVES[wave], Random(f"occasion {wave}")
    invited = {p: n + 3 for p, n in people.items()}
    survey = store.surveys.create(
        service="North", wave=wave, innovations=["peer-workers"], invited=invited, bank=bank, now=now
    )
    store.surveys.open(survey.id, now)
    token = store.surveys.share(survey.id)
    rows = bank.asked_rows(("peer-workers",))
    for who, number in people.items():
        for n in range(number):
            trait = Random(f"{who} {n}").gauss(0, 0.8)
            items = [i for row in rows for i in bank.page_items(row.id, who)]
            given = {i.id: _answer(bank, i.id, trait + random.gauss(0, 0.4) + rise) for i in items}
            key = store.drafts.begin(token, who, now).key
            store.drafts.change(key, lambda *_, given=given: given, now)
            store.drafts.submit(
                key, now, f"six words of person {'abcdefghijklmnop'[n]}" if who == "staff" and n < keep else ""
            )
    store.surveys.close(survey.id, now)
    return store.surveys.survey(survey.id)


def _answer(bank: Bank, item: str, level: float) -> Answer:
    codes = [c for c in bank.codes[item] if c.alignment is not None]
    if not codes:
        return Answer("3", revision=bank.item[item].revision)
    wanted = 50 + 25 * level
    return Answer(min(codes, key=lambda c: abs((c.alignment or 0) - wanted)).code, revision=bank.item[item].revision)


def compared(
    store: Store, bank: Bank, rise: float, keep: int = 14, people: tuple[dict[str, int], dict[str, int]] | None = None
) -> tuple[ComparisonReport, Survey, Survey]:
    before, after = people or ({"staff": 14}, {"staff": 14})
    early = asked(store, bank, "May", before, 0, keep)
    late = asked(store, bank, "November", after, rise, keep)
    later = "2026-12-01T09:00:00+00:00"
    first, second = (surveyed(bank, store, s, later) for s in (early, late))
    return second.comparison(bank, first, store.submitted.links(early.id, late.id)), early, late


def test_codes_link_people_and_the_test_uses_them(store: Store, bank: Bank) -> None:
    found, *_ = compared(store, bank, 0.6)

    assert found.linked == 14
    assert found.tested == 4
    assert {m.change.verdict for m in found.rows} == {"up"}
    for move in found.rows:
        difference = move.change.difference
        assert difference is not None
        assert difference.linked == 14
        assert difference.points == pytest.approx((move.change.after or 0) - (move.change.before or 0))
        assert difference.low < difference.points < difference.high


def test_nobody_or_five_stand_beside_those_who_are_told_of_as_linked(store: Store, bank: Bank) -> None:
    """12 of 14 hold a code: told of all of them, the report would be about two who hold none."""
    found, *_ = compared(store, bank, 0.6, keep=12)

    assert found.linked == 9
    assert {m.change.difference.linked for m in found.rows if m.change.difference} <= {0, 9}


def test_without_codes_the_interval_is_wider(store: Store, bank: Bank) -> None:
    linked, *_ = compared(store, bank, 0.6)
    with Store(None) as other:
        alone, *_ = compared(other, bank, 0.6, keep=0)

    pairs = list(zip(widths(linked), widths(alone), strict=True))
    assert len(pairs) == 4
    assert all(1.3 * a < b for a, b in pairs)


def widths(found: ComparisonReport) -> list[float]:
    return [m.change.difference.high - m.change.difference.low for m in found.rows if m.change.difference]


def test_fewer_than_five_linked_people_are_not_told_of(store: Store, bank: Bank) -> None:
    found, *_ = compared(store, bank, 0.6, keep=4)

    assert found.linked == 0
    assert {m.change.difference.linked for m in found.rows if m.change.difference} == {0}


def test_people_whose_scores_are_not_counted_are_not_taken_for_linked(store: Store, bank: Bank) -> None:
    """Too few peer workers answer for their pool, so staff are held back with them: K3 rests on service users alone."""
    people = {"staff": 12, "peer-worker": 3, "family": 4, "service-user": 9}
    found, *_ = compared(store, bank, 0.0, people=(people, people))

    told = {m.row.id: m.change for m in found.rows if m.change.difference}
    assert told["K3"].n == (9, 9)
    assert told["K3"].difference
    assert told["K3"].difference.linked == 0
    assert told["K3"].bounded
    assert told["K3"].verdict == "few"
    assert {c.difference.linked for c in told.values() if c.difference} == {0, 12}


def test_nothing_moved_where_nothing_did(store: Store, bank: Bank) -> None:
    found, *_ = compared(store, bank, 0.0)

    assert {m.change.verdict for m in found.rows} == {"none"}


def test_a_change_that_comes_from_who_answered_is_set_beside_the_same_mix(store: Store, bank: Bank) -> None:
    """Service users see less of it; they were few before and are many after: the raw change falls below the other."""
    mixes = ({"staff": 20, "service-user": 6}, {"staff": 8, "service-user": 24})
    found, *_ = compared(store, bank, 0.0, keep=0, people=mixes)

    assert [(p.name, p.before and p.before.people, p.after and p.after.people) for p in found.parts] == [
        ("Staff", 20, 8),
        ("Service user", 6, 24),
    ]
    moved = [m.change for m in found.rows if m.change.standardised is not None]
    assert moved
    for change in moved:
        raw = (change.after or 0) - (change.before or 0)
        assert change.standardised != pytest.approx(raw)
    assert found.gaps
    assert {gap.one.name for gap in found.gaps} == {"Staff"}


def test_page_and_pdf_say_how_sure_one_can_be(store: Store, bank: Bank, renderer: Renderer) -> None:
    _, early, late = compared(store, bank, 0.6)
    visitor = Visitor(build_app(bank, store, renderer))
    page = visitor.get(f"/results/{late.id}/compare/{early.id}")
    pdf = text(visitor.download(f"/results/{late.id}/compare/{early.id}/comparison.pdf").data)

    for said in (
        "moved up (14 linked)",
        "At least 14 people are known to have answered both times",
        "4 parts were tested",
    ):
        assert said in page.text
        assert squeezed(said) in pdf
    assert squeezed("Hedges’ g (1981), the difference over the pooled spread") in pdf


def test_a_code_links_within_one_service_only(store: Store, bank: Bank) -> None:
    _, early, late = compared(store, bank, 0.0)

    assert len(store.submitted.links(early.id, late.id)) == 14
    assert store.submitted.links(late.id, "elsewhere") == {}


@pytest.fixture(scope="module")
def made_up(bank: Bank) -> ComparisonReport:
    """The comparison of the demo's two surveys."""
    with Store(None) as store:
        demo.fill(store, bank, demo.read(content("questions"), bank))
        before, after = store.surveys.surveys()
        first, second = (surveyed(bank, store, s, "2026-11-26T09:00:00+00:00") for s in (before, after))
        return second.comparison(bank, first, store.submitted.links(before.id, after.id))


def test_the_demo_shows_a_part_that_moved_and_parts_that_did_not(made_up: ComparisonReport) -> None:
    assert made_up.linked == 11
    assert [m.change.verdict for m in made_up.rows] == ["none", "none", "few", "up"]
    assert [m.change.bounded for m in made_up.rows] == [False, False, True, False]
    assert made_up.joined
    assert made_up.mixed
    assert [(p.before and p.before.people, p.after and p.after.people) for p in made_up.parts] == [
        (12, 13),
        (6, 7),
        (8, 9),
    ]


def test_one_person_s_answers_count_as_one_for_a_share_of_dont_know(made_up: ComparisonReport) -> None:
    """A share of 5 % of 29 people has an interval that is some 30 points wide; of all that they answered, 12."""
    widths = [m.unknown.high - m.unknown.low for m in made_up.rows if m.unknown]

    assert len(widths) == 4
    assert all(25 < width < 40 for width in widths)


def test_a_share_of_dont_know_counts_only_questions_that_were_put_alike(bank: Bank) -> None:
    before, after = mixed(bank, 2)
    gone = next(i.id for i in bank.row_items("K3") if i.kind == "aligned")
    early = replace(before, revisions={**before.revisions, gone: 99})
    (move,) = (m for m in compare_bases(bank, early, after).rows if m.row.id == "K3")
    views = [b.published.everyone for b in (before, after)]
    left = {i.id for i in bank.row_items("K3") if i.kind != "confidence"} - {gone}
    tallies = [[tally for i, tally in view.items.items() if i in left] for view in views if view]

    assert move.unknown
    assert (move.unknown.before, move.unknown.after) == pytest.approx(
        tuple(100 * sum(t.dk for t in told) / sum(t.n + t.dk for t in told) for told in tallies)
    )
    assert move.change.compared == move.change.asked - 1


def test_under_half_of_the_questions_nothing_is_said_of_a_part_but_how_many_there_are(bank: Bank) -> None:
    before, after = mixed(bank, 2)
    found = compare_bases(bank, reworded(before, 4), after)
    html = comparison_html(found)

    assert [(m.change.reason, m.change.verdict, m.change.points, m.unknown) for m in found.rows] == [
        ("few", None, None, None)
    ] * len(found.rows)
    for move in found.rows:
        assert 2 * move.change.compared < move.change.asked
        said = f"Fewer than half of its questions can be compared ({move.change.compared} of {move.change.asked})"
        assert html.count(said) >= 1


def test_where_nothing_could_be_tested_every_part_says_so(bank: Bank) -> None:
    before, after = mixed(bank, 2, alike=True)
    found = compare_bases(bank, before, after)

    assert (found.tested, {m.change.verdict for m in found.rows}) == (0, {"few"})
    assert comparison_html(found).count("questions; too few to tell") == len(found.rows)


def test_no_effect_leaves_where_no_spread_is_known(made_up: ComparisonReport) -> None:
    told = {row["row"]: row for row in moves.comparison(made_up)["rows"]}

    assert (told["K3"]["verdict"], told["K3"]["effect"]) == ("few", None)
    assert told["C1"]["verdict"] == "up"
    assert told["C1"]["effect"] > 0


def test_a_trend_of_groups_prints_how_well_its_tests_tell(store: Store, bank: Bank) -> None:
    later = "2026-12-01T09:00:00+00:00"
    for wave, rise in zip(WAVES, (0, 0.3, 0.6), strict=True):
        surveyed(bank, store, asked(store, bank, wave, {"staff": 14}, rise, 12), later)
    found = long_trend(bank, store, store.services()[0].id, "survey", later)

    assert found.tested == 3 * 4
    html = trend_html(found)
    assert "How often “moved” is said, of 100 comparisons" in html
    assert found.overall
    assert found.overall.misconceptions
    for held in found.overall.misconceptions:
        assert f"({held.before[0]} of {held.before[1]})" in html
        assert held.text in html
    assert html.index("share of the answers, in per cent") > html.index("From the first time to the last")


def test_a_larger_smallest_cell_holds_for_linked_people_too(store: Store, bank: Bank) -> None:
    early, late = (asked(store, bank, wave, {"staff": 14}, rise, 6) for wave, rise in (("May", 0), ("November", 0.6)))
    first, second = (replace(surveyed(bank, store, s, "2026-12-01T09:00:00+00:00"), smallest=10) for s in (early, late))
    links = store.submitted.links(early.id, late.id)
    found = second.comparison(bank, first, links)

    assert len(links) == 6
    assert found.linked == 0
    assert {m.change.difference.linked for m in found.rows if m.change.difference} == {0}
