"""Those who run a survey can do what its state allows, and see nothing before they may."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from assessor import demo
from assessor.accounts import FACILITATOR, READER
from assessor.answers import Answer
from assessor.bank import Bank
from assessor.errors import BankError
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.store import Store, Survey
from assessor.web import build_app, drain
from tests.assessments import asked
from tests.conftest import NOW
from tests.mailbox import Mailbox
from tests.people import added, signed_in
from tests.visitor import Fields, Page, Visitor

MOMENT = NOW.isoformat()
MADE: Fields = {
    "service": "North",
    "wave": "May",
    "innovations": ["beds"],
    "invited.gardener": "12",
    "invited.guest": "?",
}


def answer(store: Store, survey: Survey, who: str, code: str, note: str = "", number: int = 1) -> None:
    """Submit a number of alike answers through one-time links."""
    for token in store.surveys.invite(survey.id, [None] * number):
        key, _ = store.drafts.begin(token, who, MOMENT)
        said = {"soil-1": Answer(code, note), "light-1": Answer("1")}
        store.drafts.change(key, lambda *_, said=said: said, MOMENT)
        store.drafts.submit(key, MOMENT)


def press(visitor: Visitor, survey: Survey, go: str) -> Page:
    address = f"/surveys/{survey.id}"
    page = visitor.get(address)
    return visitor.send(page, {"go": go}) if page.address == address else page


def reopen(visitor: Visitor, survey: Survey, closes: str = "", status: int = 303) -> Page:
    page = visitor.get(f"/surveys/{survey.id}")
    answered = visitor.client.post(f"/surveys/{survey.id}/reopen", data={**page.fields, "closes": closes})
    assert answered.status_code == status
    return visitor.get(f"/surveys/{survey.id}") if status == 303 else Page(answered)


def test_a_survey_is_made_as_it_was_asked_for(visitor: Visitor, store: Store) -> None:
    page = visitor.send(visitor.get("/surveys/new"), {**MADE, "closes": "2026-12-31", "min_cell": "8"})
    (survey,) = store.surveys.surveys()

    assert page.address == f"/surveys/{survey.id}"
    assert (survey.service.name, survey.wave, survey.state, survey.min_cell) == ("North", "May", "draft", 8)
    assert store.surveys.invited(survey.id) == {"gardener": 12, "guest": None}
    assert "Gardener (12 invited): if all answer both times, a change of about 13 points or more" in page.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"invited.gardener": "", "invited.guest": ""}, "Say for at least one perspective how many are invited"),
        ({"invited.gardener": "many"}, "Give a whole number, or ?"),
        ({"min_cell": "4"}, "Give a whole number from 5 to 50"),
        ({"opens": "2026-12-02", "closes": "2026-12-01"}, "It cannot close before it opens"),
        ({"closes": "tomorrow"}, "Give a date"),
        ({"innovations": []}, "Choose at least one"),
        ({"service": " "}, "Give the name of your service or team"),
    ],
)
def test_what_is_missing_is_asked_for(visitor: Visitor, store: Store, fields: Fields, words: str) -> None:
    page = visitor.send(visitor.get("/surveys/new"), {**MADE, **fields}, 422)

    assert words in page.text
    assert store.surveys.surveys() == []


def test_a_name_that_is_taken_is_said(visitor: Visitor, store: Store, garden: Bank) -> None:
    asked(store, garden, "May")

    assert "There is already an assessment of this name" in visitor.send(visitor.get("/surveys/new"), MADE, 409).text


def test_a_survey_goes_its_way_and_not_back_once_seen(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = store.surveys.create(
        service="North", wave="May", innovations=["beds"], invited={"gardener": 12}, bank=garden, now=MOMENT
    )
    assert "Open it" in visitor.get(f"/surveys/{survey.id}").text
    opened = press(visitor, survey, "open")
    answer(store, survey, "gardener", "2", number=6)
    closed = press(visitor, survey, "close")
    reopened = reopen(visitor, survey)
    press(visitor, survey, "close")
    result = visitor.get(f"/results/{survey.id}")
    refused = visitor.client.post(f"/surveys/{survey.id}/reopen", data=closed.fields, follow_redirects=True).text

    assert "/join/" in opened.html
    assert "See the result" in closed.text
    assert "Close the assessment" in reopened.text
    assert "Gardener: 6 of 12 invited" in result.text
    assert "This cannot be done any more" in refused
    assert store.surveys.survey(survey.id).state == "closed"
    press(visitor, survey, "archive")
    assert store.surveys.survey(survey.id).state == "archived"
    assert "Gardener: 6 of 12 invited" in visitor.get(f"/results/{survey.id}").text


def test_a_survey_whose_day_has_passed_is_opened_until_a_new_one(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = asked(store, garden, closes=(NOW - timedelta(days=2)).isoformat())
    page = visitor.get(f"/surveys/{survey.id}")
    past = reopen(visitor, survey, "2026-11-22", 422)
    odd = reopen(visitor, survey, "soon", 422)
    until = reopen(visitor, survey, "2026-11-30")
    press(visitor, survey, "close")
    again = visitor.get(f"/surveys/{survey.id}")

    assert "Closed." in page.text
    assert page.fields["closes"] == ""
    assert ("This day is over" in past.text, "Give a date" in odd.text) == (True, True)
    assert "Open until 23:59 on 30 November" in until.text
    assert again.fields["closes"] == "2026-11-30", "who closed it by mistake has its day at hand"


def test_nothing_is_shown_while_answers_can_come_or_when_too_few_came(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    survey = asked(store, garden)
    answer(store, survey, "gardener", "2", number=4)
    while_open = visitor.get(f"/results/{survey.id}", 409)
    counts = visitor.get(f"/surveys/{survey.id}").text
    press(visitor, survey, "close")
    too_few = visitor.get(f"/results/{survey.id}", 409)

    assert "is open, so answers can still come" in while_open.text
    assert "Gardener fewer than 5 12" in counts
    assert "Fewer than 5 people answered “ Many ”" in too_few.text
    assert visitor.client.get(f"/results/{survey.id}/report.pdf").status_code == 409
    assert store.surveys.survey(survey.id).seen is None


@pytest.mark.parametrize(
    ("invited", "answered", "words"),
    [
        ({"gardener": 4, "guest": 3}, (4, 3), "So few people were invited to “ Many ” that nothing could be shown"),
        ({"gardener": 12, "guest": None}, (4, 0), "Fewer than 5 people answered “ Many ”"),
        ({"gardener": 12, "guest": None}, (4, 4), "no group that may be shown has 5 of them. Nobody"),
        ({"gardener": 12, "guest": 4}, (4, 0), "Either fewer than 5 people answered “ Many ”, or no group that may be"),
        ({"gardener": 12, "guest": 4}, (4, 1), "Either fewer than 5 people answered “ Many ”, or no group that may be"),
        ({"gardener": 12, "guest": 4}, (2, 5), "or more people answered from a small group than were invited"),
    ],
)
def test_what_a_result_lacks_is_said_and_the_survey_is_not_sealed(
    visitor: Visitor, store: Store, garden: Bank, invited: dict[str, int | None], answered: tuple[int, int], words: str
) -> None:
    survey = asked(store, garden, invited=invited)
    for who, number in zip(("gardener", "guest"), answered, strict=True):
        answer(store, survey, who, "2", number=number)
    press(visitor, survey, "close")

    for page in (visitor.get(f"/results/{survey.id}", 409), visitor.get(f"/surveys/{survey.id}")):
        assert words in page.text
    assert store.surveys.survey(survey.id).seen is None


def test_comments_come_from_five_people_or_not_at_all(visitor: Visitor, store: Store, garden: Bank) -> None:
    few, enough = asked(store, garden, "Few"), asked(store, garden, "Enough")
    for survey, wrote in ((few, 4), (enough, 5)):
        for n in range(6):
            answer(store, survey, "gardener", "2", f"Word {n}." if n < wrote else "")
        press(visitor, survey, "close")
    pages = [visitor.get(f"/results/{survey.id}") for survey in (few, enough)]

    assert "What people wrote" not in pages[0].text
    assert "Word" not in pages[0].text
    assert sorted(re.findall(r"Word \d", pages[1].text)) == [f"Word {n}" for n in range(5)]


def test_one_time_links_are_handed_out_once(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = asked(store, garden)
    page = visitor.get(f"/surveys/{survey.id}")
    sent = {**page.fields, "number": "3", "perspective": "guest"}
    made = visitor.client.post(f"/surveys/{survey.id}/links", data={**sent, "as": "table"})
    slips = visitor.client.post(f"/surveys/{survey.id}/links", data={**sent, "as": "slips"})
    rows = list(csv.DictReader(io.StringIO(made.text)))

    assert [row["perspective"] for row in rows] == ["guest"] * 3
    codes = set(Page(slips).words("b", "typed"))
    assert [[len(group) for group in code.split()] for code in codes] == [[4] * 4] * 3
    typed = visitor.send(visitor.get("/join"), {"slip": codes.pop().upper().replace(" ", "-")})
    assert typed.words("h1") == ["Your view of North Many"], "however it was typed"
    assert slips.text.count("data:image/svg+xml") == 3
    assert rows[0]["link"].rpartition("/")[2] not in visitor.get(f"/surveys/{survey.id}").html
    assert visitor.get(rows[0]["link"].partition("localhost")[2]).words("h1") == ["Your view of North Many"]
    assert visitor.client.post(f"/surveys/{survey.id}/links", data={**sent, "number": "0"}).status_code == 422


def test_a_new_shared_link_takes_the_place_of_the_old(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = asked(store, garden)
    old = store.surveys.shared(survey.id)
    press(visitor, survey, "share")
    new = store.surveys.shared(survey.id)
    press(visitor, survey, "unshare")

    assert old != new
    assert [visitor.client.get(f"/join/{token}").status_code for token in (old, new)] == [409, 409]


def test_invitations_and_reminders_go_by_mail(garden: Bank, store: Store, renderer: Renderer, box: Mailbox) -> None:
    app = build_app(garden, store, renderer, clock=lambda: NOW, post=box.post, address="https://ready.example.org")
    visitor, survey = Visitor(app), asked(store, garden)
    page = visitor.get(f"/surveys/{survey.id}")
    sent = {**page.fields, "addresses": "a@example.org\nb@example.org", "perspective": "any"}
    visitor.client.post(f"/surveys/{survey.id}/mails", data=sent)
    drain(app)
    first = {to: re.findall(r"https://ready\.example\.org/join/(\w+)", text)[0] for to, text in box.letters()}
    key, _ = store.drafts.begin(first["a@example.org"], "guest", MOMENT)
    store.drafts.change(key, lambda *_: {"light-1": Answer("1")}, MOMENT)
    store.drafts.submit(key, MOMENT)
    box.empty()
    visitor.client.post(f"/surveys/{survey.id}/reminders", data=page.fields)
    assert visitor.client.get(f"/join/{first['b@example.org']}").status_code == 200
    drain(app)
    (reminded,) = box.letters()

    assert sorted(first) == ["a@example.org", "b@example.org"]
    assert reminded[0] == "b@example.org"
    assert "It takes the place of the one that you were sent before" in reminded[1]
    assert visitor.client.get(f"/join/{first['b@example.org']}").status_code == 404


def test_a_wrong_address_is_named_and_what_was_typed_stays(
    garden: Bank, store: Store, renderer: Renderer, box: Mailbox
) -> None:
    app = build_app(garden, store, renderer, clock=lambda: NOW, post=box.post, address="https://ready.example.org")
    visitor, survey = Visitor(app), asked(store, garden)
    address = f"/surveys/{survey.id}/mails"
    typed = "a@example.org, b@example.org; c.example.org\nd@example.org"
    sent = {**visitor.get(f"/surveys/{survey.id}").fields, "addresses": typed, "perspective": "guest"}
    wrong = Page(visitor.client.post(address, data=sent))
    few = store.surveys.entries(survey.id)
    visitor.client.post(address, data={**sent, "addresses": typed.replace("c.", "c@")})
    drain(app)

    assert "Give up to 100 mail addresses, one in a line. No address: c.example.org" in wrong.text
    assert str(wrong.fields["addresses"]).splitlines() == typed.splitlines()
    assert wrong.fields["perspective"] == "guest"
    assert len(few) == 1, "the shared link alone: where one is wrong nobody is written to"
    assert sorted(to for to, _ in box.letters()) == [f"{name}@example.org" for name in "abcd"]


def test_a_clone_asks_the_same_people_the_same(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = asked(store, garden, min_cell=7)
    fields = visitor.get(f"/surveys/new?service={survey.service.id}&like={survey.id}").fields

    assert (fields["service"], fields["innovations"], fields["min_cell"]) == ("North", ["beds"], "7")
    assert (fields["invited.gardener"], fields["invited.guest"]) == ("12", "?")
    assert fields["wave"] != survey.wave


def test_deleting_needs_a_tick_and_leaves_nothing(visitor: Visitor, store: Store, garden: Bank) -> None:
    survey = asked(store, garden)
    answer(store, survey, "gardener", "2", "secret words")
    page = visitor.get(f"/assessments/{survey.id}/delete")

    assert "Tick the box first" in visitor.send(page, {"sure": []}, 422).text
    assert store.surveys.survey(survey.id)
    assert "The assessment is deleted." in visitor.send(page, {"sure": ["yes"]}).text
    assert (store.surveys.surveys(), store.services()) == ([], [])


def test_two_surveys_are_compared_as_groups(visitor: Visitor, store: Store, garden: Bank) -> None:
    early = asked(store, garden, "Early")
    answer(store, early, "gardener", "6", number=6)
    store.surveys.close(early.id, (NOW - timedelta(days=1)).isoformat())
    late = asked(store, garden, "Late")
    answer(store, late, "gardener", "2", number=6)
    press(visitor, late, "close")
    page = visitor.get(f"/results/{late.id}/compare/{early.id}")

    assert "The groups may be made up of other people than before" in page.text
    assert {"Higher than before", "Lower than before", "The same as before"} <= {*page.words("h2")}
    assert "No difference here has been tested for chance." in page.text
    assert visitor.download(f"/results/{late.id}/compare/{early.id}/comparison.pdf").data.startswith(b"%PDF")


def test_the_demo_shows_what_many_people_answered(bank: Bank, store: Store, renderer: Renderer) -> None:
    demo.fill(store, bank, demo.read(content("questions"), bank))
    early, survey = store.surveys.surveys()
    visitor = Visitor(build_app(bank, store, renderer))
    page = visitor.get(f"/results/{survey.id}")

    compared = visitor.get(f"/results/{survey.id}/compare/{early.id}")
    assert "moved up (11 linked)" in compared.text
    assert compared.text.count(" moved up") == 2, "beside its bar and its interval, and of nothing else"
    assert "4 parts were tested for chance; 1 moved beyond it." in compared.text
    assert "Staff and managers (staff, manager): 13 of 16 invited" in page.text
    assert "Demo data: made up." in page.text
    assert "The night staff are the kindest." in page.text


@pytest.mark.parametrize("change", [{"who": 28}, {"fam-k-02": "9" * 29}, {"gone": "1" * 29}])
def test_a_demo_survey_that_does_not_fit_is_refused(bank: Bank, tmp_path: Path, change: dict[str, object]) -> None:
    text = (content("questions") / demo.FILE).read_text("utf-8")
    head, _, answers = text.partition("[survey.answers]")
    for item, said in change.items():
        answers = f'\n{item} = "{said}"' + re.sub(rf"(?m)^{item} = .*$", "", answers)
    (tmp_path / demo.FILE).write_text(f"{head}[survey.answers]{answers}", "utf-8")

    with pytest.raises(BankError, match=r"does not fit|is no item"):
        demo.read(tmp_path, bank)


def test_a_reader_reads_and_runs_nothing(app: Flask, store: Store, garden: Bank) -> None:
    survey = asked(store, garden)
    answer(store, survey, "gardener", "2", number=5)
    store.surveys.close(survey.id, MOMENT)
    added(store, "Ada")
    reader = signed_in(app, store, added(store, "Rea", READER, survey.service.id))
    stranger = signed_in(app, store, added(store, "Fay", FACILITATOR))

    assert "Gardener: 5 of 12 invited" in reader.get(f"/results/{survey.id}").text
    assert f"/results/{survey.id}" in reader.get("/").links()
    reader.get(f"/surveys/{survey.id}", 404)
    stranger.get(f"/results/{survey.id}", 404)
    stranger.get(f"/surveys/{survey.id}", 404)


def test_whatever_shows_a_result_seals_the_survey(app: Flask, visitor: Visitor, store: Store, garden: Bank) -> None:
    """Else it could be opened again, and what one more person answered told from two results."""
    early = asked(store, garden, "Early")
    answer(store, early, "gardener", "2", number=6)
    press(visitor, early, "close")
    shown = []
    rules = [r for r in app.url_map.iter_rules() if "assessment_id" in r.arguments and "GET" in (r.methods or ())]
    for n, rule in enumerate(rules):
        survey = asked(store, garden, f"Wave {n}")
        answer(store, survey, "gardener", "2", "Word.", number=6)
        press(visitor, survey, "close")
        known = {
            "assessment_id": survey.id,
            "earlier_id": early.id,
            "row_id": "core",
            "item_id": "soil-1",
            "edition": "report",
            "name": "figures.csv",
        }
        _, address = rule.build({name: known[name] for name in rule.arguments}) or ("", "")
        reply = visitor.client.get(address, follow_redirects=True)  # a PDF is ordered, and then waited for
        result = rule.endpoint.startswith(("results.", "tables.")) or b"Word." in reply.data
        told = reply.status_code == 200 and result
        assert store.surveys.survey(survey.id).seen or not told
        shown += [rule.endpoint] if told else []

    showing = {"results.result", "results.report_pdf", "results.compare", "results.comparison_pdf", "tables.file"}
    assert showing <= set(shown)
    assert store.surveys.survey(early.id).seen


def test_how_long_it_takes_is_told_alike_wherever_it_is_told(bank: Bank, store: Store, renderer: Renderer) -> None:
    visitor = Visitor(build_app(bank, store, renderer, clock=lambda: NOW))
    typed = {"service": "North", "wave": "May", "innovations": ["navigation"], "invited.service-user": "9"}
    before = visitor.send(visitor.get("/surveys/new"), typed)
    (survey,) = store.surveys.surveys()
    page = press(visitor, survey, "open")
    sent = {**page.fields, "number": "1", "perspective": "any", "as": "slips"}
    slips = Page(visitor.client.post(f"/surveys/{survey.id}/links", data=sent))
    joined = visitor.get(f"/join/{store.surveys.shared(survey.id)}")
    asked_now = visitor.get(visitor.send(joined, {"perspective": "service-user"}).link("Go to the questions"))
    told = [re.findall(r"about ([\d to]+) minutes", page.text) for page in (before, slips, joined, asked_now)]

    assert told == [["3"]] * 4
    assert "minutes" not in visitor.get("/mine/review").words("nav")[0], "what may stay blank takes no time"
