"""Parts of the people are set against each other over questions that both were asked."""

from random import Random
from statistics import fmean

from assessor.answers import Answer, Response, gather
from assessor.bank import Bank
from assessor.report import build
from assessor.score import whole
from tests.papers import occasion

PEOPLE = {"staff": 12, "service-user": 12}


def test_a_gap_counts_only_questions_that_were_put_to_both(bank: Bank) -> None:
    """Expected from the answers one by one; service users are asked fewer of the questions than staff."""
    dice, innovations = Random(4), tuple(bank.innovation)
    worth = {i.id: {c.code: c.alignment for c in bank.codes[i.id] if c.alignment is not None} for i in bank.items}
    given = {
        who: [
            {i.id: dice.choice(list(worth[i.id])) for i in bank.items if who in i.perspectives and worth[i.id]}
            for _ in range(number)
        ]
        for who, number in PEOPLE.items()
    }
    responses = [
        Response(
            person=f"{who}{n}",
            perspective=who,
            answers={item: Answer(code, revision=bank.item[item].revision) for item, code in answers.items()},
        )
        for who, people in given.items()
        for n, answers in enumerate(people)
    ]
    rows = [row.id for row in bank.asked_rows(innovations)]
    found = {gap.row.id: gap for gap in build(bank, occasion(bank, innovations), gather(bank, responses, rows)).gaps}

    def mean(who: str, items: list[str]) -> float:
        return fmean(fmean(worth[item][answers[item]] for answers in given[who]) for item in items)

    unlike = 0
    for row in rows:
        own = {who: [i.id for i in bank.row_items(row) if i.id in given[who][0]] for who in PEOPLE}
        both = [item for item in own["staff"] if item in own["service-user"]]
        assert (row in found) == (2 * len(both) >= max(map(len, own.values()))), row
        if row in found:
            unlike += len(both) < len(own["staff"])
            assert found[row].points == whole(mean("staff", both)) - whole(mean("service-user", both))
            assert found[row].low < mean("staff", both) - mean("service-user", both) < found[row].high
    assert unlike > 0
    assert len(found) < len(rows)
