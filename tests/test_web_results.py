"""A result shows what its report says, and a comparison what can be compared."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from assessor.answers import Answer, parse
from assessor.assessed import assessed, surveyed
from assessor.bank import Bank
from assessor.demo import fill, read
from assessor.paths import content
from assessor.pdf import FILTERS, Renderer
from assessor.report import Line, Occasion, build
from assessor.store import Store
from assessor.web import build_app
from tests.assessments import BEDS, CORE, NOW, asked, begin, finish, only, stored
from tests.papers import squeezed, text
from tests.visitor import Visitor

points = FILTERS["points"]


def why(line: Line) -> str:
    """How a score comes about, as a page says it."""
    stood = line.shares
    parts = [(stood.between, ", {} partly"), (stood.against, ", {} not"), (line.dont_know, "; {} “no idea”")]
    said = "".join(words.format(n) for n, words in parts if n)
    answers = "answer" if line.answered == 1 else "answers"
    return f"{stood.aligned} of {line.answered} {answers} in line{said}" if line.answered else ""


def test_a_result_shows_what_its_report_says(visitor: Visitor, store: Store, garden: Bank) -> None:
    page = finish(visitor)
    shown = {tuple("".join(cell.itertext()) for cell in row) for row in page.root.iter("tr")}
    bars = [cell.get("style") for cell in page.root.iter("td") if "bar" in cell.get("class", "").split()]
    report = assessed(garden, store, only(store), "").report(garden)
    lines = [
        *(row.line for row in report.rows),
        *(replace(row.line, title="All questions") for row in report.rows),
        *(replace(row.tested, title="Tested knowledge") for row in report.rows),
        *(facet.line for row in report.rows for facet in row.facets),
    ]

    assert len(lines) > 8
    for line in lines:
        band = line.band.name if line.band else "no score"
        answered = f"{line.answered} of {line.given - line.not_applicable}"
        assert (line.title, "", points(line.score), f"{band}{why(line)}", answered) in shown
        assert line.score is None or f"--score:{line.score:.1f}%" in bars
    assert page.words("h3")[: len(report.points)] == [point.facet.concern for point in report.points]
    assert all(finding.citation in page.text and finding.summary in page.text for finding in report.findings)
    (strengths,) = (e for e in page.root.iter("ul") if e.get("class") == "strengths")
    said = " ".join("".join(strengths.itertext()).split())
    assert report.strengths
    for strength in report.strengths:
        assert f"{points(strength.line.score)} points ({why(strength.line)})" in said
        assert all(finding.citation in said for finding in strength.findings)
    assert "“How sure are you that you can explain soil to a guest?” Answer: 7" in page.text


@pytest.mark.parametrize("code", [None, "dk"])
def test_a_result_without_a_score_says_so(visitor: Visitor, store: Store, garden: Bank, code: str | None) -> None:
    begun = store.start(
        service="North", wave="A", innovations=["beds"], perspective="gardener", bank=garden, now="2026-05-01"
    )
    store.save(begun.id, {item.id: Answer(code) for item in garden.items} if code else {}, NOW)
    store.submit(begun.id, NOW)
    page = visitor.get(f"/results/{begun.id}")
    other = stored(store, garden, "B", "2026-06-01")

    assert "Beds: what grows there: no score, because fewer than half of the questions" in page.text
    assert "No facet has a score: too few questions" in page.text
    assert "Nothing could be scored, so no point comes first" in page.text
    assert not re.search(r"Nothing (reached|scored)", page.text)
    assert ("“No idea” was more than a quarter of the answers" in page.text) is (code == "dk")
    assert (
        "Fewer than half of its questions can be compared" in visitor.get(f"/results/{other}/compare/{begun.id}").text
    )


def test_a_point_says_why_its_evidence_is_set_beside_it(store: Store, garden: Bank, renderer: Renderer) -> None:
    rows = tuple(r.model_copy(update={"bridge": "Studies speak of pots."}) if r.id == "B1" else r for r in garden.rows)
    ident = stored(store, garden, "A", "2026-05-01")
    store_low(store, garden, "B", "gardener", ["beds"])
    low = next(a.id for a in store.assessments() if a.wave == "B")
    for bank, shown in ((garden, 0), (replace(garden, rows=rows), 2)):
        visitor = Visitor(build_app(bank, store, renderer))
        assert visitor.get(f"/results/{low}").text.count("Studies speak of pots.") == shown
        assert "Studies speak of pots." not in visitor.get(f"/results/{ident}").text


def test_a_strength_that_was_not_observed_is_not_named(bank: Bank, store: Store, renderer: Renderer) -> None:
    begun = store.start(
        service="North", wave="A", innovations=["peer-workers"], perspective="staff", bank=bank, now=NOW
    )
    opinions = [i for i in bank.items if i.row == "K3" and i.kind in {"aligned", "misconception"} and not i.core]
    mixed = [i for i in opinions if any(o.facet == i.facet and o.kind == "observation" for o in bank.items)]
    best = {i.id: max(bank.codes[i.id], key=lambda c: c.alignment or 0).code for i in mixed}
    store.save(begun.id, {item: Answer(code) for item, code in best.items()}, NOW)
    store.submit(begun.id, NOW)
    page = Visitor(build_app(bank, store, renderer)).get(f"/results/{begun.id}")

    assert mixed
    assert "No strength to name yet: what reached 75 points rests on views alone" in page.text
    assert "Nothing reached" not in page.text


def test_what_scored_as_low_as_the_points_is_named(bank: Bank, store: Store, renderer: Renderer) -> None:
    ident = store_low(store, bank, "Low", "staff", [innovation.id for innovation in bank.innovations])
    page = Visitor(build_app(bank, store, renderer)).get(f"/results/{ident}")
    tied = assessed(bank, store, store.assessment(ident), "").report(bank).tied
    named = "; ".join(f"{facet.facet.concern} ({points(facet.line.score)})" for facet in tied[:3])

    assert len(tied) > 3
    assert f"Just as weighty: {named}; and {len(tied) - 3} more. Of equal weights the lower score" in page.text


def store_low(store: Store, bank: Bank, wave: str, perspective: str, innovations: list[str]) -> str:
    """Store an assessment in which every answer has the lowest alignment."""
    begun = store.start(
        service="North", wave=wave, innovations=innovations, perspective=perspective, bank=bank, now=NOW
    )
    asked = [i for row in bank.asked_rows(begun.innovations) for i in bank.page_items(row.id, perspective)]
    scored = {i.id: [c for c in bank.codes[i.id] if c.alignment is not None] for i in asked}
    lowest = {i: min(codes, key=lambda c: c.alignment or 0).code for i, codes in scored.items() if codes}
    store.save(begun.id, {item: Answer(code) for item, code in lowest.items()}, NOW)
    store.submit(begun.id, NOW)
    return begun.id


def test_where_nothing_is_shown_no_bar_and_no_nought_stands(visitor: Visitor, store: Store, garden: Bank) -> None:
    """Guests answer one question of the core only, and too few of them; nobody answers the part on beds."""
    survey = asked(store, garden, invited={"gardener": 12, "guest": 12})
    for who, code, number in (("gardener", "2", 6), ("guest", "", 4), ("guest", "dk", 3)):
        for token in store.surveys.invite(survey.id, [None] * number):
            key, _ = store.drafts.begin(token, who, NOW)
            said = {"light-1": Answer("1")} | ({"soil-1": Answer(code)} if code else {})
            store.drafts.change(key, lambda *_, said=said: said, NOW)
            store.drafts.submit(key, NOW)
    store.surveys.close(survey.id, NOW)
    page = visitor.get(f"/results/{survey.id}")
    rows = [
        (" ".join("".join(tr.itertext()).split()), [td.get("style") for td in tr.iter("td")])
        for tr in page.root.iter("tr")
    ]
    spread = {text: styles[0] for text, styles in rows if len(styles) == 1}

    assert "Guest: not shown: too few answers" in spread
    assert spread["Guest: not shown: too few answers"] is None, "no bar"
    assert not [text for text in spread if "0 of " in text or "0, 0, 0; 0" in text]
    scoreless = [tr for tr in page.root.iter("tr") if any("".join(td.itertext()) == "–" for td in tr.findall("td[2]"))]
    assert scoreless
    assert not [tr for tr in scoreless if any(td.get("style") for td in tr.iter("td"))]


def test_a_group_of_fewer_than_five_is_named_and_not_shown(app: Flask, garden: Bank) -> None:
    people = "".join(f"p{n},gardener,{n % 7 + 1 if n < 4 else ''},{n % 2 + 1}\n" for n in range(6))
    occasion = Occasion(service="North", wave="A", date="2026-05-01", perspectives=("Gardener",), innovations=())
    made = build(garden, occasion, parse(f"person,perspective,soil-1,light-1\n{people}", garden, "six.csv"))
    module = app.jinja_env.get_template("_result.html").module
    shown = {item.id: str(module.given(item, one=False)).strip() for item in made.items}  # type: ignore[attr-defined]

    assert shown["soil-1"] == "not shown: too few answers"
    assert "not shown" not in shown["light-1"]


def test_two_assessments_are_compared(visitor: Visitor) -> None:
    first = finish(visitor)
    page = visitor.send(begin(visitor, wave="Later"), {**CORE, "soil-1.code": "6"})
    second = visitor.send(visitor.send(page, {**BEDS, "water-2.code": "1", "soil-2.code": "na"}, 422), {})
    second = visitor.send(visitor.send(second, {"soil-2.code": "a"}), {})
    page = visitor.get(second.link("Compare with May 2026"))

    assert page.address == f"{second.address}/compare/{first.address.removeprefix('/results/')}"
    assert "Each time one person answered. A difference is one person’s view at two moments" in page.text
    improved, slipped = (e for e in page.root.iter("ul") if e.get("class") == "moves")
    assert "plants hung their heads" in "".join(improved.itertext())
    assert "+100" in "".join(improved.itertext())
    assert "scored anew over the questions that can be compared, so its figures can differ a little" in page.text
    assert "−66" in "".join(slipped.itertext())
    assert "In the last week, we gave the beds water. No idea, then No idea" in page.text


def test_a_comparison_puts_the_earlier_first_whichever_way_it_is_asked(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    late, early = (stored(store, garden, wave, date) for wave, date in (("B", "2026-05-01"), ("A", "2025-05-01")))

    for one, other in ((late, early), (early, late)):
        assert visitor.get(f"/results/{one}/compare/{other}").words("span", "sub") == ["North , A to B"]


def test_a_service_shows_its_waves_over_time(visitor: Visitor, store: Store, garden: Bank) -> None:
    ids = [stored(store, garden, f"Wave {n}", f"202{n}-05-01") for n in (3, 4, 5)]
    page = visitor.get(f"/services/{store.services()[0].id}")

    assert [link for link in page.links() if "/compare/" in link] == [
        f"/results/{late}/compare/{early}" for late, early in ((ids[2], ids[1]), (ids[2], ids[0]), (ids[1], ids[0]))
    ]
    assert (
        "Plants in general 92 ready to plant 92 ready to plant ±0: same 92 ready to plant ±0: same ±0: same"
        in visitor.get(page.link("Scores over time")).text
    )


def test_a_row_that_counts_fewer_people_says_why(bank: Bank, store: Store, renderer: Renderer) -> None:
    fill(store, bank, read(content("questions"), bank))
    survey = next(s for s in store.surveys.surveys() if s.wave.startswith("Everyone asked, October"))
    visitor = Visitor(build_app(bank, store, renderer))
    report = surveyed(bank, store, survey, "2026-11-26T09:00:00+00:00").report(bank)
    (row,) = (row for row in report.rows if row.uncounted)
    assert report.everyone
    counted = f"{row.line.n} of {report.everyone.people} people are counted"
    said = f"{counted}: of the others it is not shown how many have a score"
    printed = text(renderer.assessment(report))

    assert row.line.n == sum(part.line.n for part in row.parts) < report.everyone.people
    assert [part.name for part in row.uncounted] == [p.part.name for p in row.parts if p.hidden]
    assert said in visitor.get(f"/results/{survey.id}").text
    assert squeezed(f"{row.row.title}: {said}") in printed


def test_what_is_not_comparable_is_not_found(visitor: Visitor, store: Store, garden: Bank) -> None:
    mine, other = stored(store, garden, "A", "2026-05-01"), stored(store, garden, "A", "2026-05-01", "South")
    begin(visitor, service="North", wave="Draft")
    draft = next(a.id for a in store.assessments() if not a.submitted)

    for address in (f"{mine}/compare/{mine}", f"{mine}/compare/{other}", f"{mine}/compare/{draft}", draft, "gone"):
        assert visitor.get(f"/results/{address}", 404).words("h1") == ["There is nothing here"]


def test_pdfs_are_sent_under_names_that_people_find_again(visitor: Visitor, store: Store, garden: Bank) -> None:
    early, late = (
        stored(store, garden, "March 2026", "2026-03-01", "Nörth / Side"),
        stored(store, garden, "May 2026", "2026-05-01", "nörth / side"),
    )
    report = visitor.download(f"/results/{late}/report.pdf")
    comparison = visitor.download(f"/results/{late}/compare/{early}/comparison.pdf")

    assert report.data.startswith(b"%PDF-")
    assert comparison.data.startswith(b"%PDF-")
    assert "filename*=UTF-8''n%C3%B6rth-side-may-2026.pdf" in report.headers["Content-Disposition"]
    assert "march-2026-may-2026.pdf" in comparison.headers["Content-Disposition"]
    assert report.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("service", "told"), [("Łódź, Αθήνα, مركز", False), ("漢字 Team", True)])
def test_a_name_that_paper_cannot_show_is_told_beside_the_pdfs(
    visitor: Visitor, store: Store, garden: Bank, service: str, *, told: bool
) -> None:
    ident = stored(store, garden, "A", "2026-05-01", service)

    assert ("Other letters of this name stand there as �." in visitor.get(f"/results/{ident}").text) == told
