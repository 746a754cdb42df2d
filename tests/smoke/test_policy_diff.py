"""A supervisor compares the pack as it is with the pack as somebody wants it."""

import re
import shutil
from pathlib import Path

from packs import pack_of
from tests.smoke.commands import sanban

BEFORE, AFTER = (
    "tier: assign, resolve: 16h, evidence: 1,",
    "tier: assign, resolve: 24h, evidence: 1,",
)


async def test_what_changes_is_a_line_each_and_no_failure(tmp_path: Path) -> None:
    old, new = str(pack_of("youchegang")), str(changed(tmp_path))
    told, same = await sanban("policy", "diff", old, new), await sanban("policy", "diff", old, old)

    assert told.code == 0
    assert told.complaint == ""
    [change, meaning, plans, count] = told.output.splitlines()
    assert change == "categories street-light resolve: 16 h -> 24 h"
    assert meaning.startswith("what this means for new cases")
    assert plans == "  street-light: limit 16 h of working time -> 24 h of working time"
    assert re.fullmatch(
        r"1 change of the policy \(0 added, 0 removed, 1 changed\), 0 of people; "
        r"(sha256:[0-9a-f]{64}) -> (?!\1)sha256:[0-9a-f]{64}",
        count,
    )
    assert same.code == 0
    assert same.output.splitlines()[:-1] == []


async def test_a_pack_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    told = await sanban("policy", "diff", str(pack_of("youchegang")), str(tmp_path / "nowhere"))

    assert told.code != 0
    assert "no policy pack in" in told.complaint
    assert told.output == ""


def changed(directory: Path) -> Path:
    """The shipped pack, with more time for street lights."""
    pack = directory / "wanted"
    shutil.copytree(pack_of("youchegang"), pack)
    categories = pack / "categories.yaml"
    head, found, rest = categories.read_text().partition("id: street-light,")
    assert BEFORE in rest
    categories.write_text(head + found + rest.replace(BEFORE, AFTER, 1))
    return pack
