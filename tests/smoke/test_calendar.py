"""What `policy check` says of a calendar that ends soon, by the date of the machine."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from packs import pack_of
from tests.smoke.commands import sanban

HOLIDAYS = "holidays: china"


def ending_in(directory: Path, days: int) -> str:
    """A pack that has a calendar of its own, published for so many days from now."""
    last_day = datetime.now(UTC).date() + timedelta(days=days)
    pack = directory / "pack"
    shutil.copytree(pack_of("youchegang"), pack)
    written = (pack / "calendar.yaml").read_text()
    assert f"\n{HOLIDAYS}\n" in written
    own = written.replace(f"\n{HOLIDAYS}\n", f"\npublished_until: {last_day}\n")
    (pack / "calendar.yaml").write_text(own)
    return str(pack)


@pytest.mark.parametrize(("days", "remarks"), [(30, 1), (60, 0)])
async def test_a_calendar_that_ends_within_six_weeks_is_remarked(
    tmp_path: Path, days: int, remarks: int
) -> None:
    told = await sanban("policy", "check", ending_in(tmp_path, days))

    assert told.code == 0
    assert told.output.count("remark: calendar.yaml: the published holidays of ") == remarks
