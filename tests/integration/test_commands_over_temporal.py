"""What a command is told when no case answers: never a refusal for a mistake of our own."""

import pytest
from temporalio.client import Client

from domain.case.commands import Actor
from domain.case.handling.acts import Sign
from domain.vocabulary import Role
from runtime.clock import utc_now
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.problems import Problem, RefusalProblem
from runtime.wiring.temporal import DATA_CONVERTER
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandMessage, NotOpen
from schemas.intake import Unavailable

CASE = ("youchegang", "7kq2m-9xa4t-bnc2w")
SIGN = CommandMessage(id="sign-1", actor=Actor("li", Role.HANDLER, "squad"), act=Sign())


def cases(client: Client) -> TemporalCases:
    return TemporalCases(client, "nobody", utc_now)


async def refused(found: TemporalCases) -> Problem:
    with pytest.raises(Problem) as problem:
        await found.act(*CASE, SIGN)
    return problem.value


async def test_a_case_that_is_not_there_is_not_open(temporal_client: Client) -> None:
    with pytest.raises(NotOpen):
        await cases(temporal_client).give(*CASE, SIGN)

    told = await refused(cases(temporal_client))
    assert isinstance(told, RefusalProblem)
    assert told.code == "closed"


async def test_a_namespace_that_is_not_there_is_our_mistake(
    temporal_server: EmbeddedTemporal,
) -> None:
    """Temporal says «not found» of both; of a whole town it must not mean that no case exists."""
    elsewhere = await Client.connect(
        temporal_server.address, namespace="elsewhere", data_converter=DATA_CONVERTER
    )

    with pytest.raises(Unavailable, match="Namespace elsewhere is not found"):
        await cases(elsewhere).give(*CASE, SIGN)

    told = await refused(cases(elsewhere))
    assert not isinstance(told, RefusalProblem)
    assert "correct TEMPORAL_NAMESPACE" in str(told)
    assert "repeat with --id sign-1" in str(told)


async def test_a_server_that_is_not_there_is_waited_for() -> None:
    nowhere = await Client.connect(
        f"{LOOPBACK}:{free_port()}", lazy=True, data_converter=DATA_CONVERTER
    )

    with pytest.raises(Unavailable, match="temporal"):
        await cases(nowhere).give(*CASE, SIGN)
