"""`sanban policy`: check a pack."""

from pathlib import Path
from typing import Annotated

import typer

from runtime.packs import load_one

app = typer.Typer(no_args_is_help=True, help="Check policy packs.")


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="The directory of the pack.")],
) -> None:
    """Read a pack and name every fault with file, line and reason."""
    policy = load_one(directory)
    typer.echo(
        f"{policy.tenant} is sound: {len(policy.categories)} categories, "
        f"{len(policy.units)} units, {len(policy.grids)} grids, "
        f"{len(policy.levels)} service levels, {len(policy.ladders)} ladders; "
        f"holidays published until {policy.calendar.published_until}; {policy.hash}"
    )
