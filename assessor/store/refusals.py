"""What the store says no to, each named for the fact."""

from __future__ import annotations

from assessor.errors import StoreError


class NotFound(StoreError):  # noqa: N818 - named for the fact
    """There is no such service, assessment or account."""


class NotGiven(StoreError):  # noqa: N818 - named for the fact
    """The name belongs to a service that the account was not given."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is the name of a service that you were not given. Ask the owner for it.")


class NameTaken(StoreError):  # noqa: N818 - named for the fact
    """There is an account of this name already."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is already an account “{name}”. Choose another name.")


class LastOwner(StoreError):  # noqa: N818 - named for the fact
    """Without this owner nobody could look after the accounts."""

    def __init__(self, name: str) -> None:
        super().__init__(f"“{name}” is the only owner who can sign in. Make another owner first.")


class Spent(StoreError):  # noqa: N818 - named for the fact
    """A one-time link was used, is too old, or never was."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or is too old. Ask for a new one.")
