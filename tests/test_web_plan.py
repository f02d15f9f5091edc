"""The pages of an action plan: what two people type at once is stored or shown back, and only to those it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.answers import Answer
from assessor.assessed import assessed
from assessor.plan import Intent
from assessor.store import Store
from assessor.web import build_app
from tests.assessments import begin, only, stored
from tests.papers import text
from tests.people import added, signed_in
from tests.visitor import Visitor

if TYPE_CHECKING:
    from flask import Flask

    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from tests.visitor import Page

NOW, LATER = "2026-11-23T09:30:00+00:00", "2026-11-24T09:30:00+00:00"
FIRST = Intent("Ask the guests", "Head gardener", "2026-12-01", "Guests say so")


@pytest.fixture
def north(store: Store, garden: Bank) -> str:
    """A service with two finished assessments."""
    stored(store, garden, "A", "2026-05-01")
    stored(store, garden, "B", "2026-06-01")
    return store.services()[0].id


def tapped(visitor: Visitor, north: str, action: str, revision: str, status: int = 200) -> Page:
    """Put an action in the state “done” with one tap."""
    sent = {"state": "done", "revision": revision, "csrf_token": visitor.get(plan_at(north)).fields["csrf_token"]}
    answer = visitor.client.post(plan_at(north, action, "state"), data=sent, follow_redirects=True)
    return Visitor._page(answer, status)


def plan_at(north: str, *more: str) -> str:
    return "/".join([f"/services/{north}/plan", *more])


def test_an_action_is_written_down_edited_and_moved_on(visitor: Visitor, store: Store, north: str) -> None:
    typed = {"text": "Ask the guests", "row": "B1", "who": "Head gardener", "due": "2026-11-22", "sign": "They say so"}
    page = visitor.send(visitor.get(plan_at(north, "new")), typed)
    (made,) = store.plans.actions(north)

    assert page.address == plan_at(north)
    assert (made.now, made.wave, made.row) == (Intent(*(typed[k] for k in ("text", "who", "due", "sign"))), "B", "B1")
    for said in ("It is in the plan.", "Head gardener", "by 22 November 2026", "overdue", "They say so", "at B"):
        assert said in page.text
    done = tapped(visitor, north, made.id, "1")
    assert "Its day is over already. If that is a slip" in page.text
    assert "Done on 23 November 2026" in done.text
    assert "Its day is over" not in done.text
    assert "overdue" not in done.text
    visitor.send(visitor.get(plan_at(north, made.id)), {"who": "Cook"})
    versions = store.plans.action(north, made.id).versions
    assert [version.intent.who for version in versions] == ["Head gardener", "Head gardener", "Cook"]
    assert "Everything that was saved before (2)" in visitor.get(plan_at(north, made.id)).text


def test_what_cannot_be_kept_comes_back_as_it_was_typed(visitor: Visitor, store: Store, north: str) -> None:
    wrong = {"text": " ", "row": "", "who": "x" * 121, "due": "soon", "sign": "s" * 601}
    page = visitor.send(visitor.get(plan_at(north, "new")), wrong, 422)

    for said in ("Say what will be done", "Choose the part", "120 characters", "Give a date", "to 600 characters"):
        assert said in page.text
    assert (page.fields["who"], page.fields["due"], page.fields["sign"]) == ("x" * 121, "soon", "s" * 601)
    forged = visitor.send(visitor.get(plan_at(north, "new")), {"text": "Mine", "csrf_token": "no"}, 400)
    assert forged.fields["text"] == "Mine"
    assert store.plans.actions(north) == ()
    visitor.send(visitor.get(plan_at(north, "target", "B1")), {"points": "101"}, 422)
    visitor.get(plan_at(north, "target", "gone"), 404)
    visitor.get(plan_at(north, "new") + "?suggestion=gone", 404)


def test_of_two_who_edit_at_once_the_second_sees_both_and_one_press_saves(
    visitor: Visitor, store: Store, north: str
) -> None:
    made = store.plans.add(north, FIRST, row="B1", now=NOW)
    mine, theirs = visitor.get(plan_at(north, made.id)), visitor.get(plan_at(north, made.id))
    visitor.send(theirs, {"text": "Theirs", "who": "Cook"})
    page = visitor.send(mine, {"text": "Mine", "sign": "A sign"}, 409)
    rows = [["".join(cell.itertext()).strip() for cell in row] for row in page.root.iter("tr")]

    assert ["What differs", "Theirs", "Mine"] in rows
    assert ["Who differs", "Cook", "Head gardener"] in rows
    assert page.fields["text"] == "Mine"
    assert store.plans.action(north, made.id).now.text == "Theirs"
    visitor.send(page, {})
    assert [v.intent.text for v in store.plans.action(north, made.id).versions] == ["Ask the guests", "Theirs", "Mine"]
    assert "Theirs" in visitor.get(plan_at(north, made.id)).text


def test_a_tap_on_what_somebody_has_changed_asks_first_and_keeps_their_words(
    visitor: Visitor, store: Store, north: str
) -> None:
    made = store.plans.add(north, FIRST, row="B1", now=NOW)
    store.plans.change(north, made.id, 1, FIRST._replace(text="Theirs"), LATER)
    page = tapped(visitor, north, made.id, "1", 409)
    assert plan_at(north, made.id) in [form.get("action") for form in page.root.iter("form")]
    visitor.client.post(plan_at(north, made.id), data={**page.fields, "sign": "And more"})

    assert store.plans.action(north, made.id).now == FIRST._replace(text="Theirs", state="done", sign="And more")


def test_of_two_who_set_a_target_at_once_the_second_sees_both(visitor: Visitor, store: Store, north: str) -> None:
    mine = visitor.get(plan_at(north, "target", "B1"))
    visitor.send(visitor.get(plan_at(north, "target", "B1")), {"points": "60"})
    page = visitor.send(mine, {"points": "80"}, 409)

    assert "set the target to 60" in page.text
    assert page.fields["points"] == "80"
    assert store.plans.targets(north)["B1"].points == 60
    page = visitor.send(page, {})
    assert "Target 80" in page.text
    (here,) = (form for form in page.root.iter("form") if form.get("action") == plan_at(north, "target", "B1"))
    sent = {e.get("name", ""): e.get("value", "") for e in here.iter("input")}
    visitor.client.post(plan_at(north, "target", "B1"), data=sent | {"points": "70"})
    assert (sent["points"], store.plans.targets(north)["B1"].points) == ("80", 70), "set where its row stands"


TEXTS = st.text("abc é☂", min_size=1, max_size=8).map(lambda words: f"t{words}".strip())


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["open", "save"]), TEXTS), max_size=12))
def test_whatever_two_editors_do_every_text_typed_is_stored_or_shown_back(
    garden: Bank, renderer: Renderer, moves: list[tuple[int, str, str]]
) -> None:
    with Store(None) as store:
        stored(store, garden, "A", "2026-05-01")
        north = store.services()[0].id
        made = store.plans.add(north, FIRST, row="B1", now=NOW)
        visitor = Visitor(build_app(garden, store, renderer))
        pages: dict[int, Page] = {}
        for who, what, typed in moves:
            if what == "open" or who not in pages:
                pages[who] = visitor.get(plan_at(north, made.id))
            else:
                answer = visitor.client.post(plan_at(north, made.id), data={**pages[who].fields, "text": typed})
                kept = [version.intent.text for version in store.plans.action(north, made.id).versions]
                if answer.status_code == 409:
                    pages[who] = Visitor._page(answer, 409)
                    assert pages[who].fields["text"] == typed
                    assert " ".join(kept[-1].split()) in pages[who].text
                else:
                    assert answer.status_code == 303
                    assert kept[-1] == typed


def test_suggestions_come_from_the_last_result_and_are_offered_once(bank: Bank, renderer: Renderer) -> None:
    with Store(None) as store:
        visitor = Visitor(build_app(bank, store, renderer))
        begin(visitor, innovations="peer-workers", perspective="staff")
        found = only(store)
        wrong = {
            i.id: min((c for c in bank.codes[i.id] if c.alignment is not None), key=lambda c: c.alignment or 0).code
            for row in bank.asked_rows(found.innovations)
            for i in bank.page_items(row.id, "staff")
            if i.kind != "confidence"
        }
        store.save(found.id, {item: Answer(code) for item, code in wrong.items()}, NOW)
        store.submit(found.id, NOW)
        made = assessed(bank, store, only(store), NOW).report(bank)
        page = visitor.get(plan_at(found.service.id))
        offered = [link for link in page.links() if "suggestion=" in link]

        assert len(offered) == sum(len(f.actions) for f in made.weak)
        assert offered[: len(made.points[0].actions)] == [
            f"{plan_at(found.service.id, 'new')}?suggestion={a.id}" for a in made.points[0].actions
        ]
        (here,) = (form for form in page.root.iter("form") if form.get("action") == offered[0])
        typed = {"who": "Team leader", "due": "2099-05-01"}
        sent = {e.get("name", ""): e.get("value", "") for e in here.iter("input")} | typed
        form = visitor.get(offered[0])
        assert form.fields["text"] == sent["text"] == made.points[0].actions[0].text
        assert visitor.client.post(offered[0], data=sent | {"due": "soon"}).status_code == 422
        visitor.client.post(offered[0], data=sent)
        (taken,) = store.plans.actions(found.service.id)
        assert (taken.now.who, taken.now.due) == tuple(typed.values())
        assert (taken.suggestion, taken.facet) == (made.points[0].actions[0].id, made.points[0].facet.id)
        assert taken.row == made.points[0].row.id
        assert offered[0] not in visitor.get(plan_at(found.service.id)).links()


def test_before_any_result_every_row_can_be_planned_for(visitor: Visitor, store: Store, garden: Bank) -> None:
    begin(visitor)
    service = only(store).service.id
    page = visitor.get(plan_at(service, "new"))
    offered = [e.get("value") for e in page.root.iter("input") if e.get("name") == "row"]
    visitor.send(page, {"text": "Dig", "row": "B1"})

    assert offered == [row.id for row in garden.rows]
    assert [(a.wave, a.now.text) for a in store.plans.actions(service)] == [("", "Dig")]


def test_a_reader_reads_the_plan_and_finds_no_button(app: Flask, store: Store, north: str) -> None:
    store.plans.add(north, FIRST, row="B1", now=NOW)
    added(store, "Ada")
    page = signed_in(app, store, added(store, "Rea", "reader", north)).get(plan_at(north))

    assert "Ask the guests" in page.text
    assert [e for e in page.root.iter("form") if "/plan" in e.get("action", "")] == []
    assert [link for link in page.links() if "/plan/" in link] == []


def test_who_submitted_without_an_account_sees_nothing_of_the_plan_unless_given_a_link(
    app: Flask, store: Store, north: str, garden: Bank
) -> None:
    begun = store.start(service="North", wave="C", innovations=["beds"], perspective="gardener", bank=garden, now=NOW)
    store.plans.add(north, FIRST, row="B1", now="2026-01-01T09:00:00+00:00")
    store.plans.aim(north, "B1", 0, 93)
    added(store, "Ada")
    visitor = Visitor(app)
    visitor.get(f"/answer/{begun.token}")
    page = visitor.send(visitor.get(f"/review/{begun.token}"), {})
    holder = Visitor(app).get(f"/shared/{store.links.add(begun.id, 'The board', 7, NOW)}")
    printed = text(visitor.download(f"/results/{begun.id}/report.pdf").data)

    assert page.address == f"/results/{begun.id}"
    assert not [said for said in ("Ask the guests", "93", "You said") if said in page.text]
    assert "Ask the guests" in holder.text
    assert not [link for link in holder.links() if "/plan" in link]
    assert not [said for said in ("Asktheguests", "target93", "Yousaid") if said in printed]


def test_an_action_written_by_mistake_is_deleted_until_others_may_have_read_of_it(
    visitor: Visitor, store: Store, north: str
) -> None:
    mistake, kept = (store.plans.add(north, FIRST, row="B1", now=NOW) for _ in range(2))
    address = plan_at(north, mistake.id)

    def pressed(page: Page, status: int = 200) -> Page:
        answer = visitor.client.post(f"{address}/delete", data=page.fields, follow_redirects=True)
        return Visitor._page(answer, status)

    old = visitor.get(address)
    store.plans.change(north, mistake.id, 1, FIRST._replace(text="Theirs"), LATER)
    assert "somebody else has changed this action" in pressed(old).text
    assert "The action is deleted." in pressed(visitor.get(address)).text
    assert [action.id for action in store.plans.actions(north)] == [kept.id]

    address = plan_at(north, kept.id)
    page = visitor.get(address)
    store.links.add(store.assessments(north)[0].id, "Board", 7, NOW)
    assert "cannot be deleted any more" in visitor.get(address).text
    assert "Drop it instead" in pressed(page, 409).text
    assert store.plans.action(north, kept.id).now == FIRST


def test_what_a_later_assessment_reports_is_not_deleted(
    visitor: Visitor, store: Store, north: str, garden: Bank
) -> None:
    made = store.plans.add(north, FIRST, row="B1", now=NOW)
    assert "Delete this action" in visitor.get(plan_at(north, made.id)).text
    stored(store, garden, "C", "2027-01-01")

    assert "Delete this action" not in visitor.get(plan_at(north, made.id)).text
