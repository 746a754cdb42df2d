"""`sanban cases similar` and `scatter`: what resembles a case, and what followed it."""

import asyncio
from typing import Annotated

import typer

from domain.case.merging.acts import Unmerge
from domain.matching.similarity import resemblance
from runtime.cli.act_arguments import actor_for
from runtime.cli.commands.read_session import now, read_session
from runtime.cli.views.surges import print_scattered, print_similar
from runtime.problems import Problem, Refused
from runtime.settings import load, temporal_settings
from runtime.wiring.packs import load_all
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandMessage
from schemas.intake import Comparison
from store.intake.similar import PostgresSimilar

CaseNumber = Annotated[str, typer.Argument(help="Case number, or a beginning that only one has.")]


def similar(case: CaseNumber) -> None:
    """Which other cases may be about the same, with a score and why. Merge or link by `act`."""
    settings = load()

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            policy = load_all(settings).get(row.tenant)
            rule = policy.similar if policy is not None else None
            if rule is None:
                raise Problem(
                    f"the policy of {row.tenant} does not say what is similar",
                    do="give its policy.yaml a line `similar`, in a directory of SANBAN_PACKS",
                )
            reports = PostgresSimilar(session.database)
            report = await reports.report(row.tenant, row.case_id)
            if report is None:
                raise Problem(
                    f"nothing is kept to compare {row.case_id} with",
                    do="it came before this release; look by place with `cases list`",
                )
            near = await reports.around(Comparison(row.tenant, row.case_id, report, rule))
        scored = [(each, resemblance(rule, report, each.report)) for each in near]
        print_similar([pair for pair in scored if pair[1].score >= rule.link])

    asyncio.run(run())


def scatter(
    case: CaseNumber,
    reason: Annotated[str, typer.Option(help="Why; it is journaled with every case.")] = "",
    person: Annotated[str, typer.Option("--as", help="Who decides: a person of the roster.")] = "",
) -> None:
    """Undo a surge: every case that a rule let follow this one goes its own way again."""
    settings = load()
    if not reason:
        raise Problem("no reason given", do="say why with --reason: it is journaled")

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            led = await PostgresSimilar(session.database).led_by(row.tenant, row.case_id)
            actor = actor_for(load_all(settings).get(row.tenant), person, "unmerge", None)
            client = await connect(temporal_settings(settings))
            cases = TemporalCases(client, settings.task_queue, now, session.keys)
            refused = dict[str, str]()
            for case_id, seq in led:
                # The row it was looked at is in the id: said twice, it is undone once.
                message = CommandMessage(
                    id=f"scatter:{row.case_id}:{seq}", actor=actor, act=Unmerge(reason=reason)
                )
                try:
                    await cases.act(row.tenant, case_id, message)
                except Refused as error:
                    refused[case_id] = str(error)
        print_scattered(row.case_id, len(led), refused)
        if refused:
            raise typer.Exit(1)

    asyncio.run(run())
