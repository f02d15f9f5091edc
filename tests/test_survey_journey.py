"""Twelve people are invited, eleven answer on their phones, and nobody learns what one of them said."""

import csv
import io
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader
from werkzeug.serving import make_server

from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.people import PASSWORD, added

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
PEOPLE = {"staff": 6, "peer-worker": 3, "service-user": 2}
NAMES = {"staff": "Staff", "peer-worker": "Peer worker", "service-user": "Service user"}


@dataclass
class Place:
    """The tool as it runs, with a clock that can be put forward."""

    url: str
    store: Store
    bank: Bank
    now: list[datetime] = field(default_factory=lambda: [datetime(2026, 11, 23, 9, 30, tzinfo=UTC)])

    def later(self, **span: int) -> None:
        """Put the clock forward."""
        self.now[0] += timedelta(**span)


@pytest.fixture
def place(bank: Bank, renderer: Renderer, tmp_path: Path) -> Iterator[Place]:
    with Store(tmp_path / "readiness.db") as store:
        added(store, "Ada")
        here = Place("", store, bank)
        app = build_app(bank, store, renderer, clock=lambda: here.now[0])
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        here.url = f"http://127.0.0.1:{server.port}"
        yield here
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def owner(context: BrowserContext, place: Place) -> Page:
    page = context.new_page()
    page.goto(f"{place.url}/sign-in")
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def whole(page: Page) -> None:
    """Hold that everybody can use a page."""
    assert Axe().run(page, options=AXE).response["violations"] == []


def links(owner: Page, number: int) -> list[str]:
    """Make one-time links as a table, and read it."""
    owner.get_by_text("Make one-time links").click()
    owner.get_by_label("How many").fill(str(number))
    with owner.expect_download() as begun:
        owner.get_by_role("button", name="Table (CSV)").click()
    return [row["link"] for row in csv.DictReader(io.StringIO(Path(begun.value.path()).read_text("utf-8")))]


def answered(browser: Browser, link: str, who: str, pick: int) -> BrowserContext:
    """Answer everything on a phone of one's own, up to the review."""
    phone = browser.new_context(viewport={"width": 375, "height": 800})
    phone.set_default_timeout(10_000)
    page = phone.new_page()
    page.goto(link)
    if page.get_by_role("radio").count():
        page.get_by_role("radio", name=NAMES[who], exact=True).check()
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Go to the questions").click()
    while "/review" not in page.url:
        for group in page.get_by_role("group").all():
            radios = group.get_by_role("radio")
            if radios.count():
                radios.nth(pick % (radios.count() - 1)).check()
        before = page.url
        page.get_by_role("button", name="Save and continue").click()
        expect(page).not_to_have_url(before)
    return phone


def submitted(phone: BrowserContext) -> None:
    page = phone.pages[0]
    page.get_by_role("button", name=re.compile("Submit")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def test_twelve_are_invited_and_eleven_answer(owner: Page, browser: Browser, place: Place) -> None:
    owner.get_by_role("link", name="Ask many people").click()
    owner.get_by_label("Name of the service or team").fill("Harbour Team")
    owner.get_by_role("checkbox", name=re.compile("^Staff training")).check()
    for who, people in {**PEOPLE, "staff": 7}.items():
        owner.get_by_label(NAMES[who], exact=True).fill(str(people))
    whole(owner)
    owner.get_by_role("button", name="Make it").click()
    expect(owner.get_by_text("Staff (7 invited): if all answer both times")).to_be_visible()
    owner.get_by_role("button", name="Open it").click()
    expect(owner.get_by_role("link", name="Close the assessment")).to_be_visible()
    whole(owner)
    owner.get_by_label("The link").focus()
    chosen = owner.evaluate("getSelection().toString()")
    assert chosen.startswith(f"{place.url}/join/"), "ready to be copied"
    invitations = links(owner, 12)

    assert len(set(invitations)) == 12
    everybody = [who for who, people in PEOPLE.items() for _ in range(people)]
    for number, (link, who) in enumerate(zip(invitations[:11], everybody, strict=True)):
        phone = answered(browser, link, who, number)
        if number == 0:
            whole(phone.pages[0])
        submitted(phone)
        phone.close()

    owner.reload()
    assert owner.get_by_role("row", name="Staff").inner_text().split("\t")[1:] == ["6", "7"]
    assert owner.get_by_role("row", name="Peer worker, service user").inner_text().split("\t")[1:] == ["5", "5"]
    assert owner.get_by_role("row", name="All together").inner_text().split("\t")[1:] == ["11", "12"]
    expect(owner.get_by_text("Which of them were used is not shown")).to_be_visible()
    late = answered(browser, invitations[11], "staff", 1)
    owner.get_by_role("link", name="Close the assessment").click()
    whole(owner)
    owner.get_by_role("button", name="Close it now").click()
    expect(owner.get_by_text("results come after that")).to_be_visible()
    assert owner.goto(owner.url.replace("/surveys/", "/results/"))
    expect(owner.get_by_role("heading", level=1)).to_have_text("Nothing is shown")
    place.later(minutes=31)
    late.pages[0].get_by_role("button", name=re.compile("Submit")).click()
    expect(late.pages[0].get_by_role("heading", level=1)).to_have_text("This assessment is closed")
    owner.reload()

    pooled = "Lived-experience roles (peer worker, service user)"
    expect(owner.get_by_text(f"Staff: 6 of 7 invited; {pooled}: 5 of 5 invited")).to_be_visible()
    whole(owner)
    assert "Peer worker" not in [row.inner_text().partition("\t")[0] for row in owner.get_by_role("row").all()]
    with owner.expect_download() as begun:
        owner.get_by_role("link", name="Download the report (PDF)").click()
    text = " ".join(page.extract_text() for page in PdfReader(begun.value.path()).pages)
    squeezed = "".join(text.split())
    assert "11peopleof12invitedanswered" in squeezed
    assert "".join(pooled.split()) in squeezed
    assert "Whereviewsdiffer" in squeezed


def test_two_tabs_race_for_one_link(browser: Browser, place: Place) -> None:
    survey = place.store.surveys.create(
        service="Harbour Team",
        wave="Race",
        innovations=["training"],
        invited={"staff": 5},
        bank=place.bank,
        now="2026-11-23T09:00:00+00:00",
    )
    place.store.surveys.open(survey.id, "2026-11-23T09:00:00+00:00")
    (token,) = place.store.surveys.invite(survey.id, [None])
    tabs = [answered(browser, f"{place.url}/join/{token}", "staff", pick) for pick in (0, 3)]
    for tab in tabs:  # neither is sent before both are told to
        tab.pages[0].evaluate("setTimeout(() => document.querySelector('form[action$=review]').requestSubmit(), 200)")
    headings = [tab.pages[0].get_by_role("heading", level=1) for tab in tabs]
    for heading in headings:
        expect(heading).not_to_have_text("Look it over")

    assert {heading.inner_text() for heading in headings} == {"Thank you", "These answers are not here any more"}
    assert sum(place.store.submitted.people(survey.id).values()) == 1
    for tab in tabs:
        tab.close()
