"""Made-up services to look around with; they are marked as demo data wherever they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date  # noqa: TC003 - pydantic reads it
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from assessor.answers import Answer
from assessor.bank import DONT_KNOW, NOT_APPLICABLE
from assessor.bank.parts import Id, Part, Text
from assessor.bank.source import read_toml
from assessor.errors import BankError, Problem, StoreError
from assessor.plan import Intent, Target
from assessor.store import CONSENSUS, Store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.bank import Bank
    from assessor.bank.source import TomlFile
    from assessor.store import Assessment, Survey

FILE = "demo.toml"
BLANK = "-"
SIGNS = {BLANK: None, "?": DONT_KNOW, ".": NOT_APPLICABLE}


class Action(Part):
    """One made-up action, which the bank suggests or which has a text of its own; when it came into which state."""

    row: Id
    suggestion: Id | None = None
    text: str = Field(default="", max_length=1200)
    who: Text
    due: date | None = None
    sign: str = ""
    steps: tuple[tuple[Literal["planned", "under way", "done", "dropped"], date], ...] = Field(min_length=1)

    def intent(self, bank: Bank, state: str) -> Intent:
        """Return what people would have typed when it was in a state."""
        text = next((a.text for a in bank.actions if a.id == self.suggestion), self.text)
        return Intent(text, self.who, self.due.isoformat() if self.due else "", self.sign, state)

    def fits(self, bank: Bank) -> bool:
        """Tell whether there is a text, or the bank knows the suggestion."""
        return self.suggestion in {action.id for action in bank.actions} if self.suggestion else bool(self.text)


class Given(Part):
    """Answers and notes by item id, given on one day; what was planned then, and targets by row."""

    service: Text
    wave: Text
    date: date
    answers: dict[Id, str]
    notes: dict[Id, Text] = Field(default_factory=dict)
    evidence: dict[Id, Text] = Field(default_factory=dict)
    action: tuple[Action, ...] = ()
    targets: dict[Id, Annotated[int, Field(ge=0, le=100)]] = Field(default_factory=dict)

    @property
    def at(self) -> str:
        """Return the time that they were given at."""
        return f"{self.date}T10:00:00+00:00"


class Wave(Given):
    """One made-up assessment that one person answered."""

    perspective: Id
    innovations: tuple[Id, ...]


class Many(Part):
    """One made-up survey: per item a letter for each of its people, in their order; notes by the number of a person.

    A hyphen stands for a blank, a question mark for “don't know”, a full stop for “does not apply”. `codes`: a letter
    for each who keeps a code, the same one in every survey, and a hyphen for each who does not.
    """

    service: Text
    wave: Text
    opened: date
    closed: date
    innovations: tuple[Id, ...]
    invited: dict[Id, int]
    people: dict[Id, int]
    answers: dict[Id, str]
    notes: dict[str, Text] = Field(default_factory=dict)
    codes: str = ""

    @property
    def who(self) -> list[str]:
        """Return the perspective of each person."""
        return [perspective for perspective, people in self.people.items() for _ in range(people)]

    def code(self, person: int) -> str:
        """Return the code that a person keeps; nothing for who keeps none."""
        return f"made up person {self.codes[person]}" if self.codes and self.codes[person] != BLANK else ""

    def given(self, bank: Bank, person: int) -> dict[str, Answer]:
        """Return one person's answers; a note stands at the first of them."""
        codes = {item: SIGNS.get(said[person], said[person]) for item, said in self.answers.items()}
        found = {i: Answer(code, revision=bank.item[i].revision) for i, code in codes.items() if code}
        if note := self.notes.get(str(person)):
            first = next(iter(found))
            found[first] = replace(found[first], note=note)
        return found


class Met(Given):
    """One made-up meeting after the survey whose wave is `after`: what was agreed, and as notes what speaks against."""

    after: Text


Made = Wave | Many | Met


def read(folder: Path, bank: Bank) -> tuple[Made, ...]:
    """Return the made-up assessments of a bank; raise BankError where it has none or they do not fit it."""
    path = folder / FILE
    if not path.is_file():
        raise BankError([Problem(FILE, 0, "", "this bank has no demo data; use `assessor serve`")])
    file = read_toml(path)
    waves = [*_table(file, "wave", Wave), *_table(file, "survey", Many), *_table(file, "meeting", Met)]
    faults = [Problem(FILE, 0, f"{w.service}, {w.wave}", fault) for w in waves for fault in _faults(w, waves, bank)]
    if faults:
        raise BankError(faults)
    return tuple(waves)


def _table(file: TomlFile, name: str, kind: type[Part]) -> tuple[Any, ...]:
    """Return the entries of one table, surveys before the meetings that follow them."""
    try:
        return TypeAdapter(tuple[kind, ...]).validate_python(file.data.get(name, []), strict=False)  # type: ignore[valid-type]
    except ValidationError as error:
        faults = [Problem(FILE, file.line((name, *e["loc"])), "", e["msg"]) for e in error.errors()]
        raise BankError(faults) from error


def put(database: Path, bank: Bank, waves: tuple[Made, ...]) -> bool:
    """Make a database of the made-up assessments, whole or not at all; return False when it is there already.

    Raises StoreError when the file holds answers of its own.
    """
    if database.exists():
        with Store(database) as store:
            if not store.demo:
                raise StoreError(f"{database} holds answers of its own; name another file with --database.")
        return False
    if not database.parent.is_dir():
        raise StoreError(f"The folder {database.parent} does not exist. Create it first, or choose another place.")
    with TemporaryDirectory(dir=database.parent) as folder:
        unfinished = Path(folder) / database.name
        with Store(unfinished) as store:
            fill(store, bank, waves)
        unfinished.replace(database)
    return True


def fill(store: Store, bank: Bank, waves: tuple[Made, ...]) -> None:
    """Put the made-up assessments into an empty store and mark it as made up."""
    store.mark_demo()
    asked: dict[tuple[str, str], Survey] = {}
    for wave in waves:
        if isinstance(wave, Many):
            asked[wave.service, wave.wave] = _ask(store, bank, wave)
        elif isinstance(wave, Met):
            _meet(store, bank, wave, asked[wave.service, wave.after])
        else:
            _add(store, bank, wave)


def _add(store: Store, bank: Bank, wave: Wave) -> None:
    started = store.start(
        service=wave.service,
        wave=wave.wave,
        innovations=wave.innovations,
        perspective=wave.perspective,
        bank=bank,
        now=wave.at,
    )
    _answered(store, bank, wave, started)


def _meet(store: Store, bank: Bank, wave: Met, ratings: Survey) -> None:
    """Let a made-up team agree after a survey."""
    started = store.start(
        service=wave.service,
        wave=wave.wave,
        innovations=ratings.innovations,
        perspective=bank.broadest.id,
        bank=bank,
        now=wave.at,
        mode=CONSENSUS,
        ratings=ratings.id,
    )
    _answered(store, bank, wave, started)


def _answered(store: Store, bank: Bank, wave: Given, started: Assessment) -> None:
    items = dict.fromkeys([*wave.answers, *wave.notes, *wave.evidence])
    store.save(started.id, {item: _answer(bank, wave, item) for item in items}, wave.at)
    store.submit(started.id, wave.at)
    for action in wave.action:
        _plan(store, bank, started, action, wave.at)
    for row, points in wave.targets.items():
        revision = store.plans.targets(started.service.id).get(row, Target(row=row, points=None, revision=0)).revision
        store.plans.aim(started.service.id, row, revision, points)


def _plan(store: Store, bank: Bank, at: Assessment, action: Action, now: str) -> None:
    """Plan an action at an assessment, and let it go through its states."""
    service, facet = at.service.id, next((a.facet for a in bank.actions if a.id == action.suggestion), None)
    (state, day), *later = action.steps
    added = store.plans.add(
        service,
        action.intent(bank, state),
        row=action.row,
        now=f"{day}T11:00:00+00:00",
        facet=facet,
        suggestion=action.suggestion,
        assessment=(at.id, now),
    )
    for revision, (next_state, day) in enumerate(later, start=1):
        store.plans.change(service, added.id, revision, action.intent(bank, next_state), f"{day}T11:00:00+00:00")


def _ask(store: Store, bank: Bank, made: Many) -> Survey:
    """Let the made-up people of a survey answer as real ones do, after somebody has looked at the results before."""
    now, later = (f"{day}T10:00:00+00:00" for day in (made.opened, made.closed))
    for before in store.surveys.surveys():
        store.surveys.see(before.id, now)
    survey = store.surveys.create(
        service=made.service,
        wave=made.wave,
        innovations=made.innovations,
        invited=made.invited,
        bank=bank,
        now=now,
    )
    store.surveys.open(survey.id, now)
    for person, (token, who) in enumerate(
        zip(store.surveys.invite(survey.id, [None] * len(made.who)), made.who, strict=True)
    ):
        key, _ = store.drafts.begin(token, who, now)
        store.drafts.change(key, partial(_said, made.given(bank, person)), now)
        store.drafts.submit(key, now, made.code(person))
    store.surveys.close(survey.id, later)
    return store.surveys.survey(survey.id)


def _said(answers: dict[str, Answer], *_: object) -> dict[str, Answer]:
    return answers


def _answer(bank: Bank, wave: Given, item: str) -> Answer:
    return Answer(
        code=wave.answers.get(item),
        note=wave.notes.get(item, ""),
        evidence=wave.evidence.get(item, ""),
        revision=bank.item[item].revision,
    )


def _faults(made: Made, waves: Sequence[Made], bank: Bank) -> list[str]:
    """Return what in a made-up assessment does not fit what its people are asked."""
    if isinstance(made, Many):
        return _misfits(made, bank)
    if isinstance(made, Wave):
        return _strange(made, made.perspective, made.innovations, bank)
    before = [w for w in waves if isinstance(w, Many) and (w.service, w.wave) == (made.service, made.after)]
    if not before:
        return [f"“{made.after}” is no survey of this service"]
    return _strange(made, bank.broadest.id, before[0].innovations, bank)


def _strange(made: Given, perspective: str, innovations: tuple[str, ...], bank: Bank) -> list[str]:
    asked = [i for row in bank.asked_rows(innovations) for i in bank.page_items(row.id, perspective)]
    allowed = {item.id: {code.code for code in bank.codes[item.id]} for item in asked}
    strange = [i for i in (*made.answers, *made.notes, *made.evidence) if i not in allowed]
    wrong = [f"{i} = {code}" for i, code in made.answers.items() if i in allowed and code not in allowed[i]]
    rows = {row.id for row in bank.asked_rows(innovations)}
    foreign = [a.suggestion or a.text or a.row for a in made.action if a.row not in rows or not a.fits(bank)]
    foreign += [row for row in made.targets if row not in rows]
    return [
        *(f"“{fault}” does not fit what is asked here" for fault in [*strange, *wrong]),
        *(f"“{fault}” is planned for a row that is not asked, or suggested by nobody" for fault in foreign),
    ]


def _misfits(made: Many, bank: Bank) -> list[str]:
    """Return what in a made-up survey does not fit its people or what they are asked."""
    wrong = [i for i, said in made.answers.items() if i not in bank.item or len(said) != len(made.who)]
    if wrong:
        return [f"“{item}” is no item, or does not have {len(made.who)} letters" for item in wrong]
    if len(made.codes) not in {0, len(made.who)}:
        return [f"“codes” does not have {len(made.who)} letters"]
    said = [(who, i, a.code) for n, who in enumerate(made.who) for i, a in made.given(bank, n).items()]
    return [f"“{item} = {code}” does not fit {who}" for who, item, code in said if not _fits(bank, item, who, code)]


def _fits(bank: Bank, item: str, who: str, code: str | None) -> bool:
    return who in bank.item[item].perspectives and code in {c.code for c in bank.codes[item]}
