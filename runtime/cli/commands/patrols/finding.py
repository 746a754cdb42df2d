"""`sanban patrols finding`: what a patrol found becomes a case, by the ordinary door."""

import asyncio
from typing import Annotated

import typer

from domain.complaints import Evidence
from domain.patrols.findings import FoundBefore, finding_id
from domain.patrols.patrollers import PatrolRefused
from runtime.cli.commands.patrols.options import (
    By,
    Grid,
    Number,
    PatrolId,
    Photos,
    Tenant,
    Where,
    typed_point,
)
from runtime.cli.commands.patrols.town import patrol_town
from runtime.cli.evidence_files import evidence_of
from runtime.cli.output import say
from runtime.cli.typed_numbers import seconds
from runtime.jobs.file_finding import FiledFinding, FindingFiler
from runtime.problems import Problem
from runtime.settings import load
from schemas.events.findings import FoundMatter


class NotFiledYet(Problem):
    """The broker has the finding, and intake has not said yet what became of it."""

    exit_code = 3


def finding(
    patrol: PatrolId,
    grid: Grid,
    text: Annotated[str, typer.Option(help="What is the matter, without names of people.")],
    category: Annotated[
        str | None, typer.Option(help="Its code in the responsibility list, if known.")
    ] = None,
    photo: Photos = None,
    point: Annotated[str, typer.Option(metavar="LON,LAT", help=Where)] = "",
    another: Annotated[
        bool,
        typer.Option("--another", help="It is another matter than the one that is open."),
    ] = False,
    by: By = "",
    tenant: Tenant = None,
    number: Number = "",
    timeout: Annotated[
        float, typer.Option(parser=seconds(1), help="The longest wait for intake, in seconds.")
    ] = 60.0,
) -> None:
    """File what was found on a patrol as a complaint, and print the number of its case.

    The same words on the same patrol are one finding, unless `--id` says that there are two. If a
    finding of this grid and category is open, the command asks for `--another`.
    """
    settings = load()
    there = typed_point(point) if point else None

    async def run() -> FiledFinding:
        async with patrol_town(by, tenant, acts=True) as town:
            _, found = await town.day_with(patrol)
            files = [Evidence(**evidence_of(each, town.zone)) for each in photo or ()]
            shown = [each.sha256 for each in files]
            id_ = finding_id(town.policy.tenant, found, grid, category, text, files=shown)
            act = town.act(number or id_)
            matter = FoundMatter(
                act.id, act.tenant, grid, category, text, town.now, there, tuple(files)
            )
            filer = FindingFiler(settings, town.kept, town.policy, timeout)
            try:
                town.patroller.check_finding(found, grid, there, category)
                return await filer.file(found, matter, act, chosen=bool(number), another=another)
            except FoundBefore as error:
                raise Problem(
                    str(error),
                    do="if that is what you found, there is nothing to file; if it is another "
                    "matter, type it again with --another",
                ) from error
            except PatrolRefused as error:
                raise Problem(str(error)) from error

    filed = asyncio.run(run())
    if not filed.is_filed:
        raise NotFiledYet(
            f"intake has not filed it after {timeout:g} s; it will be case {filed.case_id}",
            do="the broker has it, and it is not lost: check whether `sanban intake` runs",
        )
    again = "" if filed.is_new else ", filed before (if this is a second one, give it an --id)"
    say(f"{grid} of {patrol}: case {filed.case_id}{again}")
