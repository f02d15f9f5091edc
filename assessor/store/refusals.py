"""What the store says no to, each named for the fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assessor.errors import StoreError

if TYPE_CHECKING:
    from assessor.plan import PlannedAction, Target
    from assessor.store.model import Assessment, Setup, Survey


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


class Finished(StoreError):  # noqa: N818 - named for the fact
    """The assessment was submitted; its answers stay as they are."""

    def __init__(self, assessment_id: str) -> None:
        self.assessment_id = assessment_id
        super().__init__(
            "This assessment was submitted. Its answers stay as they are; start a new one to answer again."
        )


class Taken(StoreError):  # noqa: N818 - named for the fact
    """The service already has an assessment of this name; `assessment` is it."""

    def __init__(self, assessment: Assessment | Survey) -> None:
        self.assessment = assessment
        super().__init__(
            f"“{assessment.service.name}” already has an assessment “{assessment.wave}”. Choose another name."
        )


class Closed(StoreError):  # noqa: N818 - named for the fact
    """The assessment takes no answers now: not yet, or not any more; `survey` is it."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        super().__init__(f"“{survey.wave}” of {survey.service.name} takes no answers now.")


class Used(StoreError):  # noqa: N818 - named for the fact
    """The link was used, withdrawn, or replaced by another."""

    def __init__(self) -> None:
        super().__init__("This link was used already, or it was withdrawn. Ask whoever gave it to you for a new one.")


class Full(StoreError):  # noqa: N818 - named for the fact
    """As many people as were invited have answered from a view; `survey` is it."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        super().__init__("As many people as were invited have answered from this view. Nothing was sent.")


class Gone(StoreError):  # noqa: N818 - named for the fact
    """There is no such draft: it was submitted, opened on another device, or deleted."""

    def __init__(self) -> None:
        super().__init__("These answers are not here any more.")


class Empty(StoreError):  # noqa: N818 - named for the fact
    """There is no answer to submit."""

    def __init__(self) -> None:
        super().__init__("No question has an answer yet. Answer at least one before you submit.")


class Throttled(StoreError):  # noqa: N818 - named for the fact
    """Too many wrong codes were tried; `minutes` is how long to wait at most."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes
        super().__init__(f"Too many codes were tried that do not exist. Try again in {minutes} minutes.")


class Settled(StoreError):  # noqa: N818 - named for the fact
    """The assessment is not in the state that this needs."""


class Unopened(Settled):
    """The survey is not open yet: who is asked can still be corrected, so nobody gets a link."""

    def __init__(self) -> None:
        super().__init__("The assessment is not open yet. Open it first: then you can make links and invite people.")


class Over(Settled):
    """The survey has closed, so that a link would take nobody."""

    def __init__(self) -> None:
        super().__init__("The assessment has closed: a link would take nobody any more.")


class Opened(Settled):
    """The survey was opened, so that nothing about it can be corrected any more."""

    def __init__(self) -> None:
        super().__init__("The assessment is open by now, and people may have read what it is about: it stays as it is.")


class Followed(Settled):
    """A meeting rests on what was answered in a survey, so that it stays closed."""

    def __init__(self) -> None:
        super().__init__("A meeting began from this survey, so it stays closed. Delete the meeting to open it again.")


class Overtaken(StoreError):  # noqa: N818 - named for the fact
    """Somebody else has saved another version since the one that was looked at; `kept` is it."""

    def __init__(self, kept: PlannedAction | Target | Setup) -> None:
        self.kept = kept
        super().__init__("Somebody else has saved another version in the meantime.")
