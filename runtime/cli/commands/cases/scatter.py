"""`sanban cases scatter`: undo a surge."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from domain.case.commands import Actor
from domain.case.merging.acts import Scatter, Unmerge
from domain.case.merging.facts import Scattered
from runtime.cli.act_arguments import actor_for
from runtime.cli.commands.cases.similar import CaseNumber
from runtime.cli.commands.read_session import AS, PATIENCE, ReadSession, read_session
from runtime.cli.output import progress, say_json
from runtime.cli.typed_numbers import seconds
from runtime.cli.views.surges import print_scattered, scattered_json
from runtime.clock import utc_now
from runtime.problems import NotYet, Problem, RefusalProblem
from runtime.settings import load, temporal_settings
from runtime.wiring.packs import load_all
from schemas.commands import CommandMessage
from schemas.records import CaseRow
from schemas.texts import is_invisible
from store.intake.similar import PostgresSimilar

if TYPE_CHECKING:
    from runtime.wiring.temporal_cases import TemporalCases

_BETWEEN_LOOKS_S = 0.1


@dataclass(frozen=True)
class _Surge:
    """The cases that a rule merged into `leader`, and the person who separates them."""

    session: ReadSession
    cases: "TemporalCases"
    leader: CaseRow
    actor: Actor
    reason: str

    async def scatter(self) -> set[str]:
        """Give the command to the leader, and return the cases that it then tells to go."""
        leader = self.leader
        # The id has the row that was seen, so repeating the command at once has no second effect.
        message = CommandMessage(
            id=f"scatter:{leader.case_id}:{leader.seq}",
            actor=self.actor,
            act=Scatter(reason=self.reason),
        )
        answer = await self.cases.act(leader.tenant, leader.case_id, message)
        events = await self.session.events(leader.case_id)
        [fact] = [event.fact for event in events if event.seq == answer.seq]
        return {*fact.cases} if isinstance(fact, Scattered) else set()

    async def unmerge_older(self, told: set[str]) -> tuple[set[str], dict[str, str]]:
        """Separate those that joined before leaders noted which cases a rule merged.

        Returns these, and why each of those that refused did so.
        """
        similar, leader = PostgresSimilar(self.session.database), self.leader
        parted, refused = set[str](), dict[str, str]()
        for case_id, seq in await similar.led_by(leader.tenant, leader.case_id):
            if case_id in told:
                continue
            message = CommandMessage(
                id=f"scatter:{leader.case_id}:{seq}",
                actor=self.actor,
                act=Unmerge(reason=self.reason),
            )
            try:
                await self.cases.act(leader.tenant, case_id, message)
            except RefusalProblem as error:  # the others must still be separated
                refused[case_id] = str(error)
            else:
                parted.add(case_id)
        return parted, refused

    async def wait_for(self, told: set[str], patience: float) -> set[str]:
        """Wait until these cases no longer follow; return those that still do."""
        similar = PostgresSimilar(self.session.database)
        clock = asyncio.get_running_loop()
        ends = clock.time() + patience
        with progress("cases that have gone", len(told)) as shown:
            while following := await similar.following(told):
                shown(len(told) - len(following))
                if clock.time() >= ends:
                    break
                await asyncio.sleep(_BETWEEN_LOOKS_S)
        return set(following)


def scatter(
    case: CaseNumber,
    reason: Annotated[str, typer.Option(help="The reason; it is journaled with every case.")] = "",
    person: Annotated[
        str,
        typer.Option(
            "--as", envvar=AS, help="The person of the roster who decides; default SANBAN_AS."
        ),
    ] = "",
    patience: Annotated[
        float,
        typer.Option(
            parser=seconds(), help="The longest wait in seconds until the cases have gone."
        ),
    ] = PATIENCE,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Undo a surge: separate every case that a rule merged into this one.

    A case that is still joining is separated when it arrives. No rule merges into this case again.
    """
    settings = load()
    if is_invisible(reason):
        raise Problem("no reason given", do="give --reason: it is journaled")

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            policy = await session.today_of(load_all(settings), row.tenant)
            actor = actor_for(policy, person, "scatter", utc_now())
            # Imported here, because the other commands on cases need no Temporal.
            from runtime.wiring.temporal import connect  # noqa: PLC0415
            from runtime.wiring.temporal_cases import TemporalCases  # noqa: PLC0415

            client = await connect(temporal_settings(settings))
            cases = TemporalCases(client, settings.task_queue, utc_now, session.keys)
            surge = _Surge(session, cases, row, actor, reason)
            told = await surge.scatter()
            parted, refused = await surge.unmerge_older(told)
            following = await surge.wait_for(told, patience)
        number = len(told | parted)
        if as_json:
            say_json(scattered_json(row.case_id, number, following, refused))
        else:
            print_scattered(row.case_id, number, following, refused)
        if refused:
            raise typer.Exit(1)
        if following:
            raise typer.Exit(NotYet.exit_code)

    asyncio.run(run())
