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


class Guarded(BaseForm):
    """A form with its token; `refuse` adds what only the store can tell."""

    def __init__(
        self,
        fields: Mapping[str, Any],
        guard: Guard,
        submitted: Submitted | None = None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(fields, meta=guard.meta())
        self.process(submitted, data=given or {})
        self._refused: tuple[Fault, ...] = ()

    @property
    def token(self) -> str:
        """Return the token that the page carries."""
        return token_of(self)

    @property
    def forged(self) -> bool:
        """Tell whether the page came without its token."""
        return bool(self[TOKEN].errors)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return everything to be mended."""
        wrong = (Fault(n, f.errors[0]) for n, f in self._fields.items() if f.errors and n != TOKEN)
        return (*wrong, *self._refused)

    def refuse(self, anchor: str, reason: str) -> None:
        """Add something to be mended."""
        self._refused = (*self._refused, Fault(anchor, reason))


class StartForm(Guarded):
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
        super().__init__(fields, guard, submitted, given)

    @property
    def values(self) -> dict[str, Any]:
        """Return what was chosen, as `Store.start` takes it."""
        return {name: field.data for name, field in self._fields.items() if name != TOKEN}


class Confirm(Guarded):
    """A form that holds nothing but its token."""

    def __init__(self, guard: Guard, submitted: Submitted | None = None) -> None:
        super().__init__({}, guard, submitted)
