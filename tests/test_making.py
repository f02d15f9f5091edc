"""A survey that is made can be corrected until it opens, and nobody's correction is lost."""

from dataclasses import replace

import pytest

from assessor.accounts import FACILITATOR
from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.plan import Intent
from assessor.store import Settled, Store, Survey
from assessor.web import build_app
from tests.assessments import asked, stored
from tests.conftest import NOW
from tests.mailbox import Mailbox
from tests.people import added
from tests.visitor import Visitor

MOMENT = NOW.isoformat()
ASK = Intent("Ask the guests")


@pytest.fixture
def made(store: Store, garden: Bank) -> Survey:
    """A survey that is not open yet."""
    invited = {"gardener": 12, "guest": None}
    given = {"service": "Nort", "wave": "May", "innovations": ["beds"], "invited": invited, "min_cell": 6}
    closes = "2026-12-31T23:59:59+00:00"
    return store.surveys.create(**given, bank=garden, now=MOMENT, closes=closes)  # type: ignore[arg-type]


def links(store: Store, survey: Survey) -> list[tuple[str, bool]]:
    """Return which links there are, and which of them are open."""
    return [(entry.id, entry.active) for entry in store.surveys.entries(survey.id)]


def test_everything_about_it_can_be_corrected(visitor: Visitor, store: Store, made: Survey) -> None:
    page = visitor.get(visitor.get(f"/surveys/{made.id}").link("Correct something first"))
    shown = page.fields
    page = visitor.send(
        page, {"service": "North", "wave": "June", "invited.gardener": "", "invited.guest": "9", "closes": ""}
    )
    found = store.surveys.survey(made.id)

    assert (shown["service"], shown["invited.gardener"], shown["invited.guest"]) == ("Nort", "12", "?")
    assert (shown["closes"], shown["min_cell"], shown["innovations"]) == ("2026-12-31", "6", ["beds"])
    assert page.address == f"/surveys/{made.id}"
    assert "The assessment is corrected" in page.text
    assert (found.service.name, found.wave, found.closes, found.state, found.min_cell) == (
        "North",
        "June",
        None,
        "draft",
        6,
    )
    assert store.surveys.invited(made.id) == {"guest": 9}
    assert [(s.id, s.name) for s in store.services()] == [(made.service.id, "North")], "it is the same, named anew"


def test_a_service_that_is_named_anew_keeps_what_hangs_on_it(visitor: Visitor, store: Store, made: Survey) -> None:
    own = made.service.id
    action = store.plans.add(own, ASK, row="B1", now=MOMENT)
    target = store.plans.aim(own, "B1", 0, 80)
    account = added(store, "Rea", FACILITATOR, own)
    visitor.send(visitor.get(f"/surveys/{made.id}/edit"), {"service": "North"})

    assert store.service(own).name == "North"
    assert (store.plans.actions(own), store.plans.targets(own)) == ((action,), {"B1": target})
    assert store.accounts.account(account.id).sees(own)


@pytest.mark.parametrize("hangs", ["nothing", "plan", "target", "people"])
def test_a_service_that_is_left_stays_if_anything_hangs_on_it(
    visitor: Visitor, store: Store, garden: Bank, made: Survey, hangs: str
) -> None:
    stored(store, garden, "Earlier", "2026-05-01", "North")
    own = made.service.id
    if hangs == "plan":
        store.plans.add(own, ASK, row="B1", now=MOMENT)
    elif hangs == "target":
        store.plans.aim(own, "B1", 0, 80)
    elif hangs == "people":
        added(store, "Rea", FACILITATOR, own)
    visitor.send(visitor.get(f"/surveys/{made.id}/edit"), {"service": "north"})

    assert store.surveys.survey(made.id).service.name == "North", "the other keeps its spelling"
    assert [s.name for s in store.services()] == (["North"] if hangs == "nothing" else ["Nort", "North"])
    if hangs != "nothing":
        assert "No assessment at the moment" in visitor.get(f"/services/{own}").text


def test_who_made_a_misspelt_service_does_not_hold_it(store: Store, garden: Bank) -> None:
    north = store.surveys.survey(asked(store, garden).id).service.id
    starter = added(store, "Fay", FACILITATOR, north)
    made = store.surveys.create(
        service="Nort", wave="May", innovations=[], invited={"guest": 9}, bank=garden, now=MOMENT, starter=starter
    )
    starter, setup = store.accounts.account(starter.id), store.setups.setup(made.id)
    store.setups.revise(made.id, replace(setup, service="North"), over=setup.mark, bank=garden, starter=starter)

    assert [s.name for s in store.services()] == ["North"]


def test_a_service_with_other_assessments_is_not_named_anew(
    visitor: Visitor, store: Store, garden: Bank, made: Survey
) -> None:
    stored(store, garden, "Earlier", "2026-05-01", "Nort")
    visitor.send(visitor.get(f"/surveys/{made.id}/edit"), {"service": "South"})

    assert [s.name for s in store.services()] == ["Nort", "South"]
    assert [a.service.name for a in store.assessments()] == ["Nort"]


def test_capitals_can_be_corrected(visitor: Visitor, store: Store, garden: Bank, made: Survey) -> None:
    stored(store, garden, "Earlier", "2026-05-01", "Nort")
    page = visitor.send(visitor.get(f"/surveys/{made.id}/edit"), {"service": "NORT"})

    assert page.words("h1") == ["NORT May"]
    assert [(s.id, s.name) for s in store.services()] == [(made.service.id, "NORT")]


def test_what_is_wrong_is_said_and_nothing_is_changed(
    visitor: Visitor, store: Store, garden: Bank, made: Survey
) -> None:
    asked(store, garden, "June")
    address = f"/surveys/{made.id}/edit"
    before = store.setups.setup(made.id)

    assert "Give a whole number" in visitor.send(visitor.get(address), {"invited.guest": "some"}, 422).text
    assert (
        "how many are invited"
        in visitor.send(visitor.get(address), {"invited.guest": "", "invited.gardener": ""}, 422).text
    )
    assert "This day is over" in visitor.send(visitor.get(address), {"closes": "2026-11-01"}, 422).text
    assert "already an assessment" in visitor.send(visitor.get(address), {"service": "North", "wave": "June"}, 409).text
    assert store.setups.setup(made.id) == before


def test_of_two_corrections_the_second_is_told_and_may_follow(visitor: Visitor, store: Store, made: Survey) -> None:
    address = f"/surveys/{made.id}/edit"
    one, two = visitor.get(address), visitor.get(address)
    visitor.send(one, {"invited.gardener": "20"})
    late = visitor.send(two, {"wave": "June"}, 409)
    kept = store.setups.setup(made.id)
    visitor.send(late, {})

    assert "Somebody else was quicker" in late.text
    assert (kept.wave, kept.invited["gardener"]) == ("May", 20)
    assert (late.fields["wave"], late.fields["invited.gardener"]) == ("June", "12")
    assert store.surveys.survey(made.id).wave == "June"


def test_once_it_is_open_it_stays_as_it_is(visitor: Visitor, store: Store, garden: Bank, made: Survey) -> None:
    page, setup = visitor.get(f"/surveys/{made.id}/edit"), store.setups.setup(made.id)
    store.surveys.open(made.id, MOMENT)

    assert "stays as it is" in visitor.send(page, {"wave": "June"}, 409).text
    assert "stays as it is" in visitor.get(f"/surveys/{made.id}/edit", 409).text
    with pytest.raises(Settled):
        store.setups.revise(made.id, setup, over=setup.mark, bank=garden)
    assert store.setups.setup(made.id) == setup


def test_it_opens_as_it_was_looked_at(visitor: Visitor, store: Store, made: Survey) -> None:
    address = f"/surveys/{made.id}"
    looked = visitor.get(address)
    visitor.send(visitor.get(f"{address}/edit"), {"invited.gardener": "", "invited.guest": "3"})
    late = visitor.send(looked, {})
    unopened = store.surveys.survey(made.id).state
    forgetful = visitor.send(late, {"over": ""})
    visitor.send(late, {})

    assert "It was not opened: while you had this page open" in late.text
    assert "It was not opened" in forgetful.text, "a mark that is missing is none"
    assert (looked.fields["go"], unopened) == ("open", "draft")
    assert late.fields["over"] == store.setups.setup(made.id).mark != looked.fields["over"]
    assert store.surveys.survey(made.id).state == "open"


def test_nobody_gets_a_link_before_it_opens(
    garden: Bank, store: Store, renderer: Renderer, box: Mailbox, made: Survey
) -> None:
    visitor = Visitor(build_app(garden, store, renderer, clock=lambda: NOW, post=box.post))
    address = f"/surveys/{made.id}"
    page = visitor.get(address)
    sent = {**page.fields, "number": "3", "perspective": "guest", "addresses": "a@example.org"}
    refused = [visitor.client.post(f"{address}/{way}", data=sent) for way in ("links", "mails")]
    shared = visitor.send(page, {"go": "share"})

    assert [(r.status_code, "Open it first" in r.text) for r in refused] == [(409, True)] * 2
    assert "Open it first" in shared.text
    assert store.surveys.entries(made.id) == []
    assert store.outbox.due() is None


def test_nobody_gets_a_link_after_it_has_closed(garden: Bank, store: Store, renderer: Renderer, box: Mailbox) -> None:
    survey = asked(store, garden)
    store.surveys.invite(survey.id, ["old@example.org"])
    before = links(store, survey)
    visitor = Visitor(build_app(garden, store, renderer, clock=lambda: NOW, post=box.post))
    page = visitor.get(f"/surveys/{survey.id}")  # and it stays on the screen while somebody else closes it
    store.surveys.close(survey.id, MOMENT)
    sent = {**page.fields, "number": "3", "perspective": "guest", "addresses": "a@example.org"}
    refused = [visitor.client.post(f"/surveys/{survey.id}/{way}", data=sent) for way in ("links", "mails", "reminders")]
    late = visitor.send(page, {"go": "share"})

    assert [(r.status_code, "has closed" in r.text) for r in refused] == [(409, True)] * 3
    assert "This cannot be done any more" in late.text
    assert links(store, survey) == before
    assert store.outbox.due() is None


def test_a_closed_survey_that_is_too_small_says_why_there_is_no_result(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = asked(store, garden)
    store.surveys.close(survey.id, MOMENT)
    page = visitor.get(f"/surveys/{survey.id}")

    assert "Why there is no result" in page.text
    assert not [link for link in page.links() if link.startswith("/results/")]
    assert store.surveys.survey(survey.id).seen is None
    assert page.link("Agree as a team") == f"/meetings/new?after={survey.id}"
