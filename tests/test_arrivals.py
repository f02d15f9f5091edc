"""How many have answered is told while they answer, and never so that a number below five can be worked out."""

import random
from itertools import product

import pytest

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.disclosure import arrivals, partition
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.conftest import NOW
from tests.surveys import answered, opened
from tests.visitor import Visitor

POOLED = ("staff", "manager", "peer-worker", "service-user", "family")


@pytest.mark.parametrize(
    ("people", "told", "total"),
    [
        (
            {"staff": 4, "peer-worker": 2, "service-user": 2},
            {("staff",): None, ("peer-worker", "service-user"): None},
            0,
        ),
        ({"staff": 5, "peer-worker": 2, "service-user": 2}, {("staff",): 5, ("peer-worker", "service-user"): None}, 0),
        ({"staff": 5, "peer-worker": 2, "service-user": 3}, {("staff",): 5, ("peer-worker", "service-user"): 5}, 10),
        (
            {"staff": 5, "peer-worker": 6, "service-user": 5},
            {("staff",): 5, ("peer-worker",): 6, ("service-user",): 5},
            16,
        ),
    ],
)
def test_groups_are_told_from_five_and_a_total_where_no_group_is_missing(
    bank: Bank, people: dict[str, int], told: dict[tuple[str, ...], int | None], total: int
) -> None:
    found = arrivals(bank, people, {"staff": 5, "peer-worker": 8, "service-user": None}, 5)

    assert {group.perspectives: group.people for group in found.groups} == told
    assert (found.total.people if found.total else 0) == total


def test_no_number_can_be_taken_off_what_the_result_tells_later(bank: Bank) -> None:
    dice = random.Random(11)
    for _ in range(2000):
        asked = [p for p in POOLED if dice.random() < 0.7]
        smallest = dice.choice((5, 8))
        people = {p: dice.randint(0, 12) for p in asked}
        found = arrivals(bank, people, dict.fromkeys(asked, 12), smallest)
        cells, held = partition(bank, people, smallest, {})
        parts = [{*cell.perspectives} for cell in cells]

        for group in found.groups:
            assert group.people is None or group.people >= smallest, (people, found)
            if group.people is not None:
                assert not {*group.perspectives} & {*held}, (people, found)
                inside = [part for part in parts if part & {*group.perspectives}]
                assert all(part <= {*group.perspectives} for part in inside), (people, found)
        assert (found.total is None) == any(group.people is None for group in found.groups)


def test_a_crowded_group_that_the_result_leaves_out_is_not_what_remains_of_the_number_before(bank: Bank) -> None:
    pool = ("peer-worker", "service-user", "family")
    for asked in product((1, 4, 5, None), repeat=3):
        invited = {"staff": 5, **dict(zip(pool, asked, strict=True))}
        known = {p: n for p, n in invited.items() if n}
        for came in product((0, 1, 2, 4, 5, 6, 11), repeat=3):
            people = {"staff": 5, **dict(zip(pool, came, strict=True))}
            found = arrivals(bank, people, invited, 5)
            cells, _ = partition(bank, people, 5, known)
            for group in (*found.groups, *([found.total] if found.total else [])):
                inside = sum(cell.people for cell in cells if {*cell.perspectives} <= {*group.perspectives})
                left = (group.people or 0) - inside
                assert not inside or left not in range(1, 5), (invited, people, group)


def test_that_all_of_a_small_group_answered_is_not_told(bank: Bank) -> None:
    for asked, invited in (({"family": 4}, 4), ({"peer-worker": 2, "family": 2}, 4), ({"staff": 9, "manager": 2}, 11)):
        told = {
            arrivals(bank, {**dict.fromkeys(asked, 1), who: n}, asked, 5).groups for who, n in product(asked, (5, 6, 9))
        }
        assert len(told) == 1, told
        ((group,),) = told
        assert (group.people, group.invited, group.more) == (None if invited < 5 else 5, invited, invited >= 5)


def test_the_page_of_twelve_people_tells_what_it_may_and_why_no_more(
    bank: Bank, store: Store, renderer: Renderer
) -> None:
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: NOW))
    invited = {"staff": 5, "peer-worker": 3, "service-user": 4}
    survey = opened(store, bank, invited=invited, innovations=["training"])
    item = bank.page_items("core-knowledge", "staff")[0]

    def page(**came: int) -> str:
        token = store.surveys.share(survey.id)
        for who, n in came.items():
            for _ in range(n):
                key, _code = store.drafts.begin(token, who.replace("_", "-"), NOW.isoformat())
                answer = {item.id: Answer("dk", revision=item.revision)}
                store.drafts.change(key, lambda *_, answer=answer: answer, NOW.isoformat())
                store.drafts.submit(key, NOW.isoformat())
        return visitor.get(f"/surveys/{survey.id}").text

    first, second = page(staff=4, peer_worker=2, service_user=3), page(staff=1)

    assert "Staff fewer than 5 5 Peer worker, service user 5 7" in first
    assert "there is no total: less the groups that are told, it could tell such a number" in first
    assert "Staff 5 5 Peer worker, service user 5 7 All together 10 12" in second
    assert "no total" not in second


def test_of_ten_staff_with_two_managers_the_page_tells_that_enough_answered(
    bank: Bank, store: Store, renderer: Renderer
) -> None:
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: NOW))
    survey = opened(store, bank, invited={"staff": 10, "manager": 2}, innovations=["training"])
    answered(store, survey, 7, "staff")

    page = visitor.get(f"/surveys/{survey.id}").text
    assert "Staff, manager 5 or more 12" in page
    assert "there is no total" not in page
    assert "the result may leave it out" in page


def test_of_a_small_group_by_itself_nothing_is_told(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = opened(store, garden, invited={"gardener": 6, "guest": 3})
    answered(store, survey, 5)

    page = visitor.get(f"/surveys/{survey.id}").text
    assert "Gardener 5 6 Guest not told 3" in page


def test_closing_asks_first_and_says_what_follows(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    page = visitor.get(visitor.get(f"/surveys/{survey.id}").link("Close the assessment"))

    assert "As it stands, there would be no result." in page.text
    assert store.surveys.survey(survey.id).state == "open", "looking closes nothing"
    assert "Closed." in visitor.send(visitor.get(f"/surveys/{survey.id}"), {**page.fields}).text
    assert visitor.get(f"/surveys/{survey.id}/close").address == f"/surveys/{survey.id}"
