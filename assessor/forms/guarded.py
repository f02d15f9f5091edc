"""A form of named fields that knows whether it came from our own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.form import BaseForm

from assessor.forms.fields import TOKEN, Fault, token_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from assessor.forms.fields import Guard

    Submitted = MultiDict[str, str]


class Guarded(BaseForm):
    """Fields, and over what they were given what was submitted."""

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
    def values(self) -> dict[str, Any]:
        """Return what was typed and chosen."""
        return {name: field.data for name, field in self._fields.items() if name != TOKEN}

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Return everything to be mended."""
        wrong = (Fault(n, f.errors[0]) for n, f in self._fields.items() if f.errors and n != TOKEN)
        return (*wrong, *self._refused)

    def refuse(self, anchor: str, reason: str) -> None:
        """Add what only the database could tell: about a field, or about something else on the page."""
        if anchor in self:
            self[anchor].errors = [*self[anchor].errors, reason]
        else:
            self._refused = (*self._refused, Fault(anchor, reason))
