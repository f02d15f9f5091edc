"""The command as tests give it, and what they give it to read."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from assessor.bank import load
from assessor.cli import main
from assessor.paths import content
from assessor.store import Assessment, Store

GARDEN = Path(__file__).parent / "banks" / "garden"
BANK = load(content("questions"))
ROWS = "person,perspective,soil-1,soil-2,water-1,water-2,light-1,sure-1\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(a) for a in arguments], catch_exceptions=False)


def refused(result: Result, sentence: str) -> None:
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def answers(folder: Path, text: str = ROWS + "p,gardener,7,c,4,10,1,3\n", name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def begin(store: Store) -> Assessment:
    return store.start(
        service="S",
        wave="W",
        innovations=("colleges",),
        perspective="staff",
        bank=BANK,
        now="2026-11-23T10:00:00+00:00",
    )


@contextmanager
def serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a real server on a free port, and end it whatever happens."""
    command = [sys.executable, "-u", "-m", "assessor.cli", *map(str, arguments), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout
            said = (re.search(r"http://(127\.0\.0\.1|\[::1\]):\d+/", line) for line in server.stdout)
            yield server, next(found.group() for found in said if found)
        finally:
            server.kill()
