"""`sanban intake` starts the service; `sanban intake ledger` lists the outcome of each record."""

import asyncio
from typing import Annotated

import typer

from runtime.cli.commands.events import ledger_options
from runtime.cli.commands.events.ledger_options import chosen
from runtime.cli.commands.read_session import read_session
from runtime.cli.commands.services import serve
from runtime.cli.output import say_json
from runtime.cli.views import ledger as views
from runtime.clock import utc_now
from runtime.settings import load
from runtime.wiring.packs import load_all, must_be_served
from schemas import canary
from schemas.intake import Outcome
from store.intake.ledger_entries import PostgresLedgerEntries

app = typer.Typer(invoke_without_command=True)


@app.callback()
def intake(context: typer.Context) -> None:
    """Turn complaints into cases; deliver other systems' commands to them. Run several to scale."""
    if context.invoked_subcommand is None:
        serve.intake()


@app.command()
def ledger(
    outcome: Annotated[
        list[Outcome] | None, typer.Option(help="Only this outcome; can be given several times.")
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            help="Only this code: the reason of a rejection, or what a parked record waits for."
        ),
    ] = None,
    source: ledger_options.Source = None,
    event: Annotated[str | None, typer.Option(help="Only this event id.")] = None,
    case: Annotated[str | None, typer.Option(help="Only this case; give the whole number.")] = None,
    tenant: ledger_options.Tenant = None,
    topic: ledger_options.Topic = None,
    partition: ledger_options.Partition = None,
    offset: ledger_options.Offset = None,
    since: ledger_options.Since = None,
    until: ledger_options.Until = None,
    limit: ledger_options.Limit = 40,
    before: ledger_options.Before = None,
    counts: Annotated[
        bool, typer.Option("--counts", help="Only the number of records by outcome.")
    ] = False,
    as_json: ledger_options.AsJson = False,
) -> None:
    """List the outcome of each record, newest first, and what parked records wait for.

    Those of the canary are there with `--tenant canary`, or where you name a record or a case.
    """
    settings = load()
    asked = (source, event, case, tenant, offset)
    wanted = chosen(
        outcomes=outcome or (),
        reason=reason,
        source=source,
        event_id=event,
        case_id=case,
        tenant=tenant,
        # What is of no tenant in particular leaves the canary out (docs/adr/0035-canary.md).
        not_of=() if any(each is not None for each in asked) else (canary.TENANT,),
        topic=topic,
        partition=partition,
        offset=offset,
        since=since,
        until=until,
    )

    async def count() -> None:
        async with read_session(settings) as session:
            number = await PostgresLedgerEntries(session.database).counts(wanted)
        if not any(number.values()):
            must_be_served(load_all(settings), tenant)
        if as_json:
            say_json(number)
        else:
            views.print_counts(number)

    async def show() -> None:
        async with read_session(settings) as session:
            entries = PostgresLedgerEntries(session.database)
            # One more than shown tells whether there is another page.
            page = await entries.page(wanted, limit=limit + 1, before=before)
        if not page:
            must_be_served(load_all(settings), tenant)
        shown = page[:limit]
        following = shown[-1].number if len(page) > limit else None
        if as_json:
            rows = [views.entry_json(each) for each in shown]
            say_json({"entries": rows, "before": following})
        else:
            views.print_entries(shown, utc_now(), following)

    asyncio.run(count() if counts else show())
