"""What several tests share: two banks, a store, the application, a visitor."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.controller import Controller
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from assessor import demo
from assessor.bank import Bank, load
from assessor.paths import content
from assessor.pdf import Renderer
from assessor.store import Store
from assessor.web import build_app
from tests.mailbox import Mailbox
from tests.visitor import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

settings.register_profile("ours", deadline=None)  # a busy machine is no defect
settings.load_profile("ours")


@pytest.fixture(scope="session")
def garden() -> Bank:
    """A small foreign bank."""
    return load(Path(__file__).parent / "banks" / "garden")


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The bank that the tool brings along."""
    return load(content("questions"))


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store(None) as store:
        yield store


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    """The real renderer."""
    with Renderer() as renderer:
        yield renderer


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser of the system, or the one that CHROMIUM names; Playwright's own is not downloaded.

    pytest-playwright would give the same, but what it rests on warns under pytest 9, and warnings are errors here.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser window without memory."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mailbox with its server."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Mailbox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box
    controller.stop()


@pytest.fixture
def app(garden: Bank, store: Store, renderer: Renderer) -> Flask:
    """The application over the small bank."""
    seconds = itertools.count()
    return build_app(garden, store, renderer, clock=lambda: NOW + timedelta(seconds=next(seconds)))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """Somebody at the application's pages."""
    return Visitor(app)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing half-written may be left."""
    yield tmp_path
    assert not list(tmp_path.rglob("*.part")), "something half-written was left"


@pytest.fixture
def database(tmp_path: Path, bank: Bank) -> Path:
    """A database with the demo data."""
    path = tmp_path / "demo.db"
    with Store(path) as store:
        demo.fill(store, bank, demo.read(content("questions"), bank))
    return path


ENDED = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Note how the session ended."""
    session.config.stash[ENDED] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave at once, with everything said: the Java machine of the PDF checks can crash when Python takes it down."""
    sys.stdout.flush()
    sys.stderr.flush()
    if ENDED in config.stash:
        os._exit(config.stash[ENDED])
