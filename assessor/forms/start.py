"""The form that begins an assessment, and the one that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.fields import StringField
from wtforms.form import BaseForm

from assessor.forms.fields import NAME, TOKEN, Fault, Guard, One, Several, ids, limited, line, named, token_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from assessor.bank import Bank

    Submitted = MultiDict[str, str]


class StartForm(BaseForm):
    """What an assessment needs to begin."""

    def __init__(
        self, bank: Bank, guard: Guard, submitted: Submitted | None = None, given: Mapping[str, Any] | None = None
    ) -> None:
        fields: dict[str, Any] = {
            "service": StringField(filters=[line], validators=[named, limited(NAME)]),
            "wave": StringField(filters=[line], validators=[named, limited(NAME)]),
            "innovations": Several(choices=ids(bank.innovations)),
            "perspective": One(choices=ids(bank.perspectives)),
        }
        super().__init__(fields, meta=guard.meta())
        self.process(submitted, data=given or {})

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return token_of(self)

    @property
    def forged(self) -> bool:
        """Tell whether the page came without its token."""
        return bool(self[TOKEN].errors)

    @property
    def values(self) -> dict[str, Any]:
        """Return what was chosen, as `Store.start` takes it."""
        return {name: field.data for name, field in self._fields.items() if name != TOKEN}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return everything to be mended."""
        return tuple(Fault(n, f.errors[0]) for n, f in self._fields.items() if f.errors and n != TOKEN)


class Confirm(BaseForm):
    """A form that holds nothing but its token."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, meta=guard.meta())
        self.process(submitted)

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return token_of(self)
