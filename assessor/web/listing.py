"""Assessments as they stand in a list: one after the other by date, whoever answers them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessor import series
from assessor.assessed import asks, comparable, ended
from assessor.assessed.withheld import lacking
from assessor.store import Survey
from assessor.web.admission import sees, visitor
from assessor.web.site import site

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assessor.store import Assessment

    Kept = Assessment | Survey


@dataclass(frozen=True)
class Entry:
    """One assessment in a list: whether no answer can come any more, and whether there is a result then."""

    kept: Kept
    over: bool
    result: bool

    @property
    def many(self) -> bool:
        """Tell whether many people answer it."""
        return isinstance(self.kept, Survey)

    @property
    def when(self) -> str:
        """Return when it ended, or else began."""
        return ended(self.kept) if self.over else self.kept.opened


def entries(service_id: str | None = None) -> list[Entry]:
    """Return what the visitor may see of the assessments of one service, or of all, the newest first."""
    store, runs = site().store, (who := visitor()) is not None and who.runs
    kept: list[Kept] = [*store.assessments(service_id), *store.surveys.surveys(service_id)]
    found = [_entry(k) for k in kept if sees(k.service.id)]  # nothing is settled or counted for anybody else
    return sorted((e for e in found if runs or e.over), key=lambda e: (e.when, e.kept.id), reverse=True)


def earlier(entry: Entry, among: Sequence[Entry]) -> list[Kept]:
    """Return what an assessment can be compared with, of a list with the newest first."""
    if not entry.result:
        return []
    before = among[among.index(entry) + 1 :]
    return [e.kept for e in before if e.over and _asked(e) and comparable(e.kept, entry.kept)]


def repeated(among: Iterable[Entry]) -> bool:
    """Tell whether there are two results or more of one kind, to be seen side by side over time."""
    modes = Counter(e.kept.mode for e in among if series.listed(site().bank, e.kept))
    return any(n > 1 for n in modes.values())


def _asked(entry: Entry) -> bool:
    """Tell whether an earlier assessment can be read: one person's also where the questions are others by now."""
    return entry.result if entry.many else True


def _entry(kept: Kept) -> Entry:
    store, ours = site().store, asks(site().bank, kept)
    if not isinstance(kept, Survey):
        return Entry(kept, over=bool(kept.submitted), result=bool(kept.submitted) and ours)
    over = store.surveys.settle(kept.id, site().now())
    return Entry(kept, over=over, result=over and ours and bool(kept.seen or not lacking(site().bank, store, kept)))
