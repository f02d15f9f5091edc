"""Mail leaves apart from the requests; what waits holds no token, and who could not be reached is said."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask

from assessor.accounts import READER
from assessor.answers import Answer
from assessor.bank import Bank
from assessor.mail import Post
from assessor.pdf import Renderer
from assessor.store import NotFound, Store, Survey
from assessor.store.outbox import RESTS
from assessor.web import Posting, build_app, drain
from tests.assessments import asked
from tests.conftest import NOW
from tests.mailbox import Mailbox
from tests.people import added
from tests.visitor import Visitor

GARDEN = Path(__file__).parent / "banks" / "garden"
MOMENT = NOW.isoformat()
DEAD = Post(host="127.0.0.1", port=1, secure=False, sender="tool@example.org")


class Clock:
    """A clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tool(garden: Bank, store: Store, renderer: Renderer, clock: Clock, post: Post) -> Flask:
    return build_app(garden, store, renderer, clock, post=post, address="https://ready.example.org")


def send(app: Flask, survey: Survey, *addresses: str, what: str = "mails") -> None:
    """Press the button that invites or reminds; nothing leaves yet."""
    visitor = Visitor(app)
    fields = visitor.get(f"/surveys/{survey.id}").fields
    sent = {**fields, "addresses": "\n".join(addresses), "perspective": "any"}
    assert visitor.client.post(f"/surveys/{survey.id}/{what}", data=sent).status_code == 303


def tokens(box: Mailbox) -> dict[str, str]:
    """To whom which token went; the mailbox is empty then."""
    found = {to: re.findall(r"https://ready\.example\.org/join/(\w+)", text)[0] for to, text in box.letters()}
    box.empty()
    return found


def submitted(store: Store, token: str) -> None:
    key, _ = store.drafts.begin(token, "guest", MOMENT)
    store.drafts.change(key, lambda *_: {"light-1": Answer("1")}, MOMENT)
    store.drafts.submit(key, MOMENT)


def outbox(store: Store) -> list[dict[str, object]]:
    with store._driver.read() as db:
        return db.rows("SELECT * FROM outbox ORDER BY id")


def test_a_mail_is_tried_again_later_and_later_and_then_said_not_to_reach(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock
) -> None:
    app, survey = tool(garden, store, renderer, clock, DEAD), asked(store, garden)
    send(app, survey, "a@example.org")
    for rest in RESTS:
        drain(app)
        drain(app)
        (waits,) = outbox(store)
        assert waits["due"] == (clock.now + rest).isoformat()
        clock.now += rest
    drain(app)
    visitor = Visitor(app)
    page = visitor.get(f"/surveys/{survey.id}")

    assert outbox(store) == []
    assert "The mail could not be sent to: a@example.org" in page.text
    assert [e for e in store.surveys.entries(survey.id) if e.kind == "single"] == []
    assert "could not be sent" not in visitor.send(page, {"go": "forget"}).text


def test_an_address_that_is_refused_is_named_at_once_and_can_be_mended(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    box.refused = {"no@example.org": "550 no such mailbox"}
    send(app, survey, "a@example.org", "no@example.org")
    drain(app)

    assert list(tokens(box)) == ["a@example.org"]
    assert store.outbox.unreached(survey.id) == ["no@example.org"]
    box.refused = {}
    send(app, survey, "no@example.org", "a@example.org")
    drain(app)
    assert list(tokens(box)) == ["no@example.org"], "who has an unused link is not invited twice"
    assert store.outbox.unreached(survey.id) == []


def test_the_old_link_works_until_the_reminder_has_left(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, "a@example.org", "b@example.org")
    drain(app)
    first = tokens(box)
    box.refused = {"a@example.org": "450 later"}
    send(app, survey, what="reminders")
    send(app, survey, what="reminders")
    assert len(outbox(store)) == 2, "one mail at a time for each"
    drain(app)
    second = tokens(box)

    assert list(second) == ["b@example.org"]
    assert store.surveys.entry(first["a@example.org"]).email == "a@example.org"
    with pytest.raises(NotFound):
        store.surveys.entry(first["b@example.org"])
    submitted(store, first["a@example.org"])
    assert outbox(store) == [], "who has answered is not reminded"


def test_whose_reminder_failed_is_not_told(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, "a@example.org")
    drain(app)
    link = tokens(box)["a@example.org"]
    box.refused = {"a@example.org": "550 gone"}
    send(app, survey, what="reminders")
    drain(app)
    page = Visitor(app).get(f"/surveys/{survey.id}")

    assert "Some reminders could not be sent" in page.text
    assert "a@example.org" not in page.html
    submitted(store, link)
    assert Visitor(app).get(f"/surveys/{survey.id}").text == page.text, "nor that they have answered since"


def test_inviting_again_does_not_tell_who_has_answered(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, "a@example.org", "b@example.org")
    drain(app)
    submitted(store, tokens(box)["a@example.org"])
    pages = []
    for address in ("a@example.org", "b@example.org"):
        send(app, survey, address)
        drain(app)
        pages.append(Visitor(app).get(f"/surveys/{survey.id}").text)

    assert pages[0] == pages[1]


def test_no_file_holds_a_token_of_a_mail_and_nothing_of_the_address_stays(
    garden: Bank, tmp_path: Path, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    """Every byte of the file and its log: while mails wait, after they left, after the answers came."""
    with Store(tmp_path / "r.db") as store:
        app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
        send(app, survey, "person@example.org")
        added(store, "Ada", email="ada@example.org")
        store.outbox.ask("Ada", "https://ready.example.org/key/", MOMENT)
        waiting = _disk(tmp_path)
        ids = [str(line["id"]) for line in outbox(store)]
        assert all(ident.encode() in waiting for ident in ids)
        drain(app)
        letters = dict(box.letters())
        (token,) = re.findall(r"/join/(\w+)", letters["person@example.org"])
        (key,) = re.findall(r"/key/(\w+)", letters["ada@example.org"])
        submitted(store, token)
        after = _disk(tmp_path, folded=True)

    assert not [secret for secret in (token, key) if secret.encode() in waiting + after]
    assert not [text for text in (*ids, "person@example.org") if text.encode() in after]


def _disk(folder: Path, *, folded: bool = False) -> bytes:
    log = folder / "r.db-wal"
    for _ in range(500 if folded else 0):
        if not log.exists() or not log.stat().st_size:
            break
        time.sleep(0.01)
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


def test_a_hundred_invitations_keep_nobody_waiting_and_leave_in_the_background(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    everybody = {f"p{n}@example.org" for n in range(100)}
    start = time.perf_counter()
    send(app, survey, *sorted(everybody))
    took = time.perf_counter() - start
    assert (len(outbox(store)), box.envelopes) == (100, [])
    with Posting(app):
        for _ in range(1000):
            if not outbox(store):
                break
            time.sleep(0.01)

    assert set(tokens(box)) == everybody
    assert took < 2


def test_the_thread_ends_with_the_mail_that_is_leaving(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, *(f"p{n}@example.org" for n in range(100)))
    with Posting(app):
        box.came.wait(10)
    left = len(outbox(store))

    assert len(box.envelopes) + left == 100
    assert left
    drain(app)
    assert outbox(store) == []
    assert len({to for to, _ in box.letters()}) == 100


def test_a_mail_that_was_leaving_when_the_server_was_killed_leaves_again(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, "a@example.org")
    assert store.outbox.take(MOMENT), "and nothing is heard of it any more"
    drain(app)
    assert (len(outbox(store)), box.envelopes) == (1, [])
    clock.now += RESTS[0]
    drain(app)

    assert store.surveys.entry(tokens(box)["a@example.org"]).email == "a@example.org"
    assert outbox(store) == []


def test_a_mail_that_nobody_is_to_get_any_more_is_not_sent(
    garden: Bank, store: Store, renderer: Renderer, clock: Clock, box: Mailbox
) -> None:
    app, survey = tool(garden, store, renderer, clock, box.post), asked(store, garden)
    send(app, survey, "a@example.org")
    store.surveys.close(survey.id, MOMENT)
    added(store, "Ada")
    bea, cyd = (added(store, name, READER, email="person@example.org") for name in ("Bea", "Cyd"))
    for name in ("Bea", "Cyd", "Nobody"):
        store.outbox.ask(name, "https://ready.example.org/key/", MOMENT)
    store.accounts.disable(bea.id)
    store.accounts.delete(cyd.id)
    assert len(outbox(store)) == 3
    drain(app)

    assert (outbox(store), box.envelopes) == ([], [])


def test_the_real_server_sends_what_waited_for_it(garden: Bank, tmp_path: Path, box: Mailbox) -> None:
    """Put there while no server ran, sent at its start; what is asked for later goes at once."""
    database = tmp_path / "r.db"
    with Store(database) as store:
        survey = asked(store, garden)
        store.outbox.invite(survey.id, ["a@example.org"], None, "https://ready.example.org/join/", MOMENT)
    settings = {"ASSESSOR_SMTP": f"smtp://127.0.0.1:{box.post.port}", "ASSESSOR_SENDER": "tool@example.org"}
    command = [sys.executable, "-u", "-m", "assessor.cli", "serve", "--port", "0", "--bank", str(GARDEN)]
    with subprocess.Popen(
        [*command, "--database", str(database)], stdout=subprocess.PIPE, text=True, env={**os.environ, **settings}
    ) as server:
        try:
            assert server.stdout
            address = next(filter(None, (re.search(r"http://\S+/", line) for line in server.stdout))).group()
            token = tokens(box)["a@example.org"]
            with urllib.request.urlopen(f"{address}join/{token}", timeout=20) as page:  # noqa: S310 - our own address
                assert page.status == 200
            server.terminate()
            assert server.wait(20) == 0
        finally:
            server.kill()


def test_a_name_that_nobody_has_takes_as_long_to_ask_for(tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store:
        added(store, "Ada", email="ada@example.org")
        took: dict[str, list[float]] = {"Ada": [], "Nobody": []}
        for _ in range(60):
            for name, times in took.items():
                start = time.perf_counter()
                store.outbox.ask(name, "https://ready.example.org/key/", MOMENT)
                times.append(time.perf_counter() - start)
    middle = {name: sorted(times)[30] for name, times in took.items()}

    assert 0.5 < middle["Ada"] / middle["Nobody"] < 2
