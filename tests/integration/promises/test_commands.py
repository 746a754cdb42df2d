"""The table of permissions, on the real system."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.case.events import CommandRefused
from domain.vocabulary import Role
from runtime.cli.act_arguments import actor_for, message_for
from runtime.clock import utc_now
from runtime.problems import RefusalProblem
from schemas.journal import event_of
from store.journal.rows import PostgresJournal
from tests.fakes.open_town import open_to_all
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.people import HANDLED, WITHDRAWN, Step
from tests.integration.promises.town import Servers, Town, open_town

TOO_EARLY: Step = ("tang-ke", "resolve", "result=办好了")
WRONG_UNIT: Step = ("xu-meng", "sign")
WRONG_ROLE: Step = ("xie-bin", "withdraw", "reason=不想管")
NO_EVIDENCE: Step = ("lin-yan", "resolve", "result=已处理")


@pytest.fixture
async def town_of_two_roles(servers: Servers, tmp_path: Path) -> AsyncIterator[Town]:
    """A town whose roster lets tang-ke handle and verify."""
    pack = open_to_all(tmp_path)
    roster = pack / "roster.yaml"
    line, handler = "{id: tang-ke, name: 唐科, unit: police-station, roles: [handler", "],"
    assert line + handler in roster.read_text()
    roster.write_text(roster.read_text().replace(line + handler, f"{line}, verifier{handler}"))
    async with open_town(servers, pack=pack) as opened:
        yield opened


async def test_a_command_outside_the_table_is_refused_and_journaled(
    town_of_two_roles: Town,
) -> None:
    """Promise 22: whoever may not do it, or not now, is told why, and the journal has it."""
    town = town_of_two_roles
    await town.start()
    noise = event(town.source, "noise")
    food = event(town.source, "food", category="food-safety")
    await town.publish(noise, food)
    await town.until_cases(2)

    told = {
        "wrong_stage": await refuse(town, noise.case_id, TOO_EARLY),
        "not_readable": await refuse(town, noise.case_id, WRONG_UNIT),  # nor told why not
        "wrong_role": await refuse(town, noise.case_id, WRONG_ROLE),
    }
    await town.people.act(food.case_id, ("lin-yan", "sign"), "sign-food")
    told["missing_evidence"] = await refuse(town, food.case_id, NO_EVIDENCE)
    await town.people.play({noise.case_id: HANDLED[:2]})
    told["same_person"] = await refuse(
        town, noise.case_id, ("tang-ke", "verify", "passed=true", "note=现场已看"), Role.VERIFIER
    )
    again = await refuse(town, noise.case_id, TOO_EARLY)  # the same command: the same answer

    assert told == {code: (code, code) for code in told}
    assert again == ("wrong_stage", "wrong_stage")
    assert set(await town.faults()) == {
        f"{noise.case_id}: left in stage resolved",
        f"{food.case_id}: left in stage signed",
    }


async def test_the_answer_that_ended_a_case_can_be_asked_for_again(town: Town) -> None:
    """As when it was lost with a connection: the same command has the same answer."""
    await town.start()
    noise = event(town.source, "noise", channel="hotline")
    await town.publish(noise)
    await town.until_cases(1)
    ended = await town.people.act(noise.case_id, WITHDRAWN[0], "end")

    again = await town.people.act(noise.case_id, WITHDRAWN[0], "end")
    with pytest.raises(RefusalProblem, match="nothing more can happen"):
        await town.people.act(noise.case_id, WITHDRAWN[0], "another")
    with pytest.raises(RefusalProblem, match="was a command withdraw"):
        await town.people.act(noise.case_id, ("lin-yan", "sign"), "end")

    assert ended == again


async def refuse(town: Town, case_id: str, step: Step, role: Role | None = None) -> tuple[str, str]:
    """The code that was told, and the code that was journaled where the answer points to."""
    person, kind, *fields = step
    command_id = f"{kind} by {person}".replace(" ", "-")
    actor = actor_for(town.people.policy, person, kind, utc_now(), role=role)
    message = message_for(kind, fields, actor, command_id)
    with pytest.raises(RefusalProblem) as refused:
        await town.people.cases.act(TENANT, case_id, message)
    rows = await PostgresJournal(town.database).read(case_id)
    events = [event_of(row.body) for row in rows]
    [fact] = [each.fact for each in events if each.command_id == command_id]
    assert isinstance(fact, CommandRefused)
    assert [each.command_id for each in events if each.seq == refused.value.seq] == [command_id]
    return refused.value.code, fact.refusal.value
