"""A visitor without a browser: reads every page with an HTML5 parser, and checks it on the way."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tinyhtml5.parser import HTMLParser  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

    from flask import Flask
    from werkzeug.test import TestResponse

Fields = dict[str, str | list[str]]
UNNAMED = {"hidden", "submit"}


class Page:
    """One page as a browser understands it."""

    def __init__(self, response: TestResponse) -> None:
        self.status, self.address, self.html = response.status_code, response.request.path, response.text
        parser = HTMLParser(namespace_html_elements=False)
        self.root: Element = parser.parse(self.html)
        self.errors = parser.errors

    @cached_property
    def text(self) -> str:
        """All words of the page."""
        return " ".join(" ".join(self.root.itertext()).split())

    @property
    def title(self) -> str:
        """The page's title."""
        return self.words("title")[0]

    def words(self, tag: str, name: str = "") -> list[str]:
        """The words in every element of a tag, with a class if one is named."""
        found = (e for e in self.root.iter(tag) if not name or name in e.get("class", "").split())
        return [" ".join(" ".join(e.itertext()).split()) for e in found]

    def links(self) -> list[str]:
        """Where the page leads."""
        return [e.get("href", "") for e in self.root.iter("a")]

    def link(self, words: str) -> str:
        """Where the link with these words leads."""
        found = [e for e in self.root.iter("a") if words in " ".join(" ".join(e.itertext()).split())]
        assert found, f"no link {words!r} in {self.text}"
        return found[0].get("href", "")

    @property
    def refresh(self) -> str | None:
        """Where the page leads by itself: to itself, or to a file that is ready; None where it stays."""
        found = [e.get("content", "") for e in self.root.iter("meta") if e.get("http-equiv") == "refresh"]
        return (found[0].partition("url=")[2] or self.address) if found else None

    @property
    def fields(self) -> Fields:
        """What a browser sends when nothing is touched."""
        sent: Fields = {}
        for e in self.root.iter("input"):
            if e.get("type") == "checkbox":
                sent.setdefault(e.get("name", ""), [])
                if "checked" in e.attrib:
                    sent[e.get("name", "")] = [*sent[e.get("name", "")], e.get("value", "")]
            elif e.get("name") and (e.get("type") != "radio" or "checked" in e.attrib):
                sent[e.get("name", "")] = e.get("value", "")
        sent.update({e.get("name", ""): (e.text or "").replace("\n", "\r\n") for e in self.root.iter("textarea")})
        return sent

    def faults(self) -> list[str]:
        """What is wrong with the page as a page."""
        ids = Counter(e.get("id") for e in self.root.iter() if e.get("id"))
        labelled = {e.get("for") for e in self.root.iter("label")}
        wrapped = {id(c) for label in self.root.iter("label") for c in label.iter()}
        controls = [e for tag in ("input", "textarea", "select") for e in self.root.iter(tag)]
        anchors = [link[1:] for link in self.links() if link.startswith("#")]
        points = [
            a
            for e in self.root.iter()
            for key in ("aria-describedby", "aria-labelledby")
            for a in e.get(key, "").split()
        ]
        return [
            *(f"HTML: {error}" for error in self.errors),
            *(f"id {i} stands there {n} times" for i, n in ids.items() if n > 1),
            *(
                f"{e.attrib} has no label"
                for e in controls
                if e.get("type") not in UNNAMED and e.get("id") not in labelled and id(e) not in wrapped
            ),
            *(f"#{a} leads nowhere" for a in (*anchors, *points) if a not in ids),
            *(f"{len(self.words('h1'))} h1" for _ in range(len(self.words("h1")) != 1)),
            *(f"unfinished template: {m}" for m in re.findall(r"\bNone\b|Undefined", self.text)),
            *(["no title"] if not self.title.partition(" – ")[0].strip() else []),
            *(["no language"] if self.root.get("lang") != "en" else []),
            *(["nothing selects what is there to be copied"] if self._copied and not self.loads("select.js") else []),
        ]

    @property
    def _copied(self) -> bool:
        return any("readonly" in e.attrib for e in self.root.iter("input"))

    def loads(self, script: str = "") -> bool:
        """Tell whether the page loads a script, or any."""
        return any(f"/static/{script}" in e.get("src", "") for e in self.root.iter("script"))


class Visitor:
    """Somebody who opens pages and sends forms; cookies are kept."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, address: str, status: int = 200) -> Page:
        """Open a page, following redirections."""
        response = self.client.get(address, follow_redirects=True)
        return self._page(response, status)

    def send(self, page: Page, fields: Mapping[str, Any], status: int = 200, **more: Any) -> Page:
        """Send a page's form with some fields changed, following the redirection."""
        response = self.client.post(page.address, data={**page.fields, **fields, **more}, follow_redirects=True)
        return self._page(response, status)

    def download(self, address: str, patience: float = 60) -> TestResponse:
        """Get a PDF as a browser without scripts does: go where pages lead by themselves, up to a file or a fault."""
        over = time.monotonic() + patience
        while time.monotonic() < over:
            response = self.client.get(address, follow_redirects=True)
            if response.mimetype != "text/html":
                return response
            page = self._page(response, response.status_code)
            if page.refresh is None:
                return response
            address = page.refresh
            time.sleep(0.05)  # a person waits as long as the page says
        raise AssertionError(f"{address} still sends on after {patience} seconds")

    def weigh(self, address: str) -> int:
        """How many bytes something is that a page loads."""
        with self.client.get(address) as response:
            assert response.status_code == 200
            return len(response.data)

    @staticmethod
    def _page(response: TestResponse, status: int) -> Page:
        page = Page(response)
        assert response.status_code == status, page.text
        assert not (faults := page.faults()), (page.address, faults)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src 'self'" in policy or not page.loads(), page.address
        assert response.headers["Cache-Control"] == "no-store"
        assert all(script.get("src") and not script.text for script in page.root.iter("script"))
        return page
