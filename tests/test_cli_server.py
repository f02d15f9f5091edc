"""A server on the command line: where it listens, what it keeps, its made-up data."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from assessor import demo
from assessor.paths import content
from assessor.store import Store, Taken
from tests.commands import BANK, begin, refused, run, serving


def started(address: str) -> None:
    """Start an assessment at the pages of a running server."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{address}start") as page:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token
    fields = {"service": "North", "wave": "A", "perspective": "staff", "innovations": "training"}
    with browser.open(f"{address}start", urllib.parse.urlencode({**fields, "csrf_token": token[1]}).encode()) as page:
        assert "/answer/" in page.url


@pytest.mark.parametrize("command", [["export"], ["user", "list"], ["report", "gone", "-o", "gone.pdf"]])
def test_a_command_beside_a_running_server_costs_it_nothing(tmp_path: Path, command: list[str]) -> None:
    """Closing the file in the server's own process would drop its locks, and the command would sweep its log away."""
    database = tmp_path / "r.db"
    with serving("serve", "--database", database) as (server, address):
        subprocess.run(
            [sys.executable, "-m", "assessor.cli", *command, "--database", str(database)],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        started(address)
        server.kill()
        server.wait()
    with Store(database) as store:
        assert [a.service.name for a in store.assessments()] == ["North"]


def test_a_port_in_use_is_a_sentence(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        refused(run("serve", "--port", port, "--database", folder / "x.db"), f"Port {port} cannot be used")

    assert not (folder / "x.db").exists()


def test_the_server_serves_until_it_is_told_to_stop(folder: Path) -> None:
    with serving("demo", "--database", folder / "d.db") as (server, address):
        with urllib.request.urlopen(address, timeout=20) as page:  # noqa: S310 - our own address
            assert b"made up" in page.read()
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0


def test_the_file_alone_is_a_copy_once_the_window_was_closed(folder: Path) -> None:
    database, copy = folder / "x.db", folder / "copy.db"
    with serving("serve", "--database", database) as (server, address):
        with urllib.request.urlopen(f"{address}start", timeout=20) as page:  # noqa: S310 - our own address
            assert page.status == 200
        server.send_signal(signal.SIGHUP)
        assert server.wait(20) == 0
    shutil.copy(database, copy)

    with Store(copy) as store:
        assert store.services() == []


def test_what_was_finished_stands_in_the_file_at_once(folder: Path) -> None:
    with Store(folder / "x.db") as store:
        begun = begin(store)
        store.submit(begun.id, "2026-11-23T10:05:00+00:00")
        shutil.copy(folder / "x.db", folder / "copy.db")

    with Store(folder / "copy.db") as copied:
        assert copied.assessment(begun.id).submitted


def test_demo_data_are_three_services_with_two_waves_or_three(database: Path) -> None:
    with Store(database) as store:
        assert store.demo
        assert sorted(len(store.assessments(s.id)) for s in store.services()) == [2, 3, 3]


def test_demo_data_are_put_into_a_database_once_and_whole(folder: Path) -> None:
    waves = demo.read(content("questions"), BANK)
    twice = (*waves[:2], waves[1])

    with pytest.raises(Taken):
        demo.put(folder / "d.db", BANK, twice)
    assert list(folder.iterdir()) == []
    assert demo.put(folder / "d.db", BANK, waves)
    assert not demo.put(folder / "d.db", BANK, waves)


def test_the_demo_never_marks_real_answers_as_made_up(folder: Path) -> None:
    with Store(folder / "mine.db") as store:
        begin(store)

    refused(run("demo", "--port", "0", "--database", folder / "mine.db"), "holds answers of its own")
    with Store(folder / "mine.db") as store:
        assert not store.demo


def test_a_demo_that_does_not_fit_is_named_with_its_line(folder: Path) -> None:
    bank = folder / "bank"
    shutil.copytree(content("questions"), bank)
    text = (bank / "demo.toml").read_text("utf-8")
    (bank / "demo.toml").write_text(text.replace('date = "2026-03-16"', 'date = "yesterday"'), "utf-8")

    refused(run("demo", "--bank", bank, "--port", "0", "--database", folder / "d.db"), "demo.toml:6: ")
    assert not (folder / "d.db").exists()
