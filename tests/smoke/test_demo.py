import re
from pathlib import Path

from tests.smoke.commands import sanban

SPEED = 10_000  # much faster, and a busy machine is an hour late to everything


async def test_the_demo_plays_its_day_and_verifies_every_chain(servers_directory: Path) -> None:
    told = await sanban("demo", "--speed", str(SPEED), TMPDIR=str(servers_directory), COLUMNS="200")

    assert told.code == 0, told
    assert re.search(r"received +\d+ records: \d+ accepted, 1 duplicate, 1 rejected", told.output)
    assert re.search(r"cases +(\d+ \w+, ){2}\d+ \w+; \d+ closed, \d+ raised", told.output)
    assert re.search(r"escalations +\d+ rungs fired", told.output)
    assert re.search(r"journal +\d+ rows of \d+ cases, every chain verified", told.output)
    assert "went wrong" not in told.output
    assert told.complaint == ""
