import re
from pathlib import Path

import pytest

from tests.limits import TEST_S
from tests.smoke.commands import sanban, sanban_within

# To this speed every machine is what a busy one is to the usual speed: people would act too late.
TOO_FAST = "100000"


@pytest.mark.timeout(3 * TEST_S)  # the busier the machine, the slower the day
async def test_the_demo_plays_as_fast_as_the_machine_can_and_verifies_every_chain(
    servers_directory: Path, tmp_path: Path
) -> None:
    home = str(servers_directory / "démo 演示")
    told = await sanban_within(
        2 * TEST_S,
        *("demo", "--home", home, "--speed", TOO_FAST),
        HOME=str(tmp_path),
        TMPDIR=str(tmp_path),
        LC_ALL="C",
    )
    summary = " ".join(told.output.split("the day in numbers")[-1].split())

    assert told.code == 0, f"{summary} {told.complaint}"
    assert "this machine is too busy for more" in told.output
    assert re.search(r"received \d+ records: \d+ accepted, 1 duplicate, 1 rejected", summary)
    assert re.search(r"cases (\d+ \w+, ){2}\d+ \w+; \d+ closed, \d+ raised", summary)
    assert re.search(r"escalations \d+ rungs fired: .*; \d+ deadlines missed", summary)
    assert re.search(r"journal \d+ rows of \d+ cases, every chain verified", summary)
    assert "open it and sign in as" in " ".join(told.output.split())
    # Between two days, the Kafka client may say that the broker has gone.
    assert "Traceback" not in told.complaint
    assert list(tmp_path.iterdir()) == []


async def test_the_demo_empties_no_directory_but_that_of_an_earlier_demo(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    told = await sanban("demo", "--home", str(tmp_path))

    assert f"{tmp_path} holds other things than an earlier demo" in told.complaint
    assert (tmp_path / "thesis.txt").exists()
