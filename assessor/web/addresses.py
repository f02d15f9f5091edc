"""Where the pages of an assessment's answers are: behind a link, the browser's own key, or an account."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from flask import request, url_for


class Addresses(Protocol):
    """What a page needs to lead to the others."""

    def page(self, row_id: str, **more: Any) -> str:
        """Return where a page of questions is."""

    def review(self, **more: Any) -> str:
        """Return where everything can be looked over."""

    def later(self) -> str:
        """Return where "stop for now" leads."""


@dataclass(frozen=True)
class Linked:
    """Pages whose address holds the token: one person answers for a service and keeps the link."""

    token: str

    def page(self, row_id: str, **more: Any) -> str:
        """Return where a page of questions is."""
        return url_for("answering.questions", token=self.token, row_id=row_id, **more)

    def review(self, **more: Any) -> str:
        """Return where everything can be looked over."""
        return url_for("answering.review", token=self.token, **more)

    def later(self) -> str:
        """Return where "stop for now" leads."""
        return url_for("answering.home")


@dataclass(frozen=True)
class Meeting:
    """Pages of a meeting: each of its questions has one, reached from the list of all."""

    assessment_id: str

    def page(self, row_id: str, **more: Any) -> str:
        """Return where the questions of a row are listed."""
        return url_for("meeting.overview", assessment_id=self.assessment_id, _anchor=row_id, **more)

    def review(self, **more: Any) -> str:
        """Return where everything can be looked over."""
        return url_for("meeting.overview", assessment_id=self.assessment_id, **more)

    def later(self) -> str:
        """Return where "stop for now" leads."""
        return url_for("answering.home")


class Mine:
    """Pages whose address says nothing: a shared computer keeps addresses, and others may look at them."""

    def page(self, row_id: str, **more: Any) -> str:
        """Return where a page of questions is."""
        return _once("joining.questions", row_id=row_id, **more)

    def review(self, **more: Any) -> str:
        """Return where everything can be looked over."""
        return _once("joining.review", **more)

    def later(self) -> str:
        """Return where "stop for now" leads."""
        return _once("joining.pause")


def _once(endpoint: str, **more: Any) -> str:
    """Return an address that is the same for everybody, built once: Flask takes long over it, and a page has many."""
    return _built(request.script_root, endpoint, tuple(more.items()))


@lru_cache(maxsize=1000)
def _built(_root: str, endpoint: str, more: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(more))
