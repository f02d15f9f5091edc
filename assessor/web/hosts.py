"""Under which names the tool answers."""

from __future__ import annotations

import re

import flask

HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::[0-9]+)?")


class Request(flask.Request):
    """A request whose host may be an IPv6 address: Werkzeug's own check cuts trusted names at their first colon.

    A host that is one of the names letter by letter is let through at once; Werkzeug would encode every name anew.
    """

    _trusted: list[str] | None = None

    @property
    def trusted_hosts(self) -> list[str] | None:
        """The names to check the host against; none where it was found to be one of them."""
        return self._trusted

    @trusted_hosts.setter
    def trusted_hosts(self, names: list[str] | None) -> None:
        host = HOST.fullmatch(self.headers.get("Host", ""))
        self._trusted = [] if names and host and host[1] in names else names
