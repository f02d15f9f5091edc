"""What is promised of invited people before they answer is what the rules of disclosure then do."""

import random

import pytest

from assessor.bank import Bank
from assessor.disclosure import outlook, partition
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.conftest import NOW
from tests.surveys import opened
from tests.visitor import Visitor

POOLED = ("staff", "manager", "peer-worker", "service-user", "family")


@pytest.mark.parametrize(
    ("invited", "fates"),
    [
        ({"staff": 20, "family": 12}, {"staff": "alone", "family": "alone"}),
        ({"staff": 20, "family": 6}, {"staff": "alone", "family": "if most"}),
        ({"staff": 20, "family": 3}, {"staff": "alone", "family": "held"}),
        ({"service-user": 8, "family": 3}, {"service-user": "joined", "family": "only joined"}),
        ({"peer-worker": 3, "service-user": 9, "family": 3}, {"peer-worker": "only joined", "service-user": "if most"}),
        ({"staff": None, "manager": 4}, {"staff": "joined", "manager": "only joined"}),
    ],
)
def test_each_group_is_told_what_becomes_of_it(
    bank: Bank, invited: dict[str, int | None], fates: dict[str, str]
) -> None:
    told = {p.perspective: p.fate for p in outlook(bank, invited, 5).prospects}

    assert {who: told[who] for who in fates} == fates


def test_no_group_is_shown_that_was_told_it_never_would_be(bank: Bank) -> None:
    dice = random.Random(7)
    for _ in range(2000):
        invited = {p: dice.choice((None, dice.randint(0, 12))) for p in POOLED if dice.random() < 0.7}
        smallest = dice.choice((5, 8, 12))
        told = outlook(bank, invited, smallest)
        came = {p: dice.randint(0, 40 if n is None else n) for p, n in invited.items()}
        cells, _ = partition(bank, came, smallest, {p: n for p, n in invited.items() if n is not None})
        alone = {cell.perspectives[0] for cell in cells if len(cell.perspectives) == 1}
        never = {p.perspective for p in told.prospects if p.fate in {"only joined", "held"}}

        assert not alone & never, (invited, came)
        assert told.shown or not cells, (invited, came)
        if told.people is not None:
            assert sum(cell.people for cell in cells) <= told.people, (invited, came)
        unknown = {p for p, n in invited.items() if n is None}
        assert not unknown & never, invited  # nobody is told for certain what hangs on an unknown number


def test_the_page_says_it_before_anybody_answers(bank: Bank, store: Store, renderer: Renderer) -> None:
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: NOW))

    def page(wave: str, invited: dict[str, int | None]) -> str:
        given = {"service": "North", "innovations": ["peer-workers"], "bank": bank, "now": NOW.isoformat()}
        made = store.surveys.create(wave=wave, invited=invited, **given)  # type: ignore[arg-type]
        return visitor.get(f"/surveys/{made.id}").text

    pooled = page("A", {"service-user": 8, "family": 3})
    assert "Family or carer (3 invited): results for them alone will never" in pooled
    # R: qt(.975, 2 * n - 2) * 15 * sqrt(2 / n) for n = 11 and 5
    assert pooled.count("Together they are 11: if all answer both times, a change of about 13 points or more") == 2
    assert pooled.count("if half of them do, of about 22.") == 2
    assert "Together: how many are invited is not known." in page("E", {"service-user": None, "family": 3})
    assert "Nothing could be shown" in page("B", {"staff": 4, "family": 3})
    assert "Expect few scores, or none. 6 people" in page("C", {"staff": 6})
    assert "Expect few" not in page("D", {"staff": 12})
    assert "In groups as small as these it uses the codes only if all who answer there give theirs" in page(
        "F", {"staff": 9, "family": 9}
    )
    assert "In a group of fewer than 10 people it uses the codes only if all" in page("G", {"staff": 10, "family": 9})


def test_who_is_asked_learns_that_nothing_can_be_shown(bank: Bank, store: Store, renderer: Renderer) -> None:
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: NOW))
    for people, told in ((4, True), (5, False)):
        survey = opened(store, bank, str(people), innovations=["peer-workers"], invited={"staff": people})
        page = visitor.get(f"/join/{store.surveys.share(survey.id)}")

        assert ("So few people are invited that no result can be shown" in page.text) is told
