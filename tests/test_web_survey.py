"""A person who was invited gets in, answers, submits once, and leaves nothing behind in the browser."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from assessor.answers import Answer
from assessor.store import NotFound
from assessor.web import build_app
from tests.assessments import BEDS, CORE
from tests.surveys import answered, begun, join, opened, submitted
from tests.visitor import Page, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.store import Store, Survey

HOSTILE = "<script>alert(1)</script>\"'&amp; {{ 7*7 }} שלום 🌱"


@pytest.fixture
def survey(store: Store, garden: Bank) -> Survey:
    """A survey that is open."""
    return opened(store, garden)


@pytest.fixture
def token(store: Store, survey: Survey) -> str:
    """Its shared link."""
    return store.surveys.share(survey.id)


def sent(visitor: Visitor, token: str, **fields: str) -> Page:
    """Answer everything and submit; return the thanks."""
    page = visitor.send(visitor.send(join(visitor, token), CORE), BEDS)
    return visitor.send(page, fields)


def given(store: Store, survey: Survey) -> list[dict[str, Answer]]:
    """What stands in the responses."""
    return [dict(response.answers) for response in submitted(store, survey.id)]


def cookie(visitor: Visitor) -> dict[str, object]:
    """What the browser's cookie says."""
    with visitor.client.session_transaction() as session:
        return dict(session)


def test_one_person_answers_from_the_link_to_the_thanks(
    visitor: Visitor, store: Store, survey: Survey, token: str
) -> None:
    page = visitor.get(f"/join/{token}")
    assert page.words("h1") == ["Your view of North May"]
    assert "No page and no report shows what you alone answered , not even to those who lead the service." in page.text
    assert "only for groups of 5 or more people" in page.text
    page = visitor.send(page, {"perspective": "gardener"})
    assert (page.address, len(page.words("p", "code")[0].split())) == ("/mine/code", 6)
    assert "shown already" in visitor.get("/mine/code").text
    page = visitor.get(page.link("Go to the questions"))
    assert (page.address, page.words("h1")) == ("/mine/page/core", ["Plants in general"])
    assert "Save this page first. In this browser" in page.text
    page = visitor.send(page, {**CORE, "soil-1.note": "Soil\r\nlives"})
    assert page.address == "/mine/page/B1"
    page = visitor.send(page, BEDS)
    assert (page.address, page.words("h1")) == ("/mine/review", ["Look it over"])
    assert "Save this page" not in page.text, "it is saved, and no button here saves"
    page = visitor.send(page, {})

    assert (page.address, page.words("h1")) == ("/mine/done", ["Thank you"])
    assert "There is no result for you alone" in page.text
    (answers,) = given(store, survey)
    assert {i: a.code for i, a in answers.items()} == {k[:-5]: v for k, v in {**CORE, **BEDS}.items()}
    assert answers["soil-1"].note == "Soil\nlives"
    assert not {"mine", "code", "kept", "left"} & cookie(visitor).keys()


def test_no_address_but_the_link_holds_a_secret(app: Flask, visitor: Visitor, token: str) -> None:
    seen: list[tuple[str, str]] = []

    @app.after_request
    def look(response: Response) -> Response:
        seen.append((response.headers.get("Location", ""), response.get_data(as_text=True)))
        return response

    sent(visitor, token)
    visitor.send(visitor.get("/mine/resume"), {"code": "zoo"}, 422)

    locations = {location for location, _ in seen if location}
    assert locations == {"/mine/code", "/mine/page/B1", "/mine/review", "/mine/done"}
    links = {link for _, text in seen for link in re.findall(r'(?:href|action)="([^"]*)"', text) if token in link}
    assert links == {f"/join/{token}"}  # the form on the page of the link itself


def test_every_page_of_a_survey_can_be_reached_and_is_whole(app: Flask, visitor: Visitor, token: str) -> None:
    join(visitor, token)
    done = Visitor(app)
    seen, todo = {sent(done, token).address}, [f"/join/{token}", "/mine"]
    while todo:
        address = todo.pop().partition("#")[0]
        if address.startswith("/") and address not in seen:
            seen.add(address)
            todo += visitor.get(address).links()
    adapter = app.url_map.bind("localhost")
    reached = {adapter.match(address.partition("?")[0])[0] for address in seen}
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}

    assert {page for page in pages - reached if page.startswith("joining.")} == set()
    assert not any(page.startswith(("answering.", "results.")) for page in reached), "the facilitator's pages"


def test_links_are_not_offered_and_notes_warn(visitor: Visitor, store: Store, survey: Survey, token: str) -> None:
    page = join(visitor, token)

    assert "Please name nobody" in page.text
    assert "Link to evidence" not in page.text
    page = visitor.send(page, {**CORE, "soil-1.link": "https://example.org"}, 422)
    assert "Some answers did not belong to this page" in page.text
    visitor.send(visitor.get("/mine/review"), {})
    assert {a.evidence for a in given(store, survey)[0].values()} == {""}


def test_the_code_brings_a_draft_to_another_browser_and_only_there(app: Flask, token: str) -> None:
    first, second = Visitor(app), Visitor(app)
    code = first.send(first.get(f"/join/{token}"), {"perspective": "guest"}).words("p", "code")[0]
    first.send(first.get("/mine"), CORE)
    page = second.send(second.get("/mine/resume"), {"code": "the wrong words"}, 422)
    assert page.link("This code leads to no answers") == "#code"
    page = second.send(page, {"code": code.upper().replace(" ", " - ")})

    assert page.address == "/mine/page/B1"
    assert second.get("/mine/page/core").fields["soil-1.code"] == "2"
    assert "If you went on in another browser" in first.get("/mine/page/core", 410).text


def test_a_lost_code_can_be_replaced(app: Flask, visitor: Visitor, token: str) -> None:
    join(visitor, token)
    page = visitor.send(visitor.get("/mine/code"), {})
    code = page.words("p", "code")[0]

    other = Visitor(app)
    assert other.send(other.get("/mine/resume"), {"code": code}).address == "/mine/page/core"


def test_a_shared_computer_can_be_left(visitor: Visitor, token: str) -> None:
    page = visitor.send(join(visitor, token), {"soil-1.code": "3"}, go="later")
    assert page.address == "/mine/pause"
    assert "Saved on the server at" in page.text
    left = visitor.client.post("/mine/leave", data=page.fields, follow_redirects=True)

    assert "This browser has forgotten your answers" in left.text
    assert visitor.get("/mine").address == "/mine/resume"
    visitor.get("/mine/page/core", 410)
    assert "mine" not in cookie(visitor)
    assert "Somebody has begun" not in visitor.get(f"/join/{token}").text


def test_a_second_person_at_the_same_browser_sees_nothing_of_the_first(visitor: Visitor, token: str) -> None:
    visitor.send(join(visitor, token), {"soil-1.code": "3", "soil-1.note": "mine alone"})
    page = visitor.get(f"/join/{token}")
    assert "Somebody has begun to answer in this browser" in page.text
    page = visitor.get(visitor.send(page, {"perspective": "guest"}).link("Go to the questions"))

    assert "mine alone" not in page.html
    assert "soil-1.code" not in page.fields


def test_a_used_link_says_so_and_thanks(app: Flask, visitor: Visitor, store: Store, survey: Survey) -> None:
    (single,) = store.surveys.invite(survey.id, [None], "gardener")
    page = visitor.get(f"/join/{single}")
    assert "You answer as: Gardener" in page.text
    assert "this one-time link was used" in page.text
    other = Visitor(app)
    review = other.send(other.send(join(other, single), CORE), BEDS)
    sent(visitor, single)

    assert "thank you, they arrived" in Visitor(app).get(f"/join/{single}", 409).text
    assert "A one-time link can be used once" in other.send(review, {}, 410).text
    assert len(given(store, survey)) == 1


def test_going_back_after_submitting_shows_and_stores_nothing(
    visitor: Visitor, store: Store, survey: Survey, token: str
) -> None:
    first = join(visitor, token)
    review = visitor.send(visitor.send(first, CORE), BEDS)
    visitor.send(review, {})

    for old in (first, review):
        visitor.get(old.address, 410)
        assert "thank you, they arrived" in visitor.send(old, CORE, 410).text
    assert len(given(store, survey)) == 1
    assert visitor.get("/mine/done").words("h1") == ["Thank you"]


def test_two_tabs_of_one_draft_do_not_undo_each_other(
    visitor: Visitor, store: Store, survey: Survey, token: str
) -> None:
    first = join(visitor, token)
    second = visitor.get(first.address)
    visitor.send(first, {"soil-1.code": "1", "soil-1.note": "from the first"})
    visitor.send(second, {"light-1.code": "2"})
    visitor.send(visitor.get("/mine/review"), {})

    assert given(store, survey) == [{"soil-1": Answer("1", "from the first"), "light-1": Answer("2")}]


def test_a_page_that_is_left_is_saved_in_passing(visitor: Visitor, token: str) -> None:
    page = join(visitor, token)
    fields = {**page.fields, "light-1.code": "1", "go": "keep"}

    assert visitor.client.post(page.address, data=fields).status_code == 204
    assert visitor.get(page.address).fields["light-1.code"] == "1"


def test_blanks_are_named_and_may_stay_but_not_all_of_them(
    visitor: Visitor, store: Store, survey: Survey, token: str
) -> None:
    page = visitor.send(join(visitor, token), {}, go="next")
    assert "2 questions have no answer yet" in page.text
    visitor.send(page, {}, go="skip")
    page = visitor.send(visitor.get("/mine/review"), {}, 422)
    assert page.link("No question has an answer yet") == "#core"
    assert given(store, survey) == []


def test_a_keep_safe_code_is_shown_once_and_taken_the_next_time(
    app: Flask, store: Store, garden: Bank, token: str
) -> None:
    first = Visitor(app)
    code = sent(first, token, wanted="yes").words("p", "code")[0]
    assert first.get("/mine/done").words("p", "code") == []
    later = store.surveys.share(opened(store, garden, "June").id)
    second = Visitor(app)
    page = second.send(second.send(second.send(join(second, later), CORE), BEDS), {"keep": "zoo"}, 422)
    assert page.link("This code is not known") == "#keep"
    assert second.send(page, {"keep": code.title()}).words("p", "code") == [code.title()]
    with store._driver.read() as db:
        hashes = [row["keep_hash"] for row in db.rows("SELECT keep_hash FROM response")]
    assert len(hashes) == 2
    assert len({*hashes, None}) == 2


def timed(garden: Bank, store: Store, renderer: Renderer, now: Callable[[], datetime]) -> Visitor:
    return Visitor(build_app(garden, store, renderer, clock=now))


def test_closing_while_somebody_answers_is_said_and_leaves_thirty_minutes(
    garden: Bank, store: Store, renderer: Renderer
) -> None:
    clock = [datetime(2026, 11, 23, 9, 59, tzinfo=UTC)]
    survey = opened(store, garden, closes="2026-11-23T10:00:00+00:00")
    token = store.surveys.share(survey.id)
    early, late = (timed(garden, store, renderer, lambda: clock[0]) for _ in range(2))
    page, other = join(early, token), join(late, token)
    assert "has closed" not in page.text
    clock[0] += timedelta(minutes=2)

    page = early.send(page, CORE)
    assert "This assessment has closed. You can still save and submit what you began, until" in page.text
    review = early.send(page, BEDS)
    assert "This assessment has closed." in review.text
    assert "Nobody can begin any more" in Visitor(early.client.application).get(f"/join/{token}", 409).text
    clock[0] += timedelta(minutes=28)
    assert early.send(review, {}).words("h1") == ["Thank you"]
    clock[0] += timedelta(minutes=1)
    assert "that time is over too" in late.send(other, CORE, 409).text
    assert "what was not submitted is deleted" in late.get("/mine/review", 410).text
    assert len(given(store, survey)) == 1
    with store._driver.read() as db:
        assert db.rows("SELECT id FROM draft") == [], "as the page says, though nobody who runs it was there"


def test_a_survey_that_is_not_open_yet_says_when(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = opened(store, garden, opens="2027-01-01T00:00:00+00:00")
    page = visitor.get(f"/join/{store.surveys.share(survey.id)}", 409)

    assert "takes no answers yet. It opens at" in page.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("abcd efgh jkmn pqrt", "This code leads nowhere. Look at your slip once more"),
        ("---", "This code leads nowhere."),
        (HOSTILE, "This code leads nowhere."),
        ("a" * 300, "This code leads nowhere."),
        (" ", "Type the code on your slip."),
    ],
)
def test_a_mistyped_code_of_a_slip_is_shown_with_what_to_do(visitor: Visitor, typed: str, said: str) -> None:
    page = visitor.send(visitor.get("/join"), {"slip": typed}, 422)

    assert (page.address, page.fields["slip"]) == ("/join", " ".join(typed.split()))
    assert page.words("p", "mend")[0].startswith(said)
    assert visitor.client.post("/join", data={"slip": typed}).status_code == 400


def test_the_code_of_a_slip_stands_in_no_address_but_that_of_its_link(visitor: Visitor, token: str) -> None:
    page = visitor.get("/join")
    (form,) = (e for e in page.root.iter("form") if e.get("action") == "/join")

    assert form.get("method") == "post"
    assert visitor.send(page, {"slip": token}).address == f"/join/{token}"
    assert visitor.get(f"/join?code={token}").address == "/join"


def test_a_link_for_a_view_that_is_not_asked_takes_nobody(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = opened(store, garden, invited={"gardener": 12})
    (token,) = store.surveys.invite(survey.id, [None], "guest")

    assert "cannot be used any more" in visitor.get(f"/join/{token}", 409).text
    with pytest.raises(NotFound):
        store.drafts.begin(token, "guest", "2026-11-23T09:30:00+00:00")


@pytest.mark.parametrize("change", ["", "0" * 32, "cut", "longer", "other"])
def test_a_link_that_is_not_ours_leads_nowhere(visitor: Visitor, token: str, change: str) -> None:
    forged = {"cut": token[:-1], "longer": token + "0", "other": token[::-1]}.get(change, change)

    page = visitor.get(f"/join/{forged}", 404)
    assert "The address may be mistyped, or the link incomplete" in page.text
    assert visitor.client.post(f"/join/{forged}", data={"perspective": "guest"}).status_code == 404


def test_hostile_requests_end_in_a_sentence_and_store_nothing(
    app: Flask, visitor: Visitor, store: Store, survey: Survey, token: str
) -> None:
    link = visitor.get(f"/join/{token}")
    assert "Choose one of the answers" in visitor.send(link, {"perspective": "frog"}, 422).text
    assert "Choose the one" in visitor.send(link, {}, 422).text
    assert Visitor(app).send(link, {"perspective": "guest"}, 400)
    page = join(visitor, token)
    for fields, status in (
        ({"soil-1.code": "99"}, 422),
        ({"soil-1.code": ["1", "<b>"], "light-1.code": "dk\0"}, 422),
        ({"pond-1.code": "1", "water-1.code": "1"}, 422),
        ({"soil-1.note": "x" * 2001}, 422),
        ({"soil-1.note": "x" * 1_000_000}, 413),
        ({"csrf_token": "forged", **CORE}, 400),
    ):
        visitor.send(page, fields, status)
    visitor.send(visitor.get("/mine/resume"), {"code": "x" * 1_000_000}, 413)
    visitor.send(visitor.get("/mine/resume"), {"code": "x" * 900_000}, 422)
    visitor.send(visitor.get("/mine/resume"), {"code": ""}, 422)
    visitor.send(visitor.get("/mine/review"), {"csrf_token": "forged"}, 400)
    for address in ("/mine/page/none", "/mine/page/" + "x" * 3000, "/mine/pond"):
        visitor.get(address, 404)

    kept = visitor.get(page.address).fields
    assert {name for name in kept if name.endswith(".code")} <= {"soil-1.code"}
    assert kept["soil-1.note"] == ""
    assert given(store, survey) == []


def test_a_swapped_link_brings_no_right_that_it_does_not_give(
    visitor: Visitor, store: Store, garden: Bank, token: str
) -> None:
    """The form of one link is sent to another that offers less."""
    page = visitor.get(f"/join/{token}")
    (single,) = store.surveys.invite(opened(store, garden, "June").id, [None], "guest")

    fields = {**page.fields, "perspective": "gardener"}
    assert visitor.client.post(f"/join/{single}", data=fields).status_code == 422


def test_one_more_than_were_invited_is_turned_away_kindly(visitor: Visitor, store: Store, garden: Bank) -> None:
    """At the door, and at the end who had begun before the last of the others submitted."""
    survey = opened(store, garden, "June", invited={"gardener": 5, "guest": 3})
    token = store.surveys.share(survey.id)
    page, late = visitor.get(f"/join/{token}"), join(visitor, token)
    answered(store, survey, 5)
    end = visitor.send(visitor.send(late, CORE), BEDS)
    turned = visitor.send(end, {}, 409)
    token = store.surveys.share(survey.id)
    door = visitor.send(visitor.get(f"/join/{token}"), {"perspective": "gardener"}, 409)

    assert "gardener: 5; guest: 3. More are not taken; where fewer than 5 are invited" in page.text
    unlimited = opened(store, garden, "July", invited={"gardener": 5, "guest": None})
    told = visitor.get(f"/join/{store.surveys.share(unlimited.id)}").text
    assert "guest: not known. Where it is not known, any number can answer. More are not taken. If it is" in told
    for refused in (turned, door):
        assert "it is no fault of yours" in refused.text
        assert "nothing was sent" in refused.text
    assert len(submitted(store, survey.id)) == 5
    assert visitor.send(visitor.get(f"/join/{token}"), {"perspective": "guest"}).status == 200


def test_codes_guessed_at_speed_are_stopped(visitor: Visitor, store: Store, token: str) -> None:
    keys = begun(store, token)
    page = visitor.get("/mine/resume")
    for n in range(20):
        visitor.send(page, {"code": f"zoo {n}"}, 422)

    stopped = visitor.send(page, {"code": keys.code}, 429)
    assert "Wait 15 minutes" in stopped.text
    assert visitor.send(visitor.get("/join"), {"slip": token}, 429).text == stopped.text


def test_codes_of_slips_guessed_at_speed_are_stopped_and_right_ones_are_not_counted(
    visitor: Visitor, store: Store, survey: Survey
) -> None:
    (slip,) = store.surveys.invite(survey.id, [None])
    page = visitor.get("/join")
    for n in range(20):
        assert visitor.send(page, {"slip": slip}).address == f"/join/{slip}"
        visitor.send(page, {"slip": f"zoo {n}"}, 422)

    visitor.send(page, {"slip": slip}, 429)


def test_what_people_write_is_shown_escaped(visitor: Visitor, token: str) -> None:
    page = visitor.send(join(visitor, token), {**CORE, "soil-1.note": HOSTILE})
    review = visitor.get("/mine/review")

    assert HOSTILE in review.text
    assert "<script>alert" not in review.html
    assert "<script>alert" not in visitor.send(visitor.get("/mine/resume"), {"code": HOSTILE}, 422).html
    assert page.html


def test_another_edition_is_not_answered(garden: Bank, store: Store, renderer: Renderer, token: str) -> None:
    later = Visitor(build_app(replace(garden, edition="8"), store, renderer))
    assert "These answers belong to another edition" in later.get(f"/join/{token}", 409).text


def test_answers_to_a_row_that_is_not_asked_or_to_another_edition_are_not_kept(
    visitor: Visitor, garden: Bank, store: Store, renderer: Renderer, token: str
) -> None:
    page = join(visitor, token)
    fields = {**page.fields, **CORE}
    later = Visitor(build_app(replace(garden, edition="8"), store, renderer))
    with later.client.session_transaction() as session:
        session.update(cookie(visitor))

    assert visitor.client.post("/mine/page/none", data=fields).status_code == 404
    assert later.client.post(page.address, data=fields).status_code == 409
    kept = visitor.get(page.address)
    assert not any(name.endswith(".code") for name in kept.fields)
    assert visitor.send(kept, CORE).status == 200


def test_a_name_that_a_survey_has_is_not_given_twice(visitor: Visitor, survey: Survey) -> None:
    start = {"service": "North", "wave": "May", "innovations": ["beds"], "perspective": "guest"}
    page = visitor.send(visitor.get("/start"), start, 409)

    assert "North has an assessment “ May ”. Choose another name ." in page.text
    assert visitor.get("/").status == 200
    assert visitor.get(f"/services/{survey.service.id}").status == 200


def test_demo_data_and_counts_say_nothing_of_a_survey_in_progress(
    visitor: Visitor, store: Store, survey: Survey
) -> None:
    answered(store, survey, 6)

    for address in ("/", f"/services/{survey.service.id}"):
        assert "6" not in re.sub(r"20\d\d", "", visitor.get(address).text)
    visitor.get(f"/results/{survey.id}", 409)
