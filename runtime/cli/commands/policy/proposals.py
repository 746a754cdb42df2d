"""`sanban policy proposals`: what conferences propose for the responsibility list."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from domain.policy.model import Policy
from domain.reporting.indicators import plan_of
from domain.reporting.proposals import Proposal, ProposalState, proposals_of
from runtime.cli.commands.cases.all_cases import all_cases
from runtime.cli.commands.read_session import read_session
from runtime.cli.output import Output, Table, say
from runtime.settings import load
from runtime.wiring.packs import load_one


def proposals(
    directory: Annotated[Path, typer.Argument(help="The directory of the pack.")],
) -> None:
    """List what conferences propose for categories.yaml of a pack, and print the change.

    Nothing is changed: a person edits the file, and names the proposal in the row.
    """
    policy, settings = load_one(directory), load()

    async def run() -> list[Proposal]:
        found = list[Proposal]()
        async with (
            read_session(settings) as session,
            aclosing(all_cases(session, policy.tenant)) as cases,
        ):
            async for events in cases:
                if plan_of(events).complaint.tenant == policy.tenant:
                    found += proposals_of(events)
        return found

    found = sorted(asyncio.run(run()), key=lambda each: (each.at, each.id, each.category))
    if not found:
        say(f"no conference of {policy.tenant} has proposed anything")
        return
    table = Table()
    for title in ("proposal", "category", "lead", "state"):
        table.add_column(title)
    for each in found:
        table.add_row(each.id, each.category, each.unit, each.state(policy))
    Output().table(table)
    for each in found:
        if each.state(policy) is ProposalState.OPEN:
            say(f"categories.yaml: {change(policy, each)}")


def change(policy: Policy, proposal: Proposal) -> str:
    """Return the change to categories.yaml that takes a proposal up."""
    row, takes_up = policy.category(proposal.category), f'proposal: "{proposal.id}"'
    if row is None:
        return f"add a row {proposal.category} with lead: {proposal.unit}, {takes_up}"
    was = "remove vacuum" if row.lead is None else f"instead of lead: {row.lead}"
    return f"{proposal.category}: lead: {proposal.unit}, {takes_up} ({was})"
