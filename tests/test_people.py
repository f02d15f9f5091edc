"""The owner adds people, gives them services, and shuts them out again."""

import re

import pytest
from flask import Flask

from assessor.accounts import FACILITATOR, OWNER, READER
from assessor.bank import Bank
from assessor.store import Store
from tests.assessments import asked, stored
from tests.people import added, signed_in, typed
from tests.visitor import Page, Visitor

NEW = {"password": "five other words in a row", "again": "five other words in a row"}


@pytest.fixture
def owner(app: Flask, store: Store, garden: Bank) -> Visitor:
    """Ada, who owns a tool with two services."""
    stored(store, garden, "A", "2026-05-01")
    stored(store, garden, "A", "2026-05-01", "South")
    return signed_in(app, store, added(store, "Ada"))


def link(page: Page) -> str:
    (found,) = re.findall(r'value="http://localhost(/key/[^"]+)"', page.html)
    return str(found)


def test_somebody_is_added_handed_a_link_and_given_a_service(app: Flask, owner: Visitor, store: Store) -> None:
    page = owner.get(owner.get(owner.get("/").link("People")).link("Add somebody"))
    page = owner.send(page, {"name": "Rea Der", "email": "rea@example.org", "role": READER})
    assert "It is shown only now" in page.text
    reader = Visitor(app)
    assert "You see no service yet" in reader.send(reader.get(link(page)), NEW).text
    north, south = store.services()
    page = owner.send(owner.get(page.link("Choose their services")), {"services": [north.id]}, go="give")

    assert "Saved." in page.text
    assert page.fields["services"] == [north.id]
    assert "North" in reader.get("/").text
    assert reader.client.get(f"/services/{south.id}").status_code == 404
    assert "Rea Der reader North" in owner.get("/people").text
    owner.send(page, {"services": []}, go="give")
    assert reader.client.get(f"/services/{north.id}").status_code == 404


def test_what_is_wrong_with_a_newcomer_is_said_and_nobody_is_added(owner: Visitor, store: Store) -> None:
    for fields, words, anchor in (
        ({"name": " ", "role": READER}, "Give a name", "#name"),
        ({"name": "x" * 121, "role": READER}, "too long to be kept", "#name"),
        ({"name": "Eve", "role": READER, "email": "no address"}, "such as name@example.org", "#email"),
        ({"name": "Eve"}, "Choose what they may do", "#role"),
        ({"name": "Eve", "role": "emperor"}, "Choose one of the answers", "#role"),
    ):
        page = owner.send(owner.get("/people/add"), fields, 422)
        assert page.link(words) == anchor
    assert owner.send(page, {"name": "ADA", "role": OWNER}, 409).link("already an account of this name") == "#name"
    assert [a.name for a in store.accounts.all()] == ["Ada"]


def test_an_account_is_signed_out_closed_and_opened_again(app: Flask, owner: Visitor, store: Store) -> None:
    fay = added(store, "Fay", FACILITATOR)
    address = f"/people/{fay.id}"
    visitor = signed_in(app, store, fay)
    assert visitor.get("/").address == "/"
    owner.send(owner.get(address), {}, go="end")
    assert visitor.get("/").address == "/sign-in"
    typed(visitor, "Fay")
    page = owner.send(owner.get(address), {}, go="disable")
    assert "signed out everywhere" in page.text
    assert visitor.get("/").address == "/sign-in"
    typed(visitor, "Fay", status=422)
    assert "Open the account again" in page.words("button")
    owner.send(page, {}, go="enable")

    assert typed(visitor, "Fay")[0] == "/"


def test_a_new_link_leaves_the_old_password_until_it_is_used(app: Flask, owner: Visitor, store: Store) -> None:
    fay = added(store, "Fay", FACILITATOR)
    page = owner.send(owner.get(f"/people/{fay.id}"), {}, go="link")
    assert typed(Visitor(app), "Fay")[0] == "/"
    visitor = Visitor(app)
    visitor.send(visitor.get(link(page)), NEW)

    typed(Visitor(app), "Fay", status=422)


def test_the_only_owner_cannot_be_closed(owner: Visitor, store: Store) -> None:
    ada = store.accounts.named("Ada")
    assert ada
    page = owner.send(owner.get(f"/people/{ada.id}"), {}, 409, go="disable")

    assert "Make another owner first" in page.text
    assert store.accounts.account(ada.id) == ada


def test_strange_requests_change_nothing(owner: Visitor, store: Store) -> None:
    fay = added(store, "Fay", FACILITATOR)
    page = owner.get(f"/people/{fay.id}")

    owner.send(page, {}, 400, go="promote")
    owner.send(page, {"services": ["gone"]}, 422, go="give")
    owner.send(page, {"csrf_token": "guessed"}, 400, go="disable")
    owner.get("/people/gone", 404)
    assert store.accounts.account(fay.id) == fay


def test_name_mail_and_role_can_be_changed_and_a_taken_name_cannot(owner: Visitor, store: Store) -> None:
    fay = added(store, "Fay", FACILITATOR)
    page = owner.get(f"/people/{fay.id}")
    sent = {"csrf_token": page.fields["csrf_token"], "name": "Fay  Hill", "email": "fay@example.org", "role": OWNER}
    done = owner.client.post(f"/people/{fay.id}/details", data=sent, follow_redirects=True)
    changed = store.accounts.account(fay.id)
    taken = owner.client.post(f"/people/{fay.id}/details", data={**sent, "name": "ＡＤＡ"})
    odd = owner.client.post(f"/people/{fay.id}/details", data={**sent, "email": "no address", "role": "king"})

    assert "Saved." in done.text
    assert (changed.name, changed.email, changed.role) == ("Fay Hill", "fay@example.org", OWNER)
    assert (taken.status_code, odd.status_code) == (409, 422)
    assert "already an account of this name" in taken.text
    assert store.accounts.account(fay.id) == changed
    assert store.accounts.named("fay hill") == changed


def test_the_only_owner_keeps_role_and_account_until_there_is_another(app: Flask, owner: Visitor, store: Store) -> None:
    ada = store.accounts.named("Ada")
    assert ada
    sent = {**owner.get(f"/people/{ada.id}/delete").fields, "name": "Ada", "role": READER, "sure": "yes"}
    for act in ("details", "delete"):
        refused = owner.client.post(f"/people/{ada.id}/{act}", data=sent)
        assert (refused.status_code, "Make another owner first" in refused.text) == (409, True)
    bea = added(store, "Bea")
    stays = owner.client.post(f"/people/{ada.id}/details", data=sent)

    assert stays.headers["Location"] == "/"
    assert store.accounts.account(ada.id).role == READER
    owner.get(f"/people/{bea.id}", 404)
    assert signed_in(app, store, bea).get(f"/people/{ada.id}").words("h1") == ["Ada Reader"]


def test_a_deleted_account_is_out_and_what_it_made_stays(
    app: Flask, owner: Visitor, store: Store, garden: Bank
) -> None:
    survey = asked(store, garden)
    fay = added(store, "Fay", FACILITATOR, survey.service.id)
    visitor = signed_in(app, store, fay)
    page = owner.get(f"/people/{fay.id}/delete")
    assert "Tick the box first" in owner.send(page, {"sure": []}, 422).text
    assert visitor.get("/").address == "/"
    assert owner.send(page, {"sure": ["yes"]}).address == "/people"

    assert visitor.get("/").address == "/sign-in"
    assert store.surveys.survey(survey.id) == survey
    assert [a.name for a in store.accounts.all()] == ["Ada"]
