"""The worker process: takes HTML and a result on its input, sets the one, attaches the other, and gives a PDF back.

Started by `assessor.pdf.renderer`, which gives it a temporary folder and a fontconfig file of its own.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import weasyprint
from cssselect2 import ElementWrapper
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from assessor.pdf.archive import VARIANT, attach, declare
from assessor.pdf.attachments import NAME
from assessor.pdf.frames import read, write
from assessor.pdf.savings import Done, save
from assessor.pdf.tags import mend

if TYPE_CHECKING:
    from typing import BinaryIO

    import pydyf

MOST_LOGGED = 20
PARTS = 3  # of what is sent for a document


class Shelf(URLFetcher):  # type: ignore[misc]
    """A fetcher that knows the bundled fonts and nothing else: no network, no other file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=())
        self._fonts = {font.as_uri(): font for font in (folder / "fonts").glob("*.woff")}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return a bundled font; refuse every other address."""
        if url not in self._fonts:
            return super().fetch(url, headers)
        return URLFetcherResponse(url, self._fonts[url].read_bytes(), {"Content-Type": "font/woff"})


class Sheet(weasyprint.HTML):  # type: ignore[misc]
    """A document that is well-formed, as ours are, and so can be read by the quicker parser of XML."""

    def __init__(self, html: str, base: str, fetcher: URLFetcher) -> None:
        self.base_url, self.url_fetcher, self.media_type = base, fetcher, "print"
        root = ET.fromstring(html)  # noqa: S314 - our own templates, with everything in them escaped
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


class Log(logging.Handler):
    """Collects what WeasyPrint has to say about one document."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the first lines."""
        if len(self.lines) < MOST_LOGGED:
            self.lines.append(record.getMessage())


class Press:
    """WeasyPrint with one font configuration and one parsed stylesheet, which is what keeps its memory flat."""

    def __init__(self, folder: Path) -> None:
        self._base = f"{folder.as_uri()}/"
        self._fetcher = Shelf(folder)
        self._fonts = FontConfiguration()
        self._css = weasyprint.CSS(
            string=(folder / "print.css").read_text("utf-8"),
            base_url=self._base,
            url_fetcher=self._fetcher,
            font_config=self._fonts,
        )

    def pdf(self, html: str, record: bytes = b"", name: str = NAME) -> bytes:
        """Return a document as PDF/UA-1 and PDF/A-3a, with a record attached under a name unless it is empty."""
        made: bytes = self._document(html).write_pdf(
            stylesheets=[self._css],
            font_config=self._fonts,
            pdf_variant=VARIANT,
            finisher=partial(finish, record, name),
        )
        return made

    def _document(self, html: str) -> weasyprint.HTML:
        try:
            return Sheet(html, self._base, self._fetcher)
        except ET.ParseError:
            return weasyprint.HTML(string=html, base_url=self._base, url_fetcher=self._fetcher)


def finish(record: bytes, name: str, document: Any, pdf: pydyf.PDF) -> None:
    """Mend the tags and attach the record: the last that is done before a PDF is written."""
    mend(document, pdf)
    declare(pdf)
    if record:
        attach(pdf, record, name)
    pdf.objects = [Done(thing) for thing in pdf.objects]


def serve(press: Press, log: Log, source: BinaryIO, target: BinaryIO) -> None:
    """Answer documents, each with its record and the record's name, until the other side closes."""
    while None not in (parts := [read(source) for _ in range(PARTS)]):
        html, record, name = (part or b"" for part in parts)
        log.lines.clear()
        gc.disable()  # collecting while a document is set costs a tenth of the time
        answer(target, *_attempt(press, html.decode("utf-8"), record, name.decode()), log)
        gc.enable()
        gc.collect()


def answer(target: BinaryIO, error: str | None, made: bytes, log: Log) -> None:
    """Send a PDF, or what went wrong, with what was logged."""
    write(target, json.dumps({"error": error, "log": log.lines}).encode())
    write(target, made)


def _attempt(press: Press, html: str, record: bytes, name: str) -> tuple[str | None, bytes]:
    try:
        return None, press.pdf(html, record, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other side must hear of it
        return f"{type(error).__name__}: {error}", b""


def main() -> None:
    """Serve on standard input and output; what libraries print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the one who started us decides when we end
    source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    log = Log()
    logging.getLogger("weasyprint").addHandler(log)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    folder, place = map(Path, sys.argv[1:])
    save()
    try:
        press = Press(folder)
        answer(target, None, b"", log)
        serve(press, log, source, target)
    finally:
        shutil.rmtree(place, ignore_errors=True)  # the parent does it too, unless it was killed


if __name__ == "__main__":
    main()
