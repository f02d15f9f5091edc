"""In two real browsers: a one-time link that two people hold is used once; and all works without JavaScript."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Store, Survey
from assessor.web import build_app
from tests.surveys import opened, submitted
from tests.test_journey import AXE

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.fixture
def place(garden: Bank, renderer: Renderer, tmp_path: Path) -> Iterator[tuple[str, Store, Survey]]:
    """The tool as it runs, with an open survey."""
    with Store(tmp_path / "readiness.db") as store:
        survey = opened(store, garden)
        server = make_server("127.0.0.1", 0, build_app(garden, store, renderer, clock=lambda: NOW), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.port}", store, survey
        server.shutdown()
        thread.join()
        server.server_close()


def answer(page: Page) -> None:
    """Choose the first answer of every question, and go on."""
    for group in page.locator("section.item fieldset").all():
        group.get_by_role("radio").first.check(force=True)
    sound(page)
    page.get_by_role("button", name="Save and continue").click()


def sound(page: Page) -> None:
    """Nothing on the page keeps anybody out, on a phone either."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(page.url, v["id"], v["nodes"][0]["html"]) for v in found] == []


def review(page: Page, link: str) -> str:
    """Come in, answer everything, and return the code on the way."""
    page.goto(link)
    sound(page)
    page.get_by_role("button", name="Begin").click()
    sound(page)
    code = page.locator(".code").inner_text()
    page.get_by_role("link", name="Go to the questions").click()
    while "/mine/page/" in page.url:
        answer(page)
    return code


def test_a_link_that_two_people_hold_is_used_once(
    browser: Browser, context: BrowserContext, place: tuple[str, Store, Survey]
) -> None:
    url, store, survey = place
    (token,) = store.surveys.invite(survey.id, [None], "gardener")
    phone = browser.new_context(viewport={"width": 320, "height": 700})
    phone.set_default_timeout(10_000)
    one, other = context.new_page(), phone.new_page()
    for page in (one, other):
        code = review(page, f"{url}/join/{token}")
    other.goto(f"{url}/mine/pause")
    sound(other)
    other.get_by_role("button", name="Forget me on this computer").click()
    sound(other)
    other.get_by_label("Your code").fill(code.upper())
    other.get_by_role("button", name="Go on").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Look it over")
    sound(other)

    one.get_by_text("For the next time, if you like").click()
    one.get_by_label("Give me a keep-safe code").check()
    sound(one)
    one.get_by_role("button", name="Submit my answers").click()
    expect(one.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert len(one.locator(".code").inner_text().split()) == 6
    sound(one)
    one.go_back()
    expect(one.get_by_role("heading", level=1)).to_have_text("These answers are not here any more")
    other.get_by_role("button", name="Submit my answers").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("These answers are not here any more")
    sound(other)
    phone.close()

    assert len(submitted(store, survey.id)) == 1
    assert store.surveys.entry(token).used


def test_a_second_tap_does_not_hide_the_thanks(context: BrowserContext, place: tuple[str, Store, Survey]) -> None:
    """On a slow phone people tap again: only the first answer has the keep-safe code."""
    url, store, survey = place
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    (token,) = store.surveys.invite(survey.id, [None], "gardener")
    review(page, f"{url}/join/{token}")
    page.get_by_text("For the next time, if you like").click()
    page.get_by_label("Give me a keep-safe code").check()
    sent.clear()
    taps = "button => { button.click(); setTimeout(() => button.click(), 5) }"
    page.get_by_role("button", name="Submit my answers").evaluate(taps)

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert len(page.locator(".code").inner_text().split()) == 6
    assert sent == [f"{url}/mine/review"]


def test_all_of_it_works_without_javascript(browser: Browser, place: tuple[str, Store, Survey]) -> None:
    url, store, survey = place
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{url}/join/{store.surveys.share(survey.id)}")
    page.get_by_role("radio", name="Guest").check(force=True)
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="Go to the questions").click()
    while "/mine/page/" in page.url:
        for group in page.get_by_role("group").filter(has=page.get_by_role("radio")).all():
            group.get_by_role("radio").first.check(force=True)
        page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Submit my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    context.close()

    assert [response.perspective for response in submitted(store, survey.id)] == ["guest"]
