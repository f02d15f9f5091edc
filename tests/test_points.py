"""What to talk about first: the rule on its edges, and a facilitator who overrules it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assessor.answers import Answer
from assessor.report import Chosen, Shares
from assessor.report.points import Weight, choose, weigh
from assessor.score import whole
from assessor.web import build_app
from tests.assessments import begin, only
from tests.papers import report, squeezed, text
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import FacetLine
    from assessor.store import Store
    from tests.visitor import Page


def line(bank: Bank, score: float | None, shares: tuple[int, int, int], studies: int = 1) -> FacetLine:
    """Return a facet with a score, with answers in line, between and against, and with some studies behind it."""
    facet = report(bank).rows[0].facets[0]
    band = None if score is None else bank.band_of(score)
    finding = facet.findings[0].model_copy(update={"references": tuple(range(1, studies + 1))})
    stood = replace(facet.line, score=score, band=band, shares=Shares(*shares, 0))
    return replace(facet, line=stood, findings=(finding,) if studies else ())


@pytest.mark.parametrize(
    ("score", "shares", "studies", "weight"),
    [
        (74.4, (10, 0, 0), 1, Weight(1, 0, 0, 1)),  # printed as 74: one point short
        (50, (10, 0, 0), 2, Weight(1, 0, 0, 2)),
        (49.4, (10, 0, 0), 3, Weight(2, 0, 0, 2)),
        (0, (0, 0, 10), 4, Weight(3, 4, 0, 3)),
        (40, (9, 0, 1), 20, Weight(2, 1, 0, 3)),
        (40, (5, 10, 5), 1, Weight(2, 1, 2, 1)),  # a quarter on either side: views are split
        (40, (4, 12, 4), 1, Weight(2, 1, 0, 1)),
        (40, (5, 9, 6), 1, Weight(2, 2, 2, 1)),
        (40, (0, 1, 0), 0, Weight(2, 0, 0, 0)),  # one person in between; no study
    ],
)
def test_a_facet_weighs_what_the_rule_says(
    bank: Bank, score: float, shares: tuple[int, int, int], studies: int, weight: Weight
) -> None:
    assert weigh(bank, line(bank, score, shares, studies)) == weight


@pytest.mark.parametrize("score", [None, 75, 74.5, 100])
def test_without_a_score_or_in_the_highest_band_as_printed_nothing_weighs(bank: Bank, score: float | None) -> None:
    printed = None if score is None else whole(score)
    assert weigh(bank, line(bank, printed, (1, 0, 0))) is None


def test_the_weightiest_come_first_then_the_lower_score_then_the_bank_s_order(bank: Bank) -> None:
    made = report(bank, tuple(bank.innovation), people=9)
    order = [f.facet.id for row in made.rows for f in row.facets]
    keys = [(-made.weights[f.facet.id].total, round(f.line.score or 0), order.index(f.facet.id)) for f in made.weak]

    assert len(keys) > 10
    assert [k[:2] for k in keys] == sorted(k[:2] for k in keys)
    assert made.points == made.weak[:3] == made.ruled


def test_a_lower_score_that_was_passed_over_says_in_what_it_weighs_less(bank: Bank, renderer: Renderer) -> None:
    made = report(bank, tuple(bank.innovation), people=9)
    weighty = [replace(line(bank, 50, (5, 0, 5), 3), facet=found.facet) for found in made.weak[:3]]
    lower = replace(line(bank, 40, (0, 10, 0), 1), facet=made.weak[3].facet)
    higher = replace(line(bank, 60, (5, 5, 0), 1), facet=made.weak[4].facet)

    assert choose(bank, [higher, lower, *weighty]).passed == ((lower, ("against", "split", "evidence")),)
    assert choose(bank, [higher, lower, *weighty], picked(higher)).passed == (), "a facilitator gives the reason"
    assert made.passed
    said = f"Lower, but weighing less: {made.passed[0].facet.facet.concern} ("
    assert squeezed(said) in text(renderer.assessment(made))


def picked(*facets: FacetLine) -> Chosen:
    return Chosen(facets=tuple(f.facet.id for f in facets), reason="We met these last week.")


def test_a_facilitator_overrules_the_rule(bank: Bank) -> None:
    made = report(bank, tuple(bank.innovation), people=9)
    found = choose(bank, made.weak, picked(made.weak[7], made.weak[2]))

    assert found.taken == (made.weak[7], made.weak[2])
    assert found.ruled == made.weak[:3]
    assert found.tied == ()


def test_a_choice_that_fits_nothing_any_more_leaves_the_rule(bank: Bank) -> None:
    made = report(bank)

    assert choose(bank, made.weak, Chosen(facets=("gone",), reason="x")).taken == made.weak[:3]
    assert choose(bank, (), Chosen(facets=("gone",), reason="x")).taken == ()


def low(visitor: Visitor) -> Page:
    """Answer so that every facet of the small bank is weak; return the result."""
    page = visitor.send(begin(visitor), {"soil-1.code": "7", "light-1.code": "1"})
    return visitor.send(
        visitor.send(page, {"soil-2.code": "c", "water-1.code": "1", "water-2.code": "11", "sure-1.code": "7"}), {}
    )


def test_a_choice_is_made_printed_and_taken_back_at_the_pages(visitor: Visitor, store: Store) -> None:
    result = low(visitor)
    page = visitor.get(result.link("Choose other points"))
    assert "Say in a sentence why these" in visitor.send(page, {"reason": " "}, 422).text

    chosen = visitor.send(page, {"facets": ["water"], "reason": "It is dry."})
    assert "Chosen by the facilitator: “It is dry.” The rule would have taken: " in chosen.text
    assert [words for words in chosen.words("h3") if "Water" in words][:1] == ["Water comes too late"]
    pdf = text(visitor.download(f"/results/{only(store).id}/report.pdf").data)
    assert squeezed("Chosen by the facilitator: “It is dry.”") in pdf

    back = visitor.send(visitor.get(chosen.link("Choose other points")), {"reason": ""}, go="rule")
    assert "Chosen by the facilitator" not in back.text


def test_more_than_three_or_none_are_not_kept(bank: Bank, store: Store, renderer: Renderer) -> None:
    visitor = Visitor(build_app(bank, store, renderer))
    every = [innovation.id for innovation in bank.innovations]
    ident = store.start(
        service="N", wave="A", innovations=every, perspective="staff", bank=bank, now="2026-05-01T09:00:00+00:00"
    ).id
    given = {i.id: Answer("b" if i.option else "3", revision=i.revision) for i in bank.items}
    store.save(ident, given, "2026-05-01T09:00:00+00:00")
    store.submit(ident, "2026-05-01T09:00:00+00:00")
    page = visitor.get(f"/results/{ident}/points")
    offered = [e.get("value", "") for e in page.root.iter("input") if e.get("name") == "facets"]

    assert "Choose three at most" in visitor.send(page, {"facets": offered[:4], "reason": "x"}, 422).text
    assert "Choose at least one" in visitor.send(page, {"facets": [], "reason": "x"}, 422).text
    assert store.chosen(ident) is None
