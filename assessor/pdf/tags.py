"""What WeasyPrint leaves open in a tagged PDF: table headers' scope, running heads as artifacts, links that print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pydyf

if TYPE_CHECKING:
    from collections.abc import Iterator

PRINTED = 4


def mend(_document: Any, pdf: pydyf.PDF) -> None:
    """Mend the tags of a PDF before it is written; given to WeasyPrint as `finisher`."""
    for thing in pdf.objects:
        if isinstance(thing, dict):
            _mark(pdf, thing)
    root = _at(pdf, pdf.catalog["StructTreeRoot"])
    reached = set(_below(pdf, root["K"]))
    numbers = _at(pdf, root["ParentTree"])["Nums"]
    for page, parents in zip(pdf.page_references, numbers[1::2], strict=False):
        _release(pdf, _at(pdf, page), parents, reached)


def _mark(pdf: pydyf.PDF, thing: dict[str, Any]) -> None:
    if thing.get("S") == "/TH" and "A" in thing:
        section = _at(pdf, _at(pdf, thing["P"])["P"])
        thing["A"]["Scope"] = "/Column" if section.get("S") == "/THead" else "/Row"
    elif thing.get("Type") == "/Annot":
        thing["F"] = PRINTED


def _below(pdf: pydyf.PDF, kids: Any) -> Iterator[int]:
    """Yield the numbers of all structure elements below some kids."""
    waiting = list(kids)
    while waiting:
        kid = waiting.pop()
        if isinstance(kid, (bytes, str)):
            yield _number(kid)
            waiting.extend(_at(pdf, kid).get("K", ()))


def _release(pdf: pydyf.PDF, page: dict[str, Any], parents: list[Any], reached: set[int]) -> None:
    """Turn a page's text that no reader would reach (the running head and foot) into an artifact."""
    loose = {mark for mark, parent in enumerate(parents) if _number(parent) not in reached}
    stream = _at(pdf, page["Contents"]).stream
    for n, operator in enumerate(stream):
        if operator == b"BDC" and isinstance(stream[n - 1], dict) and stream[n - 1].get("MCID") in loose:
            stream[n - 2 : n] = ["/Artifact", pydyf.Dictionary({"Type": "/Pagination"})]
    for mark in loose:
        parents[mark] = "null"


def _at(pdf: pydyf.PDF, reference: bytes | str) -> Any:
    return pdf.objects[_number(reference)]


def _number(reference: bytes | str) -> int:
    return int(reference.split()[0])
