"""What a report carries with it: all that it publishes, nothing of anybody, and enough to work it out again."""

import json
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from assessor.answers import Response, gather
from assessor.bank import Bank
from assessor.cli import main
from assessor.record import Made, Record, RecordError, basis, differences, read, schema, unsound, written
from assessor.report import Chosen, Report, build, lay_out
from tests.papers import HOSTILE, PEER, chance, occasion, report

MADE = Made(edition="report", imprint="0" * 64)
Leaf = tuple[tuple[str | int, ...], Any]
# What a figure is worked out from, and so cannot be worked out itself: the seal holds it.
TAKEN = {"n", "sd", "people", "invited", "dk", "na", "blank", "smallest", "revision", "in line", "between", "against"}


def crowd(bank: Bank, seed: int, people: int = 24) -> Report:
    """Return a report on people of several perspectives, some of whom leave questions out."""
    random = Random(seed)
    who = random.sample([p.id for p in bank.perspectives], min(3, len(bank.perspectives)))
    drawn = [replace(chance(bank, PEER, 100 * seed + n), perspective=random.choice(who)) for n in range(people)]
    asked = [
        replace(
            r,
            answers={
                i: replace(a, note="") for i, a in r.answers.items() if r.perspective in bank.item[i].perspectives
            },
        )
        for r in drawn
    ]
    answers = gather(bank, asked, [row.id for row in bank.asked_rows(PEER)])
    invited = dict.fromkeys(who[1:], 2 * people) if seed % 2 else None
    return build(
        bank,
        occasion(bank, PEER),
        answers,
        asked,
        smallest=5,
        invited=invited,
        comments=("Ask us more often.",) * (seed % 2),
    )


def leaves(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[Leaf]:
    """Yield every single value of a JSON text, with where it stands."""
    if isinstance(value, (dict, list)):
        for key, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(below, (*place, key))
    else:
        yield place, value


def changed(text: bytes, place: tuple[str | int, ...], value: Any) -> bytes:
    """Return a JSON text with another value in one place."""
    whole = json.loads(text)
    below = whole
    for key in place[:-1]:
        below = below[key]
    below[place[-1]] = value
    return json.dumps(whole).encode()


@pytest.mark.parametrize("seed", range(12))
def test_a_report_can_be_laid_out_again_from_what_it_carries(bank: Bank, seed: int) -> None:
    for made in (crowd(bank, seed), crowd(bank, seed, people=9), crowd(bank, seed, people=4)):
        record = read(Record, written(made, MADE))
        again = lay_out(bank, basis(record))

        assert differences(bank, record) == unsound(record) == []
        assert replace(again, basis=made.basis) == made


@pytest.mark.parametrize("blank", [0, 0.4, 1])
def test_one_person_s_report_carries_the_answers_with_their_notes(bank: Bank, blank: float) -> None:
    made = report(bank, blank=blank)
    record = read(Record, written(made, MADE))
    again = lay_out(bank, basis(record))

    assert differences(bank, record) == []
    assert replace(again, basis=made.basis) == made
    assert {i: (a.code, a.note) for i, a in record.answers.items()} == {
        i.id: (next((c.code for c in bank.codes[i.id] if c.label == i.answer), None), i.note) for i in made.items
    }


def test_a_team_s_report_carries_what_people_had_rated_before_and_what_was_chosen(bank: Bank) -> None:
    alone, team = crowd(bank, 3).basis, report(bank)
    facets = tuple(f.facet.id for f in team.weak[-2:])
    agreed = replace(team.basis.occasion, agreed=True)
    told = replace(team.basis, occasion=agreed, ratings=alone, chosen=Chosen(facets=facets, reason="We can do these."))
    made = lay_out(bank, told)
    record = read(Record, written(made, MADE))
    again = lay_out(bank, basis(record))

    assert (record.mode, record.choice.points, record.choice.reason) == ("consensus", facets, "We can do these.")
    assert again.ratings
    assert made.ratings
    assert replace(again.ratings, basis=alone) == replace(made.ratings, basis=alone)
    assert differences(bank, record) == []


def test_nothing_of_a_single_person_is_in_a_group_s_record(bank: Bank) -> None:
    for seed in range(6):
        text = written(crowd(bank, seed), MADE)
        record = json.loads(text)
        tallies = [t for cell in (record["everyone"], *record["parts"]) for t in cell["items"].values()]
        spreads = [row["whole"]["sd"] for cell in record["parts"] for row in cell["rows"].values()]

        assert record["answers"] == {}
        assert len(tallies) > 40
        assert all((t["n"] or t["dk"]) == 0 or (t["n"] or t["dk"]) >= 5 for t in tallies)
        assert {(t["na"], t["blank"]) for t in tallies} == {(0, 0)}
        assert all(cell["people"] >= 5 for cell in record["parts"])
        assert all(t["counts"] is None for c in record["parts"] if c["people"] < 10 for t in c["items"].values())
        assert all(sd is None or sd == int(sd) for sd in spreads)
        assert f'"p{100 * seed}"' not in text.decode()


def test_who_answered_what_together_changes_nothing_but_whole_points_of_spread(bank: Bank) -> None:
    people = [chance(bank, PEER, n, dk=0, blank=0) for n in range(12)]
    mixed = {
        item: Random(item).sample([p.answers[item].code for p in people], len(people)) for item in people[0].answers
    }
    others = [
        Response(
            person=f"q{n}",
            perspective=p.perspective,
            answers={i: replace(a, code=mixed[i][n]) for i, a in p.answers.items()},
        )
        for n, p in enumerate(people)
    ]
    rows = [row.id for row in bank.asked_rows(PEER)]
    one, other = (
        dict(leaves(json.loads(written(build(bank, occasion(bank, PEER), gather(bank, who, rows)), MADE))))
        for who in (people, others)
    )

    apart = {place for place in one if one[place] != other[place]}
    assert apart
    assert {place[-2] if isinstance(place[-1], int) else place[-1] for place in apart} <= {"sd", "interval", "verdict"}


def test_every_figure_that_follows_from_others_is_worked_out_anew(bank: Bank) -> None:
    text = written(crowd(bank, 1, people=30), MADE)
    numbers = [(p, v) for p, v in leaves(json.loads(text)) if isinstance(v, (int, float)) and not isinstance(v, bool)]
    unfound: set[str] = set()
    for place, value in Random(7).sample(numbers, 250):
        try:
            record = read(Record, changed(text, place, value + 1 if value < 99 else value - 1))
        except RecordError:
            continue
        if not differences(bank, record):
            unfound.add(str(place[-1]))

    assert unfound <= {*TAKEN, "mean"}  # a mean only of cells whose answers are not counted one by one


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("rows", 0, "items", 0), "nowhere"),
        (("everyone", "people"), -1),
        (("everyone", "people"), "many"),
        (("parts", 0, "facets"), None),
        (("format"), "recovery-readiness/99"),
        (("unknown",), 1),
        (("parts", 0, "rows", "core-knowledge", "whole", "n"), 4),
        (("rows",), [{"id": f"r{n}", "items": []} for n in range(101)]),
        (("items", 0, "codes"), {f"c{n}": {"alignment": 0, "standing": "against"} for n in range(21)}),
    ],
)
def test_what_is_no_record_is_refused_with_a_sentence(bank: Bank, place: tuple[str | int, ...], value: Any) -> None:
    where = (place,) if isinstance(place, str) else place

    with pytest.raises(RecordError, match="The attached result cannot be read"):
        read(Record, changed(written(crowd(bank, 1), MADE), where, value))


def test_another_bank_is_noticed_by_its_values_not_by_its_name(bank: Bank) -> None:
    record = read(Record, written(report(bank), MADE))
    first, *items = bank.items
    other = replace(bank, items=(first.model_copy(update={"why": "For another reason."}), *items))

    (said,) = differences(other, record)
    assert said.endswith("name the folder of its bank with --bank.")
    assert replace(bank).sha256 == bank.sha256 == record.bank.sha256


def test_rows_of_another_bank_are_refused_even_under_its_hash(bank: Bank, garden: Bank) -> None:
    text = written(report(garden, ("beds",)), MADE)

    assert differences(bank, read(Record, changed(text, ("bank", "sha256"), bank.sha256)))


def test_the_schema_is_published_and_says_what_everything_is() -> None:
    printed = CliRunner().invoke(main, ["report", "--schema"], catch_exceptions=False)

    assert json.loads(printed.output) == schema()
    assert all(part["description"] and not part["additionalProperties"] for part in schema()["$defs"].values())


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_somebody_types_comes_back(bank: Bank, name: str) -> None:
    told = report(bank).basis
    made = lay_out(bank, replace(told, occasion=replace(told.occasion, service=HOSTILE[name])))
    record = read(Record, written(made, MADE))

    assert record.occasion.service == HOSTILE[name].replace("\ud800", "")
    assert differences(bank, record) == []


def test_a_verdict_is_worked_out_anew_where_every_answer_is_counted(bank: Bank) -> None:
    text = written(report(bank, people=12), MADE)
    row = json.loads(text)["rows"][0]["id"]
    place = ("everyone", "rows", row, "verdict")
    told = dict(leaves(json.loads(text)))[place]
    (said,) = differences(bank, read(Record, changed(text, place, "apart" if told != "apart" else "alike")))

    assert said.startswith(f"everyone, rows, {row}, verdict: the attached result says ")
