"""Responses per second beside the floor's, all in one run: `python -m tests.benchmarks.load [CLIENTS] [RESPONSES]`.

Every client walks the forms as a browser does: cookies, hidden fields, one choice per group of radio buttons, and
every redirection, and goes on at once: 16 of them keep a server busier than hundreds of people who read and think.
What the server acknowledged must then stand in the database. `load 500 500` has 500 connections at once.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from assessor.bank import load
from assessor.store import Store
from tests.banks import forty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Choose = Callable[[str, list[str]], str]

CLIENTS, RESPONSES, MOST, ROUNDS = 16, 400, 5000, 4
ITEMS = forty.PAGES * forty.ITEMS
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
RADIO = re.compile(r'<input[^>]*type="radio"[^>]*>')
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
OPTION = re.compile(r'<select[^>]*name="([^"]*)"[^>]*><option[^>]*value="([^"]*)"')
BUTTON = re.compile(r'<button class="main" name="(\w+)" value="(\w+)"')
ONWARD = re.compile(r'<a class="button main" href="([^"]*)"')
THANKS = "<h1>Thank you</h1>"


class Refused(Exception):  # noqa: N818 - named for the fact
    """The server said no; `status` is how."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(f"{status}: {text[-600:]}")


@dataclass
class Browser:
    """One connection with its cookies; measures every request, and remembers what was sent and acknowledged."""

    host: str
    times: list[float] = field(default_factory=list)
    cookies: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    path: str = ""

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def get(self, path: str) -> str:
        """Open a page, following redirections."""
        return self._ask("GET", path)

    def send(self, fields: dict[str, str]) -> str:
        """Send the form of the page that is open."""
        return self._ask("POST", self.path, fields)

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        start = time.perf_counter()
        self.connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        self.times.append(time.perf_counter() - start)
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status == 303:
            self.acknowledged.update(fields or {})
            return self._ask("GET", urlsplit(answer.headers["Location"]).path)
        if answer.status != 200:
            raise Refused(answer.status, text)
        self.path = path
        return text


def filled(page: str, choose: Choose) -> dict[str, str]:
    """Return what a browser sends when one button of every group was chosen."""
    fields = {_named(NAME, tag): _named(VALUE, tag) for tag in HIDDEN.findall(page)}
    groups: dict[str, list[str]] = {}
    for tag in RADIO.findall(page):
        groups.setdefault(_named(NAME, tag), []).append(_named(VALUE, tag))
    fields.update({name: choose(name, [v for v in values if v != "dk"]) for name, values in groups.items()})
    return {**fields, **dict(OPTION.findall(page)), **dict(BUTTON.findall(page))}


def walk(browser: Browser, start: str, choose: Choose) -> None:
    """Answer everything, from the first page to the thanks."""
    page = browser.get(start)
    for _ in range(20):
        if THANKS in page:
            return
        page = browser.send(filled(page, choose)) if "<form" in page else browser.get(ONWARD.findall(page)[0])
    raise AssertionError(f"{browser.path} leads to no end")


def _named(pattern: re.Pattern[str], tag: str) -> str:
    found = pattern.search(tag)
    return unescape(found[1]) if found else ""


@dataclass(frozen=True)
class Run:
    """What a number of clients measured."""

    completed: int
    seconds: float
    cpu: float
    times: list[float]

    @property
    def rate(self) -> float:
        """Responses per second."""
        return self.completed / self.seconds

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the requests was answered."""
        return 1000 * sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]

    def line(self, name: str) -> str:
        """Return the figures as a line."""
        cpu = 1000 * self.cpu / self.completed
        fast = f"p50 {self.quantile(0.5):.1f} ms, p99 {self.quantile(0.99):.1f} ms, {len(self.times)} requests"
        return f"{name}: {self.rate:.1f} responses/s, {cpu:.1f} ms of server CPU each, {fast}"


def crowd(host: str, start: str, pid: int, clients: int, responses: int) -> Run:
    """Let a number of clients complete a number of responses, all at once."""
    todo = iter(range(responses))
    lock, completed, browsers = threading.Lock(), Counter[int](), [Browser(host) for _ in range(clients)]

    def client(number: int) -> None:
        rng = random.Random(number)
        while True:
            with lock:
                if next(todo, None) is None:
                    return
            browsers[number].cookies.clear()
            walk(browsers[number], start, lambda _, values: rng.choice(values))
            completed[number] += 1

    cpu, began = _cpu(pid), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(client, range(clients)))
    took = time.perf_counter() - began
    for browser in browsers:
        browser.connection.close()
    return Run(completed.total(), took, _cpu(pid) - cpu, [t for b in browsers for t in b.times])


def _cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(*command: str) -> Iterator[tuple[int, str]]:
    """Run a server on a free port of this computer, and end it whatever happens."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout
            found = (re.search(r"http://(127\.0\.0\.1:\d+)/", line) for line in server.stdout)
            yield server.pid, next(match[1] for match in found if match)
        finally:
            server.kill()


def opened(database: Path, folder: Path) -> str:
    """Make and open a survey over all pages; return the path of its shared link."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with Store(database) as store:
        bank = load(folder)
        survey = store.surveys.create(
            service="Load",
            wave="One",
            innovations=forty.INNOVATIONS,
            invited={"staff": None, "peer": None},
            bank=bank,
            now=now,
        )
        store.surveys.open(survey.id, now)
        return f"/join/{store.surveys.share(survey.id)}"


def stored(database: Path) -> tuple[int, int]:
    """Return how many responses and how many answers a database holds."""
    db = sqlite3.connect(database)
    found = [db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("response", "answer")]  # noqa: S608
    db.close()
    return found[0], found[1]


@contextmanager
def survey(folder: Path) -> Iterator[tuple[int, str, str, Path]]:
    """Serve survey mode: the server's process, its address, where to begin, and where responses stand."""
    bank, database = forty.write(folder / "bank"), folder / "survey.db"
    start = opened(database, bank)
    with serving("assessor.cli", "serve", "--bank", str(bank), "--database", str(database), "--port", "0") as server:
        yield *server, start, database


@contextmanager
def floor(folder: Path) -> Iterator[tuple[int, str, str, Path]]:
    """Serve the floor."""
    with serving("tests.benchmarks.floor", str(folder / "floor.db")) as server:
        yield *server, "/", folder / "floor.db"


def compare(folder: Path, clients: int, responses: int) -> tuple[Run, Run]:
    """Measure floor and survey mode in turns, because a computer is not equally busy all the time."""
    with floor(folder) as below, survey(folder) as above:
        runs: list[list[Run]] = [[], []]
        for n in range(ROUNDS + 1):
            for (pid, host, start, _), done in zip((below, above), runs, strict=True):
                done.append(crowd(host, start, pid, clients, responses // ROUNDS if n else 2 * clients))
        for (*_, database), done in zip((below, above), runs, strict=True):
            completed = sum(run.completed for run in done)
            assert stored(database) == (completed, ITEMS * completed)
    first, second = (together(done[1:]) for done in runs)  # in the first round templates were compiled
    return first, second


def together(runs: list[Run]) -> Run:
    """Return what was measured in several rounds."""
    return Run(
        sum(run.completed for run in runs),
        sum(run.seconds for run in runs),
        sum(run.cpu for run in runs),
        [time for run in runs for time in run.times],
    )


def main() -> None:
    """Print both, and their ratios."""
    given = [min(int(n), MOST) for n in sys.argv[1:3]]
    clients, responses = (*given, *(CLIENTS, RESPONSES)[len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        below, above = compare(Path(folder), clients, responses)
    print(below.line("floor (Flask, WTForms widgets, sqlite3)"))
    print(above.line("survey mode"))
    print(
        f"survey mode : floor = {above.rate / below.rate:.2f} in responses per second, "
        f"{(above.cpu / above.completed) / (below.cpu / below.completed):.2f} in CPU, "
        f"{above.quantile(0.99) / below.quantile(0.99):.2f} in p99"
    )
    print("Everything that was acknowledged is stored.")


if __name__ == "__main__":
    main()
