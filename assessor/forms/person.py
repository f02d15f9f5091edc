"""The forms of a person who answers in a survey: to come in, to join, to come back, to submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms.fields import BooleanField, StringField

from assessor.forms.fields import CODE, One, ids, limited, line, named
from assessor.forms.guarded import Guarded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.datastructures import MultiDict

    from assessor.bank import Perspective
    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]


class JoinForm(Guarded):
    """From where a person sees the service: one of those that the link offers."""

    def __init__(self, offered: Iterable[Perspective], guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({"perspective": One(choices=ids(offered))}, guard, submitted)


class CodeForm(Guarded):
    """The code that brings a draft back."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        field = StringField(filters=[line], validators=[named, limited(CODE)])
        super().__init__({"code": field}, guard, submitted)


class SlipForm(Guarded):
    """The code of a one-time link, copied from paper."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        field = StringField(filters=[line], validators=[named, limited(CODE)])
        super().__init__({"slip": field}, guard, submitted)


class SendForm(Guarded):
    """The submission, with a keep-safe code from last time or the wish for one."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        fields = {
            "keep": StringField(filters=[line], validators=[limited(CODE)]),
            "wanted": BooleanField(false_values=("",)),
        }
        super().__init__(fields, guard, submitted)
