"""Papers to print: reports and comparisons of answers by chance, hostile texts, and the words of a finished PDF."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random

from pypdf import PdfReader

from assessor.answers import Answer, Answers, Response, gather
from assessor.bank import Bank
from assessor.report import ComparisonReport, Occasion, Report, basis_of, build, compare_linked
from assessor.report.basis import revisions_of

PEER = ("peer-workers",)
HOSTILE = {
    "long": "word " * 20_000,
    "unbroken": "x" * 100_000,
    "hard spaces": "\u00a0" * 100_000,
    "lines": "a\n" * 50_000,
    "html": "<script>alert(1)</script><img src=file:///etc/passwd></p>&amp;",
    "control": "a\0b\x07c\x1b[31m\u0085",
    "surrogate": "a\ud800b",
    "right to left": "مركز الأمل للصحة النفسية \u202eabc",
    "emoji": "👩‍👩‍👧 team 漢字",
    "zero width": "\u200d" * 5_000,
    "marks": "e" + "\u0301" * 5_000,
}


def chance(bank: Bank, innovations: Sequence[str], seed: int, *, dk: float = 0.1, blank: float = 0.1) -> Response:
    """Return the answers of one manager, by chance; a note and a link at the first question."""
    random, answers = Random(seed), {}
    for item in (i for row in bank.asked_rows(tuple(innovations)) for i in bank.row_items(row.id)):
        codes = [c.code for c in bank.codes[item.id] if c.code not in {"dk", "na"}]
        drawn = random.random()
        code = "dk" if drawn < dk else None if drawn < dk + blank else random.choice(codes)
        answers[item.id] = Answer(code, revision=item.revision)
    first = next(iter(answers))
    answers[first] = replace(answers[first], note="It depends on the shift.", evidence="https://example.org/policy.pdf")
    return Response(person=f"p{seed}", perspective=bank.perspectives[0].id, answers=answers)


def occasion(bank: Bank, innovations: Sequence[str], wave: str = "First") -> Occasion:
    """Return who answered, where and when."""
    return Occasion(
        service="Northside Team",
        wave=wave,
        date="2026-03-12",
        perspectives=(bank.perspectives[0].name,),
        innovations=tuple(bank.innovation[i].name for i in innovations),
    )


def report(
    bank: Bank, innovations: Sequence[str] = PEER, people: int = 1, *, dk: float = 0.1, blank: float = 0.1
) -> Report:
    """Return a report on some people who answer by chance."""
    responses = [chance(bank, innovations, seed, dk=dk, blank=blank) for seed in range(people)]
    answers = gather(bank, responses, [row.id for row in bank.asked_rows(tuple(innovations))])
    return build(bank, occasion(bank, innovations), answers, responses)


def comparison(bank: Bank) -> ComparisonReport:
    """Return what changed between two assessments by chance."""
    rows = [row.id for row in bank.asked_rows(PEER)]
    early, late = chance(bank, PEER, 1), chance(bank, PEER, 2)
    occasions = (occasion(bank, PEER), occasion(bank, PEER, "Six months on"))
    return build_comparison(bank, occasions, (gather(bank, [early], rows), gather(bank, [late], rows)), [early, late])


def hostile(bank: Bank, text: str) -> Report:
    """Return a report with a text in every place that somebody can type into."""
    made = report(bank)
    items = tuple(replace(item, note=text, evidence=text) for item in made.items[:3])
    return replace(made, occasion=replace(made.occasion, service=text, wave=text), items=(*items, *made.items[3:]))


def text(pdf: bytes) -> str:
    """Return the words of a PDF, single spaces between them, as they are read."""
    return squeezed(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def squeezed(words: str) -> str:
    """Drop what differs by where a line ends."""
    return "".join(words.replace("\u200b", "").split())


def build_comparison(
    bank: Bank,
    occasions: tuple[Occasion, Occasion],
    answers: tuple[Answers, Answers],
    responses: Sequence[Response] = (),
    *,
    smallest: tuple[int | None, int | None] = (None, None),
    invited: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {}),
    links: Mapping[str, str] | None = None,
) -> ComparisonReport:
    """Build the comparison of two assessments of one service, the earlier first.

    `smallest`: people in the smallest cell each time; left out, one person is taken to answer for the service.
    `links`: from a person of the earlier to the same person of the later, for those who hold a keep-safe code.
    """
    told = (
        basis_of(bank, occasion, table, smallest=n, invited=asked)
        for occasion, table, n, asked in zip(occasions, answers, smallest, invited, strict=True)
    )
    before, after = (replace(b, revisions={**b.revisions, **revisions_of(responses)}) for b in told)
    return compare_linked(bank, before, after, answers, links or {})
