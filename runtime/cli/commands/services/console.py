"""`sanban console` starts the service; `sanban console account` changes who may sign in to it."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import uuid4

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.commands.services import screens, serve
from runtime.cli.output import Output, Table, say
from runtime.cli.typed_texts import must_be_utf8
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.operators import operator
from runtime.wiring.packs import load_all, must_be_served
from schemas.console import Account
from store.console.accounts import NotChanged, PostgresAccounts
from store.journal.operations import Operation

app = typer.Typer(invoke_without_command=True)
account = typer.Typer(
    help="Accounts of the console, for towns without an identity provider.", no_args_is_help=True
)
app.add_typer(account, name="account")
app.add_typer(screens.app, name="screen")

Tenant = Annotated[str, typer.Argument(help="The town whose roster has the person.")]
Person = Annotated[str, typer.Argument(help="The id of the person in the roster.")]
Who = Annotated[
    str, typer.Option("--as", help="The person who decides, of the platform or the office.")
]
Why = Annotated[str, typer.Option("--reason", help="The reason; it is journaled.")]


@app.callback()
def console(context: typer.Context) -> None:
    """Serve the pages on which people of the town work. Run several to scale."""
    if context.invoked_subcommand is None:
        serve.console()


@account.command()
def add(tenant: Tenant, person: Person, who: Who = "", why: Why = "") -> None:
    """Make an account for a person of the roster; the password is asked for, or read from stdin.

    Prints the secret of the one-time codes once, for the person's authenticator.
    """
    act = _operation("account_added", tenant, person, who, why, must_be_known=True)
    password = _hashed_typed()

    async def work(accounts: PostgresAccounts) -> None:
        try:
            _say_secret(await accounts.add(act, password))
        except NotChanged as error:
            do = "give it another password with `sanban console account reset`"
            raise Problem(f"{person} of {tenant} has an account", do=do) from error

    _run(work)


@account.command()
def reset(tenant: Tenant, person: Person, who: Who = "", why: Why = "") -> None:
    """Give an account another password and another secret, as `add` does; its sessions end."""
    act = _operation("account_reset", tenant, person, who, why, must_be_known=True)
    password = _hashed_typed()

    async def work(accounts: PostgresAccounts) -> None:
        try:
            _say_secret(await accounts.reset(act, password))
        except NotChanged as error:
            raise _none(tenant, person) from error

    _run(work)


@account.command()
def remove(tenant: Tenant, person: Person, who: Who = "", why: Why = "") -> None:
    """Remove an account; its sessions end."""
    act = _operation("account_removed", tenant, person, who, why)

    async def work(accounts: PostgresAccounts) -> None:
        try:
            await accounts.remove(act)
        except NotChanged as error:
            raise _none(tenant, person) from error
        say(f"{person} of {tenant} has no account any more, and is signed out")

    _run(work)


@account.command(name="list")
def list_accounts(tenant: Tenant) -> None:
    """List the accounts of a town, and the tries of each since its last sign-in."""
    policies = load_all(load())
    must_be_served(policies, tenant)
    people = {each.id for each in policies[tenant].roster.people}

    async def work(accounts: PostgresAccounts) -> None:
        table = Table("person", "made", "tries since", "")
        for each in await accounts.listed(tenant):
            left = "" if each.person in people else "not in the roster: cannot sign in"
            table.add_row(each.person, f"{each.made_at:%Y-%m-%d}", str(each.failures), left)
        Output().table(table)

    _run(work)


def _run(work: Callable[[PostgresAccounts], Awaitable[None]]) -> None:
    settings = load()

    async def run() -> None:
        async with read_session(settings) as session:
            await work(PostgresAccounts(session.database))

    asyncio.run(run())


def _operation(
    kind: str, tenant: str, person: str, who: str, why: str, *, must_be_known: bool = False
) -> Operation:
    """Return what is journaled. Raises Problem where it is not theirs to decide."""
    policies, now = load_all(load()), utc_now()
    must_be_served(policies, tenant)
    decides = operator(policies, who, why, now, tenant)
    if must_be_known and all(each.id != person for each in policies[tenant].roster.people):
        raise Problem(
            f"no person {person!r} in the roster of {tenant}",
            do="add the person to the roster first: it alone gives roles",
        )
    return Operation(
        str(uuid4()), kind, now, tenant, decides.person, decides.why, person, decides.details
    )


def _hashed_typed() -> str:
    """Ask for the password twice at a terminal, else read a line of stdin; return its hash."""
    # The other commands have no use for argon2.
    from console.desk.secrets_of_accounts import SHORTEST, hashed_password  # noqa: PLC0415

    if os.isatty(0):
        password = getpass.getpass("password: ")
        if getpass.getpass("once more: ") != password:
            raise Problem("these are two passwords", do="type the same one twice")
    else:
        with open(0, encoding="utf-8", errors="surrogateescape", closefd=False) as piped:
            password = piped.readline().rstrip("\r\n")
        must_be_utf8([password])
    if len(password) < SHORTEST:
        raise Problem(
            f"the password is too short: {len(password)} characters",
            do=f"take at least {SHORTEST}, such as four words",
        )
    return hashed_password(password)


def _say_secret(made: Account) -> None:
    from console.desk.secrets_of_accounts import code_secret, enrolment  # noqa: PLC0415 - as above

    say("for the authenticator of the person alone; it is shown once:", err=True)
    say(enrolment(made.key, made.tenant, made.person))
    say(f"or typed by hand: {code_secret(made.key)}", err=True)


def _none(tenant: str, person: str) -> Problem:
    do = f"`sanban console account list {tenant}` shows the accounts"
    return Problem(f"{person} of {tenant} has no account", do=do)
