"""A report holds everything that is said, and cites the rows of the table that make a weak point matter."""

from pathlib import Path

import pytest

from assessor.answers import BLANK, Answer, Response, gather, parse
from assessor.bank import load
from assessor.disclosure import standing as standing_of
from assessor.paths import content
from assessor.report import Occasion, Report, build
from assessor.score import whole
from tests.disclosed import table, widened
from tests.papers import build_comparison

GARDEN = load(Path(__file__).parent / "banks" / "garden")
BANK = load(content("questions"))
HEADER = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"
OCCASION = Occasion(service="North", wave="First", date="2026-11-23", perspectives=("Gardener",), innovations=("Beds",))


def report(*lines: str) -> Report:
    people = "".join(f"p{n},gardener,{line}\n" for n, line in enumerate(lines))
    return build(GARDEN, OCCASION, parse(HEADER + people, GARDEN, "a.csv"))


def test_points_to_talk_about_are_the_lowest_facets_below_the_highest_band() -> None:
    found = report("7,c,4,10,1,3")

    assert [(f.facet.id, f.line.score) for f in found.points] == [("light", 0), ("soil", 0), ("water", 55)]
    assert found.strengths == ()
    assert len(found.weak) == 3


def test_more_studies_weigh_more() -> None:
    found = report("7,c,1,11,1,3")

    assert [f.facet.id for f in found.points] == ["light", "soil", "water"]
    assert [f.studies for f in found.points] == [2, 2, 1]


def test_what_is_in_place_is_a_strength_and_no_point() -> None:
    found = report("1,a,4,1,2,7")

    assert found.points == ()
    assert {f.facet.id for f in found.strengths} == {"light", "soil", "water"}


def test_every_point_cites_the_findings_behind_its_items() -> None:
    citation = report("7,c,4,10,1,3").points[1].findings[0].citation

    assert citation == "Table 1, Raised beds, Knowing plants [3, 14]"


def test_a_line_says_what_it_rests_on() -> None:
    row = next(r for r in report("2,dk,na,3,1,").rows if r.row.id == "B1")

    assert (row.line.answered, row.line.dont_know, row.line.not_applicable, row.line.blank) == (2, 1, 1, 0)
    assert row.line.given == 4
    assert (row.tested.answered, row.observed.answered) == (1, 1)


def test_a_share_of_dont_know_above_a_quarter_is_itself_a_finding() -> None:
    assert [r.row.id for r in report("2,dk,na,3,1,").unknown] == ["B1"]
    assert report("2,a,3,3,1,dk").unknown == ()


def test_confidence_stands_beside_the_score() -> None:
    row = next(r for r in report("1,a,4,1,2,3").rows if r.row.id == "B1")

    assert [(i.id, i.answer, i.alignment) for i in row.confidence] == [("sure-1", "3", None)]
    assert "sure-1" not in {i.id for i in row.items}


def test_a_vignette_shows_the_reason_for_the_choice_and_the_best_one() -> None:
    item = next(i for i in report("1,b,4,1,2,3").items if i.id == "soil-2")

    assert item.rationale == "It may help for a day."
    assert item.best == ("Look at the soil.", "Soil feeds the leaf.")


def test_notes_and_links_are_shown_for_one_person() -> None:
    given = {"light-1": Answer("2", note="Cellar is damp.", evidence="https://example.org/cellar")}
    response = Response(person="p", perspective="guest", answers=given)
    found = build(GARDEN, OCCASION, gather(GARDEN, [response], ["core"]), [response])
    item = next(i for i in found.items if i.id == "light-1")

    assert (item.note, item.evidence, item.answer) == ("Cellar is damp.", "https://example.org/cellar", "Yes")


@pytest.mark.parametrize("people", [2, 3, 4])
def test_a_group_below_five_is_counted_and_never_scored(people: int) -> None:
    found = report(*["1,a,4,1,2,3"] * people)

    assert found.hidden
    assert found.n == people
    lines = [line for r in found.rows for line in (r.line, r.tested, r.observed)] + [
        f.line for r in found.rows for f in r.facets
    ]
    assert {line.score for line in lines} == {None}
    assert {(i.alignment, i.answer, i.counts) for i in found.items} == {(None, None, ())}
    assert (found.points, found.strengths) == ((), ())


def test_a_group_of_five_to_nine_shows_three_shares() -> None:
    found = report("1,a,4,1,2,3", *["7,c,1,11,1,5"] * 4)
    item = next(i for i in found.items if i.id == "soil-1")

    assert [(c.label, c.people) for c in item.counts] == [
        ("in line", 1),
        ("between", 0),
        ("against", 4),
        ("No idea", 0),
    ]
    assert item.answer is None
    assert item.alignment == pytest.approx(20)


def test_a_group_of_ten_shows_every_answer() -> None:
    found = report("1,a,4,1,2,3", *["7,c,1,11,1,5"] * 9)
    item = next(i for i in found.items if i.id == "light-1")

    assert [(c.label, c.people) for c in item.counts] == [("No", 9), ("Yes", 1), ("No idea", 0)]


@pytest.mark.parametrize("first", ["1,,,,,7", "1,,,,,dk"], ids=["confidence", "don't know"])
def test_fewer_than_five_answers_of_a_group_are_not_shown(first: str) -> None:
    found = report(first, *["1,,,,,"] * 5)

    assert {(i.id, i.alignment, i.counts) for i in found.items if i.id != "soil-1"} == {
        (i, None, ()) for i in ("light-1", "soil-2", "water-1", "water-2", "sure-1")
    }


def test_fewer_than_five_answers_of_a_group_are_not_compared() -> None:
    early = parse(HEADER + "".join(f"p{n},gardener,7,,,,{1 if n else 2},\n" for n in range(6)), GARDEN, "a.csv")
    late = parse(HEADER + "".join(f"p{n},gardener,1,,,,{'' if n else 1},\n" for n in range(6)), GARDEN, "b.csv")
    found = build_comparison(GARDEN, (OCCASION, OCCASION), (early, late))

    assert [m.id for m in (*found.up, *found.down, *found.same)] == ["soil-1"]
    (small,) = [moves for reason, moves in found.incomparable if reason == "small"]
    assert [(m.id, m.change.before, m.change.after) for m in small] == [("light-1", None, None)]


@pytest.mark.parametrize(("gardeners", "who"), [(5, "guest"), (6, "gardener"), (7, "gardener")])
def test_a_group_s_questions_are_worded_as_most_of_those_who_were_asked_read_them(gardeners: int, who: str) -> None:
    guests = [f"g{n},guest,2,,2,,1,\n" for n in range(6)]
    people = [*guests, *(f"p{n},gardener,2,a,2,3,1,4\n" for n in range(gardeners))]
    answers = [parse(HEADER + "".join(lines), GARDEN, "a.csv") for lines in (people, people[::-1])]
    words = {item.id: item.text for item in build(GARDEN, OCCASION, answers[0]).items}

    assert words["water-1"] == GARDEN.item["water-1"].text[who]
    assert words["water-2"] == GARDEN.item["water-2"].text["gardener"]
    assert words == {item.id: item.text for item in build(GARDEN, OCCASION, answers[1]).items}
    moved = build_comparison(GARDEN, (OCCASION, OCCASION), (answers[0], answers[1])).same
    assert {move.id: move.text for move in moved} == {i: text for i, text in words.items() if i != "sure-1"}


def test_who_was_not_asked_a_row_has_no_say_in_its_wording() -> None:
    guests = "".join(f"g{n},guest,2,,{'' if n else 2},,1,\n" for n in range(8))
    gardeners = "".join(f"p{n},gardener,2,a,2,3,1,4\n" for n in range(5))
    found = build(GARDEN, OCCASION, parse(HEADER + guests + gardeners, GARDEN, "a.csv"))

    assert next(i.text for i in found.items if i.id == "water-1") == GARDEN.item["water-1"].text["gardener"]


def test_a_core_line_scores_its_own_questions_only() -> None:
    core, own = report("1,c,4,1,2,7").rows

    assert [(f.facet.id, f.line.score) for f in core.facets] == [("light", 100), ("soil", 100)]
    assert [(f.facet.id, f.line.score) for f in own.facets] == [("soil", 50), ("water", 100)]


def test_a_strength_is_never_an_opinion_alone_where_practice_was_asked_about() -> None:
    own = {f"{kind}-{n}": code for kind, n, code in (("peer-k", "02", "1"), ("peer-k", "05", "na"))}
    rows = [r.id for r in BANK.asked_rows(("peer-workers",))]
    response = Response(person="p", perspective="staff", answers={i: Answer(c) for i, c in own.items()})
    found = build(BANK, OCCASION, gather(BANK, [response], rows), [response])
    facet = next(f for row in found.rows for f in row.facets if f.facet.id == "peer-tasks")

    assert facet.line.score == 100
    assert not facet.seen
    assert found.strengths == ()


def test_facets_as_low_as_the_last_point_are_named() -> None:
    worst = {
        i.id: min((c for c in BANK.codes[i.id] if c.alignment is not None), key=lambda c: c.alignment or 0).code
        for i in BANK.items
        if i.kind != "confidence"
    }
    rows = [r.id for r in BANK.asked_rows(("peer-workers",))]
    response = Response(person="p", perspective="staff", answers={i: Answer(c) for i, c in worst.items()})
    found = build(BANK, OCCASION, gather(BANK, [response], rows), [response])

    last = found.weights[found.points[-1].facet.id].total
    assert {f.line.score for f in found.weak} == {0}
    assert found.tied == tuple(f for f in found.weak[3:] if found.weights[f.facet.id].total == last)
    assert found.tied


def test_a_borrowed_question_stands_in_the_line_it_was_asked_in() -> None:
    rows = [r.id for r in BANK.asked_rows(("colleges",))]
    response = Response(person="p", perspective="staff", answers={"plan-k-02": Answer("5"), "col-k-01": Answer("5")})
    found = build(BANK, OCCASION, gather(BANK, [response], rows), [response])

    assert {i.id: i.row.id for i in found.items if i.item.core and i.item.row != "core-characteristics"} == {
        "fam-k-02": "core-knowledge",
        "plan-k-02": "core-knowledge",
        "col-k-01": "K5",
        "train-k-01": "core-knowledge",
        "train-k-02": "core-knowledge",
    }
    assert {p.facet.id: p.row.id for p in found.points} == {"plan-goals": "core-knowledge"}


@pytest.mark.parametrize(
    ("score", "band", "standing"), [(0, "dig", "against"), (59.4, "dig", "against"), (59.6, "plant", "in line")]
)
def test_band_and_standing_are_those_of_the_printed_points(score: float, band: str, standing: str) -> None:
    assert GARDEN.band_of(whole(score)).id == band
    assert standing_of(GARDEN, score) == standing


def test_a_group_s_band_is_uncertain_when_its_interval_reaches_into_another() -> None:
    spread = report(*[f"{n},b,2,{n},1,1" for n in (1, 2, 3, 5, 6, 7)])
    same = report(*["1,a,4,1,2,3"] * 6)

    assert [r.line.uncertain for r in spread.rows] == [False, True]  # the core line has two items, so no interval
    assert [(r.line.interval, r.line.uncertain) for r in same.rows] == [(None, False)] * 2


def test_nothing_answered_gives_a_report_without_scores() -> None:
    found = build(GARDEN, OCCASION, gather(GARDEN, [Response(person="p", perspective="gardener")], ["core", "B1"]))

    assert {r.line.score for r in found.rows} == {None}
    assert len(found.items) == 6
    assert found.points == ()


def test_one_innovation_leaves_the_others_out() -> None:
    rows = [r.id for r in BANK.asked_rows(("colleges",))]
    response = Response(person="p", perspective="staff")
    found = build(BANK, OCCASION, gather(BANK, [response], rows), [response])

    assert [r.row.id for r in found.rows] == ["core-knowledge", "core-characteristics", "K5"]
    assert [(i.id, t.id) for i, t in found.empty] == [("colleges", "characteristics")]
    assert {f.row for f in found.findings} > {"K5"}  # the core borrows from other rows, and cites them


def test_a_comparison_of_single_answers_keeps_the_answers() -> None:
    before, after = (parse(f"{HEADER}p,gardener,{a}\n", GARDEN, "a.csv") for a in ("7,b,2,1,1,1", "1,a,2,11,2,7"))
    found = build_comparison(GARDEN, (OCCASION, OCCASION), (before, after))

    assert found.one_person
    assert [(m.id, m.before, m.after) for m in found.up] == [
        ("light-1", "No", "Yes"),
        ("soil-1", "7", "1"),
        ("soil-2", "Pour more water.", "Look at the soil."),
    ]
    assert (found.compared, found.asked) == (5, 5)


def test_a_comparison_with_a_small_group_shows_no_figure() -> None:
    one = parse(f"{HEADER}p,gardener,7,b,2,1,1,1\n", GARDEN, "a.csv")
    three = parse(HEADER + "".join(f"p{n},gardener,7,b,2,1,1,1\n" for n in range(3)), GARDEN, "a.csv")
    found = build_comparison(GARDEN, (OCCASION, OCCASION), (one, three))

    assert found.hidden
    assert (found.rows, found.up, found.down, found.same, found.incomparable) == ((), (), (), (), ())


@pytest.mark.parametrize(("left", "counted"), [([(1, 2), (3,), (1,), (2,), (3,)], 11), ([(1, 2, 3)] * 2 + [()] * 3, 6)])
def test_who_is_not_counted_is_named_only_where_somebody_is_not(left: list[tuple[int, ...]], counted: int) -> None:
    """Of five guests two left each of three questions out, so no part has a score; with scores of their own or not."""
    codes = (1, 1, 1, 1, 1)
    guests = [tuple(BLANK if n in gaps else code for n, code in enumerate(codes)) for gaps in left]
    answers = table([*[("gardener", codes)] * 6, *(("guest", given) for given in guests)])
    row = next(r for r in build(widened(GARDEN), OCCASION, answers, smallest=5).rows if r.row.id == "B1")

    assert {part.line.score for part in row.parts} == {None}
    assert (row.line.score is not None, row.line.n) == (True, counted)
    assert [part.name for part in row.uncounted] == ([] if counted == 11 else ["Gardener", "Guest"])
