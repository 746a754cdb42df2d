"""`sanban policy`: check a pack, compare two packs; other modules have `repin` and `import`."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from domain.planning.samples import plan_changes
from domain.policy.model import Policy
from domain.policy.sources import remarks
from domain.policy_checks.calendar_end import ending, law_ending
from domain.policy_checks.leading_group import group_lacking
from domain.policy_checks.powers import officers_lacking
from gateways.law_days import LAST_YEAR
from runtime.cli.commands.policy.import_table import import_
from runtime.cli.commands.policy.proposals import proposals
from runtime.cli.commands.policy.repin import repin
from runtime.cli.output import say
from runtime.cli.views.policy_diffs import print_diff
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_one
from store.packs.loader import remarks_on

app = typer.Typer(no_args_is_help=True, help="Check and compare policy packs.")
app.command()(repin)
app.command("import")(import_)
app.command()(proposals)


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="The directory of the pack.")],
) -> None:
    """Check a pack: print every fault with file, line and reason.

    A remark is about a valid pack: what the town may not have intended, such as a channel that no
    source may claim, a limit that changes nothing, or a calendar that ends in
    SANBAN_CALENDAR_WEEKS or less.
    """
    policy, settings = load_one(directory), load()
    holes = _holes(policy, directory)
    say(
        f"{policy.tenant} is valid: {len(policy.categories)} categories, "
        f"{len(policy.units)} units, {len(policy.grids)} grids, "
        f"{len(policy.levels)} service levels, {len(policy.ladders)} ladders; {_parts(policy)}"
        f"holidays published until {policy.calendar.published_until}; {policy.hash}"
    )
    doubts = map(str, remarks_on(directory, policy))
    lacking = (officers_lacking(policy), *group_lacking(policy))
    for remark in (*remarks(policy.sources), *lacking, *holes, *doubts):
        if remark:
            say(f"remark: {remark}")
    if policy.notices is None:
        say("remark: no notices.yaml: rungs journal the people they name, and notify no one")
    notice = timedelta(weeks=settings.calendar_weeks)
    if remark := ending(policy.calendar, utc_now(), notice):
        say(f"remark: {remark}")
    if remark := law_ending(policy.calendar, utc_now(), LAST_YEAR):
        say(f"remark: {remark}")


def _parts(policy: Policy) -> str:
    inventory = policy.inventory
    return f"{len(inventory.things)} parts in {inventory.file}; " if inventory else ""


def _holes(policy: Policy, directory: Path) -> list[str]:
    """Return the gaps between shapes. Raises Problem with what is wrong with the shapes."""
    if not policy.shapes:
        return []
    # A town without shapes need not wait for the library.
    from runtime.jobs import topology  # noqa: PLC0415

    if wrong := topology.problems(policy):
        found = "1 problem" if len(wrong) == 1 else f"{len(wrong)} problems"
        raise Problem(f"{directory}: {found}", lines=wrong)
    return topology.gaps(policy)


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The directory of the old pack.")],
    new: Annotated[Path, typer.Argument(help="The directory of the new pack.")],
) -> None:
    """Print what changes from one pack to another, one line per change. Exit code always 0."""
    before, after = load_one(old), load_one(new)
    print_diff(before, after, [*plan_changes(before, after)])
