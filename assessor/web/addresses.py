"""Where the pages of one person's answers are: behind a link, or behind the browser's own key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flask import url_for


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


class Mine:
    """Pages whose address says nothing: a shared computer keeps addresses, and others may look at them."""

    def page(self, row_id: str, **more: Any) -> str:
        """Return where a page of questions is."""
        return url_for("joining.questions", row_id=row_id, **more)

    def review(self, **more: Any) -> str:
        """Return where everything can be looked over."""
        return url_for("joining.review", **more)

    def later(self) -> str:
        """Return where "stop for now" leads."""
        return url_for("joining.pause")
