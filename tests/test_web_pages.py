"""Every page can be reached, is whole, shows what was typed as text, and answers this computer only."""

import re
from pathlib import Path

import pytest
from flask import Flask

from assessor.assessed import assessed
from assessor.bank import Bank
from assessor.errors import BankError, StoreError
from assessor.pdf import Renderer
from assessor.plan import Intent
from assessor.store import Store
from assessor.web import build_app, create_app
from tests.assessments import BEDS, CORE, NOW, START, asked, begin, finish, only, stored
from tests.visitor import Visitor

HOSTILE = "<script>alert(1)</script>\"'&amp; {{ 7*7 }} \u202eevil\u202c שלום 🌱 " + "w" * 400


def test_the_application_opens_its_files(tmp_path: Path) -> None:
    garden = Path(__file__).parent / "banks" / "garden"
    visitor = Visitor(create_app(tmp_path / "r.db", garden))
    finish(visitor)
    with Store(tmp_path / "r.db") as store:
        found = assessed(visitor_bank(visitor), store, only(store), "")
        occasion, table, responses = found.occasion, found.answers, found.responses

    assert (occasion.service, occasion.perspectives, occasion.innovations) == (
        "North",
        ("Gardener",),
        ("Raised beds", "Ponds"),
    )
    assert (occasion.edition, table.rows, len(responses)) == ("7.b", ("core", "B1"), 1)
    with pytest.raises(StoreError, match="does not exist"):
        create_app(tmp_path / "gone" / "r.db", garden)
    with pytest.raises(BankError, match="there is no bank here"):
        create_app(tmp_path / "r.db", tmp_path)


def visitor_bank(visitor: Visitor) -> Bank:
    found: Bank = visitor.client.application.extensions["recovery-readiness"].bank
    return found


ACCOUNTS = {
    "account",
    "people",
    "signing",
}  # nothing leads there before there is an owner; tests/test_people.py goes there


@pytest.fixture
def walked(visitor: Visitor, store: Store, garden: Bank) -> set[str]:
    """Every address that can be reached from the first page, and what it links to."""
    stored(store, garden, "A", "2025-05-01")
    asked(store, garden)
    store.surveys.create(service="West", wave="E", innovations=["beds"], invited={"guest": 9}, bank=garden, now=NOW)
    finish(visitor, wave="B")
    north = store.services()[0].id
    store.plans.add(north, Intent("Dig a hole"), row="B1", now=NOW)
    begin(visitor, wave="C")
    begin(visitor, service="South", perspective="guest")
    visitor.send(visitor.get("/meetings/new"), {"service": "East", "wave": "Meeting", "innovations": ["beds"]})
    seen: set[str] = set()
    todo = ["/"]
    while todo:
        address = todo.pop().partition("#")[0]
        if address.startswith("/") and address not in seen and not address.endswith((".pdf", ".csv", ".sps", ".R")):
            seen.add(address)
            todo += visitor.get(address).links()
    return seen


def test_every_page_can_be_reached_and_is_whole(app: Flask, walked: set[str]) -> None:
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(address.partition("?")[0])[0] for address in walked}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert {page for page in pages - reached if page.partition(".")[0] not in {*ACCOUNTS, "joining"}} == {
        "static",
        "results.report_pdf",
        "results.report_progress",
        "results.comparison_pdf",
        "results.comparison_progress",
        "sharing.read",
        "sharing.report_pdf",
        "sharing.report_progress",
        "comparing.pdf",
        "comparing.progress",
        "tables.file",
        "trends.pdf",
        "trends.progress",
    }


def test_no_page_of_a_foreign_bank_speaks_of_ours(visitor: Visitor, walked: set[str]) -> None:
    found = {a: re.findall(r"(?i)recover\w*|mental.health|Table 6", visitor.get(a).text) for a in walked}

    assert len(found) > 10
    assert {a: words for a, words in found.items() if words} == {}
    assert "questions about gardening" in visitor.get("/").text


def test_demo_data_are_labelled_on_every_page(visitor: Visitor, store: Store, garden: Bank) -> None:
    first, second = stored(store, garden, "A", "2026-05-01"), stored(store, garden, "B", "2026-06-01")
    page = begin(visitor, wave="C")
    addresses = ["/", "/start", page.address, f"/review/{page.address.split('/')[2]}", f"/results/{first}"]
    addresses += [f"/results/{second}/compare/{first}", f"/services/{store.services()[0].id}"]

    assert not any("Demo data" in visitor.get(address).text for address in addresses)
    store.mark_demo()
    assert all("Demo data: made up." in visitor.get(address).text for address in addresses)
    assert "Demo data: made up." in visitor.get("/nowhere", 404).text


def test_any_name_is_shown_escaped_on_every_page(visitor: Visitor, store: Store) -> None:
    name = HOSTILE[:118]
    result = finish(visitor, service=name, wave=name)
    found = only(store)
    again = visitor.send(visitor.get("/start"), {**START, "service": name, "wave": "Later"})
    visitor.send(visitor.send(visitor.send(again, CORE), BEDS), {})
    later = next(a.id for a in store.assessments() if a.id != found.id)

    for address in (
        "/",
        f"/services/{found.service.id}",
        result.address,
        f"/results/{later}/compare/{found.id}",
        "/start",
    ):
        page = visitor.get(address)
        assert page.html.count("<script") == 0
        assert " ".join(name.split()) in page.text or name in page.html.replace("&#34;", '"') or address == "/start"


def test_notes_and_links_are_shown_escaped(visitor: Visitor) -> None:
    link = "https://example.org/?a=1&b=\"'<b>"
    page = visitor.send(begin(visitor), {**CORE, "soil-1.note": HOSTILE, "soil-1.link": link})
    review = visitor.send(page, BEDS)
    result = visitor.send(review, {})

    for shown in (review, result):
        assert " ".join(HOSTILE.split()) in shown.text
        assert "<script>" not in shown.html
        assert "49" not in re.sub(r"\d{4}-\d\d-\d\d", "", shown.text).replace("7*7", "")
    assert {e.get("rel") for e in result.root.iter("a") if e.get("href") == link} == {"noopener noreferrer nofollow"}


def test_only_bars_may_style_themselves_and_only_on_results(visitor: Visitor, store: Store, garden: Bank) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    policy = {a: visitor.client.get(a).headers["Content-Security-Policy"] for a in ("/", "/start", f"/results/{ident}")}

    assert [p.count("unsafe-inline") for p in policy.values()] == [0, 0, 1]
    assert "style-src-attr 'unsafe-inline'" in policy[f"/results/{ident}"]
    assert not any("style=" in visitor.get(a).html for a in ("/", "/start"))


def test_only_names_of_this_computer_are_answered(visitor: Visitor) -> None:
    for host, status in (("evil.example", 400), ("localhost:8000", 200), ("127.0.0.1:1", 200)):
        response = visitor.client.get("/", headers={"Host": host})
        assert response.status_code == status, host
        assert "Traceback" not in response.text


def test_cookies_stay_on_this_computer_and_in_this_tool(visitor: Visitor, garden: Bank, renderer: Renderer) -> None:
    cookie = visitor.client.get("/start").headers["Set-Cookie"]
    with Store(None) as other:
        second = Visitor(build_app(garden, other, renderer)).client.get("/start").headers["Set-Cookie"]

    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Expires="))
    assert cookie.partition("=")[0] != second.partition("=")[0]
