"""A start says what is missing, how long it takes and which name is free."""

import re

from assessor.bank import Bank
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.assessments import START, begin, finish, only
from tests.surveys import opened
from tests.visitor import Visitor


def test_a_start_says_what_is_missing_and_keeps_the_rest(visitor: Visitor, store: Store) -> None:
    page = visitor.send(visitor.get("/start"), {"wave": " ", "innovations": ["ponds"]}, 422)

    assert [
        page.link(words) for words in ("Give the name of your service", "Give this assessment", "Choose the one")
    ] == [
        "#service",
        "#wave",
        "#perspective",
    ]
    assert page.fields["innovations"] == ["ponds"]
    assert store.assessments() == []


def test_a_name_that_is_taken_leads_to_the_assessment(visitor: Visitor, store: Store) -> None:
    begin(visitor)
    page = visitor.send(visitor.get("/start"), START, 409)

    assert page.link("go on with it") == f"/answer/{only(store).token}"
    assert page.fields["service"] == "North"


def test_one_person_starts_with_the_choice_of_the_service_s_last_survey(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    page = visitor.get(f"/start?service={opened(store, garden).service.id}")

    assert (page.fields["service"], page.fields["innovations"]) == ("North", ["beds"])


def test_answering_again_starts_with_the_last_choice(visitor: Visitor, store: Store) -> None:
    finish(visitor)
    page = visitor.get(visitor.get(f"/services/{only(store).service.id}").link("Answer again"))

    assert (page.fields["service"], page.fields["wave"]) == ("North", "November 2026")
    assert page.fields["innovations"] == ["beds", "ponds"]
    assert page.fields["perspective"] == "gardener"
    assert "compare best when the same kind of person answers" in page.text
    assert "compare best" not in visitor.get("/start").text


def test_the_name_that_is_offered_is_free(visitor: Visitor, store: Store) -> None:
    for expected in ("November 2026", "November 2026 (2)", "November 2026 (3)"):
        finish(visitor, wave=expected)
        page = visitor.get(f"/start?service={store.services()[0].id}")
        assert page.fields["wave"] not in {a.wave for a in store.assessments()}
        visitor.send(page, {"wave": expected}, 409)

    assert page.fields["wave"] == "November 2026 (4)"


def test_the_start_tells_how_long_it_takes(visitor: Visitor, bank: Bank, store: Store, renderer: Renderer) -> None:
    assert "With one, answering takes about 1 to 2 minutes" in visitor.get("/start").text
    begin(visitor, innovations="beds", perspective="gardener")
    assert "about 2 minutes left" in visitor.get(f"/answer/{only(store).token}").text
    found = re.search(
        r"With one, answering takes about (\d+) to (\d+) minutes",
        Visitor(build_app(bank, store, renderer)).get("/start").text,
    )
    assert found
    assert 1 <= int(found[1]) < int(found[2]) <= 10


def test_before_the_first_service_no_service_is_spoken_of(visitor: Visitor) -> None:
    assert "the service above" not in visitor.get("/").text
    begin(visitor)
    assert "open the service above" in visitor.get("/").text
