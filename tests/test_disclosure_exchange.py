"""No answer of fewer than five people can be worked out, whatever is computed from everything that a report holds.

The proof: people of a report can exchange answers without a letter of it changing. Whoever reads it cannot tell the
two tables of answers apart, however cleverly: by sums, squares, or trying every table. So if every answer can be
exchanged with those of four others or more, what a smaller group answered stays open, unless that many answered alike.
"""

from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.answers import BLANK, Answers
from assessor.bank import Bank
from assessor.disclosure import SMALLEST, publish
from assessor.report import Occasion, build
from tests.disclosed import ITEMS, OWN, POINTS, ROWS, TOGETHER, WHO, exchanged, leaves, scored, table, widened

OCCASION = Occasion(service="North", wave="May", date="2026-11-23", perspectives=(), innovations=())


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


@pytest.fixture(scope="module")
def on_five(wide: Bank) -> Bank:
    """The same with five points on every scale, so that it is told how far people agree."""
    return replace(wide, scales=tuple(s.model_copy(update={"labels": tuple("12345")}) for s in wide.scales))


@pytest.fixture(scope="module", params=["wide", "on_five"])
def any_scales(request: pytest.FixtureRequest) -> Bank:
    found: Bank = request.getfixturevalue(request.param)
    return found


def reported(bank: Bank, answers: Answers) -> list[tuple[str, Any]]:
    """Return everything that the report of a survey holds, and the figures in full that it is made of."""
    invited, answers = dict.fromkeys(WHO, 40), _fitted(bank, answers)
    report = build(bank, OCCASION, answers, smallest=SMALLEST, invited=invited)
    return [*leaves(report), *leaves(publish(bank, answers, SMALLEST, invited))]


def _fitted(bank: Bank, answers: Answers) -> Answers:
    """Return the answers on scales of as many points as the bank's."""
    points = [sum(code.alignment is not None for code in bank.codes[item]) for item in ITEMS]
    scored, other = np.minimum(answers.codes, np.array(points) - 1), answers.codes - POINTS + points
    return replace(answers, codes=np.where(answers.codes < POINTS, scored, other).astype(np.int8))


def free(bank: Bank, answers: Answers, person: int, column: int) -> bool:
    """Tell whether a person could exchange the answer to a question, and perhaps more, unseen with four others.

    Or could have said anything, where it stands behind nothing that is reported.
    """
    said = reported(bank, answers)
    if all(reported(bank, _with(answers, person, column, k)) == said for k in range(POINTS[column])):
        return True
    unseen = (other for other in range(len(answers.persons)) if _unseen(bank, answers, said, person, other, column))
    return len(list(islice(unseen, SMALLEST - 1))) == SMALLEST - 1


def _unseen(bank: Bank, answers: Answers, said: object, person: int, other: int, column: int) -> bool:
    if other == person or not scored(answers.codes[other, column], column):
        return False
    for together in TOGETHER:
        columns = [ITEMS.index(item) for item in together]
        both = [[scored(answers.codes[p, n], n) for n in columns] for p in (person, other)]
        if column in columns and both[0] == both[1]:
            codes = exchanged(answers.codes, person, other, columns)
            if reported(bank, replace(answers, codes=codes)) == said:
                return True
    return False


def _with(answers: Answers, person: int, column: int, code: int) -> Answers:
    codes = answers.codes.copy()
    codes[person, column] = code
    return replace(answers, codes=codes)


@st.composite
def surveys(draw: st.DrawFn) -> Answers:
    """Draw a survey of up to three perspectives in which some leave out, do not know, or were not asked a row."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kinds = draw(st.lists(st.tuples(*(st.sampled_from("aaaab?x") for _ in ITEMS)), min_size=1, max_size=3))
    whole = tuple("a" * len(ITEMS))
    sizes = draw(st.lists(st.integers(2, 9), min_size=1, max_size=3))
    plans = draw(st.sampled_from([0, 0, 1, 5]))
    codes, who = [], []
    for perspective, size in zip(draw(st.permutations(WHO)), sizes, strict=False):
        odd = draw(st.sampled_from([0, 0, 1, 1, 2, 5]))
        for n in range(size + odd):
            kind = whole if n < size else kinds[n % len(kinds)]
            codes.append([_answer(rng, column, mark) for column, mark in enumerate(kind)])
            who.append(perspective)
    made = np.array(codes, np.int8)
    if draw(st.booleans()):  # everybody of one mind but for one
        made = np.where(made >= 0, np.where(made < np.array(POINTS), np.minimum(made, 1), made), made).astype(np.int8)
    asked = np.ones((len(who), len(ROWS)), np.bool_)
    asked[:plans, 1] = False
    for item in OWN["B1"][1:]:  # the first is the core's too, and asked of everybody
        made[:plans, ITEMS.index(item)] = BLANK
    return Answers(
        rows=ROWS,
        items=ITEMS,
        persons=tuple(f"p{n}" for n in range(len(who))),
        perspectives=tuple(who),
        codes=made,
        asked=asked,
    )


def lone(draw: st.DataObject, answers: Answers) -> tuple[int, int]:
    """Draw a person of the rarest kind, and a question that she answered (or -1)."""
    lines = zip(answers.perspectives, answers.codes.tolist(), strict=True)
    kinds = [(who, *(scored(code, n) or code for n, code in enumerate(line))) for who, line in lines]
    rare = sorted(range(len(kinds)), key=lambda n: kinds.count(kinds[n]))
    person = draw.draw(st.sampled_from(rare[:3]))
    asked = [n for n in range(len(ITEMS)) if scored(answers.codes[person, n], n)]
    return person, draw.draw(st.sampled_from(asked)) if asked else -1


def unlike(answers: Answers, person: int, column: int) -> Answers:
    """Let a person say what nobody else does, if there is such an answer."""
    others = {*range(POINTS[column])} - {*np.delete(answers.codes[:, column], person).tolist()}
    return _with(answers, person, column, others.pop()) if others else answers


def _answer(rng: np.random.Generator, column: int, mark: str) -> int:
    ways = {"a": int(rng.integers(0, POINTS[column])), "b": BLANK, "?": POINTS[column]}
    return ways.get(mark, POINTS[column] + 1 if ITEMS[column] == "water-1" else BLANK)


@settings(max_examples=100)
@given(answers=surveys(), data=st.data())
def test_every_answer_could_be_that_of_four_others_or_more(
    any_scales: Bank, answers: Answers, data: st.DataObject
) -> None:
    person, column = lone(data, answers)
    if column >= 0:
        assert free(any_scales, unlike(answers, person, column), person, column)


def test_agreement_is_told_over_all_who_answered(on_five: Bank) -> None:
    """Four were not asked a row that lends a question to the core; over the others alone it would tell their answer."""
    lines = [[0, 0, 0, 0, 0]] * 8 + [[4, BLANK, BLANK, BLANK, 0]] * 4
    people = [("gardener", line) for line in lines]
    answers = replace(table(people), asked=np.array([[True, n < 8] for n in range(len(people))]))
    codes = answers.codes.copy()
    for n in range(3):
        codes = exchanged(codes, n, 8 + n, [ITEMS.index("soil-1")])

    assert reported(on_five, replace(answers, codes=codes)) == reported(on_five, answers)
    everyone = publish(on_five, _fitted(on_five, answers)).everyone
    assert everyone
    assert everyone.verdicts == {"core": "mixed", "B1": "alike"}
