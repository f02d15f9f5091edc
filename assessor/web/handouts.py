"""One-time links on paper or in a table; they are given out once, for only their hashes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import Response, render_template

from assessor.exports.tables import table
from assessor.web.journey import length_of
from assessor.web.site import local, site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessor.store import Survey


def picture(address: str) -> str:
    """Return an address as a QR code, for the source of an image."""
    code: str = segno.make(address, error="m").svg_data_uri(border=2)
    return code


def grouped(token: str) -> str:
    """Return a token in groups of four, to be copied by hand."""
    return " ".join(token[k : k + 4] for k in range(0, len(token), 4))


def plain(typed: str) -> str:
    """Return a token as it was before somebody copied it by hand: spaces, hyphens and capitals do not matter."""
    return "".join(filter(str.isalnum, typed)).lower()[:64]


def csv_of(survey: Survey, addresses: Sequence[str], perspective: str | None) -> Response:
    """Return links as a table to download."""
    head = ("service", "assessment", "perspective", "link")
    rows = ((survey.service.name, survey.wave, perspective or "", address) for address in addresses)
    answer = Response(table([head, *rows]), content_type="text/csv; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename="links.csv")
    return answer


def slips_of(survey: Survey, addresses: Sequence[str], perspective: str | None) -> str:
    """Return links as a page of slips to print and cut."""
    slips = [
        (address.rpartition("/")[0], grouped(address.rpartition("/")[2]), picture(address)) for address in addresses
    ]
    who = site().bank.perspective[perspective].name if perspective else ""
    here = local(addresses[0])
    return render_template(
        "slips.html", survey=survey, slips=slips, who=who, length=length_of(survey, perspective), here=here
    )
