"""What decides how a PDF looks besides the report: the program, the designs with their fonts, the typesetter."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from assessor.paths import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

    from assessor.pdf.pages import Paper


@cache
def imprint(designs: Path, paper: Paper = "a4") -> str:
    """Return a hash that is another one once the program, its designs, the paper or WeasyPrint are others.

    It reads the files themselves: a number of a version can be forgotten.
    """
    made = hashlib.sha256(f"{version('weasyprint')} {paper}".encode())
    for place, files in ((PACKAGE, PACKAGE.rglob("*.py")), (designs, designs.rglob("*"))):
        for file in sorted(path for path in files if path.is_file()):
            made.update(f"{file.relative_to(place)} ".encode() + hashlib.sha256(file.read_bytes()).digest())
    return made.hexdigest()
