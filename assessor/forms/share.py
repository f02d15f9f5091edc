"""The form of a link to a report: for whom it is, and for how many days it works."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField

from assessor.forms.fields import NAME, One, limited, line, named
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from assessor.forms.fields import Guard

DAYS: tuple[Any, ...] = ("7", "30", "90")


class ShareForm(Guarded):
    """For whom a link is, and how long it works."""

    def __init__(self, guard: Guard, submitted: MultiDict[str, str] | None = None) -> None:
        fields = {
            "label": StringField(filters=[line], validators=[named, limited(NAME)]),
            "days": One(choices=list(DAYS)),
        }
        super().__init__(fields, guard, submitted, {"days": "30"})
