"""What a report says of the assessment before it: on the page, in the PDF, in what is attached, and for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from assessor import exports, series
from assessor.assessed import surveyed
from assessor.assessed.withheld import Withheld
from assessor.pdf import assessment_html
from assessor.received import receive, repeats, verify
from assessor.record import basis, differences, record_of
from assessor.report import ComparisonReport, lay_out
from assessor.web import build_app
from assessor.web.results import download_of
from tests.papers import squeezed, text
from tests.surveys import answered, opened
from tests.test_repeats import WAVES, asked, compared
from tests.test_sharing import address_of, shared
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.report import Report
    from assessor.store import Store, Survey

LATER = "2026-12-01T09:00:00+00:00"
PEOPLE = {"May": {"staff": 12, "manager": 3}, "November": {"staff": 12}}


def told(store: Store, bank: Bank, wave: Survey) -> Report:
    """Return the report of a survey as its page has it."""
    return series.followed(bank, store, wave, surveyed(bank, store, wave, LATER), LATER).report(bank)


def test_page_and_pdf_say_what_changed_just_as_the_comparison_does(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    found, _, late = compared(store, bank, 0.6)
    visitor = Visitor(build_app(bank, store, renderer))
    page = visitor.get(f"/results/{late.id}").text
    data = visitor.download(f"/results/{late.id}/report.pdf").data
    since = told(store, bank, late).since

    assert since
    assert (since.linked, since.overlaps, since.rows) == (14, found.overlaps, found.rows)
    for said in ("At least 14 people are known to have answered both times", "moved up (14 linked)"):
        assert said in page
        assert squeezed(said) in text(data)
    assert verify(bank, receive(data, "report.pdf", words=True), renderer).faults == ()


def test_what_is_attached_holds_the_earlier_assessment_bare_and_makes_the_same_pages(store: Store, bank: Bank) -> None:
    _, _, late = compared(store, bank, 0.6)
    made = told(store, bank, late)
    record = record_of(made)

    assert record.since
    assert [record.since.plan, record.since.since, record.since.made, record.since.comments] == [None, None, None, ()]
    assert record.linked == 14
    assert differences(bank, record) == []
    assert assessment_html(lay_out(bank, basis(record))) == assessment_html(made)
    assert made.since
    assert exports.published(made)["since"] == exports.comparison(made.since)


def test_another_number_of_linked_people_makes_other_pages(store: Store, bank: Bank) -> None:
    _, _, late = compared(store, bank, 0.6)
    made = told(store, bank, late)
    alone = record_of(made).model_copy(update={"linked": 0, "overlaps": {}})

    assert assessment_html(lay_out(bank, basis(alone))) != assessment_html(made)


def test_only_an_assessment_whose_result_was_seen_comes_before_and_none_is_sealed_for_it(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    waves = [asked(store, bank, wave, {"staff": 8}, 0, keep=8) for wave in WAVES]
    app = build_app(bank, store, renderer)
    with app.test_request_context():
        alone = download_of(waves[2]).paper
        assert told(store, bank, waves[2]).since is None
        assert [store.surveys.survey(w.id).seen for w in waves[:2]] == [None, None]
        surveyed(bank, store, waves[0], LATER)
        first = download_of(waves[2]).paper
        assert (before := told(store, bank, waves[2]).since)
        assert before.before.wave == "May"
        surveyed(bank, store, waves[1], LATER)
        second = download_of(waves[2]).paper
        assert (before := told(store, bank, waves[2]).since)
        assert before.before.wave == "August"

    assert len({alone.key, first.key, second.key}) == 3
    assert [paper.about for paper in (alone, first, second)] == [
        (waves[2].id,),
        (waves[2].id, waves[0].id),
        (waves[2].id, waves[1].id),
    ]


def test_with_the_earlier_assessment_the_pdf_goes_that_speaks_of_it(
    store: Store, garden: Bank, renderer: Renderer
) -> None:
    waves = [opened(store, garden, wave) for wave in ("May", "June")]
    for n, wave in enumerate(waves):
        answered(store, wave, 6)
        store.surveys.close(wave.id, LATER.replace("12-01", f"12-0{n + 1}"))
    after = "2026-12-05T09:00:00+00:00"
    visitor = Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(after)))
    visitor.get(f"/results/{waves[0].id}")
    before = visitor.download(f"/results/{waves[1].id}/report.pdf").data
    assert squeezed("Since last time") in text(before)
    store.delete(waves[0].id)

    assert store.papers._names() == []
    assert squeezed("Since last time") not in text(visitor.download(f"/results/{waves[1].id}/report.pdf").data)


@pytest.mark.parametrize("whole", [True, False])
def test_who_merely_answered_for_the_service_reads_nothing_of_the_earlier_assessment(
    store: Store, bank: Bank, renderer: Renderer, *, whole: bool
) -> None:
    _, early, late = compared(store, bank, 0.6)
    with build_app(bank, store, renderer).test_request_context():
        download = download_of(late, whole=whole)
        assert download.paper.about == ((late.id, early.id) if whole else (late.id,))
        assert (download.build().since is not None) is whole


def test_a_result_that_may_not_be_shown_any_more_takes_nothing_else_with_it(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    """Three managers stand with the staff; without a pool they would be left over from the result that was seen."""
    early, late = (asked(store, bank, wave, people, 0, keep=0) for wave, people in PEOPLE.items())
    for survey in (early, late):
        surveyed(bank, store, survey, LATER)
    apart = replace(bank, perspectives=tuple(p.model_copy(update={"pool": None}) for p in bank.perspectives))
    visitor, service = Visitor(build_app(apart, store, renderer)), early.service.id

    with pytest.raises(Withheld, match="in other groups"):
        surveyed(apart, store, early, LATER)
    assert "Undo the change of “pool”" in visitor.get(f"/results/{early.id}", 409).text
    assert "Since last time" not in visitor.get(f"/results/{late.id}").text
    assert (course := series.trend(apart, store, service, "survey", LATER))
    assert [(wave.wave, wave.reason) for wave in course.absent] == [("May", "groups")]
    store.delete(late.id)
    visitor.get(f"/services/{service}/plan")


def test_groups_are_the_same_in_whatever_order_the_bank_names_them(store: Store, bank: Bank) -> None:
    survey = asked(store, bank, "May", PEOPLE["May"], 0, keep=0)
    surveyed(bank, store, survey, LATER)
    turned = replace(bank, perspectives=tuple(reversed(bank.perspectives)))

    assert surveyed(turned, store, survey, LATER).basis(turned).n == 15


def test_a_report_of_an_earlier_version_that_held_the_whole_of_the_last_time_is_right(store: Store, bank: Bank) -> None:
    _, early, late = compared(store, bank, 0.6)
    record = record_of(told(store, bank, late))
    whole = record_of(surveyed(bank, store, early, LATER).report(bank))
    assert record.since
    assert whole.plan != record.since.plan

    assert differences(bank, record.model_copy(update={"since": whole})) == []


def test_two_pdfs_know_who_answered_both_where_the_later_looks_back_at_the_earlier(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    found, early, late = compared(store, bank, 0.6)
    pdfs = [renderer.assessment(told(store, bank, wave)) for wave in (early, late)]
    received = [receive(pdf, "report.pdf") for pdf in pdfs]
    alone = renderer.assessment(surveyed(bank, store, late, LATER).report(bank))

    assert repeats(bank, received).said == replace(found, did=())
    said = repeats(bank, [received[0], receive(alone, "alone.pdf")]).said
    assert isinstance(said, ComparisonReport)
    assert said.linked == 0


def test_what_nobody_has_looked_at_is_named_where_there_is_nothing_over_time(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    survey = asked(store, bank, "May", {"staff": 8}, 0, keep=0)
    page = Visitor(build_app(bank, store, renderer)).get(f"/services/{survey.service.id}/trend").text

    assert "Left out: “May”, because nobody has looked at its result yet." in page


def test_a_link_says_beforehand_that_it_shows_the_time_before_too_and_leads_nowhere_else(
    store: Store, bank: Bank, renderer: Renderer
) -> None:
    _, early, late = compared(store, bank, 0.6)
    visitor = Visitor(build_app(bank, store, renderer))
    assert f"what changed since {early.wave} stands there too" in visitor.get(f"/results/{late.id}").text
    page = visitor.get(address_of(shared(visitor, late.id)))

    assert "Since last time" in page.text
    assert "Change the plan" not in page.text
    assert not [link for link in page.links() if link.startswith(("/services", "/results"))]
