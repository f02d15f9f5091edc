"""The server is killed while people answer: nothing acknowledged is lost, nothing is doubled.

`python -m tests.benchmarks.faults [ROUNDS]` kills it 50 times; the test suite does it 5 times.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.banks import forty
from tests.benchmarks.load import Browser, Refused, opened, serving, walk

ROUNDS, MOST, NEW, LONGEST = 50, 200, 4, 0.6
CHECKED = re.compile(r'name="([^"]+)" id="[^"]*" value="([^"]*)" checked')
GONE = 410
CUT = (OSError, http.client.HTTPException)


@dataclass
class Person:
    """Somebody who answers the same way however often the page has to be sent."""

    number: int
    browser: Browser = field(default_factory=lambda: Browser(""))
    done: bool = False

    def choose(self, name: str, values: list[str]) -> str:
        """Return this person's answer: the first five tell people apart, as the digits of their number in base 5."""
        place = int(re.findall(r"\d+", name)[-1]) - 1 if name.startswith("item") else 0
        return values[int(self.number // 5**place) % len(values)]

    def go_on(self, host: str, start: str) -> None:
        """Check what was acknowledged before, and answer until the end or until the server dies."""
        self.browser = Browser(host, cookies=self.browser.cookies, acknowledged=self.browser.acknowledged)
        begun = "perspective" in self.browser.acknowledged
        try:
            if begun:
                self.check()
            walk(self.browser, "/mine" if begun else start, self.choose)
            self.done = True
        except Refused as refused:
            if refused.status != GONE:
                raise
            self.done = True  # the submission had been stored, though nobody was told
        except CUT:
            pass
        finally:
            self.browser.connection.close()

    def check(self) -> None:
        """Every acknowledged answer stands on its page."""
        pages = [self.browser.get(f"/mine/page/row-{n}") for n in range(1, forty.PAGES + 1)]
        kept = dict(found for page in pages for found in CHECKED.findall(page))
        sent = {n: v for n, v in self.browser.acknowledged.items() if n.endswith(".code")}
        assert sent.items() <= kept.items(), (self.number, sent.items() - kept.items())


def strike(folder: Path, rounds: int, seed: int = 1) -> int:
    """Kill the server in every round but the last; return how many people have answered all the same."""
    rng, people, path = random.Random(seed), [Person(n) for n in range(NEW * rounds)], folder / "faults.db"
    start = opened(path, forty.write(folder / "bank"))
    command = ("assessor.cli", "serve", "--bank", str(folder / "bank"), "--database", str(path), "--port", "0")
    for n in range(1, rounds + 2):
        with serving(*command) as (pid, host), ThreadPoolExecutor(2 * NEW) as pool:
            waiting = [person for person in people[: NEW * n] if not person.done]
            going = [pool.submit(partial(person.go_on, host, start)) for person in waiting]
            if n <= rounds:
                time.sleep(rng.uniform(0.02, LONGEST))
                os.kill(pid, signal.SIGKILL)
            for one in going:
                one.result()
    assert all(person.done for person in people)
    assert patterns(path) == Counter(map(pattern, people))
    return len(people)


def pattern(person: Person) -> str:
    """Return what tells a person's response from the others'."""
    return "".join(str(person.number // 5**n % 5 + 1) for n in range(5))


def patterns(path: Path) -> Counter[str]:
    """Return the first answers of every stored response."""
    db = sqlite3.connect(path)
    items = [f"item-1-{n}" for n in range(1, 6)]
    query = "SELECT response_id, item_id, code FROM answer WHERE item_id IN (?, ?, ?, ?, ?)"
    found: dict[str, dict[str, str]] = {}
    for response, item, code in db.execute(query, items):
        found.setdefault(response, {})[item] = code
    db.close()
    return Counter("".join(codes[item] for item in items) for codes in found.values())


def main() -> None:
    """Kill and count."""
    rounds = min(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS, MOST)
    with tempfile.TemporaryDirectory() as folder:
        people = strike(Path(folder), rounds)
    print(f"Killed {rounds} times while people answered; {people} people, {people} responses, nothing lost or doubled.")


if __name__ == "__main__":
    main()
