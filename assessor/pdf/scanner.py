"""The worker process that looks into a PDF from outside: takes the file on its input, gives back what was found.

Whatever a PDF does to the program that reads it, it does it here, with little memory and for a few seconds.
"""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pypdf
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, StreamObject

from assessor.pdf.archive import intact
from assessor.pdf.attachments import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 20
MEMORY = 512 * 2**20
LARGEST = 5_000_000  # bytes of one stream, unpacked
MOST_PAGES = 500
MOST_OBJECTS = 100_000
DAMAGED = "This PDF is damaged, or made in a way that this tool does not read."
TOO_LARGE = "This PDF unpacks to far more than a report holds, so it was not read."


class Refused(Exception):  # noqa: N818 - named for the fact
    """A PDF that is not read; its text says why."""


def scan(data: bytes, *, words: bool) -> dict[str, Any]:
    """Return the attached text with its name, whether it and the pages are as they were made, each page's words."""
    reader = _opened(data)
    name, attached = _attached(reader)
    drawn = [b"".join(_drawn(page)) for page in reader.pages]
    printed = [page.extract_text() for page in reader.pages] if words else []
    if sum(map(len, printed)) > LARGEST:
        raise Refused(TOO_LARGE)
    return {"name": name, "text": attached.decode(), "intact": intact(attached, drawn), "words": printed}


def _opened(data: bytes) -> pypdf.PdfReader:
    if b"%PDF-" not in data[:1024]:
        raise Refused("This is not a PDF.")
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted:
        raise Refused("This PDF is encrypted, so its result cannot be read: save it without a password first.")
    if sum(map(len, reader.xref.values())) + len(reader.xref_objStm) > MOST_OBJECTS:
        raise Refused(TOO_LARGE)
    if len(reader.pages) > MOST_PAGES:
        raise Refused(f"This PDF has more than {MOST_PAGES} pages, which no report has.")
    return reader


def _attached(reader: pypdf.PdfReader) -> tuple[str, bytes]:
    found = [(file.name, file.content) for file in reader.attachment_list if file.name in DESCRIPTIONS]
    if len(found) != 1:
        raise Refused("This PDF is no report of this tool: it carries no result.")
    return found[0]


def _drawn(page: pypdf.PageObject) -> Iterator[bytes]:
    """Yield what is drawn on a page, uncompressed and as it stands."""
    contents = page.get("/Contents", ArrayObject()).get_object()
    for part in contents if isinstance(contents, ArrayObject) else [contents]:
        stream = part.get_object()
        if isinstance(stream, StreamObject):
            yield stream.get_data()


def answer(data: bytes, *, words: bool) -> dict[str, Any]:
    """Return what a scan finds, or why the PDF is refused."""
    try:
        return scan(data, words=words)
    except Refused as refused:
        return {"refused": str(refused)}
    except (LimitReachedError, MemoryError):
        return {"refused": TOO_LARGE}
    except (PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError):
        return {"refused": DAMAGED}


def confine() -> None:
    """Take memory and time away from this process, where the system lets it."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - not on every system

        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """Scan the PDF on standard input."""
    confine()
    pypdf.overwrite_configuration(
        maximum_declared_stream_length=4 * LARGEST,
        array_based_stream_maximum_output_length=LARGEST,
        zlib_maximum_output_length=LARGEST,
        zlib_maximum_recovery_input_length=0,
        lzw_maximum_output_length=LARGEST,
        run_length_maximum_output_length=LARGEST,
        brotli_maximum_output_length=LARGEST,
        jbig2_maximum_output_length=0,
        stream_decoding_work_maximum_length=4 * LARGEST,
        page_tree_maximum_entries=4 * MOST_PAGES,
        jbig2dec_binary=None,
    )
    found = answer(sys.stdin.buffer.read(), words=sys.argv[1:] == ["words"])
    sys.stdout.buffer.write(json.dumps(found).encode())


if __name__ == "__main__":
    main()
