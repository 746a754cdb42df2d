"""Options that select records of the ledger, shared by `intake ledger` and `deadletters`."""

from datetime import datetime
from typing import Annotated, Any

import typer

from runtime.cli.local_time import local_time, typed_time
from runtime.cli.typed_numbers import whole
from runtime.problems import Problem
from schemas.intake import RejectReason, Wait
from store.intake.ledger_entries import LedgerFilter

Source = Annotated[str | None, typer.Option(help="Only this CloudEvents source.")]
Tenant = Annotated[str | None, typer.Option(help="Only this tenant.")]
Topic = Annotated[str | None, typer.Option(help="Only records of this topic.")]
Partition = Annotated[int | None, typer.Option(parser=whole(), help="Only this partition.")]
Offset = Annotated[int | None, typer.Option(parser=whole(), help="Only this offset.")]
Since = Annotated[
    datetime | None,
    typer.Option(
        parser=typed_time, metavar="TIME", help="Decided at this time or later; local time."
    ),
]
Until = Annotated[
    datetime | None,
    typer.Option(parser=typed_time, metavar="TIME", help="Decided before this time; local time."),
]
Limit = Annotated[int, typer.Option(parser=whole(1, 1000), help="How many at most.")]
Before = Annotated[
    int | None,
    typer.Option(parser=whole(1), help="Only numbers below this: the next page of a list."),
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]


def chosen(
    *, since: datetime | None = None, until: datetime | None = None, **wanted: Any
) -> LedgerFilter:
    """Return the filter; times without an offset are local. Raises Problem for a wrong option."""
    for name in ("partition", "offset"):
        if wanted.get(name) is not None and wanted.get("topic") is None:
            raise Problem(f"--{name} needs a topic", do="name it with --topic")
    if (code := wanted.get("reason")) not in {None, *RejectReason, *Wait}:
        codes = ", ".join(sorted({*RejectReason, *Wait}))
        raise Problem(f"no reason {code!r}", do=f"choose from: {codes}")
    return LedgerFilter(
        since=local_time("--since", since) if since else None,
        until=local_time("--until", until) if until else None,
        **wanted,
    )
