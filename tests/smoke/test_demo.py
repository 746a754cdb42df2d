import re
from pathlib import Path

from tests.smoke.commands import sanban

# The faster, the more a busy machine makes everybody late: cases are then raised under people's
# hands, and the demo says so. One slower day is given to such a machine.
FAST, SLOW = "10000", "5000"


async def test_the_demo_plays_its_day_and_verifies_every_chain(servers_directory: Path) -> None:
    told = await sanban("demo", "--speed", FAST, TMPDIR=str(servers_directory))
    if told.code != 0:
        told = await sanban("demo", "--speed", SLOW, TMPDIR=str(servers_directory))
    summary = " ".join(told.output.split("the day in numbers")[-1].split())

    assert told.code == 0, summary
    assert re.search(r"received \d+ records: \d+ accepted, 1 duplicate, 1 rejected", summary)
    assert re.search(r"cases (\d+ \w+, ){2}\d+ \w+; \d+ closed, \d+ raised", summary)
    assert re.search(r"escalations \d+ rungs fired: .*; \d+ deadlines missed", summary)
    assert re.search(r"journal \d+ rows of \d+ cases, every chain verified", summary)
    assert told.complaint == ""
