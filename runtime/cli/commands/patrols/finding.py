"""`sanban patrols finding`: what a patrol found becomes a case, by the ordinary door."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from domain.complaints import Evidence, case_id_of
from domain.patrols.patrollers import PatrolRefused
from gateways.kafka.producer import RecordTooLarge
from gateways.kafka.receipt_reader import NoTopic
from gateways.kafka.refusals import KafkaRefuses
from runtime.cli.commands.patrols.options import (
    By,
    Grid,
    PatrolId,
    Photos,
    Tenant,
    Where,
    typed_point,
)
from runtime.cli.commands.patrols.town import PatrolTown, patrol_town
from runtime.cli.evidence_files import evidence_of
from runtime.cli.output import say
from runtime.cli.typed_numbers import seconds
from runtime.jobs.file_finding import file_finding
from runtime.problems import Problem
from runtime.settings import Settings, load
from schemas.events.findings import FoundMatter, finding_event
from schemas.intake import Outcome, Unavailable
from schemas.mistakes import problem_of
from store.patrols.patrols import PatrolFinding

_FILED = frozenset({Outcome.ACCEPTED, Outcome.DUPLICATE})
_LOST = frozenset({Outcome.REJECTED, Outcome.CONFLICT})


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
    by: By = "",
    tenant: Tenant = None,
    timeout: Annotated[
        float, typer.Option(parser=seconds(1), help="The longest wait for intake, in seconds.")
    ] = 60.0,
) -> None:
    """File what was found on a patrol as a complaint, and print the number of its case."""
    settings = load()
    there = typed_point(point) if point else None

    async def run() -> tuple[str, bool]:
        async with patrol_town(by, tenant, acts=True) as town:
            _, found = await town.day_with(patrol)
            try:
                town.patroller.check_finding(found, grid, there, category)
            except PatrolRefused as error:
                raise Problem(str(error)) from error
            files = [Evidence(**evidence_of(each, town.zone)) for each in photo or ()]
            act = town.act()
            matter = FoundMatter(
                act.id, act.tenant, grid, category, text, town.now, there, tuple(files)
            )
            source = _source_of(town)
            is_filed = await _file(settings, source, matter, timeout)
            # The number follows from the event, so it is known before intake has read it.
            case = case_id_of(act.tenant, source, act.id)
            kept = PatrolFinding(act.id, found.id, grid, found.day, case, town.person, town.now)
            await town.kept.keep_finding(kept, act)
            return case, is_filed

    case, is_filed = asyncio.run(run())
    if not is_filed:
        raise NotFiledYet(
            f"intake has not filed it after {timeout:g} s; it will be case {case}",
            do="the broker has it, and it is not lost: check whether `sanban intake` runs",
        )
    say(f"{grid} of {patrol}: case {case}")


def _source_of(town: PatrolTown) -> str:
    """Return as which source the town files its findings. Raises Problem."""
    source = town.policy.patrols.source if town.policy.patrols else None
    if source is None:
        raise Problem(
            f"patrols.yaml of {town.policy.tenant} names no source for findings",
            do="add `source:`, one of sources.yaml that reports by channel patrol",
        )
    return source


async def _file(settings: Settings, source: str, matter: FoundMatter, timeout: float) -> bool:
    """Return whether intake has filed it by now; the broker has it. Raises Problem."""
    try:
        event = finding_event(matter, source)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Problem(f"{where}: {problem_of(first)}", do="correct it") from error
    try:
        receipt = await file_finding(settings, event, timeout)
    except (KafkaRefuses, NoTopic, RecordTooLarge) as error:
        raise Problem(str(error)) from error
    except Unavailable as error:
        raise Problem(str(error), do="check that a broker runs, and file it again") from error
    if receipt is not None and receipt.outcome in _LOST:
        raise Problem(f"intake says {receipt.outcome}: {receipt.detail}", do="correct it")
    return receipt is not None and receipt.outcome in _FILED
