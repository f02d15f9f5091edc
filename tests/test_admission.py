"""Everybody who may not see a page is told that there is nothing; found out by walking every address there is."""

from collections.abc import Iterator

import pytest
from flask import Flask

from assessor.accounts import FACILITATOR, OWNER, READER
from assessor.bank import Bank
from assessor.plan import Intent
from assessor.store import Store
from assessor.web.admission import admits
from tests.assessments import START, asked, begin, finish, only, stored
from tests.people import added, signed_in
from tests.visitor import Visitor

OPEN = {
    "static",
    "answering.home",
    "answering.resume",
    "answering.questions",
    "answering.save",
    "answering.review",
    "answering.submit",
    "signing.sign_in",
    "signing.enter",
    "signing.sign_out",
    "signing.key",
    "signing.redeem",
    "signing.forgotten",
    "signing.remind",
}
READING = {"results.result", "results.compare", "results.service", "planning.plan", "tables.file", "trends.page"}
HELD = {"sharing.read", "sharing.report_pdf", "sharing.report_progress"}
WAITING = {  # each leads to another of them, until the PDF is there
    "results.report_pdf",
    "results.report_progress",
    "results.comparison_pdf",
    "results.comparison_progress",
    "trends.pdf",
    "trends.progress",
}

OWN = {"account.mine": 200, "account.change": 400}  # sent without its token


@pytest.fixture
def owned(store: Store, garden: Bank) -> Store:
    """Three assessments of a service, a draft, a survey, a meeting, a planned action, and an owner."""
    stored(store, garden, "First", "2026-04-01")
    stored(store, garden, "A", "2026-05-01")
    stored(store, garden, "B", "2026-06-01")
    begun = {"service": "North", "wave": "C", "innovations": ["beds"], "perspective": "gardener"}
    store.start(**begun, bank=garden, now="2026-07-01T09:00:00+00:00")  # type: ignore[arg-type]
    asked(store, garden)
    meeting = {"service": "North", "wave": "D", "innovations": ["beds"], "perspective": "gardener", "mode": "consensus"}
    store.start(**meeting, bank=garden, now="2026-08-01T09:00:00+00:00")  # type: ignore[arg-type]
    store.plans.add(service(store), Intent("Ask the guests"), row="B1", now="2026-06-02T09:00:00+00:00")
    added(store, "Ada")
    return store


def service(store: Store) -> str:
    return store.services()[0].id


def walk(app: Flask, store: Store, visitor: Visitor) -> Iterator[tuple[str, str, int]]:
    """Yield how every address that is not open answers: endpoint, method, status."""
    _, early, late, _, met = (a.id for a in store.assessments())
    account = store.accounts.all()[-1]
    values = {"service_id": service(store), "assessment_id": late, "earlier_id": early, "account_id": account.id}
    values |= {"item_id": "soil-1", "edition": "easy", "link_id": "none", "key": "none", "mode": "individual"}
    values |= {"action_id": store.plans.actions(service(store))[0].id, "row_id": "B1", "name": "labels.csv"}
    ids = {"running": (many := store.surveys.surveys()[0].id), "making": many, "meeting": met}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN or rule.endpoint.startswith("joining."):  # who answers has a link, and no account
            continue
        if rule.endpoint in HELD:  # see tests/test_sharing.py
            continue
        assert rule.arguments <= values.keys(), f"{rule}: say what stands in its address"
        values["assessment_id"] = ids.get(rule.endpoint.partition(".")[0], late)
        address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            answer = visitor.client.open(address, method=method, query_string={"service": service(store)})
            yield rule.endpoint, method, answer.status_code


def shut(app: Flask, store: Store, visitor: Visitor) -> set[str]:
    """Return what answered 404, each with its method."""
    return {f"{method} {endpoint}" for endpoint, method, status in walk(app, store, visitor) if status == 404}


def test_every_page_that_is_not_open_is_shut_to_who_may_not_see_it(app: Flask, owned: Store) -> None:
    closed = signed_in(app, owned, added(owned, "Disabled"))
    with owned._driver.write() as db:  # its session is left there: being disabled must be enough
        db.run("UPDATE account SET disabled = 1 WHERE name = 'Disabled'")
    foreign = [signed_in(app, owned, added(owned, f"Foreign {role}", role)) for role in (FACILITATOR, READER)]

    for visitor in (Visitor(app), closed, *foreign):
        answers = list(walk(app, owned, visitor))
        assert len(answers) > 20
        assert [answer for answer in answers if answer[2] != 404] == []


def test_a_reader_reads_the_results_of_given_services_and_changes_nothing(app: Flask, owned: Store) -> None:
    reader = signed_in(app, owned, added(owned, "Rea", READER, service(owned)))

    for endpoint, method, status in walk(app, owned, reader):
        expected = {200} if endpoint in READING else {200, 303} if endpoint in WAITING else {OWN.get(endpoint, 404)}
        assert status in expected, (endpoint, method)


def test_a_facilitator_runs_the_given_services_and_sees_no_accounts(app: Flask, owned: Store) -> None:
    facilitator = signed_in(app, owned, added(owned, "Fay", FACILITATOR, service(owned)))
    shut_out = shut(app, owned, facilitator)

    assert shut_out
    assert {name.partition(" ")[2].partition(".")[0] for name in shut_out} == {"people"}


def test_an_owner_finds_nothing_shut(app: Flask, owned: Store) -> None:
    owner = signed_in(app, owned, next(a for a in owned.accounts.all() if a.role == OWNER))

    assert shut(app, owned, owner) == set()


def test_without_an_owner_nothing_is_shut_but_accounts(app: Flask, owned: Store) -> None:
    with owned._driver.write() as db:
        db.run("DELETE FROM account")
    added(owned, "Fay", FACILITATOR)

    shut_out = shut(app, owned, Visitor(app))
    assert {name.partition(" ")[2].partition(".")[0] for name in shut_out} == {"people", "account"}


def test_a_view_that_names_nobody_is_the_owners(app: Flask, owned: Store) -> None:
    app.add_url_rule("/forgot-to-say", view_func=lambda: "secret")
    app.add_url_rule("/said", "said", admits(READER)(lambda: "told"))
    reader = signed_in(app, owned, added(owned, "Rea", READER))

    assert [reader.client.get(a).status_code for a in ("/forgot-to-say", "/said")] == [404, 200]
    assert Visitor(app).client.get("/said").status_code == 404


def test_what_is_not_yours_looks_like_what_is_not_there(app: Flask, owned: Store) -> None:
    visitors = [Visitor(app), signed_in(app, owned, added(owned, "Fay", FACILITATOR))]
    there = [f"/results/{owned.assessments()[0].id}", f"/services/{service(owned)}"]

    for visitor in visitors:
        pages = [visitor.get(address, 404) for address in (*there, "/results/gone", "/services/gone", "/nowhere")]
        assert len({page.text for page in pages}) == 1


@pytest.mark.usefixtures("owned")
def test_only_the_first_page_leads_to_signing_in(app: Flask) -> None:
    first = Visitor(app).client.get("/")

    assert (first.status_code, first.headers["Location"]) == (303, "/sign-in")
    assert Visitor(app).client.get("/start").headers.get("Location") is None


def test_home_shows_everybody_their_own(app: Flask, owned: Store, garden: Bank) -> None:
    stored(owned, garden, "Elsewhere", "2026-06-02", "South")
    north, token = service(owned), next(a.token for a in owned.assessments() if not a.submitted)
    people = {r: signed_in(app, owned, added(owned, r, r, north)) for r in (FACILITATOR, READER)}
    fay, rea = (people[r].get("/") for r in (FACILITATOR, READER))

    assert f"/answer/{token}" in fay.links()
    assert "/start" in fay.links()
    assert not {f"/answer/{token}", "/start"} & set(rea.links())
    assert token not in people[READER].get(f"/services/{north}").html
    assert "Answer again" not in people[READER].get(f"/services/{north}").text
    assert not [page for page in (fay, rea) if "South" in page.text]
    assert "You see no service yet" in signed_in(app, owned, added(owned, "New", READER)).get("/").text


def test_a_facilitator_keeps_what_they_start_and_takes_nothing_else(app: Flask, owned: Store, garden: Bank) -> None:
    stored(owned, garden, "Their wave", "2026-06-02", "South")
    fay = added(owned, "Fay", FACILITATOR)
    visitor = signed_in(app, owned, fay)
    page = visitor.send(visitor.get("/start"), {**START, "service": "SOUTH", "wave": "Their wave"}, 409)

    assert "a service that you were not given" in page.text
    assert not [a for a in page.links() if a.startswith(("/answer", "/results"))]
    assert "North" not in page.html
    visitor.send(page, {"service": "West"})
    west = next(s.id for s in owned.services() if s.name == "West")
    assert owned.accounts.account(fay.id).services == {west}
    assert "West" in visitor.get("/").text


def test_whoever_answers_needs_no_account_and_sees_the_result_for_an_hour(app: Flask, owned: Store) -> None:
    draft = next(a for a in owned.assessments() if not a.submitted)
    visitor = Visitor(app)
    page = visitor.get(f"/answer/{draft.token}")
    assert "Sign out" not in page.text
    assert visitor.send(page, {}, go="later").address == "/sign-in"
    page = visitor.send(visitor.get(f"/review/{draft.token}"), {})

    assert page.address == f"/results/{draft.id}"
    assert "Thank you." in page.text
    assert not [a for a in page.links() if a.startswith("/services") or "/compare/" in a]
    assert visitor.download(f"/results/{draft.id}/report.pdf").status_code == 200
    assert visitor.client.get(f"/services/{draft.service.id}").status_code == 404
    other = Visitor(app)
    assert other.client.get(f"/results/{draft.id}").status_code == 404
    page = other.get(f"/answer/{draft.token}", 409)
    assert "was submitted" in page.text
    assert f"/results/{draft.id}" not in page.links()
    with visitor.client.session_transaction() as session:
        session["submitted"] = {draft.id: "2026-11-23T08:29:00+00:00"}
    assert visitor.client.get(f"/results/{draft.id}").status_code == 404


def test_in_a_demo_everybody_is_a_made_up_owner_and_every_page_says_so(app: Flask, store: Store) -> None:
    visitor = Visitor(app)
    finish(visitor)
    begin(visitor, wave="Draft")
    draft = next(a for a in store.assessments() if not a.submitted)
    store.mark_demo()
    added(store, "Ada")
    addresses = ["/", "/start", "/people", "/people/add", f"/answer/{draft.token}", f"/review/{draft.token}"]
    addresses += [f"/services/{draft.service.id}", f"/people/{store.accounts.all()[0].id}"]

    for address in addresses:
        assert "You are signed in as a made-up owner." in Visitor(app).get(address).text
    assert Visitor(app).get("/sign-in").address == "/"


def test_nothing_of_accounts_shows_before_there_is_an_owner(app: Flask, store: Store) -> None:
    visitor = Visitor(app)
    finish(visitor)
    addresses = ("/", "/start", f"/results/{only(store).id}")

    assert not [a for a in addresses if "people" in visitor.get(a).html.lower().split("<main")[0]]
    assert visitor.get("/sign-in").address == "/"
