"""In a real browser: from the first page to the PDF, and again half a year later."""

import io
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from pypdf import PdfReader
from werkzeug.serving import make_server

from assessor.answers import Answer
from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Assessment, Store
from assessor.web import build_app

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
SERVICE = "Northside Community Team"
PLANNED = ["peer-workers", "colleges"]


@dataclass(frozen=True)
class Place:
    """The tool as it runs, with two finished assessments and a draft of one service."""

    url: str
    store: Store
    bank: Bank
    early: Assessment
    late: Assessment
    draft: Assessment

    def question_page(self, row: str, ask: str = "") -> str:
        """Where a page of the draft is."""
        return f"{self.url}/answer/{self.draft.token}/{row}{ask}"


def stored(store: Store, bank: Bank, wave: str, day: str, answer: Callable[[int], int] | None) -> Assessment:
    begun = store.start(
        service="Harbour Team",
        wave=wave,
        innovations=PLANNED,
        perspective="staff",
        bank=bank,
        now=f"{day}T09:00:00+00:00",
    )
    items = [i for row in bank.asked_rows(begun.innovations) for i in bank.page_items(row.id, "staff")]
    if answer:
        given = {
            i.id: Answer(bank.codes[i.id][answer(n)].code, "A note", "https://example.org/x", i.revision)
            for n, i in enumerate(items)
        }
        store.save(begun.id, given, begun.opened)
        store.submit(begun.id, f"{day}T09:10:00+00:00")
    return begun


@pytest.fixture(scope="module")
def place(bank: Bank, renderer: Renderer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with Store(tmp_path_factory.mktemp("journey") / "readiness.db") as store:
        early = stored(store, bank, "Spring", "2026-04-01", lambda n: n % 4)
        late = stored(store, bank, "Autumn", "2026-10-01", lambda n: (n * 3 + 1) % 5)
        draft = stored(store, bank, "Draft", "2026-11-01", None)
        server = make_server("127.0.0.1", 0, build_app(bank, store, renderer), threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Place(f"http://127.0.0.1:{server.port}", store, bank, early, late, draft)
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(context: BrowserContext, place: Place) -> Iterator[Page]:
    """A page that may ask nothing of anybody else, and break no rule of our own policy."""
    with watched(context, place) as page:
        yield page


class watched:  # noqa: N801 - reads as the context manager it is
    def __init__(self, context: BrowserContext, place: Place) -> None:
        self.page, self.place = context.new_page(), place
        self.strange: list[str] = []
        self.page.on("request", self._request)
        self.page.on("console", self._console)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.place.url, "data:")):
            self.strange.append(request.url)

    def _console(self, message: ConsoleMessage) -> None:
        if "Failed to load resource" not in message.text:  # the browser's word for our own 4xx pages
            self.strange.append(message.text)

    def __enter__(self) -> Page:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.page.close()
        assert self.strange == []


def answer_page(page: Page, place: Place, perspective: str, pick: int) -> None:
    """Answer everything on a page by name, as a person finds it."""
    row = page.url.split("?")[0].rsplit("/", 1)[1]
    for item in place.bank.page_items(row, perspective):
        group = page.get_by_role("group", name=re.compile(re.escape(item.wording(perspective)[-60:])))
        expect(group).to_have_count(1)
        group.get_by_role("radio", name=place.bank.codes[item.id][pick].label, exact=True).check()


def begin(page: Page, place: Place, wave: str) -> None:
    page.goto(place.url)
    page.get_by_role("link", name="Start an assessment").click()
    page.get_by_label("Name of the service or team").fill(SERVICE)
    page.get_by_label("Name of this assessment").fill(wave)
    for name in PLANNED:
        page.get_by_role("checkbox", name=place.bank.innovation[name].name).check()
    page.get_by_role("group", name="From where").get_by_role("radio", name="Staff").check()
    page.get_by_role("button", name="Start").click()


def answer_rest(page: Page, place: Place, pick: int) -> None:
    while "/review/" not in page.url:
        answer_page(page, place, "staff", pick)
        page.get_by_role("button", name="Save and continue").click()


def download(page: Page, name: str) -> tuple[str, str]:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    if (back := page.get_by_role("link", name="Back to the result")).count():  # it was not kept, and made just now
        back.click()
    data = Path(waiting.value.path()).read_bytes()
    return waiting.value.suggested_filename, " ".join(p.extract_text() for p in PdfReader(io.BytesIO(data)).pages)


def test_a_service_answers_reads_answers_again_and_compares(page: Page, place: Place, browser: Browser) -> None:
    begin(page, place, "March 2026")
    answer_page(page, place, "staff", 1)
    page.get_by_text("Add a note or a link").first.click()
    page.get_by_label("Note to question 1").fill("Agreed in the team meeting.")
    page.get_by_role("button", name="Save and continue").click()
    answer_page(page, place, "staff", 1)
    page.get_by_role("button", name="Save and stop for now").click()
    expect(page.get_by_role("status")).to_contain_text("Your answers are saved")
    page.get_by_role("link", name=f"Continue with {SERVICE}").click()
    page.get_by_text("Continue later").click()
    link = page.get_by_label("Your link").input_value()

    device = browser.new_context(viewport={"width": 375, "height": 800})
    with watched(device, place) as phone:
        phone.goto(link)
        expect(phone.get_by_role("heading", level=1)).to_have_text(place.bank.row["K3"].title)
        answer_rest(phone, place, 2)
        expect(phone.get_by_text("Agreed in the team meeting.")).to_be_visible()
        phone.get_by_role("link", name="Change question 1", exact=True).click()
        expect(phone.get_by_label("Note to question 1")).to_have_value("Agreed in the team meeting.")
        phone.go_back()
        phone.get_by_role("button", name="Submit and see the result").click()
        expect(phone.get_by_role("status")).to_contain_text("Thank you.")

    device.close()

    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text(SERVICE)
    concerns = page.locator("article h3").all_inner_texts()
    name, text = download(page, "Download the report (PDF)")
    assert name == "northside-community-team-march-2026.pdf"
    assert len(concerns) == 3
    assert all(flat(concern) in flat(text) for concern in concerns)

    page.get_by_role("link", name="All assessments").click()
    page.get_by_role("link", name="Answer again").click()
    expect(page.get_by_label("Name of the service or team")).to_have_value(SERVICE)
    expect(page.get_by_label(place.bank.innovation["colleges"].name)).to_be_checked()
    page.get_by_label("Name of this assessment").fill("September 2026")
    page.get_by_role("group", name="From where").get_by_role("radio", name="Staff").check()
    page.get_by_role("button", name="Start").click()
    answer_rest(page, place, 3)
    page.get_by_role("button", name="Submit and see the result").click()
    page.get_by_role("link", name="Compare with March 2026").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("What changed")
    name, text = download(page, "Download the comparison (PDF)")
    assert name == "northside-community-team-march-2026-september-2026.pdf"
    assert "September 2026" in text


def flat(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_back_button_shows_what_was_saved(page: Page, place: Place) -> None:
    begin(page, place, "Back button")
    answer_page(page, place, "staff", 3)
    first = page.url
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(place.bank.row["core-characteristics"].title)
    page.go_back()

    assert page.url == first
    for item in place.bank.page_items("core-knowledge", "staff"):
        expect(page.locator(f"[name='{item.id}.code']:checked")).to_have_value(place.bank.codes[item.id][3].code)


def test_leaving_a_page_by_the_back_button_loses_nothing(page: Page, place: Place) -> None:
    begin(page, place, "Left by the back button")
    answer_page(page, place, "staff", 3)
    page.get_by_role("button", name="Save and continue").click()
    answer_page(page, place, "staff", 4)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(place.bank.row["core-knowledge"].title)
    begun = next(a for a in place.store.assessments() if a.wave == "Left by the back button")
    left = {
        item.id: place.bank.codes[item.id][4].code for item in place.bank.page_items("core-characteristics", "staff")
    }

    for _ in range(100):  # nobody waits for what is sent in passing
        kept = {item: a.code for item, a in place.store.answers(begun.id).answers.items() if item in left}
        if kept == left:
            break
        page.wait_for_timeout(50)
    assert kept == left


def test_all_works_without_javascript(browser: Browser, place: Place) -> None:
    context = browser.new_context(java_script_enabled=False)
    with watched(context, place) as page:
        begin(page, place, "Without JavaScript")
        answer_rest(page, place, 0)
        page.get_by_role("button", name="Submit and see the result").click()
        expect(page.get_by_role("status")).to_contain_text("Thank you.")
    context.close()


def test_a_blank_is_found_by_keyboard_and_answered(page: Page, place: Place) -> None:
    page.goto(place.question_page("core-knowledge"))
    page.get_by_role("button", name="Save and continue").press("Enter")
    summary = page.get_by_role("group", name="questions have no answer yet")
    expect(summary).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    first = page.locator("fieldset").first.get_by_role("radio")
    expect(first.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(first.nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("details[open]")).to_have_count(1)


KINDS = {
    "home": "/",
    "start": "/start",
    "questions": "/answer/{draft.token}/K3",
    "questions in error": "/answer/{draft.token}/C1?check",
    "review": "/review/{draft.token}",
    "result": "/results/{late.id}",
    "comparison": "/results/{late.id}/compare/{early.id}",
    "service": "/services/{late.service.id}",
    "not found": "/nowhere",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_is_cut_off(page: Page, place: Place, kind: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(place.url + KINDS[kind].format(draft=place.draft, late=place.late, early=place.early))
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    for width in (320, 375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_something_is_to_be_mended(page: Page, place: Place, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(place.url + "/start")
    page.get_by_role("button", name="Start").click()
    assert "Error:" in page.title()
    assert violations(page) == []
    page.goto(place.question_page("K5"))
    page.get_by_text("Add a note or a link").first.click()
    page.get_by_label("Link to evidence").first.fill("example.org")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_label("Link to evidence").first).to_have_value("example.org")
    expect(page.get_by_label("Link to evidence").first).to_have_accessible_description(re.compile("https://"))
    assert violations(page) == []


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=AXE).response["violations"]
    return [(v["id"], node["html"][:200]) for v in found for node in v["nodes"]]


def test_axe_would_find_something(page: Page, place: Place) -> None:
    page.goto(place.url)
    page.evaluate(
        "document.querySelector('.lead').style.color = '#ccc'; document.querySelector('h1').outerHTML = '<img>'"
    )

    assert {rule for rule, _ in violations(page)} >= {"color-contrast", "image-alt"}


def test_every_question_is_a_group_with_its_words_as_name(page: Page, place: Place) -> None:
    for row in ("core-knowledge", "core-characteristics", "K3", "C1", "K5"):
        page.goto(place.question_page(row))
        items = place.bank.page_items(row, "staff")
        expect(page.get_by_role("group").filter(has=page.get_by_role("radio"))).to_have_count(len(items))
        for item in items:
            group = page.get_by_role("group", name=re.compile(re.escape(item.wording("staff")[-60:])))
            expect(group).to_have_count(1)
            expect(group.get_by_role("radio")).to_have_count(len(place.bank.codes[item.id]))


def test_six_questions_fit_a_phone(page: Page, place: Place) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(place.question_page("C1"))
    boxes = [box for item in page.locator("section.item").all() if (box := item.bounding_box())]

    assert len(boxes) == 6
    assert boxes[-1]["y"] + boxes[-1]["height"] - boxes[0]["y"] < 2600
    answers = [box for label in page.locator("label:has(> [type=radio])").all() if (box := label.bounding_box())]
    assert min(box["height"] for box in answers) >= 44


def test_answers_stand_in_one_row_where_there_is_room(page: Page, place: Place) -> None:
    page.goto(place.question_page("core-knowledge"))
    for width, tops in ((641, 1), (1280, 1), (639, 5)):
        page.set_viewport_size({"width": width, "height": 800})
        labels = page.locator(".points").first.locator("label").all()
        assert len({round(box["y"]) for label in labels if (box := label.bounding_box())}) == tops


def test_borders_of_answers_can_be_seen(page: Page, place: Place) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(place.question_page("core-knowledge"))
        for selector in (".points span", ".apart span"):
            colours = page.locator(selector).first.evaluate(
                "e => [getComputedStyle(e).borderTopColor, getComputedStyle(e.closest('.item')).backgroundColor]"
            )
            assert contrast(*colours) >= 3, (scheme, selector, colours)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two CSS colours rgb(r, g, b)."""
    low, high = sorted(luminance(*map(int, re.findall(r"\d+", colour)[:3])) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(*channels: int) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in channels)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_tick_stands_in_the_middle_of_its_box(page: Page, place: Place) -> None:
    page.goto(place.url + "/start")
    page.get_by_role("checkbox").first.check()
    words = page.locator("[type=checkbox]:checked + span").first
    box, tick = (words.evaluate(MIDDLE, part) for part in ("::after", "::before"))

    assert tick["content"] == '"✓"'
    assert (tick["x"], tick["y"]) == (box["x"], box["y"])


MIDDLE = """(e, part) => {
  const style = getComputedStyle(e, part), px = name => parseFloat(style[name]);
  const high = part === "::before" ? px("lineHeight") : px("height");
  return { content: style.content.split(" / ")[0],
           x: px("left") + px("borderLeftWidth") + px("width") / 2, y: px("top") + px("borderTopWidth") + high / 2 };
}"""
