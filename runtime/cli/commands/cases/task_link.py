"""`sanban cases tasklink`: a one-time link by which an outside party reports on one task."""

import asyncio
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Annotated

import typer

from domain.case.outside_links import digest_of, proof_of, token_of
from domain.case.task_links.acts import GiveLink
from runtime.cli.act_arguments import actor_for
from runtime.cli.commands.read_session import AS, read_session
from runtime.cli.local_time import local_time, typed_time
from runtime.cli.output import say
from runtime.cli.views.effects import print_answer
from runtime.clock import utc_now
from runtime.settings import load, temporal_settings
from runtime.wiring.packs import load_all
from schemas.commands import CommandMessage

_DAYS = timedelta(days=3)
_SECRET_BYTES = 24


def link_task(
    case: Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")],
    part: Annotated[str, typer.Argument(help="The task, such as task-1.")],
    party: Annotated[str, typer.Option(help="The outside party that the task asks.")],
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=typed_time,
            metavar="TIME",
            help="How long the link may be used, in local time; three days if not given.",
        ),
    ] = None,
    person: Annotated[
        str,
        typer.Option(
            "--as", envvar=AS, help="The person of the lead who gives it; default SANBAN_AS."
        ),
    ] = "",
    for_person: Annotated[
        str, typer.Option("--for", help="The absent person whose deputy acts; it is journaled.")
    ] = "",
) -> None:
    """Give a one-time link for one task to an outside party, and print it: it is kept nowhere."""
    settings = load()
    ends = local_time("--until", until) if until else utc_now() + _DAYS

    async def run() -> None:
        async with read_session(settings) as session:
            row = await session.row(case)
            policy = await session.today_of(load_all(settings), row.tenant)
            actor = actor_for(policy, person, "give_link", utc_now(), for_person=for_person)
            token = token_of(row.case_id, part, secrets.token_urlsafe(_SECRET_BYTES))
            digest = digest_of(proof_of(token))
            act = GiveLink(part=part, party=party, sha256=digest, until=ends)
            message = CommandMessage(id=str(uuid.uuid4()), actor=actor, act=act)
            # To list and show needs no Temporal, whose client is a third of what would be imported.
            from runtime.wiring.temporal import connect  # noqa: PLC0415
            from runtime.wiring.temporal_cases import TemporalCases  # noqa: PLC0415

            client = await connect(temporal_settings(settings))
            cases = TemporalCases(
                client, settings.task_queue, utc_now, session.keys, journaled=session.journaled
            )
            answer = await cases.act(row.tenant, row.case_id, message)
        print_answer(answer, now=utc_now())
        say(f"{settings.gateway_url.rstrip('/')}/task-links/{token}")

    asyncio.run(run())
