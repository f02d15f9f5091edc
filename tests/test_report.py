"""A report holds everything that is said, and cites the rows of the table that make a weak point matter."""

from pathlib import Path

import pytest

from assessor.answers import Answer, Response, gather, parse
from assessor.bank import load
from assessor.paths import content
from assessor.report import Occasion, Report, build, build_comparison

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
    assert found.weak == 3


def test_a_tie_goes_to_the_facet_with_more_studies() -> None:
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


def test_a_group_of_five_shows_counts_and_no_single_answer() -> None:
    found = report("1,a,4,1,2,3", *["7,c,1,11,1,5"] * 4)
    item = next(i for i in found.items if i.id == "light-1")

    assert [(c.label, c.people) for c in item.counts] == [("No", 4), ("Yes", 1), ("No idea", 0)]
    assert item.answer is None
    assert item.alignment == pytest.approx(20)


def test_nothing_answered_gives_a_report_without_scores() -> None:
    found = report(",,,,,")

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
