"""`sanban audit`: prove that nobody altered the journal."""

import asyncio

import typer

from runtime.commands.reading import reader
from runtime.problems import Problem
from runtime.settings import load
from store import audit as journal_audit

app = typer.Typer(no_args_is_help=True, help="Verify the audit journal.")


@app.callback()
def audit() -> None:
    """Verify the audit journal."""


@app.command()
def verify() -> None:
    """Walk every chain of the journal; name the first bad place of each case."""

    async def run() -> journal_audit.Report:
        async with reader(load()) as found:
            return await journal_audit.verify(found.database)

    report = asyncio.run(run())
    for broken in report.breaks:
        typer.echo(f"{broken.case_id} row {broken.seq}: {broken.reason}")
    chains = f"{report.cases} cases"
    if report.operations:
        chains += f", {report.operations} of operations"
    typer.echo(f"{chains}, {report.rows} rows, {report.broken} broken")
    if report.breaks:
        raise Problem("the journal was altered", do="keep the database as it is; docs/RUNBOOK.md")
