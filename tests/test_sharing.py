"""A link lets people without an account read one closed report, for a while, and nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from assessor.accounts import FACILITATOR, READER
from assessor.bank import Bank
from assessor.pdf import DESIGNS, Renderer
from assessor.store import NotFound, Store
from assessor.web import build_app
from tests.assessments import NOW as LONG_AGO
from tests.assessments import stored
from tests.conftest import NOW
from tests.people import added, signed_in
from tests.surveys import LATER, answered, opened
from tests.visitor import Page, Visitor

MOMENT = NOW.isoformat()
SECOND = timedelta(seconds=1)


@pytest.fixture
def ident(store: Store, garden: Bank) -> str:
    """A finished assessment beside another one, with an owner in the house."""
    stored(store, garden, "Earlier", "2026-04-01")
    ident = stored(store, garden, "May", "2026-05-01")
    added(store, "Ada")
    return ident


@pytest.fixture
def fay(app: Flask, store: Store, ident: str) -> Visitor:
    """The facilitator of the service."""
    return signed_in(app, store, added(store, "Fay", FACILITATOR, store.assessment(ident).service.id))


def shared(visitor: Visitor, ident: str, status: int = 200, **fields: str) -> Page:
    """Make a link on a result page."""
    page = visitor.get(f"/results/{ident}")
    given = {**page.fields, "label": "The board", "days": "7", **fields}
    return visitor._page(visitor.client.post(f"/results/{ident}/links", data=given), status)


def address_of(page: Page) -> str:
    """Return the path of the link that a page shows."""
    (shown,) = (e.get("value", "") for e in page.root.iter("input") if e.get("id") == "_link")
    return shown.removeprefix("http://localhost")


def test_a_link_opens_one_result_and_its_pdf_to_somebody_without_an_account(
    app: Flask, fay: Visitor, ident: str
) -> None:
    made = shared(fay, ident)
    address, stranger = address_of(made), Visitor(app)
    page = stranger.get(address)

    assert "for 7 days" in made.text
    assert page.words("h1") == ["North May"]
    assert "It works until" in page.text
    assert "on 30 November 2026, unless" in page.text
    inside = [link for link in page.links() if link.startswith("/")]
    assert inside == [f"{address}/{edition}.pdf" for edition in DESIGNS]
    assert "Show it to others" not in page.text
    assert not page.words("form")
    assert stranger.download(f"{address}/report.pdf").data == fay.download(f"/results/{ident}/report.pdf").data
    assert stranger.client.get(f"/results/{ident}").status_code == 404
    waiting = stranger.get(f"{address}/report")
    assert {link for link in waiting.links() if link.startswith("/")} == {address, f"{address}/report.pdf"}
    for place in (address, f"{address}/report.pdf", f"{address}/report"):
        headers = stranger.client.get(place).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_wrong_expired_revoked_and_foreign_links_are_all_not_there(
    app: Flask, store: Store, garden: Bank, renderer: Renderer, fay: Visitor, ident: str
) -> None:
    address, other = (address_of(shared(fay, ident, label=label)) for label in ("The board", "The families"))
    listed = fay.get(f"/results/{ident}")
    assert [word for word in listed.words("strong") if word.startswith("The ")] == ["The families", "The board"]
    found = {link.label: link for link in store.links.all(ident, MOMENT)}
    revoked = fay.client.post(f"/results/{ident}/links/{found['The families'].id}", data=listed.fields)
    assert (revoked.status_code, revoked.headers["Location"]) == (303, f"/results/{ident}#share")
    page = fay.get(f"/results/{ident}")
    assert "The link is ended." in page.text
    assert "The families" not in page.text
    assert "The board" in page.text

    end = datetime.fromisoformat(found["The board"].expires)
    last, late = (Visitor(build_app(garden, store, renderer, lambda at=at: at)) for at in (end - SECOND, end))  # type: ignore[misc]
    assert last.get(address)
    wrong = f"/shared/{'0' * 32}"
    for visitor, place in ((Visitor(app), wrong), (Visitor(app), other), (late, address)):
        pages = {visitor.get(f"{place}{rest}", 404).text for rest in ("", "/report.pdf", "/report")}
        assert len(pages) == 1
        assert pages == {Visitor(app).get(wrong, 404).text}
    fay.get(wrong, 404)


def test_a_link_of_another_assessment_is_not_ended_from_here(store: Store, fay: Visitor, ident: str) -> None:
    (other,) = (a.id for a in store.assessments() if a.id != ident)
    shared(fay, other)
    (link,) = store.links.all(other, MOMENT)
    fields = fay.get(f"/results/{ident}").fields

    assert fay.client.post(f"/results/{ident}/links/{link.id}", data=fields).status_code == 404
    assert fay.client.post(f"/results/{other}/links/{link.id}").status_code == 400
    assert store.links.all(other, MOMENT) == [link]


def test_only_who_runs_an_assessment_makes_links(app: Flask, store: Store, fay: Visitor, ident: str) -> None:
    reader = signed_in(app, store, added(store, "Rea", READER, store.assessment(ident).service.id))

    assert "Show it to others" in fay.get(f"/results/{ident}").text
    assert "Show it to others" not in reader.get(f"/results/{ident}").text
    assert reader.client.post(f"/results/{ident}/links", data={"label": "x", "days": "7"}).status_code == 404


def test_a_link_needs_a_label_and_a_time_that_is_offered(fay: Visitor, store: Store, ident: str) -> None:
    unnamed = shared(fay, ident, 422, label="  ")
    forever = shared(fay, ident, 422, days="36500")

    assert "Say for whom the link is" in unnamed.text
    assert "Choose" in forever.text
    assert fay.client.post(f"/results/{ident}/links", data={"label": "x", "days": "7"}).status_code == 400
    assert store.links.all(ident, MOMENT) == []


def test_only_a_hash_of_a_link_is_kept_and_it_goes_with_the_assessment(tmp_path: Path, garden: Bank) -> None:
    path = tmp_path / "readiness.db"
    with Store(path) as store:
        ident = stored(store, garden, "A", "2026-05-01")
        token = store.links.add(ident, "The board", 7, MOMENT)
        store._driver.fold()
        assert token.encode() not in path.read_bytes()
        assert store.links.opened(token, MOMENT).assessment_id == ident
        store.delete(ident)
        with pytest.raises(NotFound):
            store.links.opened(token, MOMENT)
    assert len(token) == 32


def test_what_can_still_change_has_no_link(store: Store, garden: Bank, renderer: Renderer) -> None:
    draft = store.start(
        service="North", wave="Draft", innovations=["beds"], perspective="gardener", bank=garden, now=LONG_AGO
    )
    survey = opened(store, garden)
    answered(store, survey, 6)
    for ident in (draft.id, survey.id, "gone"):
        with pytest.raises(NotFound):
            store.links.add(ident, "The board", 7, MOMENT)
    store.surveys.close(survey.id, LATER)
    with pytest.raises(NotFound):  # nobody has seen its result, so it could be opened again
        store.links.add(survey.id, "The board", 7, MOMENT)

    visitor = Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(LATER)))
    page = Visitor(visitor.client.application).get(address_of(shared(visitor, survey.id)))
    assert "6 of 12 invited answered" in page.text or "Gardener: 6 of 12 invited" in page.text
    assert "works on this computer only" in shared(visitor, survey.id).text


def test_links_that_expired_are_forgotten(store: Store, ident: str) -> None:
    store.links.add(ident, "Old", 7, LONG_AGO)
    store.links.add(ident, "New", 7, MOMENT)
    with store._driver.read() as db:
        assert [row["label"] for row in db.rows("SELECT label FROM report_link")] == ["New"]
