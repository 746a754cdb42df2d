"""The commands of the RUNBOOK that prepare Temporal and Kafka make what the processes need."""

import asyncio
import re
import shutil
import sysconfig
from textwrap import dedent

from temporalio.client import Client

from runtime.embedded.temporal import EmbeddedTemporal
from runtime.settings import Settings
from runtime.wiring.temporal import why_not_ready
from tests.__main__ import ROOT
from tests.limits import COMMAND_S

RUNBOOK = (ROOT / "docs" / "RUNBOOK.md").read_text(encoding="utf-8")
STARTING = RUNBOOK.partition("## Starting in production")[2].partition("\n## ")[0]
BLOCK = re.compile(r"(?:^ {7}.*\n)+", re.MULTILINE)
TOPIC = re.compile(r"--topic (\S+)\s+--partitions (\d+) --replication-factor 3(?: --config (\S+))?")


def block(program: str) -> str:
    """Return the commands of the one block that uses this program."""
    [found] = [each for each in BLOCK.findall(STARTING) if program in each]
    return dedent(found)


async def test_the_commands_for_temporal_make_a_namespace_that_a_process_can_use(
    temporal_server: EmbeddedTemporal,
) -> None:
    script = block("temporal operator").replace("HOST:7233", temporal_server.address)
    program = shutil.which("temporal", path=sysconfig.get_path("scripts"))
    assert program is not None
    running = await asyncio.create_subprocess_exec(
        *("sh", "-ec", script.replace("temporal operator", f"{program} operator"))
    )
    assert await asyncio.wait_for(running.wait(), COMMAND_S) == 0
    client = await Client.connect(temporal_server.address, namespace="sanban")

    async with asyncio.timeout(COMMAND_S):
        # The server sees a new namespace when its cache is renewed, and tells no one.
        while "no namespace" in (why := await why_not_ready(client) or ""):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert why == ""


def test_the_commands_for_kafka_name_every_topic_and_its_limits() -> None:
    script = block("kafka-topics.sh")
    loop = re.search(r"for TOPIC in (.*); do", script)
    assert loop is not None
    joined = script.replace("\\\n", "")
    made = {name: (int(partitions), config) for name, partitions, config in TOPIC.findall(joined)}
    several = made.pop("$TOPIC")
    made |= dict.fromkeys(loop[1].split(), several)
    defaults = Settings.model_construct()
    named = (name for name in type(defaults).model_fields if name.endswith("_topic"))
    # Replies have no topic until a town gives them one: «Replies to superiors» says how.
    needed = {topic for name in named if (topic := getattr(defaults, name))}

    assert made.keys() == needed
    assert made[defaults.checkpoints_topic] == (1, "")
    assert made[defaults.dead_letters_topic] == (12, "max.message.bytes=2097152")
