"""Where a command takes answers from: a CSV file, or an assessment in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assessor.cli.files import NOTHING, UNNAMED, from_file
from assessor.errors import AnswersError, AssessorError, StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assessor.answers import Response
    from assessor.assessed import Assessed
    from assessor.bank import Bank
    from assessor.cli.files import Named
    from assessor.report import Mode, Trend
    from assessor.store import Assessment, Store

HOME = Path.home() / "recovery-readiness"


def read_source(source: str, bank: Bank, database: Path, named: Named = NOTHING, *, since: bool = False) -> Assessed:
    """Read a CSV file, or take an assessment out of the database, finished by one person or closed to many.

    What is named is for files; the database knows. `since`: with the one before it, where the database has it.
    """
    file = Path(source)
    if file.exists() or file.suffix:
        return from_file(file, bank, named)
    if named.service or named.wave or named.date:
        raise AssessorError(f"--service, {named.option} and --date are for files; the database knows them.")
    with open_store(database, must_exist=True) as store:
        return _kept(store, bank, source, since=since)


def read_pair(
    before: tuple[str, Named], after: tuple[str, Named], bank: Bank, database: Path
) -> tuple[Assessed, Assessed, Mapping[str, str]]:
    """Read two sources to compare, the earlier first, and which people of two surveys are the same.

    They must be of one service, as far as both say of which, and answered in one way. A service that is named is for
    those that are files.
    """
    kept = [source for source, _ in (before, after) if not Path(source).exists() and not Path(source).suffix]
    if len(kept) == 2:
        with open_store(database, must_exist=True) as store:
            _check_pair(store, bank, *kept)
    early, late = (
        read_source(source, bank, database, named._replace(service=None) if source in kept else named)
        for source, named in (before, after)
    )
    _check_read(early, late)
    return early, late, _links(database, *kept) if len(kept) == 2 else {}


def _check_read(early: Assessed, late: Assessed) -> None:
    """Raise AnswersError where two are not of one service, or not answered in one way; tell when turned round."""
    services = {found.occasion.service for found in (early, late)} - {UNNAMED}
    if len(services) > 1:
        raise AnswersError(f"These two cannot be compared: they are of {' and '.join(f'“{s}”' for s in services)}.")
    ways = {way: f"{way} “{found.occasion.wave}”" for found in (early, late) for way in [_way(found)]}
    if len(ways) > 1:
        raise AnswersError(
            f"These two cannot be compared, since they were not answered in one way: {', '.join(ways.values())}."
        )
    if early.occasion.date > late.occasion.date:
        click.echo(
            f"“{early.occasion.wave}” is of a later day than “{late.occasion.wave}”, but stands for the time before: "
            "name the earlier one first.",
            err=True,
        )


def _way(found: Assessed) -> str:
    """Return how answers came about, as a sentence begins that ends with their wave."""
    from assessor.received import WAYS

    alone = found.smallest is None and len(found.answers.persons) == 1
    return WAYS["consensus" if found.occasion.agreed else "individual" if alone else "survey"]


def read_trend(service: str, mode: Mode | None, bank: Bank, database: Path) -> Trend:
    """Take a service over time out of the database, by its name or id; raise NotFound for none."""
    from assessor.accounts import folded
    from assessor.series import long_trend
    from assessor.store import NotFound

    with open_store(database, must_exist=True) as store:
        found = (s.id for s in store.services() if service == s.id or folded(service) == folded(s.name))
        ident = next(found, None)
        if ident is None:
            raise NotFound(f"There is no service “{service[:120]}” in {database}.")
        return long_trend(bank, store, ident, mode, now())


def read_survey(ident: str, bank: Bank, database: Path) -> Assessed:
    """Take an assessment that many people answered out of the database; raise NotFound for any other."""
    from assessor.store import NotFound, Survey

    with open_store(database, must_exist=True) as store:
        if not isinstance(store.kept(ident), Survey):
            raise NotFound("This is no survey: leave out --survey to export its answers.")
        return _kept(store, bank, ident, since=True)


def _kept(store: Store, bank: Bank, ident: str, *, since: bool) -> Assessed:
    """Take an assessment out of the database; a survey is sealed by that, as its page does.

    `since`: with the one before it, which only a report tells of.
    """
    from assessor.assessed import assessed, finished, surveyed
    from assessor.series import followed
    from assessor.store import Survey

    found, at = store.kept(ident), now()
    if isinstance(found, Survey):
        result = surveyed(bank, store, found, at)
    else:
        result = assessed(bank, store, finished(bank, store, ident), at)
    if isinstance(found, Survey) and not found.seen:
        click.echo(f"The result of “{found.wave}” counts as seen from now on: it cannot be opened again.", err=True)
    return followed(bank, store, found, result, at) if since else result


def _check_pair(store: Store, bank: Bank, before: str, after: str) -> None:
    """Raise NotFound where two of the database cannot be compared."""
    from assessor.assessed import pair, survey_pair
    from assessor.store import NotFound, Survey

    many = [isinstance(store.kept(ident), Survey) for ident in (before, after)]
    if many[0] != many[1]:
        raise NotFound("What many people answered can only be compared with what many people answered.")
    if all(many):
        survey_pair(store, before, after)
    else:
        pair(bank, store, before, after)


def _links(database: Path, before: str, after: str) -> Mapping[str, str]:
    """Return which people of two surveys that were read are the same, whichever of them was the earlier."""
    from assessor.series import links

    with open_store(database, must_exist=True) as store:
        one, other = store.kept(before), store.kept(after)
        return links(store, one, other) or {b: a for a, b in links(store, other, one).items()}


def read_plans(database: Path, service: str | None, wave: str | None) -> list[dict[str, Any]]:
    """Return the plans of the services that have one, with days in place of times."""
    from assessor.assessed import dated
    from assessor.exports.plan import plan_json

    if wave:
        raise AssessorError("A plan belongs to a service, not to one assessment: leave --wave out.")
    with open_store(database, must_exist=True) as store:
        chosen = [s for s in store.services() if service in {None, s.name}]
        plans = [plan_json(s, map(dated, store.plans.actions(s.id)), store.plans.targets(s.id)) for s in chosen]
    found = [plan for plan in plans if plan["actions"] or plan["targets"]]
    if not found:
        raise StoreError(f"There is no action plan{f' of “{service}”' if service else ''} in {database}.")
    return found


def of_this_edition(bank: Bank, pairs: list[tuple[Assessment, Response]]) -> list[tuple[Response, dict[str, str]]]:
    """Return the responses to the bank's edition; say which are left out, and stop when that leaves none."""
    from assessor.assessed import asks, current
    from assessor.exports import beside

    for found, _ in pairs:
        if not asks(bank, found):
            click.echo(f"Left out: {found.service.name}, {found.wave}: answered in {found.edition}.", err=True)
    kept = [(found, response) for found, response in pairs if asks(bank, found)]
    if not kept:
        current(bank, pairs[0][0])  # raises, and says what to do
    return [(response, beside(found)) for found, response in kept]


def now() -> str:
    """Return the time as it is kept."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def open_store(database: Path, *, must_exist: bool = False) -> Store:
    """Open a database; raise StoreError where it cannot be opened, or is not there and must be."""
    from assessor.store import Store

    if must_exist and not database.is_file():
        raise StoreError(f"There is no database {database}; name yours with --database.")
    return Store(made(database))


def made(database: Path) -> Path:
    """Make our own folder for databases; any other must be there."""
    if database.parent == HOME:
        HOME.mkdir(exist_ok=True)
    return database
