"""What makes a tagged PDF fit for archives too (PDF/A-3a), with the result attached that a machine can read.

WeasyPrint sets PDF/A or PDF/UA; a file may be both once its metadata names both, and says what the second name means.
"""

from __future__ import annotations

from hashlib import md5, sha256
from typing import TYPE_CHECKING, Any

import pydyf

from assessor.pdf.attachments import DESCRIPTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

VARIANT = "pdf/a-3a"
SEAL = b',"seal":"%s"}'
UNDATED = "D:19700101000000Z"
END = b"</rdf:RDF>"
# The identification of PDF/UA, and its description as PDF/A asks for it of a schema that is not its own.
ACCESS = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1" />
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Which part of PDF/UA the file conforms to</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


def declare(pdf: pydyf.PDF) -> None:
    """Say in the metadata that the file is PDF/UA-1 beside PDF/A."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream = [b"".join(metadata.stream).replace(END, ACCESS + END, 1)]


def attach(pdf: pydyf.PDF, record: bytes, name: str) -> None:
    """Attach a record, sealed with the pages as they are, under one of the names that are described."""
    date = pdf.info.get("CreationDate") or pydyf.String(UNDATED)
    text = sealed(record, [content(pdf, page) for page in pdf.page_references])
    checksum = md5(text, usedforsecurity=False).hexdigest()
    extra = {
        "Type": "/EmbeddedFile",
        "Subtype": "/application#2fjson",
        "Params": pydyf.Dictionary({"Size": len(text), "ModDate": date, "CheckSum": f"<{checksum}>"}),
    }
    stream = pydyf.Stream([text], extra, compress=True)
    pdf.add_object(stream)
    file = pydyf.Dictionary(
        {
            "Type": "/Filespec",
            "F": pydyf.String(name),
            "UF": pydyf.String(name),
            "Desc": pydyf.String(DESCRIPTIONS[name]),
            "AFRelationship": "/Data",
            "EF": pydyf.Dictionary({"F": stream.reference, "UF": stream.reference}),
        }
    )
    pdf.add_object(file)
    names = pydyf.Dictionary({"Names": pydyf.Array([pydyf.String(name), file.reference])})
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = names
    pdf.catalog["AF"] = pydyf.Array([file.reference])


def content(pdf: pydyf.PDF, page: bytes) -> bytes:
    """Return what is drawn on a page, before it is compressed."""
    drawn: Any = pdf.objects[int(pdf.objects[int(page.split()[0])]["Contents"].split()[0])]
    return plain(drawn)


def plain(stream: pydyf.Stream) -> bytes:
    """Return the content of a stream, not compressed."""
    compress, stream.compress = stream.compress, False
    data: bytes = stream.data
    stream.compress = compress
    return data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")


def sealed(record: bytes, pages: Iterable[bytes]) -> bytes:
    """Return a record with the seal, a digest of the record and of what is drawn on the pages.

    It finds what was changed by accident or in passing; it is no signature, for whoever changes both can seal both.
    """
    digest = sha256(record)
    for page in pages:
        digest.update(page)
    return record.removesuffix(b"}") + SEAL % digest.hexdigest().encode()


def intact(text: bytes, pages: Iterable[bytes]) -> bool:
    """Tell whether a sealed record and the pages are as they were made."""
    record = text[: -len(SEAL % (b"0" * 64))] + b"}"
    return sealed(record, pages) == text
