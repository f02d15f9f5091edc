"""The pages, in a browser."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from jinja2 import FileSystemLoader, StrictUndefined

from assessor import bank as banks
from assessor.assessed import asks
from assessor.forms import printable
from assessor.paths import PACKAGE, content
from assessor.pdf import FILTERS, Renderer
from assessor.store import Store
from assessor.web import drawing, trouble
from assessor.web.answering import answering
from assessor.web.joining import joining
from assessor.web.results import results
from assessor.web.site import NAME, Site, site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Response

    from assessor.bank import Bank

__all__ = ["build_app", "create_app"]

LARGEST = 1_000_000
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

ALLOWED = {
    answering.name: (script := "; script-src 'self'; connect-src 'self'"),  # keep.js
    joining.name: script,
    results.name: "; style-src-attr 'unsafe-inline'",  # the lengths of bars
}


def create_app(database: Path, bank: Path) -> Flask:
    """Return the application over a database file and the folder of a question bank.

    Raises StoreError or BankError with everything there is to mend.
    """
    return build_app(banks.load(bank), Store(database), Renderer())


def build_app(
    bank: Bank, store: Store, renderer: Renderer, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Flask:
    """Return the application over finished objects."""
    app = Flask("assessor", static_folder=str(_static()), template_folder=None)
    key = store.secret()
    app.extensions[NAME] = Site(bank, store, renderer, clock, key)
    app.config.from_mapping(_settings(key))
    _templates(app)
    app.register_blueprint(answering)
    app.register_blueprint(joining)
    app.register_blueprint(results)
    app.after_request(_headers)
    trouble.install(app)
    return app


def _settings(key: bytes) -> dict[str, Any]:
    return {
        "SECRET_KEY": key,
        # cookies know no ports: the demo and the real thing on one computer must not share theirs
        "SESSION_COOKIE_NAME": f"session-{hashlib.sha256(key).hexdigest()[:8]}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(days=90),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "TRUSTED_HOSTS": ["localhost", "127.0.0.1"],
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
    app.jinja_env.filters.update(FILTERS, moment=_moment, printable=printable, lower_first=_lower_first)
    app.jinja_env.globals["question"] = drawing.question
    app.jinja_env.globals["asset"] = _asset
    app.context_processor(lambda: {"bank": site().bank, "demo": site().store.demo, "asks": partial(asks, site().bank)})


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


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _headers(response: Response) -> Response:
    """Close the page to everything that is not ours; answers and results stay out of caches."""
    response.headers["Content-Security-Policy"] = POLICY + ALLOWED.get(request.blueprint or "", "")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
