"""A town that has lost its Temporal or its read model: what it had, and what it has after."""

import asyncio
import dataclasses
import json
import re
from collections.abc import Iterable

from temporalio.envconfig import ClientConnectConfig

from domain.case.commands import Lookup, OtherCase
from domain.case.decide import decide
from domain.case.evolve import fold
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import workflow_id_of
from domain.vocabulary import Stage
from runtime.clock import utc_now
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.wiring.temporal import connect
from schemas.journal import batch_of, event_of
from store.journal.rows import PostgresJournal
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.people import HANDLED, Step
from tests.integration.promises.town import Town
from tests.smoke.commands import Told, sanban
from workflows.actor import CaseActor

ALL = "SELECT * FROM sanban.cases ORDER BY case_id"
JOURNAL = "SELECT case_id, seq, hash FROM sanban.journal ORDER BY case_id, seq"
RELATIVE = re.compile(r"^\S+ (in|late) ")
SIGNED: Step = ("tang-ke", "sign")
WORKED: Step = ("tang-ke", "progress", "note=已联系当事人")
ASKED: Step = ("tang-ke", "return", "reason=不属于本单位")
TAKEN_ON: Step = ("xu-meng", "sign")
SUSPENDED: Step = (
    *("lu-jianming", "suspend", "reason=等待鉴定", "measures=每周巡查"),
    "until=2027-06-01T08:00:00+08:00",
)
KEPT: Step = ("zhu-lihua", "answer", "part=return-1", "granted=false", "reason=职责在派出所")
"""Whose a case is must be settled before it is withdrawn."""
ENDED: Step = ("ruan-fang", "withdraw", "reason=来电人称已解决")


async def told(town: Town, *words: str) -> Told:
    return await sanban(*words, **town.environment)


async def rebuilt(town: Town, what: str, *words: str) -> tuple[int | None, dict[str, int]]:
    """Run a rebuild; return the exit code and the counts. Nothing may be written to stderr."""
    said = await told(town, "rebuild", what, "--json", *words)
    assert not said.complaint, said.complaint
    return said.code, json.loads(said.output)["counts"]


async def explained(town: Town, case_id: str) -> list[str]:
    """Return the lines of `cases explain`; the time left in them changes by itself."""
    said = await told(town, "cases", "explain", case_id)
    assert said.code == 0, said.complaint
    return said.output.splitlines()


async def open_cases(town: Town) -> dict[str, Event]:
    """Open one case of each kind that a loss might damage."""
    kinds = ("plain", "signed", "asked", "suspended", "main", "follower", "over")
    cases = {kind: event(town.source, kind, text=f"{kind}扰民") for kind in kinds}
    # What a citizen reported and no unit has signed is withdrawn for them at once.
    cases["asked"] = event(town.source, "asked", text="asked扰民", channel="hotline")
    # No direct case rests.
    cases["suspended"] = event(
        town.source, "suspended", text="油烟扰民", category="restaurant-fumes"
    )
    await town.publish(*cases.values())
    await town.until_cases(len(cases))
    stories: dict[str, tuple[Step, ...]] = {
        "signed": (SIGNED, WORKED),
        "asked": (ASKED,),
        "suspended": (TAKEN_ON, SUSPENDED),
        "follower": (merging(cases["main"].case_id),),
        "over": HANDLED,
    }
    await town.people.play({cases[kind].case_id: story for kind, story in stories.items()})
    return cases


async def deadlines(town: Town, cases: Iterable[Event]) -> list[list[str]]:
    """Return when each clock of each case is due and why, and what comes if nobody acts."""
    return [
        [line for line in await explained(town, each.case_id) if not RELATIVE.search(line)]
        for each in cases
    ]


async def stage(town: Town, case_id: str) -> str:
    query = "SELECT stage FROM sanban.cases WHERE case_id = %s"
    [(found,)] = await town.database.fetch(query, (case_id,))
    return str(found)


async def journal(town: Town) -> list[tuple[object, ...]]:
    return await town.database.fetch(JOURNAL)


async def by_the_workflow(town: Town, cases: Iterable[Event]) -> list[Case | None]:
    client = town.people.cases.client
    handles = [client.get_workflow_handle(workflow_id_of(TENANT, each.case_id)) for each in cases]
    return [await handle.query(CaseActor.state) for handle in handles]


async def by_the_journal(town: Town, case_id: str) -> Case:
    rows = await PostgresJournal(town.database).read(case_id)
    return fold([event_of(row.body) for row in rows])


async def happened(town: Town, case_id: str) -> list[str]:
    """Return the kinds of what happened to a case, in order."""
    rows = await PostgresJournal(town.database).read(case_id)
    return [event_of(row.body).fact.kind for row in rows]


async def write_as_before(town: Town, case_id: str, step: Step, other: str = "") -> None:
    """Journal a command without the workflow, as a worker does whose Temporal dies right after."""
    case = await by_the_journal(town, case_id)
    alike = OtherCase(other, Stage.DISPATCHED, case.tier, case.plan.urgency, case.plan.category)
    lookup = Lookup(other=alike if other else None)
    command = town.people.message(step, f"last:{case_id}").to_domain(lookup)
    decision = decide(case, command, utc_now())
    batch = batch_of(decision.case, decision.events, summarize(decision.case))
    await PostgresJournal(town.database).append(batch)


async def lost(town: Town, empty: EmbeddedTemporal) -> Town:
    """Yield the same town, stopped, with another Temporal, which knows no case."""
    await asyncio.gather(town.intake.stop(), town.worker.stop())
    client = await connect(ClientConnectConfig(target_host=empty.address))
    cases = dataclasses.replace(town.people.cases, client=client)
    people = dataclasses.replace(town.people, cases=cases)
    environment = {**town.environment, "TEMPORAL_ADDRESS": empty.address}
    return dataclasses.replace(town, people=people, environment=environment)


async def at_work(town: Town) -> None:
    address = town.environment["TEMPORAL_ADDRESS"]
    await asyncio.gather(
        town.worker.launch(TEMPORAL_ADDRESS=address), town.intake.launch(TEMPORAL_ADDRESS=address)
    )


def merging(into: str) -> Step:
    return ("zhu-lihua", "merge", f"into={into}", "reason=同一件事")
