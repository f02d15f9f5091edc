"""The pages, in a browser."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from jinja2 import FileSystemLoader, StrictUndefined

from assessor import bank as banks
from assessor import mail
from assessor.assessed import asks
from assessor.errors import AssessorError
from assessor.forms import Confirm, printable
from assessor.paths import PACKAGE, content
from assessor.pdf import FILTERS, Jobs, Renderer
from assessor.store import Store
from assessor.web import drawing, trouble
from assessor.web.account import account
from assessor.web.admission import admit, reads, sees, visitor
from assessor.web.answering import answering
from assessor.web.choosing import choosing
from assessor.web.comparing import comparing
from assessor.web.cookies import Cookies
from assessor.web.handouts import picture
from assessor.web.hosts import Request
from assessor.web.joining import joining
from assessor.web.making import making
from assessor.web.meeting import meeting
from assessor.web.people import people
from assessor.web.planning import planning
from assessor.web.posting import Posting, drain
from assessor.web.removal import removal
from assessor.web.results import results
from assessor.web.running import running
from assessor.web.sharing import sharing
from assessor.web.signing import signing
from assessor.web.site import NAME, Site, guard, site
from assessor.web.tables import tables
from assessor.web.trends import trends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from flask import Response

    from assessor.bank import Bank
    from assessor.mail import Post
    from assessor.pdf import Paper

__all__ = ["Posting", "build_app", "create_app", "drain"]

ADDRESS = "ASSESSOR_ADDRESS"
LARGEST = 1_000_000
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

ALLOWED = {
    answering.name: (script := "; script-src 'self'; connect-src 'self'"),  # keep.js, once.js, select.js
    joining.name: script,
    results.name: (lengths := "; style-src-attr 'unsafe-inline'"),  # of bars
    comparing.name: lengths,
    sharing.name: lengths + (own := "; script-src 'self'"),  # select.js
    meeting.name: lengths,
    trends.name: lengths,
    people.name: own,
    running.name: own,
}


def create_app(
    database: Path, bank: Path, *, names: Sequence[str] = (), https: bool = False, paper: Paper = "a4"
) -> Flask:
    """Return the application over a database file and the folder of a question bank.

    `names` are those it answers under besides localhost; `https` says that every visitor comes encrypted; `paper` is
    that of the PDFs.
    Raises StoreError, BankError or MailError with everything there is to mend.
    """
    post = mail.configured(os.environ)
    address = _address(os.environ.get(ADDRESS, ""))
    renderer = Renderer(workers=2, gentle=True, paper=paper)
    app = build_app(banks.load(bank), Store(database), renderer, post=post, address=address, ahead=True)
    app.config["TRUSTED_HOSTS"] = [*app.config["TRUSTED_HOSTS"], *names]
    app.config["SESSION_COOKIE_SECURE"] = https
    return app


def build_app(
    bank: Bank,
    store: Store,
    renderer: Renderer,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    post: Post | None = None,
    address: str | None = None,
    ahead: bool = False,
) -> Flask:
    """Return the application over finished objects; `ahead` says that reports are made before they are asked for."""
    app = Flask("assessor", static_folder=str(_static()), template_folder=None)
    app.request_class, app.session_interface = Request, Cookies()
    key = store.secret()
    made_with = hashlib.sha256(f"{renderer.imprint} {bank!r}".encode()).hexdigest()
    jobs = Jobs(store.papers, made_with, renderer.workers)
    app.extensions[NAME] = Site(bank, store, renderer, clock, key, jobs, made_with, ahead, post, address)
    app.config.from_mapping(_settings(key))
    _templates(app)
    parts = (
        answering,
        choosing,
        comparing,
        joining,
        making,
        meeting,
        running,
        results,
        sharing,
        tables,
        trends,
        removal,
        signing,
        account,
        people,
        planning,
    )
    for blueprint in parts:
        app.register_blueprint(blueprint)
    app.before_request(admit)
    app.after_request(_headers)
    trouble.install(app)
    return app


def _address(text: str) -> str | None:
    if text and not text.startswith(("http://", "https://")):
        raise AssessorError(f"{ADDRESS} must begin with https:// or http://; it is where links lead that others get.")
    return text or None


def _settings(key: bytes) -> dict[str, Any]:
    return {
        "SECRET_KEY": key,
        # cookies know no ports: the demo and the real thing on one computer must not share theirs
        "SESSION_COOKIE_NAME": f"session-{hashlib.sha256(key).hexdigest()[:8]}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "MAX_CONTENT_LENGTH": LARGEST,
        "MAX_FORM_MEMORY_SIZE": LARGEST,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
    }


def _static() -> Path:
    return PACKAGE / "static"


def _templates(app: Flask) -> None:
    """Screen pages come from templates/; figures are shared with the PDF, so they come from reports/."""
    app.jinja_options = {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = FileSystemLoader([content("templates"), content("reports")])
    app.jinja_env.filters.update(FILTERS, moment=_moment, printable=printable, picture=picture)
    app.jinja_env.globals.update(questions=drawing.questions, given=drawing.given, steps=drawing.steps, asset=_asset)
    app.context_processor(_known)


def _known() -> dict[str, Any]:
    """Return what every page may ask for."""
    return {
        "bank": site().bank,
        "demo": site().store.demo,
        "asks": partial(asks, site().bank),
        "visitor": visitor,
        "sees": sees,
        "reads": reads,
        "leaving": lambda: Confirm(guard()).token,
    }


def _asset(name: str) -> str:
    """Return where a static file is, under an address that changes with what it holds."""
    return f"{request.script_root}/static/{name}?v={_version()}"


@cache
def _version() -> str:
    files = sorted(path for path in _static().iterdir() if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:8]


def _moment(text: str) -> datetime:
    """Return a kept time as this computer's clock shows it: server and reader are the same."""
    return datetime.fromisoformat(text).astimezone()


def _headers(response: Response) -> Response:
    """Close the page to everything that is not ours; answers and results stay out of caches."""
    response.headers["Content-Security-Policy"] = POLICY + ALLOWED.get(request.blueprint or "", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.blueprint == sharing.name:  # the address itself is the key
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
