"""The floor: what bare Flask, WTForms with its own widgets, and sqlite3 need for the same 40 questions.

It has no accounts, no anonymity, no review, no second tab: only forms that are parsed, checked and stored, with the
same durability. `python -m tests.benchmarks.floor FILE` serves it behind the server that the tool uses.
"""

from __future__ import annotations

import logging
import secrets
import socket
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import waitress
from flask import Flask, redirect, render_template, request, session
from jinja2 import DictLoader
from wtforms import Form, RadioField, SelectField, validators
from wtforms.csrf.session import SessionCSRF

from assessor.cli.server import MANY

PAGES, ITEMS = 4, 10
VIEWS: Any = ("Staff", "Peer worker")
POINTS: Any = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")
HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>Floor</title><form method=post>{{ form.csrf_token }}"
START = HEAD + "{{ form.view.label }}{{ form.view }}<button>Begin</button></form>"
PAGE = (
    HEAD + "{% for f in form if f.name != 'csrf_token' %}{{ f.label }}{{ f }}{% endfor %}<button>Save</button></form>"
)
TABLES = """
    CREATE TABLE response (id TEXT PRIMARY KEY, view TEXT NOT NULL, submitted INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE answer (response_id TEXT NOT NULL, item TEXT NOT NULL, code TEXT NOT NULL,
                         PRIMARY KEY (response_id, item));
"""


def build(database: Path) -> Flask:
    """Return the application over a new database."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"start.html": START, "page.html": PAGE})
    app.secret_key = secrets.token_bytes(32)
    pages = _forms(app.secret_key)
    connections = threading.local()

    def db() -> sqlite3.Connection:
        if not hasattr(connections, "db"):
            connections.db = sqlite3.connect(database, timeout=30, isolation_level=None)
            connections.db.execute("PRAGMA journal_mode = wal")
            connections.db.execute("PRAGMA synchronous = full")
        found: sqlite3.Connection = connections.db
        return found

    db().executescript(TABLES)

    @app.route("/", methods=["GET", "POST"])
    def start() -> Any:
        form = pages[0](request.form, meta={"csrf_context": session})
        if request.method == "POST" and form.validate():
            session["id"] = secrets.token_hex(16)
            db().execute("INSERT INTO response (id, view) VALUES (?, ?)", (session["id"], form["view"].data))
            return redirect("/page/1", 303)
        return render_template("start.html", form=form)

    @app.route("/page/<int:number>", methods=["GET", "POST"])
    def page(number: int) -> Any:
        form = pages[number](request.form, meta={"csrf_context": session})
        if request.method == "POST" and form.validate():
            lines = [(session["id"], f.name, f.data) for f in form if f.name != "csrf_token"]
            db().execute("BEGIN IMMEDIATE")
            db().executemany("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", lines)
            if number == PAGES:
                db().execute("UPDATE response SET submitted = 1 WHERE id = ?", (session["id"],))
            db().execute("COMMIT")
            return redirect(f"/page/{number + 1}" if number < PAGES else "/done", 303)
        return render_template("page.html", form=form)

    @app.get("/done")
    def done() -> str:
        return "<!doctype html><html lang=en><title>Floor</title><h1>Thank you</h1>"

    return app


def _forms(key: bytes) -> list[type[Form]]:
    class Base(Form):
        class Meta:
            csrf, csrf_class, csrf_secret, csrf_time_limit = True, SessionCSRF, key, None

    start = type("Start", (Base,), {"view": SelectField("From where do you see the service?", choices=VIEWS)})
    return [start, *(type(f"Page{n}", (Base,), _fields(n)) for n in range(1, PAGES + 1))]


def _fields(page: int) -> dict[str, Any]:
    return {
        f"item-{page}-{n}": RadioField(
            f"Statement {n} of page {page}, as long as such a sentence is.",
            [validators.InputRequired()],
            choices=POINTS,
        )
        for n in range(1, ITEMS + 1)
    }


def main() -> None:
    """Serve until killed."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
        waitress.serve(build(Path(sys.argv[1])), sockets=[listening], **MANY)


if __name__ == "__main__":
    main()
