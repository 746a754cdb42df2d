"""`sanban console screen`: links for screens on a wall, which show figures and nothing personal."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import uuid4

import typer

from runtime.cli.commands.read_session import read_session
from runtime.cli.output import Output, Table, say
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.operators import operator
from runtime.wiring.packs import load_all, must_be_served
from schemas.saved_views import LONGEST_NAME
from schemas.screens import Screen, screen_digest_of
from schemas.texts import is_invisible
from store.console.screens import NoChange, PostgresScreens
from store.journal.operations import Operation

app = typer.Typer(
    help="Screens on a wall: figures of the town by a link, without an account.",
    no_args_is_help=True,
)

Tenant = Annotated[str, typer.Argument(help="The town whose figures it shows.")]
Name = Annotated[str, typer.Argument(help="Where the screen hangs, such as 大厅.")]
Who = Annotated[
    str, typer.Option("--as", help="The person who decides, of the platform or the office.")
]
Why = Annotated[str, typer.Option("--reason", help="The reason; it is journaled.")]

_SECRET_BYTES = 24


@app.command()
def add(tenant: Tenant, name: Name, who: Who = "", why: Why = "") -> None:
    """Make a link for a screen, and print it: it is kept nowhere."""
    act, token = (
        _operation("screen_added", tenant, name, who, why),
        secrets.token_urlsafe(_SECRET_BYTES),
    )
    screen = Screen(screen_digest_of(token), tenant, act.about, act.at)

    async def work(screens: PostgresScreens) -> None:
        try:
            await screens.add(act, screen)
        except NoChange as error:
            do = "take another name, or remove that one first"
            raise Problem(f"{tenant} has a screen {name!r}", do=do) from error
        url = (load().console_url or f"http://HOST:{load().console_port}").rstrip("/")
        say("for this screen alone; it is shown once:", err=True)
        say(f"{url}/screen/{token}")

    _run(work)


@app.command()
def remove(tenant: Tenant, name: Name, who: Who = "", why: Why = "") -> None:
    """Remove a screen: its link shows nothing any more."""
    act = _operation("screen_removed", tenant, name, who, why)

    async def work(screens: PostgresScreens) -> None:
        try:
            await screens.remove(act)
        except NoChange as error:
            do = f"`sanban console screen list {tenant}` shows the screens"
            raise Problem(f"{tenant} has no screen {name!r}", do=do) from error
        say(f"the link of {name} shows nothing any more")

    _run(work)


@app.command(name="list")
def list_screens(tenant: Tenant) -> None:
    """List the screens of a town."""
    must_be_served(load_all(load()), tenant)

    async def work(screens: PostgresScreens) -> None:
        table = Table("screen", "made")
        for each in await screens.listed(tenant):
            table.add_row(each.name, f"{each.made_at:%Y-%m-%d}")
        Output().table(table)

    _run(work)


def _run(work: Callable[[PostgresScreens], Awaitable[None]]) -> None:
    settings = load()

    async def run() -> None:
        async with read_session(settings) as session:
            await work(PostgresScreens(session.database))

    asyncio.run(run())


def _operation(kind: str, tenant: str, name: str, who: str, why: str) -> Operation:
    """Return what is journaled. Raises Problem where it is not theirs to decide."""
    policies, now = load_all(load()), utc_now()
    must_be_served(policies, tenant)
    if is_invisible(name) or len(name) > LONGEST_NAME:
        raise Problem("no name given", do=f"give one of at most {LONGEST_NAME} characters")
    decides = operator(policies, who, why, now, tenant)
    return Operation(
        str(uuid4()), kind, now, tenant, decides.person, decides.why, name, decides.details
    )
