"""`sanban cases similar` and `scatter`: find similar cases, and undo a surge."""

import asyncio
from typing import Annotated

import typer

from domain.case.merging.acts import Unmerge
from domain.matching.similarity import resemblance
from runtime.cli.act_arguments import actor_for
from runtime.cli.commands.read_session import read_session
from runtime.cli.views.surges import print_scattered, print_similar
from runtime.clock import utc_now
from runtime.problems import Problem, RefusalProblem
from runtime.settings import load, temporal_settings
from runtime.wiring.packs import load_all
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandMessage
from schemas.intake import Comparison
from schemas.texts import is_invisible
from store.intake.similar import PostgresSimilar

CaseNumber = Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")]


def similar(case: CaseNumber) -> None:
    """List other cases that may be about the same matter, with score and reason.

    Merge or link them with `act`.
    """
    settings = load()

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            policy = load_all(settings).get(row.tenant)
            rule = policy.similar if policy is not None else None
            if rule is None:
                raise Problem(
                    f"the policy of {row.tenant} does not define which cases are similar",
                    do="add `similar` to its policy.yaml, in a directory of SANBAN_PACKS",
                )
            reports = PostgresSimilar(session.database)
            report = await reports.report(row.tenant, row.case_id)
            if report is None:
                raise Problem(
                    f"{row.case_id} has no data for a comparison",
                    do="it is older than this release; search by place with `cases list --text`",
                )
            near = await reports.around(Comparison(row.tenant, row.case_id, report, rule))
        scored = [(each, resemblance(rule, report, each.report)) for each in near]
        print_similar([pair for pair in scored if pair[1].score >= rule.link])

    asyncio.run(run())


def scatter(
    case: CaseNumber,
    reason: Annotated[str, typer.Option(help="The reason; it is journaled with every case.")] = "",
    person: Annotated[str, typer.Option("--as", help="The person of the roster who decides.")] = "",
) -> None:
    """Undo a surge: separate every case that a rule merged into this one."""
    settings = load()
    if is_invisible(reason):
        raise Problem("no reason given", do="give --reason: it is journaled")

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            led = await PostgresSimilar(session.database).led_by(row.tenant, row.case_id)
            actor = actor_for(load_all(settings).get(row.tenant), person, "unmerge", None)
            client = await connect(temporal_settings(settings))
            cases = TemporalCases(client, settings.task_queue, utc_now, session.keys)
            refused = dict[str, str]()
            for case_id, seq in led:
                # The id has the row that was seen, so repeating the command undoes it once.
                message = CommandMessage(
                    id=f"scatter:{row.case_id}:{seq}", actor=actor, act=Unmerge(reason=reason)
                )
                try:
                    await cases.act(row.tenant, case_id, message)
                except RefusalProblem as error:  # the others must still be separated
                    refused[case_id] = str(error)
        print_scattered(row.case_id, len(led), refused)
        if refused:
            raise typer.Exit(1)

    asyncio.run(run())
