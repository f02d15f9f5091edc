"""Scores equal what a pencil gives, for any answers."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.answers import Answer, Response, gather, parse
from assessor.bank import OBSERVED, TESTED, Bank, load
from assessor.exports import answers_lines, score_json, table
from assessor.paths import content
from assessor.score import Group, detectable, interval, pooled, score, share

BANKS = {"garden": load(Path(__file__).parent / "banks" / "garden"), "own": load(content("questions"))}
Said = dict[str, str]


def pencil(bank: Bank, row: str, kinds: Sequence[str], who: str, said: Said) -> float | None:
    """Score one person's row the slow way, straight from the words of the rule."""
    applies = [
        i
        for i in bank.row_items(row)
        if i.kind in kinds and (who in i.perspectives or i.id in said) and said.get(i.id) != "na"
    ]
    alignment = {i.id: {c.code: c.alignment for c in bank.codes[i.id]} for i in applies}
    known = [a for i in applies if (a := alignment[i.id].get(said.get(i.id, ""))) is not None]
    return mean(known) if known and 2 * len(known) >= len(applies) else None


def close(found: float | None, expected: float | None) -> bool:
    return (found is None and expected is None) or found == pytest.approx(expected)


@st.composite
def survey(draw: st.DrawFn) -> tuple[Bank, list[tuple[str, Said]]]:
    bank = BANKS[draw(st.sampled_from(sorted(BANKS)))]
    answer = {i: st.sampled_from(["", *(c.code for c in bank.codes[i])]) for i in bank.item}
    person = st.tuples(st.sampled_from(list(bank.perspective)), st.fixed_dictionaries(answer))
    people = draw(st.lists(person, min_size=1, max_size=7))
    return bank, [(who, {i: c for i, c in said.items() if c}) for who, said in people]


@given(survey())
def test_every_figure_equals_the_pencil(given: tuple[Bank, list[tuple[str, Said]]]) -> None:
    bank, people = given
    revision = {i: item.revision for i, item in bank.item.items()}
    responses = [
        Response(person=str(n), perspective=who, answers={i: Answer(c, revision=revision[i]) for i, c in said.items()})
        for n, (who, said) in enumerate(people)
    ]
    answers = gather(bank, responses, [row.id for row in bank.rows])
    result = json.loads(b"".join(score_json(bank, score(bank, answers))))

    for row in bank.rows:
        for kinds, group, own in (
            (TESTED + OBSERVED, result["rows"][row.id], "rows"),
            (TESTED, result["rows"][row.id]["tested"], "tested"),
            (OBSERVED, result["rows"][row.id]["observed"], "observed"),
        ):
            expected = [pencil(bank, row.id, kinds, who, said) for who, said in people]
            known = [e for e in expected if e is not None]
            assert group["n"] == len(known)
            assert close(group["mean"], mean(known) if known else None)
            assert close(group["sd"], stdev(known) if len(known) > 1 else None)
            found = [person[own][row.id] for person in result["persons"]]
            assert all(close(f, e) for f, e in zip(found, expected, strict=True))
    for item in bank.items:
        found = result["items"][item.id]
        given_codes = [said.get(item.id) for _, said in people]
        asked = [who in item.perspectives or item.id in said for who, said in people]
        assert found["counts"] == {
            c.code: given_codes.count(c.code) for c in bank.codes[item.id] if c.code not in {"dk", "na"}
        }
        assert (found["dk"], found["na"]) == (given_codes.count("dk"), given_codes.count("na"))
        assert sum(found["counts"].values()) + found["dk"] + found["na"] + found["blank"] == sum(asked)


@st.composite
def planners(draw: st.DrawFn) -> list[tuple[tuple[str, ...], Response]]:
    """Draw people who plan different things and answer some of what they are asked."""
    bank, found = BANKS["own"], []
    for n in range(draw(st.integers(1, 4))):
        plan = tuple(sorted(draw(st.sets(st.sampled_from(list(bank.innovation)), min_size=1, max_size=3))))
        who = draw(st.sampled_from(list(bank.perspective)))
        items = [i for row in bank.asked_rows(plan) for i in bank.page_items(row.id, who)]
        codes = {i.id: st.sampled_from([Answer(c.code, revision=i.revision) for c in bank.codes[i.id]]) for i in items}
        said = draw(st.fixed_dictionaries({}, optional=codes))
        found.append((plan, Response(person=f"p{n}", perspective=who, answers=said)))
    return found


@given(planners())
def test_in_one_file_everybody_is_scored_by_what_she_was_asked(people: list[tuple[tuple[str, ...], Response]]) -> None:
    bank = BANKS["own"]
    text = table(answers_lines(bank, [(response, {"planned": " ".join(plan)}) for plan, response in people]))
    together = json.loads(b"".join(score_json(bank, score(bank, parse(text, bank, "a.csv")))))
    alone = [score(bank, gather(bank, [r], [row.id for row in bank.asked_rows(plan)])) for plan, r in people]

    for person, one in zip(together["persons"], alone, strict=True):
        means = {row: found.whole.mean for row, found in one.rows.items()}
        assert {row: mean for row, mean in person["rows"].items() if mean is not None} == pytest.approx(
            {row: mean for row, mean in means.items() if mean is not None}
        )
    for item, found in together["items"].items():
        assert found["blank"] == sum(one.items[item].blank for one in alone if item in one.items)
    for row, found in together["rows"].items():
        assert found["n"] == sum(row in one.rows and one.rows[row].whole.n for one in alone)


def test_core_items_alone_score_no_row_and_leave_no_blanks() -> None:
    header = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"
    people = "".join(f"p{n},gardener,{n + 1},{'a,4,1' if n else ',,'},1,\n" for n in range(6))
    result, without = (
        score(BANKS["garden"], parse(header + lines, BANKS["garden"], "a.csv"))
        for lines in (people, people.partition("\n")[2])
    )

    assert (result.rows["core"].whole.n, result.rows["B1"].whole.n) == (6, 5)
    assert {item: found.blank for item, found in result.items.items()} == dict.fromkeys(result.items, 0) | {"sure-1": 5}
    assert result.rows["B1"] == without.rows["B1"]


def test_a_worked_example() -> None:
    """soil-1 “2” of 7, negative pole: 100·(7-2)/6 = 83.3; soil-2 “b”: 50; water-1 does not apply; water-2 “3”: 80."""
    text = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\np,gardener,2,b,na,3,dk,7\n"
    result = score(BANKS["garden"], parse(text, BANKS["garden"], "a.csv"))

    assert result.rows["B1"].tested.mean == pytest.approx((500 / 6 + 50) / 2)
    assert result.rows["B1"].observed.mean == pytest.approx(80)
    assert result.rows["B1"].whole.mean == pytest.approx((500 / 6 + 50 + 80) / 3)
    assert result.rows["core"].whole.mean == pytest.approx(500 / 6)  # one of two, the other is “don't know”
    assert result.facets["B1", "water"] == Group(1, 80, None)


@pytest.mark.parametrize(
    ("answered", "scored"), [("1,b,1,", True), ("1,b,,", True), ("1,,,", False), ("1,dk,dk,dk", False)]
)
def test_half_of_what_applies_is_needed(answered: str, scored: bool) -> None:  # noqa: FBT001 - a table's column
    text = f"person,perspective,planned,soil-1,soil-2,water-1,water-2,light-1,sure-1\np,gardener,beds,{answered},1,\n"
    group = score(BANKS["garden"], parse(text, BANKS["garden"], "a.csv")).rows["B1"].whole

    assert (group.mean is not None) is scored


def test_nothing_answered_is_no_score_and_not_zero() -> None:
    text = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\np,gardener,dk,dk,na,,,\n"
    result = score(BANKS["garden"], parse(text, BANKS["garden"], "a.csv"))

    assert [row.whole.mean for row in result.rows.values()] == [None, None]
    assert result.items["soil-1"].mean is None


def test_the_interval_is_student_s() -> None:
    """Student (1908), hours of sleep gained with the second drug, as R's t.test(sleep$extra[11:20]) prints it."""
    hours = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

    assert interval(mean(hours), stdev(hours), 10) == pytest.approx((0.8976775, 3.7623225), abs=5e-8)


def test_the_interval_stays_within_the_scale() -> None:
    assert interval(95, 30, 5) == pytest.approx((57.75, 100), abs=0.01)


def test_the_fewer_were_left_out_the_narrower_the_interval() -> None:
    """Twelve of twenty: half the width is t(11) · s / √12 · √(1 - 12 / 20) = 2.201 · 10 / 3.464 · 0.632."""
    assert interval(50, 10, 12, 20) == pytest.approx((50 - 4.0184, 50 + 4.0184), abs=1e-4)
    assert interval(50, 10, 12, 12) is None


def test_spreads_of_groups_make_the_spread_of_all() -> None:
    parts = [[50.0, 62.5, 75.0, 40.0], [30.0, 45.0, 60.0], [0.0, 100.0, 50.0, 20.0, 10.0]]
    groups = [Group(len(part), mean(part), stdev(part)) for part in parts]

    assert pooled(groups) == pytest.approx(stdev([x for part in parts for x in part]))


def test_a_share_has_wilsons_interval_as_r_has_it() -> None:
    """R 4.2.2: 100 * prop.test(9, 14, correct = FALSE)$conf.int, and prop.test(0, 7, correct = FALSE)."""
    assert share(9, 14) == pytest.approx((38.764423103907411, 83.655268246445885), abs=1e-9)
    assert share(0, 7) == pytest.approx((0, 35.433043506668731), abs=1e-9)


def test_twelve_people_can_tell_thirteen_points_from_chance() -> None:
    """t(22) · 15 · √(2 / 12) = 2.0739 · 15 · 0.40825."""
    assert detectable(12) == pytest.approx(12.70, abs=0.005)


def test_identical_answers_have_no_interval_whatever_the_last_digit() -> None:
    text = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"
    people = "".join(f"p{n},gardener,1,b,2,1,1,\n" for n in range(6))
    group = score(BANKS["garden"], parse(text + people, BANKS["garden"], "a.csv")).rows["B1"].whole

    assert (group.sd, group.interval) == (0, None)


def test_an_interval_needs_three_items_and_some_spread() -> None:
    bank, header = BANKS["garden"], "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"
    apart = score(bank, parse(header + "".join(f"p{n},gardener,{n + 1},b,4,1,1,\n" for n in range(6)), bank, "a"))
    same = score(bank, parse(header + "".join(f"p{n},gardener,1,b,4,1,1,\n" for n in range(6)), bank, "a"))

    assert apart.rows["B1"].whole.interval is not None
    assert apart.rows["B1"].tested.interval is None  # two items
    assert same.rows["B1"].whole.interval is None


def test_scoring_needs_no_web_and_no_pdf() -> None:
    import subprocess
    import sys

    code = "import sys, assessor.score; print(*{'flask', 'weasyprint', 'wtforms', 'scipy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
