"""`sanban policy`: check a pack, say what changed between two, put open cases under a new one."""

from pathlib import Path
from typing import Annotated

import typer

from domain.policy.sources import remarks
from runtime.cli.commands.policy.repin import repin
from runtime.cli.views.policy_diffs import print_diff
from runtime.wiring.packs import load_one

app = typer.Typer(no_args_is_help=True, help="Check and compare policy packs.")
app.command()(repin)


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="The directory of the pack.")],
) -> None:
    """Read a pack and name every fault with file, line and reason; remarks are no faults."""
    policy = load_one(directory)
    typer.echo(
        f"{policy.tenant} is sound: {len(policy.categories)} categories, "
        f"{len(policy.units)} units, {len(policy.grids)} grids, "
        f"{len(policy.levels)} service levels, {len(policy.ladders)} ladders; "
        f"holidays published until {policy.calendar.published_until}; {policy.hash}"
    )
    for remark in remarks(policy.sources):
        typer.echo(f"remark: {remark}")
    if policy.notices is None:
        typer.echo("remark: no notices.yaml: whom rungs tell is journaled, and nobody is told")


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The directory of the pack as it was.")],
    new: Annotated[Path, typer.Argument(help="The directory of the pack as it will be.")],
) -> None:
    """Say what changes from one pack to another, a line a change; the status is 0 in any case."""
    print_diff(load_one(old), load_one(new))
