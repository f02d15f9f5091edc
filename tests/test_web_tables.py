"""A result leads to its answers or figures as tables, and to scripts that read them; nothing of a survey’s people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from assessor import exports
from assessor.answers import parse
from assessor.demo import fill, read
from assessor.paths import content
from assessor.web import build_app
from tests.assessments import stored
from tests.visitor import Visitor

if TYPE_CHECKING:
    from assessor.bank import Bank
    from assessor.pdf import Renderer
    from assessor.store import Store


def test_one_person_s_answers_are_a_table_that_can_be_scored_with_scripts_that_read_it(
    visitor: Visitor, store: Store, garden: Bank
) -> None:
    address = f"/results/{stored(store, garden, 'A', '2026-05-01')}"
    page = visitor.get(address)
    files = {name: visitor.client.get(f"{address}/{name}") for name in ("answers.csv", "answers.sps", "answers.R")}
    found = parse(files["answers.csv"].text, garden, "answers.csv")

    assert {f"{address}/{name}" for name in (*files, "labels.csv")} <= set(page.links())
    assert (found.waves[0].service, found.waves[0].day, len(found.persons)) == ("North", "2026-05-01", 1)
    assert files["answers.sps"].data.startswith(b"\xef\xbb\xbf* ")
    assert "FILE='answers.csv'" in files["answers.sps"].text
    assert 'read.csv("answers.csv"' in files["answers.R"].text
    assert visitor.client.get(f"{address}/labels.csv").text == exports.labels_csv(garden)
    assert "answers.csv" in files["answers.csv"].headers["Content-Disposition"]
    assert visitor.client.get(f"{address}/figures.csv").status_code == 404


def test_of_many_people_only_what_is_published_is_a_table(bank: Bank, store: Store, renderer: Renderer) -> None:
    fill(store, bank, read(content("questions"), bank))
    survey = next(s for s in store.surveys.surveys() if s.wave.startswith("Everyone asked, October"))
    visitor, address = Visitor(build_app(bank, store, renderer)), f"/results/{survey.id}"
    page = visitor.get(address)
    rows = list(csv.DictReader(io.StringIO(visitor.client.get(f"{address}/figures.csv").text)))

    assert f"{address}/figures.csv" in page.links()
    assert f"{address}/answers.csv" not in page.links()
    assert {row["part_id"] for row in rows} == {"everyone", "staff manager", "peer-worker family", "service-user"}
    assert {visitor.client.get(f"{address}/answers.{kind}").status_code for kind in ("csv", "sps", "R")} == {404}


@pytest.mark.parametrize("name", ["figures.csv", "labels.csv"])
def test_nothing_is_in_a_file_before_the_page_would_show_it(
    visitor: Visitor, store: Store, garden: Bank, name: str
) -> None:
    begun = store.start(
        service="North", wave="A", innovations=["beds"], perspective="gardener", bank=garden, now="2026-05-01"
    )

    assert visitor.client.get(f"/results/{begun.id}/{name}").status_code == 404
