"""`sanban audit verify`: prove that the journal was not altered."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.commands.audit import checkpoint as checkpoints
from runtime.cli.commands.audit import export as exports
from runtime.cli.commands.read_session import read_session
from runtime.cli.output import counted, progress, say, say_json
from runtime.cli.views.audit import print_report
from runtime.jobs import verify_export as auditing
from runtime.problems import Problem
from runtime.settings import load
from store.journal import audit as journal_audit

ALTERED = 1
"""Exit code: the journal was altered; the output names where."""
PARTLY_PROVED = 3
"""Exit code: nothing was altered, and not every row of the export is proved."""

app = typer.Typer(no_args_is_help=True, help="Verify, export and sign the audit journal.")
app.command()(exports.export)
app.add_typer(checkpoints.app, name="checkpoint")


@app.callback()
def audit() -> None:
    """Verify, export and sign the audit journal."""


@app.command()
def verify(
    export: Annotated[
        Path | None,
        typer.Argument(
            help="A file of `sanban audit export`, or - for standard input; default: the database."
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(help="For an export: a trusted public key, or a file with one."),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            help="For an export: a checkpoint kept outside the database, or a directory of them."
        ),
    ] = None,
    allow_newer: Annotated[
        bool,
        typer.Option(
            "--allow-newer",
            help="For an export: it is older than some --checkpoint, so rows at the end may lack.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Prove that the journal was not altered; name the first bad places.

    With an export it checks every row, every chain and every signed checkpoint, without a server
    and without settings (docs/VERIFY.md). --key and --checkpoint can be given several times.
    Without an export it checks every chain of the database, its head, and the read model's position
    in it. Exit code 0: every row is proved; 1: something was altered, or rows that a checkpoint
    counts are not here; 2: the journal or the file cannot be read; 3: nothing was altered, but not
    every row of the export is proved, and the output says which.
    """
    if export is not None:
        places = checkpoint or []
        _verify_export(export, key or [], places, allow_newer=allow_newer, as_json=as_json)
    elif key or checkpoint or allow_newer or as_json:
        needing = "--key, --checkpoint, --allow-newer and --json need an export"
        raise Problem(needing, do="name its file")
    else:
        _verify_database()


def _verify_export(
    export: Path, keys: list[str], places: list[Path], *, allow_newer: bool, as_json: bool
) -> None:
    trusted = auditing.keys_of(keys)
    with progress("verifying", auditing.size_of(export)) as moved:
        notes = auditing.kept_elsewhere(places)
        report = auditing.audit(export, trusted, notes, moved, allow_newer=allow_newer)
    if as_json:
        say_json(report.as_json())
    else:
        print_report(report, elsewhere=bool(places))
    if not report.intact:
        raise typer.Exit(ALTERED)
    if not report.proved:
        raise typer.Exit(PARTLY_PROVED)


def _verify_database() -> None:
    async def run() -> journal_audit.JournalAudit:
        async with read_session(load()) as session:
            return await journal_audit.verify(session.database)

    report = asyncio.run(run())
    for broken in report.breaks:
        say(f"{broken.case_id} row {broken.seq}: {broken.reason}")
    chains = counted(report.cases, "case")
    if report.operations:
        chains += f", {report.operations} of operations"
    say(f"{chains}, {counted(report.rows, 'row')}, {report.broken} broken")
    if report.breaks:
        say("the journal was altered: keep the database as it is; see docs/RUNBOOK.md", err=True)
        raise typer.Exit(ALTERED)
