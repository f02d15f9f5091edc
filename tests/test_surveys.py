"""A survey takes what it may take, when it may, once from everybody, and tells nothing about few."""

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from assessor.answers import Answer
from assessor.assessed import surveyed
from assessor.assessed.withheld import Withheld
from assessor.bank import Bank
from assessor.errors import StoreError
from assessor.store import Closed, Empty, Full, Gone, NotFound, Settled, Store, Taken, Throttled, Used
from assessor.store.codes import letters, words
from tests.surveys import GIVEN, LATER, NOW, OPENED, answered, begun, opened, submitted

CLOSE, GRACE, LATE = "2026-11-23T10:00:00+00:00", "2026-11-23T10:29:59+00:00", "2026-11-23T10:30:00+00:00"


def test_a_survey_is_kept_as_it_was_made(store: Store, garden: Bank) -> None:
    made = store.surveys.create(
        service=" North ",
        wave="May",
        innovations=["beds", "ponds"],
        invited={"gardener": 12, "guest": None},
        bank=garden,
        now=OPENED,
        opens="2026-11-21T09:00:00+01:00",
        closes="2026-12-01T00:00:00+00:00",
        min_cell=7,
    )

    assert (made.service.name, made.wave, made.state, made.min_cell) == ("North", "May", "draft", 7)
    assert (made.opens, made.closes) == ("2026-11-21T08:00:00+00:00", "2026-12-01T00:00:00+00:00")
    assert (made.bank, made.edition, made.innovations) == ("garden", "7.b", ("beds", "ponds"))
    assert store.surveys.invited(made.id) == {"gardener": 12, "guest": None}
    assert store.surveys.surveys(made.service.id) == [made]
    assert store.assessments() == []
    with pytest.raises(NotFound):
        store.answers(made.id)


def test_a_cell_is_never_smaller_than_five(store: Store, garden: Bank) -> None:
    with pytest.raises(StoreError):
        opened(store, garden, min_cell=4)
    assert store.surveys.surveys() == []


def test_a_name_is_taken_by_a_survey_too(store: Store, garden: Bank) -> None:
    made = opened(store, garden)
    with pytest.raises(Taken) as taken:
        store.start(service="north", wave="May", innovations=["beds"], perspective="guest", bank=garden, now=NOW)
    assert taken.value.assessment == made
    with pytest.raises(Taken):
        opened(store, garden)


def test_a_response_holds_the_answers_and_nothing_else(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    keys = begun(store, store.surveys.share(survey.id))
    store.drafts.change(keys.key, lambda *_: {"soil-1": Answer("7"), "soil-2": Answer(None, "")}, NOW)
    store.drafts.submit(keys.key, NOW)

    (found,) = submitted(store, survey.id)
    assert (found.perspective, found.answers) == ("gardener", {**GIVEN, "soil-1": Answer("7")})
    with pytest.raises(Gone):
        store.drafts.draft(keys.key, NOW)


def test_a_single_link_is_used_by_submitting_and_then_takes_nobody(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    token, spare = store.surveys.invite(survey.id, ["a@example.org", None], "guest")
    first, second = begun(store, token, "guest"), begun(store, token, "guest")
    assert not store.surveys.entry(token).used
    store.drafts.submit(first.key, NOW)

    assert [store.surveys.entry(t).used for t in (token, spare)] == [True, False]
    with pytest.raises(Gone):  # its answers would tell whose the response is
        store.drafts.submit(second.key, NOW)
    with pytest.raises(Used):
        store.drafts.begin(token, "guest", NOW)
    assert len(submitted(store, survey.id)) == 1


@pytest.mark.parametrize("round_", range(5))
def test_two_tabs_that_submit_at_the_same_instant_make_one_response(garden: Bank, tmp_path: Path, round_: int) -> None:
    with Store(tmp_path / f"{round_}.db") as store:
        survey = opened(store, garden)
        (token,) = store.surveys.invite(survey.id, [None])
        keys = [begun(store, token).key for _ in range(8)]

        def won(key: str) -> bool:
            try:
                store.drafts.submit(key, NOW)
            except (Gone, Used):
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(won, keys)) == 1
        assert len(submitted(store, survey.id)) == 1


RACER = """
import sys
from pathlib import Path
from assessor.store import Gone, Store
with Store(Path(sys.argv[1])) as store:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        store.drafts.submit(sys.argv[2], "2026-11-23T09:30:00+00:00")
        print("won")
    except Gone:
        print("too late")
"""


def test_two_processes_that_submit_at_the_same_instant_make_one_response(garden: Bank, tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    with Store(path) as store:
        survey = opened(store, garden)
        (token,) = store.surveys.invite(survey.id, [None])
        commands = [[sys.executable, "-c", RACER, str(path), begun(store, token).key] for _ in range(3)]
        pipe = subprocess.PIPE
        racers = [subprocess.Popen(command, text=True, stdin=pipe, stdout=pipe) for command in commands]
        assert [racer.stdout.readline() for racer in racers if racer.stdout] == ["ready\n"] * 3
        said = sorted(racer.communicate("go\n")[0] for racer in racers)

        assert said == ["too late\n", "too late\n", "won\n"]
        assert len(submitted(store, survey.id)) == 1


def test_a_link_that_was_rotated_or_closed_takes_nobody(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    old = store.surveys.share(survey.id)
    going = begun(store, old)
    new = store.surveys.share(survey.id)
    assert store.surveys.shared(survey.id) == new
    with pytest.raises(Used):
        store.drafts.begin(old, "gardener", NOW)
    store.surveys.unshare(survey.id)
    with pytest.raises(Used):
        store.drafts.begin(new, "gardener", NOW)
    store.drafts.submit(going.key, NOW)  # who has begun can go on

    assert len(submitted(store, survey.id)) == 1


def test_a_reminder_gets_a_new_token_and_the_old_one_leads_nowhere(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    (old,) = store.surveys.invite(survey.id, ["a@example.org"])
    entry = store.surveys.entry(old)
    new = "n" * 32
    store.surveys.renew(entry.id, new)

    assert store.surveys.entry(new) == entry
    with pytest.raises(NotFound):
        store.surveys.entry(old)
    store.drafts.submit(begun(store, new).key, NOW)
    with pytest.raises(NotFound):
        store.surveys.renew(entry.id, "m" * 32)


def test_only_what_a_link_offers_is_taken(store: Store, garden: Bank) -> None:
    survey = opened(store, garden, invited={"gardener": None})
    shared, (single,) = store.surveys.share(survey.id), store.surveys.invite(survey.id, [None], "gardener")

    for token, perspective in ((shared, "guest"), (single, "guest"), (shared, "frog"), ("0" * 32, "gardener")):
        with pytest.raises(NotFound):
            store.drafts.begin(token, perspective, NOW)


def test_an_empty_draft_is_no_response(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    keys = begun(store, store.surveys.share(survey.id), given={"soil-1": Answer(None, "only a note")})

    with pytest.raises(Empty):
        store.drafts.submit(keys.key, NOW)
    assert store.drafts.draft(keys.key, NOW)[1].answers == {"soil-1": Answer(None, "only a note")}


def test_what_was_begun_can_be_submitted_for_thirty_minutes_after_closing(store: Store, garden: Bank) -> None:
    survey = opened(store, garden, closes=CLOSE)
    token = store.surveys.share(survey.id)
    early, late = begun(store, token), begun(store, token)
    with pytest.raises(Closed):
        store.drafts.begin(token, "gardener", CLOSE)
    store.drafts.change(early.key, lambda *_: {"soil-2": Answer("a")}, GRACE)
    store.drafts.submit(early.key, GRACE)

    with pytest.raises(Closed):
        store.drafts.submit(late.key, LATE)
    with pytest.raises(Closed):
        store.drafts.change(late.key, lambda *_: GIVEN, LATE)
    with pytest.raises(Closed):
        store.drafts.resume(late.code, "a", LATE)
    assert len(submitted(store, survey.id)) == 1
    assert store.surveys.settle(survey.id, LATE)
    with pytest.raises(Gone):
        store.drafts.draft(late.key, NOW)


def test_a_survey_that_is_not_open_yet_takes_nobody(store: Store, garden: Bank) -> None:
    survey = opened(store, garden, opens="2026-11-24T00:00:00+00:00")
    token = store.surveys.share(survey.id)

    with pytest.raises(Closed):
        store.drafts.begin(token, "gardener", NOW)
    assert store.drafts.begin(token, "gardener", "2026-11-24T00:00:00+00:00")


def test_a_survey_moves_one_way_and_back_only_before_results_were_seen(store: Store, garden: Bank) -> None:
    survey = opened(store, garden)
    for act in (store.surveys.open, store.surveys.reopen):
        with pytest.raises(Settled):
            act(survey.id, NOW)
    with pytest.raises(Settled):
        store.surveys.archive(survey.id)
    store.surveys.close(survey.id, NOW)
    assert store.surveys.survey(survey.id).closed == NOW
    store.surveys.reopen(survey.id, NOW, LATER)
    assert store.surveys.survey(survey.id).takes(NOW)
    store.surveys.close(survey.id, NOW)
    store.surveys.see(survey.id, LATER)
    with pytest.raises(Settled):
        store.surveys.reopen(survey.id, LATER)
    store.surveys.archive(survey.id)
    found = store.surveys.survey(survey.id)
    assert (found.state, found.closed, found.seen) == ("archived", NOW, LATER)


def test_nobody_s_address_is_kept_once_nobody_can_be_reminded(store: Store, garden: Bank) -> None:
    """Neither of a survey that was seen nor of one that is archived without, as where too few answered."""
    for wave, end in (("Seen", lambda ident: store.surveys.see(ident, LATER)), ("Archived", store.surveys.archive)):
        survey = opened(store, garden, wave)
        store.surveys.invite(survey.id, ["a@example.org", "b@example.org"])
        store.surveys.close(survey.id, NOW)
        assert len([entry for entry in store.surveys.entries(survey.id) if entry.email]) == 2
        end(survey.id)
        assert [entry.email for entry in store.surveys.entries(survey.id)] == [None, None]


def test_a_view_takes_as_many_as_were_invited_whatever_was_begun(store: Store, garden: Bank) -> None:
    survey = opened(store, garden, invited={"gardener": 6, "guest": 3, "owner": None})
    shared, (single,) = store.surveys.share(survey.id), store.surveys.invite(survey.id, [None])
    late = begun(store, shared), begun(store, single)
    answered(store, survey, 6)
    answered(store, survey, 4, "guest")  # fewer than five are invited, and a refusal would tell how many answered
    answered(store, survey, 9, "owner")

    for token in (store.surveys.share(survey.id), single):
        with pytest.raises(Full):
            store.drafts.begin(token, "gardener", NOW)
    for keys in late:
        with pytest.raises(Full):
            store.drafts.submit(keys.key, NOW)
        assert store.drafts.draft(keys.key, NOW)[1].answers == GIVEN
    assert Counter(r.perspective for r in submitted(store, survey.id)) == {"gardener": 6, "guest": 4, "owner": 9}


def test_many_who_submit_at_the_same_instant_are_no_more_than_were_invited(garden: Bank, tmp_path: Path) -> None:
    with Store(tmp_path / "readiness.db") as store:
        survey = opened(store, garden, invited={"gardener": 7})
        token = store.surveys.share(survey.id)
        keys = [begun(store, token).key for _ in range(12)]

        def won(key: str) -> bool:
            try:
                store.drafts.submit(key, NOW)
            except Full:
                return False
            return True

        with ThreadPoolExecutor(12) as pool:
            assert sum(pool.map(won, keys)) == 7
        assert len(submitted(store, survey.id)) == 7


def test_a_view_from_which_more_answered_than_were_invited_is_in_no_figure(store: Store, garden: Bank) -> None:
    survey = opened(store, garden, invited={"gardener": 8, "guest": 4})
    answered(store, survey, 6)
    answered(store, survey, 5, "guest")
    store.surveys.close(survey.id, NOW)
    report = surveyed(garden, store, survey, LATER).report(garden)

    assert (report.crowded, report.held, report.n) == (("Guest",), (), 6)
    assert [item.shares.answers for item in report.items if item.id == "light-1"] == [6]
    assert report.comments == ("The cellar is dark",) * 6  # and not those of the guests


def test_what_one_person_wrote_does_not_stand_together(store: Store, garden: Bank) -> None:
    """Of 40 notes in an order drawn by chance, about one stands before the other of its writer; unshuffled, 20 do."""
    survey = opened(store, garden, invited={"gardener": 20})
    token = store.surveys.share(survey.id)
    for n in range(20):
        given = {item: Answer("2", f"{n} of {item}") for item in ("soil-1", "soil-2")}
        store.drafts.submit(begun(store, token, given=given).key, NOW)
    store.surveys.close(survey.id, NOW)
    writers = [text.split()[0] for text in surveyed(garden, store, survey, LATER).comments]

    assert len(writers) == 40
    assert sum(one == other for one, other in pairwise(writers)) < 10


def test_nothing_is_told_while_answers_can_come_or_of_fewer_than_five(store: Store, garden: Bank) -> None:
    few, survey = opened(store, garden, "Few"), opened(store, garden, closes=CLOSE)
    answered(store, few, 4)
    answered(store, survey, 4)
    keys = begun(store, store.surveys.share(survey.id))
    store.surveys.close(few.id, NOW)

    for asked, moment, reason in ((few, LATER, "few"), (survey, NOW, "open"), (survey, GRACE, "open")):
        with pytest.raises(Withheld) as withheld:
            surveyed(garden, store, asked, moment)
        assert withheld.value.reason == reason
    store.drafts.submit(keys.key, GRACE)
    found = surveyed(garden, store, survey, GRACE).answers  # nobody is left who could still answer
    assert (found.rows, found.perspectives) == (("core", "B1"), ("gardener",) * 5)
    assert list(found.persons) == sorted(found.persons)
    assert store.surveys.survey(survey.id).state == "closed"


def test_a_code_is_understood_however_it_is_typed(store: Store, garden: Bank) -> None:
    keys = begun(store, store.surveys.share(opened(store, garden).id))
    assert len(set(words())) == 2048
    assert set(keys.code.split()) <= set(words())
    assert len(keys.code.split()) == 6
    key = keys.key
    for typed in (keys.code.upper(), keys.code.replace(" ", "-"), f"  {keys.code.replace(' ', '')}\n"):
        last, key = key, store.drafts.resume(typed, "a", NOW)
        with pytest.raises(Gone):  # one browser at a time: a shared computer cannot keep it
            store.drafts.draft(last, NOW)
    assert store.drafts.draft(key, NOW)[1].answers == GIVEN
    assert letters("Zoo‑AXIS é1!") == "zooaxisé"


def test_a_new_code_takes_the_place_of_the_last(store: Store, garden: Bank) -> None:
    keys = begun(store, store.surveys.share(opened(store, garden).id))
    code = store.drafts.recode(keys.key, NOW)

    with pytest.raises(Gone):
        store.drafts.resume(keys.code, "a", NOW)
    assert store.drafts.resume(code, "a", NOW)


def test_codes_cannot_be_guessed_at_speed(store: Store, garden: Bank) -> None:
    keys = begun(store, store.surveys.share(opened(store, garden).id))
    for n in range(20):
        with pytest.raises(Gone):
            store.drafts.resume(f"zoo {n}", "10.0.0.1", NOW)
    with pytest.raises(Throttled):
        store.drafts.resume(keys.code, "10.0.0.1", NOW)
    with pytest.raises(Throttled):
        store.drafts.recalls(keys.key, "zoo", "10.0.0.1", NOW)
    assert store.drafts.resume(keys.code, "10.0.0.2", NOW)
    assert store.drafts.resume(keys.code, "10.0.0.1", "2026-11-23T09:45:00+00:00")


def test_codes_cannot_be_guessed_from_many_addresses(store: Store, garden: Bank) -> None:
    keys = begun(store, store.surveys.share(opened(store, garden).id))
    for n in range(1000):
        with pytest.raises(Gone):
            store.drafts.resume("zoo", str(n), NOW)
    with pytest.raises(Throttled):
        store.drafts.resume(keys.code, "new", NOW)


def test_a_keep_safe_code_links_two_waves_once(store: Store, garden: Bank) -> None:
    first, second = opened(store, garden, "One"), opened(store, garden, "Two")
    code = store.drafts.new_code()
    store.drafts.submit(begun(store, store.surveys.share(first.id)).key, NOW, code)
    token = store.surveys.share(second.id)
    keys = begun(store, token)

    assert not store.drafts.recalls(keys.key, store.drafts.new_code(), "a", NOW)
    assert store.drafts.recalls(keys.key, code.upper(), "a", NOW)
    store.drafts.submit(keys.key, NOW, code)
    assert not store.drafts.recalls(begun(store, token).key, code, "a", NOW)
    assert not store.drafts.recalls(begun(store, store.surveys.share(first.id)).key, code, "a", NOW)
    with store._driver.read() as db:
        assert len(db.rows("SELECT DISTINCT keep_hash FROM response")) == 1
