"""Where the content folders are: in the wheel, in a checkout, in an editable install."""

from __future__ import annotations

from pathlib import Path

from assessor.errors import AssessorError

PACKAGE = Path(__file__).parent


def content(name: str) -> Path:
    """Return the folder `questions`, `templates` or `reports`.

    It stands inside the package when installed and beside it in a checkout.
    Raises AssessorError when it is in neither place.
    """
    for folder in (PACKAGE / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise AssessorError(
        f"The folder “{name}” is missing beside {PACKAGE}: the installation is incomplete, please install again."
    )
