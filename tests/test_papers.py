"""A PDF is made once, by a worker that nobody waits for, kept while it is true, and gone with what it was made from."""

import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from assessor.bank import Bank
from assessor.pdf import Job, Jobs, Renderer
from assessor.pdf.imprint import imprint
from assessor.report import Report
from assessor.store import NotFound, Paper, Papers, Store
from assessor.store.shelf import Folder, Memory, Shelf
from assessor.web import build_app
from assessor.web.results import download_of
from assessor.web.site import site
from tests.assessments import stored
from tests.papers import report, squeezed, text
from tests.surveys import LATER, answered, opened
from tests.visitor import Visitor

ENDLESS = f"<p style='overflow-wrap: anywhere; width: 9cm'>{'x' * 200_000}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readiness.db"


@pytest.fixture
def pair() -> Iterator[Renderer]:
    """Two workers."""
    with Renderer(workers=2) as renderer:
        yield renderer


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    patience = time.monotonic() + 60
    while not true():
        assert time.monotonic() < patience
        time.sleep(0.01)


def files(path: Path) -> list[Path]:
    """Return the PDFs that are kept beside a database."""
    return sorted(Path(f"{path}.reports").glob("*"))


def job(paper: Paper, made: Report, render: Callable[[Report], bytes], built: list[Paper] | None = None) -> Job:
    """Return a job that notes when it is begun."""

    def build() -> Report:
        if built is not None:
            built.append(paper)
        return made

    return Job(paper=paper, build=build, render=render)


@pytest.mark.parametrize("place", [Folder, Memory])
def test_of_what_is_kept_that_goes_first_which_was_not_used_for_longest(
    store: Store, garden: Bank, tmp_path: Path, place: type[Shelf]
) -> None:
    ident = stored(store, garden, "A", "2026-05-01")
    shelf = Folder(tmp_path / "reports") if place is Folder else Memory()
    papers = Papers(store._driver, shelf, most=3, largest=100)
    one, two, three, four = (Paper((ident,), str(n), "key") for n in range(4))
    for paper in (one, two, three):
        papers.keep(paper, "content", b"0123456789")
        time.sleep(0.02)
    assert papers.find(one)
    papers.keep(four, "content", b"0123456789")

    assert [papers.has(paper) for paper in (one, two, three, four)] == [True, False, True, True]
    papers.keep(two, "large", b"x" * 85)
    assert [papers.has(paper) for paper in (one, two, three, four)] == [False, True, False, True]


def test_kept_pdfs_are_nobody_elses_business_and_outlive_the_server(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        paper = Paper((stored(store, garden, "A", "2026-05-01"),), "report", "key")
        assert not Path(f"{path}.reports").exists()
        store.papers.keep(paper, "content", b"%PDF")
    with Store(path) as store:
        assert store.papers.find(paper) == b"%PDF"
        assert store.papers.same("content") == b"%PDF"

    (file,) = files(path)
    assert (stat.S_IMODE(file.parent.stat().st_mode), stat.S_IMODE(file.stat().st_mode)) == (0o700, 0o600)
    assert paper.about[0] not in file.name


def test_with_an_assessment_everything_goes_that_was_made_from_it(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        one, two, three = (stored(store, garden, wave, "2026-05-01") for wave in "ABC")
        for about in ((one,), (two,), (one, two), (two, three), (three,)):
            store.papers.keep(Paper(about, "report", "key"), "content", b"%PDF")
        store.delete(two)
        several = ((one,), (two,), (one, two), (three,))
        left = [about for about in several if store.papers.has(Paper(about, "report", "key"))]
        assert left == [(one,), (three,)]
        assert len(files(path)) == 2
        with pytest.raises(NotFound):  # it was deleted while the PDF was made
            store.papers.keep(Paper((two,), "report", "key"), "content", b"%PDF")
        assert len(files(path)) == 2


def test_a_database_that_is_another_or_elsewhere_breaks_nothing(path: Path, garden: Bank) -> None:
    with Store(path) as store:
        paper = Paper((stored(store, garden, "A", "2026-05-01"),), "report", "key")
        store.papers.keep(paper, "content", b"%PDF")
    moved = path.rename(path.parent / "moved.db")
    with Store(moved) as store:
        assert store.papers.find(paper) is None
        store.papers.keep(paper, "content", b"%PDF")
    with Store(path) as store:  # a new one in the old place
        assert files(path) == []
        assert store.papers.find(paper) is None
    assert len(files(moved)) == 1


def test_whoever_asks_waits_for_one_job(store: Store, garden: Bank, bank: Bank, renderer: Renderer) -> None:
    paper = Paper((stored(store, garden, "A", "2026-05-01"),), "report", "key")
    jobs, built = Jobs(store.papers, "imprint"), list[Paper]()
    made = report(bank)
    with ThreadPoolExecutor(8) as people:
        list(people.map(jobs.order, [job(paper, made, renderer.assessment, built)] * 8))
    assert jobs.progress(paper)
    until(lambda: not jobs.progress(paper))

    assert built == [paper]
    assert store.papers.find(paper) == renderer.assessment(made)


def test_the_same_content_is_set_once_and_another_design_is_other_content(
    store: Store, garden: Bank, bank: Bank, renderer: Renderer
) -> None:
    ident, jobs, made = stored(store, garden, "A", "2026-05-01"), Jobs(store.papers, "imprint"), report(bank)
    rendered: list[Report] = []

    def render(found: Report) -> bytes:
        rendered.append(found)
        return renderer.assessment(found)

    for key, said in (("1", made), ("2", report(bank)), ("3", replace(made, n=7))):
        jobs.order(job(Paper((ident,), "report", key), said, render))
        until(lambda key=key: store.papers.has(Paper((ident,), "report", key)))  # type: ignore[misc]
    assert not store.papers.has(Paper((ident,), "report", "1"))  # what is superseded is gone
    jobs.order(job(Paper((ident,), "easy", "3"), replace(made, n=7), render))
    until(lambda: store.papers.has(Paper((ident,), "easy", "3")))

    assert store.papers.has(Paper((ident,), "report", "3"))
    assert len(rendered) == 3


def test_who_waits_comes_before_what_is_made_ahead(store: Store, garden: Bank, bank: Bank) -> None:
    ident, built, go = stored(store, garden, "A", "2026-05-01"), list[Paper](), threading.Event()
    first, early, second, wanted = (Paper((ident,), key, "key") for key in ("first", "early", "second", "wanted"))
    jobs, made = Jobs(store.papers, "imprint"), report(bank)

    def slow(_: Report) -> bytes:
        go.wait()
        return b"%PDF"

    jobs.ahead(job(first, made, slow, built))
    until(lambda: built)
    for paper in (early, second):
        jobs.ahead(job(paper, replace(made, n=len(paper.key)), slow, built))
    jobs.order(job(wanted, replace(made, n=99), slow, built))
    jobs.order(job(second, made, slow, built))
    waiting = [progress.before for paper in (first, wanted, second, early) if (progress := jobs.progress(paper))]
    go.set()
    until(lambda: store.papers.has(early))

    assert waiting == [None, 0, 1, 2]
    assert built == [first, wanted, second, early]


def test_one_of_two_workers_is_left_to_those_who_wait(store: Store, garden: Bank, bank: Bank, pair: Renderer) -> None:
    ident, go, made = stored(store, garden, "A", "2026-05-01"), threading.Event(), report(bank)
    jobs = Jobs(store.papers, "imprint", pair.workers)

    def slow(_: Report) -> bytes:
        go.wait()
        return b"%PDF"

    for key in "12":
        jobs.ahead(job(Paper((ident,), key, "key"), replace(made, n=int(key)), slow))
    wanted = Paper((ident,), "wanted", "key")
    jobs.order(job(wanted, made, pair.assessment))
    until(lambda: store.papers.has(wanted))

    assert [p.before for key in "12" if (p := jobs.progress(Paper((ident,), key, "key")))] == [None, 0]
    go.set()
    until(lambda: store.papers.has(Paper((ident,), "2", "key")))


@pytest.mark.parametrize("end", ["killed", "late"])
def test_a_job_whose_worker_ends_says_so_and_can_be_ordered_again(
    store: Store, garden: Bank, bank: Bank, end: str
) -> None:
    paper = Paper((stored(store, garden, "A", "2026-05-01"),), "report", "key")
    with Renderer(seconds=60 if end == "killed" else 1) as renderer:
        jobs = Jobs(store.papers, "imprint")
        renderer.warm()
        worker = renderer._free.queue[-1]
        assert worker
        jobs.order(job(paper, report(bank), lambda _: renderer.pdf(ENDLESS)))
        if end == "killed":
            until(lambda: not renderer._free.queue)
            worker._process.kill()
        until(lambda: (progress := jobs.progress(paper)) and progress.error)
        failed = jobs.progress(paper)
        renderer._seconds = 60
        jobs.ahead(job(paper, report(bank), renderer.assessment))  # nobody waits: what failed is not tried again
        assert jobs.progress(paper) == failed
        jobs.order(job(paper, report(bank), renderer.assessment))
        until(lambda: store.papers.has(paper))

    assert failed
    assert ("ended with code -9" if end == "killed" else "given up after 1 second") in failed.error
    assert not worker.alive


def test_a_disk_that_takes_nothing_is_named(path: Path, garden: Bank, bank: Bank, renderer: Renderer) -> None:
    Path(f"{path}.reports").write_text("in the way")
    with Store(path) as store:
        paper = Paper((stored(store, garden, "A", "2026-05-01"),), "report", "key")
        jobs = Jobs(store.papers, "imprint")
        jobs.order(job(paper, report(bank), renderer.assessment))
        until(lambda: (progress := jobs.progress(paper)) and progress.error)
        failed = jobs.progress(paper)

    assert failed
    assert "could not be kept" in failed.error


def test_another_program_design_paper_or_typesetter_leaves_another_imprint(tmp_path: Path, renderer: Renderer) -> None:
    (tmp_path / "print.css").write_text("p { color: red }")
    before = imprint(tmp_path)
    (tmp_path / "print.css").write_text("p { color: blue }")
    imprint.cache_clear()

    others = (renderer.imprint, renderer.on("letter").imprint)
    assert len({before, imprint(tmp_path), *others}) == 4
    assert [press.imprint for press in map(renderer.like, others) if press] == [*others]
    assert renderer.like(before) is None


def test_a_report_is_made_while_a_page_says_how_far_it_is(app: Flask, store: Store, garden: Bank) -> None:
    address = f"/results/{stored(store, garden, 'A', '2026-05-01')}"
    one, other = Visitor(app), Visitor(app)
    answer = one.client.get(f"{address}/report.pdf")
    page = one.get(answer.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/report")
    assert page.words("h1") == ["Your PDF is being made North , A"]
    assert "One takes about 3 seconds." in page.text
    assert page.refresh == page.address
    assert {address, f"{address}/report.pdf"} <= set(page.links())
    first, second = (visitor.download(f"{address}/report.pdf").data for visitor in (one, other))
    assert first.startswith(b"%PDF")
    assert first == second
    assert other.client.get(f"{address}/report.pdf").status_code == 200  # now at once
    done = other.get(f"{address}/report")
    assert (done.words("h1"), done.refresh) == (["Your PDF is ready North , A"], f"{address}/report.pdf")


def test_a_pdf_that_nobody_ordered_is_ordered_by_its_progress_page(app: Flask, store: Store, garden: Bank) -> None:
    early, late = stored(store, garden, "A", "2026-05-01"), stored(store, garden, "B", "2026-06-01")
    address = f"/results/{late}/compare/{early}/comparison"

    assert Visitor(app).download(address).data.startswith(b"%PDF")
    assert Visitor(app).client.get(f"{address}.pdf").status_code == 200


def test_a_result_that_was_shown_is_made_ahead_and_kept_for_the_next_server(
    path: Path, garden: Bank, renderer: Renderer
) -> None:
    with Store(path) as store:
        ident = stored(store, garden, "A", "2026-05-01")
        Visitor(build_app(garden, store, renderer, ahead=True)).get(f"/results/{ident}")
        until(lambda: len(files(path)) == 3)
    with Store(path) as store:
        visitor = Visitor(build_app(garden, store, renderer))
        (whole,) = (file for file in files(path) if ".report." in file.name)
        assert visitor.client.get(f"/results/{ident}/report.pdf").data == whole.read_bytes()
        assert visitor.client.get(f"/results/{ident}/easy.pdf").status_code == 200
        changed = Visitor(build_app(replace(garden, title="Other words"), store, renderer))
        assert changed.client.get(f"/results/{ident}/report.pdf").status_code == 303
        assert changed.download(f"/results/{ident}/report.pdf").status_code == 200
        store.choose(ident, ["soil"], "We begin there.")
        assert visitor.client.get(f"/results/{ident}/report.pdf").status_code == 303
        visitor.download(f"/results/{ident}/report.pdf")
        assert not whole.exists()
        store.delete(ident)
        visitor.get(f"/results/{ident}/report.pdf", 404)
        assert files(path) == []


class Crowd(Store):
    """A store in which a facilitator changes the points of `watched` right after they were read for the n-th time."""

    watched, reading = "", 0

    def chosen(self, assessment_id: str) -> tuple[tuple[str, ...], str] | None:
        found = super().chosen(assessment_id)
        if assessment_id == self.watched:
            self.reading -= 1
            if not self.reading:
                self.choose(assessment_id, ["soil"], "We begin there.")
        return found


@pytest.mark.parametrize("reading", [1, 2, 3, 4])
def test_points_that_are_chosen_while_a_report_is_built_are_in_every_pdf_that_is_kept_with_them(
    garden: Bank, renderer: Renderer, reading: int
) -> None:
    with Crowd(None) as store:
        ident = stored(store, garden, "A", "2026-05-01")
        visitor = Visitor(build_app(garden, store, renderer, ahead=True))
        store.watched, store.reading = ident, reading
        visitor.get(f"/results/{ident}")
        assert store.reading <= 0
        printed = text(visitor.download(f"/results/{ident}/report.pdf").data)

    assert squeezed("We begin there.") in printed


def test_a_pdf_that_was_overtaken_while_it_was_built_is_not_kept(garden: Bank, renderer: Renderer) -> None:
    with Crowd(None) as store:
        ident = stored(store, garden, "A", "2026-05-01")
        app = build_app(garden, store, renderer)
        with app.test_request_context():
            download = download_of(store.kept(ident))
            paper, jobs = download.paper, site().jobs
            store.watched, store.reading = ident, 2  # the second reading is the report's own
            jobs.order(download.job)
            until(lambda: not jobs.progress(paper))
        store.choose(ident, [], "")  # as it was when the job was ordered
        assert store.papers.find(paper) is None
        assert squeezed("We begin there.") not in text(Visitor(app).download(f"/results/{ident}/report.pdf").data)


def test_a_survey_is_made_only_once_it_was_seen(garden: Bank, store: Store, renderer: Renderer) -> None:
    survey = opened(store, garden)
    answered(store, survey, 6)
    app = build_app(garden, store, renderer, lambda: datetime.fromisoformat(LATER), ahead=True)
    visitor = Visitor(app)
    visitor.get(f"/results/{survey.id}/report.pdf", 409)
    store.surveys.close(survey.id, LATER)
    visitor.get(f"/services/{survey.service.id}")
    visitor.get(f"/surveys/{survey.id}")
    assert not store.papers._names()
    assert store.surveys.survey(survey.id).seen is None
    visitor.get(f"/results/{survey.id}")
    until(store.papers._names)

    assert visitor.client.get(f"/results/{survey.id}/report.pdf").data.startswith(b"%PDF")
    store.surveys.archive(survey.id)
    assert visitor.client.get(f"/results/{survey.id}/report.pdf").status_code == 200


def test_what_was_rated_before_a_meeting_goes_from_the_meetings_pdf_too(
    path: Path, garden: Bank, renderer: Renderer
) -> None:
    with Store(path) as store:
        survey = opened(store, garden)
        answered(store, survey, 6)
        store.surveys.close(survey.id, LATER)
        met = store.start(
            service="North",
            wave="Meeting",
            innovations=["beds"],
            perspective="gardener",
            bank=garden,
            now=LATER,
            mode="consensus",
            ratings=survey.id,
        )
        store.submit(met.id, LATER)
        visitor = Visitor(build_app(garden, store, renderer, lambda: datetime.fromisoformat(LATER)))
        before = visitor.download(f"/results/{met.id}/report.pdf").data
        store.delete(survey.id)
        assert files(path) == []
        after = visitor.download(f"/results/{met.id}/report.pdf").data

    assert before != after
