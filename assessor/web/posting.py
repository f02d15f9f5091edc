"""Sending what is in the outbox, apart from the requests: a slow mail server keeps nobody waiting."""

from __future__ import annotations

import secrets
import threading
from datetime import datetime
from typing import TYPE_CHECKING, Self

from flask import current_app, render_template

from assessor.errors import AssessorError
from assessor.mail import MailError
from assessor.store.accounts import MAILED
from assessor.store.outbox import INVITATION, PASSWORD
from assessor.web.journey import length_of
from assessor.web.site import NAME, site

if TYPE_CHECKING:
    from flask import Flask

    from assessor.mail import Post
    from assessor.store import Mail
    from assessor.web.site import Site

IDLE = 60.0  # seconds until a look at the outbox that nobody asked for


class Posting:
    """The one thread that sends: at once what is asked for, and later what failed."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._site: Site = app.extensions[NAME]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="posting", daemon=True)

    def __enter__(self) -> Self:
        if self._site.post is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop when the mail that is just leaving has left; the others wait for the next start."""
        self._over.set()
        self._site.mailing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._over.is_set():
            self._site.mailing.clear()
            try:
                drain(self._app, self._over)
            except Exception:
                self._app.logger.exception("The outbox could not be emptied; it is tried again in a minute.")
                self._over.wait(IDLE)
            self._site.mailing.wait(_rest(self._site))


def drain(app: Flask, over: threading.Event | None = None) -> None:
    """Send everything that is due, unless it is `over` before."""
    with app.app_context():
        post = site().post
        while post is not None and not (over and over.is_set()) and (mail := site().store.outbox.take(site().now())):
            _deliver(post, mail)


def _deliver(post: Post, mail: Mail) -> None:
    """Send one mail; a link works before its mail leaves, but that of a reminder takes the old one's place after."""
    outbox, token = site().store.outbox, secrets.token_hex(16)
    try:
        if mail.to:
            _enable(mail, token)
            subject, text = _written(mail, mail.link + token)
            post.send(to=mail.to, subject=subject, text=text)
    except AssessorError as error:
        current_app.logger.warning("A mail could not be sent: %s", error)
        outbox.unsent(mail, final=isinstance(error, MailError) and error.final)
    else:
        outbox.sent(mail, token)


def _enable(mail: Mail, token: str) -> None:
    if mail.kind == INVITATION:
        site().store.surveys.renew(mail.entry_id or "", token)
    elif mail.kind == PASSWORD:
        site().store.accounts.add_link(mail.account_id, site().now(), MAILED, token)


def _written(mail: Mail, address: str) -> tuple[str, str]:
    """Return subject and text; the templates have them in one, with an empty line between."""
    if mail.kind == PASSWORD:
        text = render_template("password_mail.txt", address=address)
    else:
        asked = length_of(mail.survey, mail.perspective) if mail.survey else ()
        text = render_template("mail.txt", survey=mail.survey, kind=mail.kind, address=address, length=asked)
    subject, _, body = text.partition("\n")
    return subject.strip(), body.strip() + "\n"


def _rest(site: Site) -> float:
    """Return for how many seconds there is nothing to send."""
    try:
        due = site.store.outbox.due()
    except AssessorError:
        return IDLE
    return IDLE if due is None else max(0.0, min(IDLE, (datetime.fromisoformat(due) - site.clock()).total_seconds()))
