"""Reads a topic as intake does, in a process of its own, and prints how much memory that took.

python -m tests.fakes.memory_meter BOOTSTRAP TOPIC RECORDS MAX_BYTES
"""

import asyncio
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from schemas.intake import Record


def peak() -> int:
    """Return the most memory that was resident so far, in bytes.

    Not ru_maxrss: that begins with what the process that started this one had.
    """
    return most_resident("self")


def most_resident(pid: int | str) -> int:
    """Return the most memory of a process that was resident so far, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError("this system does not say how much memory a process has had")
    return 1024 * int(found[1])


async def main(bootstrap: str, topic: str, count: int, max_bytes: int) -> None:
    sizes: list[int] = []

    async def handler(records: Sequence[Record]) -> None:
        await asyncio.sleep(0.01)  # other partitions are read meanwhile
        sizes.extend(record.size for record in records)
        if len(sizes) >= count:
            loop.stop()

    options = SourceOptions(bootstrap, (topic,), topic, max_bytes=max_bytes)
    health = Health()
    loop = Loop(KafkaSource(options, health, Watchdog(health)), handler, health)
    before = peak()
    await loop.run()
    found = {"grown": peak() - before, "read": len(sizes), "bytes": sum(sizes)}
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
