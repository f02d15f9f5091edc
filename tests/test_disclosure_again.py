"""What is published of one wave again, after something was edited, makes out no few people."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from assessor.answers import Answer
from assessor.assessed import surveyed
from assessor.assessed.withheld import Withheld
from assessor.bank import Perspective
from assessor.store import Opened
from assessor.web import build_app
from tests.disclosed import widened
from tests.surveys import begun, opened
from tests.test_plan import FIRST
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import Basis
    from assessor.store import Store, Survey

GIVEN, NOW = "2026-11-23T09:30:00+00:00", "2026-12-24T09:30:00+00:00"


@pytest.fixture(scope="module")
def wide(garden: Bank) -> Bank:
    return widened(garden)


def mixed(store: Store, bank: Bank) -> Survey:
    """Return a survey that is over, of people of three perspectives, four of whom are guests."""
    survey = opened(store, bank, "May", invited={"gardener": 12, "guest": 12, "child": 12})
    token = store.surveys.share(survey.id)
    for n, who in enumerate(["gardener"] * 6 + ["guest"] * 4 + ["child"] * 6):
        given = {item: Answer(str(1 + (n * k) % 5)) for k, item in enumerate(("soil-1", "light-1"), 2)}
        store.drafts.submit(begun(store, token, who, given).key, GIVEN)
    store.surveys.close(survey.id, "2026-12-01T12:00:00+00:00")
    return store.surveys.survey(survey.id)


def apart(bank: Bank) -> Bank:
    """Return the bank with every perspective by itself."""
    return replace(bank, perspectives=tuple(p.model_copy(update={"pool": None}) for p in bank.perspectives))


def difference_in_people(one: Basis, other: Basis) -> int:
    """Return how many people's answers to a question are what two results differ by."""
    views = (one.published.everyone, other.published.everyone)
    first, second = (view.items["soil-1"].n if view else 0 for view in views)
    return abs(first - second)


def test_a_result_that_was_seen_is_shown_in_no_other_groups(store: Store, wide: Bank, renderer: Renderer) -> None:
    """Four guests stand with the children; by themselves they are held back, and twice everybody gives them away."""
    survey = mixed(store, wide)
    pooled = surveyed(wide, store, survey, NOW)
    assert difference_in_people(pooled.basis(wide), pooled.basis(apart(wide))) == 4

    with pytest.raises(Withheld, match="“May” of North: it was seen with its perspectives in other groups"):
        surveyed(apart(wide), store, survey, NOW)
    visitor = Visitor(build_app(apart(wide), store, renderer, lambda: datetime.fromisoformat(NOW)))
    assert "Undo the change of “pool”" in visitor.get(f"/results/{survey.id}", 409).text
    more = replace(wide, perspectives=(*wide.perspectives, Perspective(id="heron", name="Heron")))
    assert surveyed(more, store, survey, NOW).basis(more).published == pooled.basis(wide).published


def test_what_is_edited_afterwards_changes_no_figure(store: Store, wide: Bank) -> None:
    survey = mixed(store, wide)
    before = surveyed(wide, store, survey, NOW).basis(wide)
    setup = store.setups.setup(survey.id)
    fewer = replace(setup, invited={**setup.invited, "guest": 3})

    with pytest.raises(Opened):
        store.setups.revise(survey.id, fewer, over=setup.mark, bank=wide)
    store.choose(survey.id, ["light"], "It matters more to us.")
    store.plans.add(survey.service.id, FIRST, row="B1", now=survey.closed or "")
    store.plans.aim(survey.service.id, "B1", 0, 80)
    store.surveys.archive(survey.id)
    store.delete(opened(store, wide, "June").id)
    after = surveyed(wide, store, store.surveys.survey(survey.id), NOW).basis(wide)

    assert (after.chosen, after.plan) != (before.chosen, before.plan)
    assert replace(after, chosen=before.chosen, plan=before.plan) == before


def test_fewer_invited_afterwards_would_give_a_group_away(store: Store, wide: Bank) -> None:
    """Four guests are in no figure where only three were invited, and stand with the children where twelve were."""
    survey = mixed(store, wide)
    found = surveyed(wide, store, survey, NOW)
    fewer = replace(found, invited={**found.invited, "guest": 3})

    assert difference_in_people(found.basis(wide), fewer.basis(wide)) == 4
