"""What every view needs: the bank, the store, the renderer and its jobs, the clock, the way to send mail."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import current_app, request, session, url_for

from assessor.forms import Guard
from assessor.pdf import Passing

if TYPE_CHECKING:
    from collections.abc import Callable

    from markupsafe import Markup

    from assessor.bank import Bank
    from assessor.mail import Post
    from assessor.pdf import Jobs, Renderer
    from assessor.store import Store

NAME = "recovery-readiness"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Site:
    """The finished objects that the views work with."""

    bank: Bank
    store: Store
    renderer: Renderer
    clock: Callable[[], datetime]
    key: bytes
    jobs: Jobs
    imprint: str  # of everything that is the same for every report: the bank, the program, the designs
    ahead: bool = False  # whether reports are made before anybody asks for them
    post: Post | None = None
    address: str | None = None
    passing: Passing[Any] = field(default_factory=Passing)  # what is made of files that somebody sent
    drawn: dict[tuple[Any, ...], Markup] = field(default_factory=dict)  # what questions look like, for speed
    reading: threading.Lock = field(default_factory=threading.Lock)  # files that were sent, one lot at a time
    mailing: threading.Event = field(default_factory=threading.Event)  # that there is something to send

    def now(self) -> str:
        """Return the time as it is kept."""
        return self.clock().astimezone(UTC).isoformat(timespec="seconds")


def site() -> Site:
    """Return what the running application works with."""
    return cast("Site", current_app.extensions[NAME])


def guard() -> Guard:
    """Return what makes a form ours; the session outlives the browser, so that restored tabs still save."""
    if not session.permanent:  # to set it would send the cookie anew with every page
        session.permanent = True
    return Guard(site().key, session)


def link(path: str) -> str:
    """Return a path as a link that works elsewhere: under the address of the settings, else as this visitor came."""
    return (site().address or request.host_url).rstrip("/") + path


def local(address: str) -> bool:
    """Tell whether a link works on this computer only."""
    return urlsplit(address).hostname in LOOPBACK


def bare_link(endpoint: str) -> str:
    """Return the link of an endpoint without the token at its end: that is made when the mail leaves."""
    return link(url_for(endpoint, token="-")).removesuffix("-")  # noqa: S106 - where it will stand
