"""`sanban policy repin`: preview the effect of a new policy on open cases, then apply it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from domain.case.commands import Actor
from domain.case.repinning.acts import Repin
from domain.case.repinning.preview import Preview, is_behind, preview
from domain.case.state import Case
from domain.planning.planner import plan_under_new_policy
from domain.policy.model import Policy
from runtime.cli.act_arguments import actor_for
from runtime.cli.commands.read_session import AS, ReadSession, read_session
from runtime.cli.output import counted, progress, say
from runtime.cli.views.repin import print_previews
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings, load, temporal_settings
from runtime.wiring.packs import load_all, load_one
from schemas.commands import CommandMessage
from schemas.texts import is_invisible
from store.cases.filters import CaseFilter
from store.packs.published import PostgresPolicies

if TYPE_CHECKING:
    from runtime.wiring.temporal_cases import TemporalCases

_PAGE = 200


@dataclass(frozen=True)
class Affected:
    case: Case
    preview: Preview


def repin(
    directory: Annotated[Path, typer.Argument(help="The directory of the new pack.")],
    case: Annotated[str, typer.Argument(help="Only this case; default: all open cases.")] = "",
    person: Annotated[
        str,
        typer.Option(
            "--as", envvar=AS, help="The person of the roster who decides; default SANBAN_AS."
        ),
    ] = "",
    reason: Annotated[str, typer.Option(help="The reason; it is journaled with every case.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Apply it; without it, only show.")] = False,
) -> None:
    """Show every deadline of open cases that a new policy moves; with --yes, move them."""
    policy, settings = load_one(directory), load()
    # By the roster in force: the author of the new pack could give themselves any role in it.
    in_force = load_all(settings).get(policy.tenant)
    actor = actor_for(in_force, person, "repin", utc_now())
    if yes and in_force is not None and in_force.hash != policy.hash:
        raise Problem(
            f"{directory} is not the pack of {policy.tenant} in SANBAN_PACKS",
            do="put it there first: a case goes over to the policy that holds for all new ones",
        )
    if yes and is_invisible(reason):
        raise Problem("no reason given", do="give --reason: it is journaled")

    async def run() -> None:
        async with read_session(settings) as session:
            affected = await _all_affected(session, policy, actor, case)
            print_previews([(each.case, each.preview) for each in affected], policy.hash)
            if yes:
                await _is_run(session, policy)
                able = [each for each in affected if not each.preview.problem]
                cases = await _cases(settings, session)
                await _repin_all(cases, policy, able, actor, reason)

    asyncio.run(run())


async def _is_run(session: ReadSession, policy: Policy) -> None:
    """Raises Problem unless a service has started with this version of the policy last."""
    published = await PostgresPolicies(session.database).current(policy.tenant)
    if published is None or published.hash != policy.hash:
        runs = published.hash if published else "none"
        raise Problem(
            f"the services run policy {runs} for {policy.tenant}, not {policy.hash}",
            do="put the pack in SANBAN_PACKS of all services, restart them, and repin then",
        )


async def _all_affected(
    session: ReadSession, policy: Policy, actor: Actor, case: str
) -> list[Affected]:
    found = list[Affected]()
    with progress("cases that it would move", None) as shown:
        async for each in _affected(session, policy, actor, case):
            found.append(each)
            shown(len(found))
    return found


async def _affected(
    session: ReadSession, policy: Policy, actor: Actor, beginning: str
) -> AsyncIterator[Affected]:
    """Yield the tenant's open cases under another version of the policy, or of Sanban's rules."""
    async for case_id in _open(session, policy.tenant, beginning):
        case = await session.case(case_id)
        if is_behind(case.plan, policy.hash):
            plan = plan_under_new_policy(policy, case.plan, case.tier)
            yield Affected(case, preview(case, plan, actor, utc_now(), policy.roster.kinds))


async def _open(session: ReadSession, tenant: str, beginning: str) -> AsyncIterator[str]:
    """Yield the numbers of the tenant's open cases, or only the one that begins so."""
    if beginning:
        yield (await session.row(beginning)).case_id
        return
    wanted, bookmark = CaseFilter(tenant=tenant, open_only=True), None
    while True:
        page = await session.cases.page(wanted, now=utc_now(), limit=_PAGE, after=bookmark)
        for row in page.rows:
            yield row.case_id
        bookmark = page.following
        if bookmark is None:
            return


async def _cases(settings: Settings, session: ReadSession) -> "TemporalCases":
    # Imported here, because the other commands on policies need no Temporal.
    from runtime.wiring.temporal import connect  # noqa: PLC0415
    from runtime.wiring.temporal_cases import TemporalCases  # noqa: PLC0415

    client = await connect(temporal_settings(settings))
    return TemporalCases(client, settings.task_queue, utc_now, session.keys)


async def _repin_all(
    cases: "TemporalCases", policy: Policy, affected: list[Affected], actor: Actor, reason: str
) -> None:
    """Repin the cases one after the other. Running it twice repins each case once."""
    with progress("repinning cases", len(affected)) as shown:
        for number, each in enumerate(affected, start=1):
            await _repin(cases, policy, each, actor, reason)
            shown(number)
    repinned = len(affected)
    say(f"{counted(repinned, 'case')} {'is' if repinned == 1 else 'are'} under {policy.hash}")


async def _repin(
    cases: "TemporalCases", policy: Policy, each: Affected, actor: Actor, reason: str
) -> None:
    # The id has the row that was previewed. If the case has a new row at the next run, the
    # command is a new one and the case decides again.
    id_ = f"repin:{policy.hash.removeprefix('sha256:')[:16]}:{each.case.seq}"
    act = Repin(policy=policy.hash, reason=reason)
    message = CommandMessage(id=id_, actor=actor, act=act)
    await cases.act(policy.tenant, each.case.case_id, message)
