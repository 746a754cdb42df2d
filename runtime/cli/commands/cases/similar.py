"""`sanban cases similar`: find cases that may be about the same matter."""

import asyncio
from typing import Annotated

import typer

from domain.matching.similarity import resemblance
from runtime.cli.commands.read_session import read_session
from runtime.cli.views.surges import print_similar, similar_as_json
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.packs import load_all
from schemas.intake import Comparison
from store.intake.similar import PostgresSimilar

CaseNumber = Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")]


def similar(
    case: CaseNumber,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
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
        found = [pair for pair in scored if pair[1].score >= rule.link]
        (similar_as_json if as_json else print_similar)(found)

    asyncio.run(run())
