"""A CSV of answers is read whole or refused with a sentence that names the place."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.answers import BLANK, Answer, Response, gather, parse
from assessor.bank import load
from assessor.errors import AnswersError
from assessor.exports import answers_lines, table

BANK = load(Path(__file__).parent / "banks" / "garden")
HEADER = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1"


def csv(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines, ""])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "a.csv: the file is empty; its first line must be person, perspective, and the item ids."),
        (HEADER, "a.csv: there is a header but no line with answers."),
        ("perspective,light-1\nguest,1", "a.csv: the column “person” is missing."),
        ("person,light-1\np,1", "a.csv: the column “perspective” is missing."),
        ("person,perspective,moon\np,guest,1", "a.csv, line 1: “moon” is no item of garden 7.b"),
        ("person,perspective,light-1,light-1\np,guest,1,1", "a.csv: the column “light-1” stands there 2 times."),
        ("person,perspective,soil-2,water-1\np,guest,a,1", "a.csv: the column “water-2, sure-1” is missing"),
        ("person,perspective,light-1\np,guest,1", "a.csv: the column “soil-1” is missing, but other questions of core"),
        (
            csv("p,guest,8,,,,1,"),
            "a.csv, line 2, column soil-1: “8” is no answer here; allowed are 1, 2, 3, 4, 5, 6, 7, dk",
        ),
        (
            csv("p,guest,1,,,,1,", "q,guest,1,d,,,,"),
            "a.csv, line 3, column soil-2: “d” is no answer here; allowed are a, b, c, dk",
        ),
        (csv("p,guest,na,,,,1,"), "column soil-1: “na” is no answer here"),
        (csv("p,guest,1,,NA,,1,"), "(NA in capitals is refused: R writes it for a blank)"),
        (csv("p,guest,-1,,,,1,"), "“-1” is no answer here"),
        (csv("p,guest,1,,,,1,", "p,guest,2,,,,1,"), "a.csv: person “p” stands there 2 times."),
        (csv(",guest,1,,,,1,"), "a.csv, line 2: the person has no id."),
        (csv("p,frog,1,,,,1,"), "a.csv, line 2: “frog” is no perspective; known are gardener, guest."),
        (csv("p,guest,1"), "a.csv, line 2: 3 cells where the header has 8."),
        (csv('p,guest,"1,,,,1,'), "a.csv, line 2: this is not valid CSV"),
        (csv("p,guest,1\0,,,,1,"), "a.csv: the file holds NUL characters"),
        (
            csv("p,guest,6,,,,,,1", header=HEADER + ",edition"),
            "answers were given to edition 1, the bank is edition 7.b",
        ),
        (
            csv("p,gardener,1,a,,,1,", "q,guest,1,a,,,1,"),
            "a.csv, line 3, column soil-2: this is not asked of “guest”; is the perspective right?",
        ),
        (
            csv("p,gardener,1,,,,1,,", "q,gardener,1,,,,1,,beds bees", header=HEADER + ",planned"),
            "a.csv, line 3: “bees” is no innovation; known are beds, ponds.",
        ),
        (
            csv("p,gardener,1,a,,,1,,ponds", header=HEADER + ",planned"),
            "a.csv, line 2, column soil-2: this is asked where “beds” is planned; is “planned” right?",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(text: str, sentence: str) -> None:
    with pytest.raises(AnswersError) as refused:
        parse(text, BANK, "a.csv")

    assert sentence in str(refused.value)


def test_at_most_ten_faults_are_listed() -> None:
    with pytest.raises(AnswersError) as refused:
        parse(csv(*(f"p{n},guest,9,,,,1," for n in range(50))), BANK, "a.csv")

    assert len(str(refused.value).splitlines()) == 11
    assert str(refused.value).endswith("... and more")


def test_commas_semicolons_tabs_and_spaces_are_understood() -> None:
    plain = parse(csv("p,gardener,1,b,4,10,2,dk"), BANK, "a.csv")
    for separator in ";\t":
        other = parse(csv("p,gardener, 1 ,b,4,10,2,dk").replace(",", separator), BANK, "a.csv")
        assert np.array_equal(plain.codes, other.codes)


def test_a_row_that_is_wholly_absent_was_not_asked() -> None:
    answers = parse("person,perspective,light-1,soil-1\np,guest,1,2", BANK, "a.csv")

    assert answers.rows == ("core",)


codes = {i: st.sampled_from([c.code for c in BANK.codes[i]]) for i in BANK.item}
asked = {p: {i: codes[i] for i in codes if p in BANK.item[i].perspectives} for p in BANK.perspective}
person = st.one_of([st.tuples(st.just(p), st.fixed_dictionaries({}, optional=asked[p])) for p in asked])
people = st.lists(person, min_size=1, max_size=6)


@given(people)
def test_exported_answers_are_read_back_the_same(given: list[tuple[str, dict[str, str]]]) -> None:
    responses = [
        Response(person=f"p{n}", perspective=who, answers={i: Answer(c) for i, c in said.items()})
        for n, (who, said) in enumerate(given)
    ]
    after = parse(table(answers_lines(BANK, [(response, {}) for response in responses])), BANK, "a.csv")
    before = gather(BANK, responses, [row.id for row in BANK.rows])

    assert (after.persons, after.perspectives) == (before.persons, before.perspectives)
    for column, item in enumerate(before.items):
        read = after.codes[:, after.items.index(item)] if item in after.items else np.full(len(given), BLANK)
        assert np.array_equal(before.codes[:, column], read), item


def test_a_fault_is_named_by_its_line_in_the_file() -> None:
    with pytest.raises(AnswersError, match=r"a\.csv, line 5, column soil-1: “9”"):
        parse("\n" + csv("p,guest,1,,,,1,", "", "q,guest,9,,,,1,"), BANK, "a.csv")


def test_spaces_round_a_cell_are_forgiven_and_hide_no_double() -> None:
    assert parse(csv(" p , guest , 1 ,,,,1,"), BANK, "a.csv").persons == ("p",)
    with pytest.raises(AnswersError, match="stands there 2 times"):
        parse(csv("p,guest,1,,,,1,", "p ,guest,1,,,,1,"), BANK, "a.csv")


def test_borrowed_core_items_alone_do_not_make_a_core_line() -> None:
    text = "person,perspective,soil-1,soil-2,water-1,water-2,sure-1\np,gardener,1,a,2,3,4"

    assert parse(text, BANK, "a.csv").rows == ("B1",)


def test_a_row_is_asked_of_those_who_plan_it_or_answer_more_of_it_than_the_core() -> None:
    plans = ["p,guest,1,,,,1,,", "q,guest,1,,na,,1,,", "r,guest,1,,,,1,,beds", "s,guest,1,,,,1,,ponds"]
    answers = parse(csv(*plans, header=HEADER + ",planned"), BANK, "a.csv")

    assert answers.rows == ("core", "B1")
    assert answers.asked_row("core").tolist() == [True] * 4
    assert answers.asked_row("B1").tolist() == [False, True, True, False]
    assert answers.of(["gardener"]).asked_row("B1").tolist() == []


def test_a_row_that_nobody_was_asked_is_no_row_though_its_columns_are_there() -> None:
    assert parse(csv("p,guest,1,,,,1,"), BANK, "a.csv").rows == ("core",)


def test_an_answer_to_an_earlier_wording_is_left_out() -> None:
    response = Response(person="p", perspective="guest", answers={"light-1": Answer("2", revision=2)})

    assert gather(BANK, [response], ["core"]).codes.tolist() == [[-1, -1]]
