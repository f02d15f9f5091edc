"""The command `assessor user`: accounts without a browser; a password is never an argument, which others could read."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assessor.cli.sources import HOME, now, open_store
from assessor.errors import AssessorError

if TYPE_CHECKING:
    from assessor.accounts import Account
    from assessor.store import Store

ROLE = click.Choice(["owner", "facilitator", "reader"])
HERE = "http://127.0.0.1:8000"  # where `assessor serve` listens if nothing else is said
FAULTS = {"short": "has fewer than 12 characters", "long": "has more than 200 characters"}

database_option = click.option(
    "--database",
    type=click.Path(path_type=Path, dir_okay=False),
    default=HOME / "readiness.db",
    show_default=True,
    help="Where answers and accounts are kept.",
)
password_option = click.option(
    "--password-stdin", "given", is_flag=True, help="Read the password from standard input instead of making a link."
)


@click.group()
def user() -> None:
    """Add, list, change, reset, disable, enable and delete accounts."""


@user.command()
@click.argument("name")
@click.option("--role", type=ROLE, required=True, help="What the person may do.")
@click.option("--email", help="Where a forgotten password can be set anew by mail.")
@password_option
@database_option
def add(name: str, role: str, email: str | None, given: bool, database: Path) -> None:
    """Add an account and print a one-time link that sets its password."""
    from assessor.forms import is_email, is_name

    if not is_name(name):
        raise AssessorError("A name has 1 to 120 characters that can be read.")
    if email is not None and not is_email(email):
        raise AssessorError(f"“{email}” is no mail address.")
    password = _password() if given else None
    with open_store(database) as store:
        account = store.accounts.add(name=name, role=role, email=email, password=password, now=now())
        click.echo(f"Added: {account.name}, {account.role}.")
        _link(store, account, given=given)


@user.command()
@click.argument("name")
@password_option
@database_option
def reset(name: str, given: bool, database: Path) -> None:
    """Print a one-time link that sets a new password; until it is used the old one stays."""
    password = _password() if given else None
    with open_store(database, must_exist=True) as store:
        account = _named(store, name)
        if account.disabled:
            raise AssessorError(f"The account “{account.name}” is disabled. Enable it first: assessor user enable.")
        if password:
            store.accounts.set_password(account.id, password)
            click.echo(f"The password of {account.name} is changed; whoever was signed in with the old one is out.")
        _link(store, account, given=given)


@user.command("list")
@database_option
def list_(database: Path) -> None:
    """List the accounts with their role, their state and their services."""
    with open_store(database, must_exist=True) as store:
        names = {service.id: service.name for service in store.services()}
        accounts = store.accounts.all()
    for account in accounts:
        services = "all services" if account.owns else ", ".join(n for i, n in names.items() if i in account.services)
        click.echo("\t".join((account.name, account.role, _state(account), services or "no services yet")))
    if not accounts:
        click.echo("There are no accounts yet.", err=True)


@user.command()
@click.argument("name")
@click.argument("role", type=ROLE)
@database_option
def role(name: str, role: str, database: Path) -> None:
    """Change what an account may do; the only owner stays one."""
    with open_store(database, must_exist=True) as store:
        account = _named(store, name)
        store.accounts.rank(account.id, role)
    click.echo(f"Changed: {account.name}, {role}.")


@user.command()
@click.argument("name")
@database_option
def delete(name: str, database: Path) -> None:
    """Delete an account for good; its services and assessments stay, and so does the only owner."""
    with open_store(database, must_exist=True) as store:
        account = _named(store, name)
        store.accounts.delete(account.id)
    click.echo(f"Deleted: {account.name}.")


@user.command()
@click.argument("name")
@database_option
def disable(name: str, database: Path) -> None:
    """Close an account: it is signed out everywhere and cannot sign in."""
    with open_store(database, must_exist=True) as store:
        account = _named(store, name)
        store.accounts.disable(account.id)
    click.echo(f"Disabled: {account.name}.")


@user.command()
@click.argument("name")
@database_option
def enable(name: str, database: Path) -> None:
    """Open a disabled account again, with the password it had."""
    with open_store(database, must_exist=True) as store:
        account = _named(store, name)
        store.accounts.enable(account.id)
    click.echo(f"Enabled: {account.name}.")


def _named(store: Store, name: str) -> Account:
    account = store.accounts.named(name)
    if account is None:
        raise AssessorError(f"There is no account “{name}”. `assessor user list` shows those there are.")
    return account


def _link(store: Store, account: Account, *, given: bool) -> None:
    if given:
        return
    told = os.environ.get("ASSESSOR_ADDRESS", "").rstrip("/")
    click.echo("Open this link to set the password; it works once, within three days:")
    click.echo(f"{told or HERE}/key/{store.accounts.add_link(account.id, now())}")
    if not told:
        click.echo(f"Where the tool is opened under another address, put that in place of {HERE}.", err=True)


def _password() -> str:
    """Read a password from standard input, without the line's end, and return its hash."""
    from assessor.accounts import fault, hashed

    try:
        password = sys.stdin.buffer.read().decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise AssessorError("The password is not UTF-8 text; nothing was changed.") from error
    if reason := fault(password):
        raise AssessorError(f"The password {FAULTS[reason]}; nothing was changed.")
    return hashed(password)


def _state(account: Account) -> str:
    return "disabled" if account.disabled else "can sign in" if account.ready else "no password yet"
