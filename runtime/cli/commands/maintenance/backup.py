"""`sanban backup drill`: prove that a backup that was restored to a scratch server is whole."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from runtime.cli.local_time import local_time, typed_time
from runtime.cli.output import say, say_json
from runtime.cli.views.drill import print_findings, print_step
from runtime.clock import utc_now
from runtime.jobs import verify_export
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.restored.lost_rows import LostRowsFinder
from runtime.jobs.restored.restore_drill import DrillFindings, DrillStep, RestoreDrill
from runtime.problems import Problem
from runtime.services.checkpoints.keys import signing_of
from runtime.services.worker import runner
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.databases import options_of
from runtime.wiring.parts import start_it
from runtime.wiring.temporal import connect, why_not_ready
from schemas.audit.signed_notes import PublicKey
from schemas.intake import Unavailable
from store.connection import Database, open_database
from store.errors import StoreUnavailable
from store.journal.rows import PostgresJournal
from store.server_state import ServerState, server_state
from store.watched import BackupDrill, PostgresWatched

NOT_WHOLE = 1
"""Exit code: the restored database is not whole. It is 2 if a part does not answer."""
MARGIN = timedelta(hours=1)

app = typer.Typer(no_args_is_help=True, help="Prove that backups can be restored.")


@app.callback()
def backup() -> None:
    """Prove that backups can be restored."""


@app.command()
def drill(
    database: Annotated[
        str,
        typer.Option(envvar="SANBAN_RESTORED_URL", help="URL of the restored scratch server."),
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="The recovery target, in local time: what was signed before must be there.",
        ),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            help="A trusted public key, or a file with one; default: that of the key in "
            "SANBAN_CHECKPOINT_KEY."
        ),
    ] = None,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(
            help="A checkpoint from outside, or a directory of them; default SANBAN_CHECKPOINT_DIR."
        ),
    ] = None,
    without_temporal: Annotated[
        bool, typer.Option("--without-temporal", help="Do not compare with workflows.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Prove that a restored database is whole, and record it in the database of production.

    Restore a backup to a scratch server first, as you would in an emergency. It is read only:
    chains, signed checkpoints from outside, the read model folded again, histories of Temporal.
    Exit code 0: it is whole, and `sanban_backup_drill_age_seconds` begins at 0 again; 1: it is not,
    and the output says where; 2: a part does not answer.
    """
    settings = load()
    settings.need("database_url")
    restored = settings.model_copy(update={"database_url": SecretStr(database)})
    trusted = verify_export.keys_of(key) if key else _own_key(settings)
    places = checkpoint or [Path(settings.need("checkpoint_dir"))]

    async def run() -> DrillFindings:
        async with AsyncExitStack() as stack:
            opened = await stack.enter_async_context(
                open_database(options_of(settings, "backup-drill", seals=False, max_size=2))
            )
            scratch = await stack.enter_async_context(
                open_database(options_of(restored, "backup-drill", seals=False, max_size=4))
            )
            await _must_be_restored(scratch, opened)
            finder = None if without_temporal else await _finder(settings, scratch)
            target = local_time("--until", until) if until else None
            drilling = RestoreDrill(scratch, trusted, places, finder, target)
            findings = await drilling.run(_tell_nothing if as_json else print_step)
            if findings.verified:
                now = utc_now()
                done = BackupDrill(now, findings.backup_of or now, findings.took_s, findings.found)
                await PostgresWatched(opened).add_drill(done)
            return findings

    try:
        findings = asyncio.run(run())
    except Unavailable as error:
        raise Problem(f"cannot compare: {error}", do=start_it(settings, error.part)) from error
    if as_json:
        say_json(findings.as_json())
    else:
        print_findings(findings)
    if not findings.verified:
        say("do not rely on this backup; see docs/RUNBOOK.md, «Backups»", err=True)
        raise typer.Exit(NOT_WHOLE)


async def _must_be_restored(scratch: Database, production: Database) -> None:
    """Raise Problem unless the scratch server has recovered, and is not that of production."""
    try:
        state = await server_state(scratch)
    except StoreUnavailable as error:
        raise Problem(
            f"the restored server does not answer: {error}",
            do="read its log: `recovery ended before configured recovery target was reached` means "
            "that the target is after the last WAL of the archive; choose an earlier one, or none",
        ) from error
    if state.in_recovery:
        raise Problem(
            "the restored server is still in recovery: it is before its target, or waits there",
            do="wait; where it waits (recovery_target_action = pause), `SELECT "
            "pg_wal_replay_resume()` lets it end",
        )
    other: ServerState = await server_state(production)
    if state.started_at == other.started_at and state.database == other.database:
        raise Problem(
            "the restored database is that of production itself",
            do="restore the backup to another server, and give its URL with --database",
        )
    if (reason := await scratch.ping()) is not None:
        raise Problem(f"the restored database: {reason}", do="use the release that wrote it")


async def _finder(settings: Settings, scratch: Database) -> LostRowsFinder:
    client = await connect(temporal_settings(settings))
    if (reason := await why_not_ready(client)) is not None:
        raise Problem(reason, do=start_it(settings, "temporal"))
    histories = CaseHistories(client, settings.task_queue)
    replaying = runner(sandboxed=settings.sandboxed)
    return LostRowsFinder(histories, PostgresJournal(scratch), replaying, MARGIN)


def _own_key(settings: Settings) -> list[PublicKey]:
    signing = signing_of(settings, new_name=True)
    return [key.public for key in (signing.key, signing.old) if key is not None]


def _tell_nothing(_step: DrillStep) -> None:
    """Print nothing yet: with --json the findings are printed at the end."""
