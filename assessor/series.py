"""The waves of one service in one mode, and what may be said of them together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assessor.assessed import asks, assessed, comparable, ended, surveyed
from assessor.assessed.withheld import Withheld, lacking
from assessor.report import Absent, build_trend, compare_linked, lay_out
from assessor.store import NotFound, Survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.assessed import Assessed
    from assessor.bank import Bank
    from assessor.report import Absence, ComparisonReport, Mode, Trend
    from assessor.store import Assessment, Store

    Wave = Assessment | Survey

FEWEST, MOST = 3, 12  # waves
MODES: tuple[Mode, ...] = ("survey", "consensus", "individual")


def waves(bank: Bank, store: Store, service_id: str, mode: Mode, now: str) -> list[Wave]:
    """Return the waves of a service in one mode that are over, answered from this bank, the earliest first."""
    if mode == "survey":
        surveys = store.surveys.surveys(service_id)
        found: list[Wave] = [s for s in surveys if s.state != "draft" and store.surveys.settle(s.id, now)]
    else:
        found = [a for a in store.assessments(service_id) if a.submitted and a.mode == mode]
    return sorted((wave for wave in found if wave.bank == bank.id), key=_place)


def _place(wave: Wave) -> tuple[str, str]:
    return ended(wave), wave.id


def listed(bank: Bank, wave: Wave) -> bool:
    """Tell whether the scores of a wave may stand in a list: a survey's only once its results were asked for."""
    return asks(bank, wave) and bool(wave.seen if isinstance(wave, Survey) else wave.submitted)


def previous(bank: Bank, store: Store, wave: Wave) -> Wave | None:
    """Return the wave before one that is over, of those that are `listed`; None for the first."""
    service = wave.service.id
    kept = store.surveys.surveys(service) if isinstance(wave, Survey) else store.assessments(service)
    found = (w for w in kept if comparable(w, wave) and listed(bank, w) and _place(w) < _place(wave))
    return max(found, key=_place, default=None)


def followed(bank: Bank, store: Store, wave: Wave, found: Assessed, now: str) -> Assessed:
    """Return a wave as a report needs it, with the one before it, if there is one to be shown."""
    before = previous(bank, store, wave)
    since = before and _taken(bank, store, before, now)
    return replace(found, since=since, links=links(store, before, wave)) if before and since else found


def absent(bank: Bank, store: Store, wave: Wave) -> Absent:
    """Return why a wave that is over has no place in a trend; nothing is sealed for it, and no answer is read."""
    return Absent(wave=wave.wave, edition=wave.edition, reason=_absence(bank, store, wave))


def _absence(bank: Bank, store: Store, wave: Wave) -> Absence:
    if not asks(bank, wave):
        return "edition"
    if isinstance(wave, Survey) and wave.seen:
        return "groups"
    return "unseen" if isinstance(wave, Survey) and not lacking(bank, store, wave) else "few"


def trend(bank: Bank, store: Store, service_id: str, mode: Mode, now: str) -> Trend | None:
    """Return a service's trend over at most the latest twelve waves of a mode; None where there is none to show.

    Nothing is sealed for it: surveys whose results nobody has seen, or that have none, are left out and named.
    """
    found = waves(bank, store, service_id, mode, now)
    known = {wave.id: taken for wave in found if listed(bank, wave) and (taken := _taken(bank, store, wave, now))}
    shown = [wave for wave in found if wave.id in known]
    kept = shown[-MOST:]
    if not kept:
        return None

    told = {wave.id: known[wave.id].basis(bank) for wave in kept}

    def compared(before: Wave, after: Wave) -> ComparisonReport:
        answers = known[before.id].answers, known[after.id].answers
        return compare_linked(bank, told[before.id], told[after.id], answers, links(store, before, after))

    steps = [compared(*pair) for pair in pairwise(kept)]
    return build_trend(
        mode,
        [lay_out(bank, told[wave.id]) for wave in kept],
        steps,
        steps[0] if len(steps) == 1 else compared(kept[0], kept[-1]) if steps else None,
        [absent(bank, store, wave) for wave in found if wave.id not in known],
        earlier=len(shown) - len(kept),
    )


def long_trend(bank: Bank, store: Store, service_id: str, mode: Mode | None, now: str) -> Trend:
    """Return the trend of a mode, left out: of that with most waves; raise NotFound where it has fewer than three."""
    modes = [mode] if mode else MODES
    found = [made for m in modes if (made := trend(bank, store, service_id, m, now))]
    longest = max(found, key=lambda made: len(made.waves), default=None)
    if longest is None or len(longest.waves) < FEWEST:
        raise NotFound(
            f"A trend needs at least {FEWEST} assessments of one kind whose results were seen; "
            f"{store.service(service_id).name} has {len(longest.waves) if longest else 0}."
        )
    return longest


def links(store: Store, before: Wave, after: Wave) -> Mapping[str, str]:
    """Return which responses to two surveys a comparison may take for the same people's, by their keep-safe codes.

    A survey is joined to the last before it whose result had been seen when its own first was, and to no other,
    whatever is deleted later: so what is told of linked people never leads round in a circle, where few of them could
    be counted out. Nobody is linked as long as the result of the later one was not seen.
    """
    return store.submitted.links(before.id, after.id)


def _taken(bank: Bank, store: Store, wave: Wave, now: str) -> Assessed | None:
    """Return a wave as a comparison needs it; None where its results are withheld."""
    if not isinstance(wave, Survey):  # what was rated before a meeting is in no comparison, so it is not sealed for one
        return assessed(bank, store, replace(wave, ratings=None), now)
    try:
        return surveyed(bank, store, wave, now)
    except Withheld:
        return None
