"""Serving: on this computer alone, until an owner exists who says who may come in."""

from __future__ import annotations

import gc
import ipaddress
import logging
import re
import signal
import socket
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from assessor.cli.sources import made, now, open_store
from assessor.errors import AssessorError

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.pdf import Paper

NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)
WITH_PROXY: dict[str, Any] = {  # what the proxy says is believed only where one was announced
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-proto", "x-forwarded-for"},
    "clear_untrusted_proxy_headers": True,
}


# Python works in one thread at a time; a second one uses the moments in which the first waits for the disk, and more of
# them only hand over to each other. What takes long (PDFs, mail) is done elsewhere, and files that were sent are read
# one lot at a time, so that one thread is always left for those who answer.
# Browsers keep their connections: with waitress' own limit of 100 the hundred-and-first phone would wait. And it sends
# what it has at once, the header apart from the page; its main loop then turns idly until the rest has gone as well,
# which takes a third of all the time. A page that is whole goes in one piece.
MANY: dict[str, Any] = {"threads": 2, "connection_limit": 800, "asyncore_use_poll": True, "send_bytes": 65_536}


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the tool listens, under which names it answers, and whether a proxy before it encrypts."""

    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()
    https: bool = False

    @property
    def alone(self) -> bool:
        """Tell whether nobody but this computer can come."""
        return _loopback(self.host) and not self.names and not self.https

    @property
    def proxy(self) -> dict[str, Any]:
        """Return how a proxy on this computer is believed, by the address that it comes from; nothing without one."""
        return {"trusted_proxy": "::1" if ":" in self.host else "127.0.0.1", **WITH_PROXY} if self.https else {}

    @property
    def shown(self) -> str:
        """Return the host as it stands in an address."""
        host = "127.0.0.1" if _wildcard(self.host) else self.host
        return f"[{host}]" if ":" in host else host


def serve(place: Place, bank: Path, database: Path, paper: Paper = "a4") -> None:
    """Serve until the person stops it, with PDFs on a paper; requests under way are finished."""
    import waitress

    from assessor.web import Posting, create_app

    _check(place, database)
    with _listening(place) as listening:
        hosts = [] if _wildcard(place.host) else [place.shown]
        app = create_app(made(database), bank, names=[*place.names, *hosts], https=place.https, paper=paper)
        for name in ("SIGTERM", "SIGHUP"):  # told to stop, or the window was closed
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda *_: sys.exit(0))
        address = f"http://{place.shown}:{listening.getsockname()[1]}/"
        click.echo(f"Open {address} in a browser. Answers are kept in {database}.")
        _offer_owner(database, address)
        click.echo("Press Ctrl+C to stop.")
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that some wait a moment is no trouble
        gc.collect()
        gc.freeze()  # bank and code stay for good; looking through them again costs every request a little
        with Posting(app):
            waitress.serve(app, sockets=[listening], **MANY, **place.proxy)


def _check(place: Place, database: Path) -> None:
    """Raise AssessorError where others could come in, and nobody says who may."""
    wrong = next((name for name in place.names if not NAME.fullmatch(name)), None)
    if wrong is not None:
        raise AssessorError(f"“{wrong}” is no host name: leave out https://, the port and everything behind it.")
    if not place.alone and not _owned(database):
        raise AssessorError(
            "Others are let in only when there is an owner. Make one first: `assessor user add NAME --role owner`, "
            "set the password with the link it prints (start without --host, --name and --https), then start again."
        )
    if _wildcard(place.host) and not place.names:
        raise AssessorError(
            "Say with --name under which name others open the tool, for example --name tool.example.org."
        )


def _owned(database: Path) -> bool:
    """Tell whether everybody must sign in; a demo lets everybody in as its owner."""
    if not database.is_file():
        return False
    with open_store(database) as store:
        return store.accounts.owned and not store.demo


def _listening(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    try:
        return socket.create_server((place.host, place.port), family=family)
    except OSError as error:
        where = "" if place.host == "127.0.0.1" else f" of {place.host}"
        raise AssessorError(
            f"Port {place.port}{where} cannot be used ({error.strerror}); choose another one with --port."
        ) from error


def _offer_owner(database: Path, address: str) -> None:
    """Print the link that makes the owner, as long as there is none."""
    from assessor.store.accounts import FIRST_KEY

    with open_store(database) as store:
        if not store.accounts.owned and not store.demo:
            token = store.accounts.add_link(None, now(), FIRST_KEY)
            click.echo("Whoever uses this computer can use everything. To let others sign in, become the owner with")
            click.echo(f"{address}key/{token} (works once, within 24 hours).")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _wildcard(host: str) -> bool:
    return host in {"", "0.0.0.0", "::"}  # noqa: S104 - it is looked for, not listened on
