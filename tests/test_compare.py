"""A comparison joins only what is the same question, and says why the rest is left out."""

from pathlib import Path

import pytest

from assessor.answers import Answer, Answers, Response, gather, parse
from assessor.bank import Bank, load
from assessor.compare import compare, stale_items
from assessor.disclosure import View, publish
from assessor.paths import content
from assessor.report.basis import revisions_of

OWN = load(content("questions"))
BANK = load(Path(__file__).parent / "banks" / "garden")
HEADER = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"


def answers(line: str) -> View:
    return view(BANK, parse(f"{HEADER}p,gardener,{line}\n", BANK, "a.csv"))


def view(bank: Bank, given: Answers, smallest: int = 1) -> View:
    """Return answers as they are published."""
    found = publish(bank, given, smallest).everyone
    assert found
    return found


def test_items_that_moved_are_sorted_by_how_far() -> None:
    found = compare(BANK, answers("7,b,2,1,1,1"), answers("1,a,2,11,2,7"))

    assert [(c.id, c.points) for c in found.moved("up")] == [("light-1", 100), ("soil-1", 100), ("soil-2", 50)]
    assert [(c.id, c.points) for c in found.moved("down")] == [("water-2", -100)]
    assert [c.id for c in found.moved("same")] == ["water-1"]
    assert not found.incomparable


def test_confidence_is_never_compared_as_a_score() -> None:
    found = compare(BANK, answers("7,b,2,1,1,1"), answers("1,a,2,11,2,7"))

    assert "sure-1" not in {c.id for c in found.items}


def test_a_row_is_scored_anew_over_what_was_answered_both_times() -> None:
    """Before: water-1 does not apply, so the row rests on the other three both times."""
    found = compare(BANK, answers("7,b,na,1,1,"), answers("1,a,1,1,1,"))
    row = next(r for r in found.rows if r.id == "B1")

    assert (row.compared, row.asked) == (3, 4)
    assert [row.before, row.after] == pytest.approx([(0 + 50 + 100) / 3, 100])
    assert row.direction == "up"


def test_less_than_half_in_common_is_no_verdict() -> None:
    found = compare(BANK, answers("7,dk,na,1,1,"), answers("1,a,1,dk,1,"))
    row = next(r for r in found.rows if r.id == "B1")

    assert (row.before, row.after, row.reason, row.direction) == (None, None, "few", None)


def test_a_reworded_or_retired_item_is_not_joined() -> None:
    old = Response(person="p", perspective="guest", answers={"light-1": Answer("2", revision=9), "moss-1": Answer("1")})
    new = Response(person="q", perspective="guest", answers={"light-1": Answer("2"), "soil-1": Answer("1")})
    before, after = (gather(BANK, [r], ["core"]) for r in (old, new))

    found = compare(
        BANK, view(BANK, before), view(BANK, after), stale_items(BANK, revisions_of([old]), revisions_of([new]))
    )

    assert {c.id: c.reason for c in found.items} == {"light-1": "reworded", "moss-1": "retired", "soil-1": "unscored"}


def test_an_item_of_a_row_asked_once_only_is_named() -> None:
    core = parse("person,perspective,soil-1,light-1\np,guest,1,1\n", BANK, "a.csv")

    found = compare(BANK, view(BANK, core), answers("1,a,1,1,1,"))

    assert {c.id for c in found.incomparable} == {"soil-2", "water-1", "water-2"}
    assert {c.reason for c in found.incomparable} == {"unasked"}


def test_less_than_half_a_point_is_the_same() -> None:
    many = "".join(f"p{n},gardener,,,,,2,\n" for n in range(300))
    before = parse(HEADER + many + "q,gardener,,,,,2,\n", BANK, "a.csv")
    after = parse(HEADER + many + "q,gardener,,,,,1,\n", BANK, "a.csv")

    found = compare(BANK, view(BANK, before, smallest=5), view(BANK, after, smallest=5))
    change = next(c for c in found.items if c.id == "light-1")

    assert change.after == pytest.approx(100 - 100 / 301)
    assert change.points == 0
    assert change.direction == "same"


@pytest.mark.parametrize("perspective", list(OWN.perspective))
def test_everything_a_perspective_is_asked_can_be_compared(perspective: str) -> None:
    rows = [row.id for row in OWN.rows]
    given = {
        i.id: Answer(OWN.codes[i.id][0].code, revision=i.revision) for i in OWN.items if perspective in i.perspectives
    }
    both = gather(OWN, [Response(person="p", perspective=perspective, answers=given)], rows)
    found = compare(OWN, view(OWN, both), view(OWN, both))

    assert {c.id for c in found.items} == {i for i in given if OWN.item[i].kind != "confidence"}
    assert found.incomparable == ()
    for row in found.rows:
        assert row.compared == row.asked
        assert row.reason == (None if row.asked else "unasked")


def test_a_question_that_another_edition_did_not_ask_was_not_asked() -> None:
    old = Response(person="p", perspective="gardener", answers={"soil-1": Answer("1"), "light-1": Answer("1")})
    before = gather(BANK, [old], ["core", "B1"], edition="7.a")

    found = compare(BANK, view(BANK, before), answers("1,a,2,11,2,7"))

    assert {c.id: c.reason for c in found.items if c.reason} == dict.fromkeys(
        ["soil-2", "water-1", "water-2"], "unasked"
    )


def test_a_row_that_was_planned_once_was_not_asked_the_other_time() -> None:
    core = parse("person,perspective,soil-1,light-1\np,guest,1,1\n", BANK, "a.csv")

    assert {r.id: r.reason for r in compare(BANK, answers("1,a,2,11,2,7"), view(BANK, core)).rows} == {
        "core": None,
        "B1": "unasked",
    }
