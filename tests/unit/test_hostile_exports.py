"""Promise 39: both verifiers give every hostile export the verdict that it deserves."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.jobs.verify_export import audit, kept_elsewhere
from runtime.problems import Problem
from tests import hostile_exports as hostile
from tests import hostile_lines
from tests.exports import KEY, ended_anew, journal
from tests.hostile_exports import Handed

WHOLE = journal().export().splitlines(keepends=True)
HANDED = [
    *hostile.ends(),
    *hostile.notes(),
    *hostile.keys(),
    *hostile_lines.bodies(),
    *hostile_lines.numbers(),
    *hostile_lines.lines(),
    *hostile_lines.first_lines(),
]
EDITS = st.tuples(st.integers(0, 1 << 16), st.integers(0, 1 << 16), st.binary(max_size=2))


def ours(export: Path, places: Sequence[Path], *, allow_newer: bool = False) -> int:
    try:
        elsewhere = kept_elsewhere(places)
        report = audit(export, [KEY.public], elsewhere, lambda _: None, allow_newer=allow_newer)
    except Problem:
        return hostile.UNREADABLE
    if not report.intact:
        return hostile.ALTERED
    return hostile.PROVED if report.proved else hostile.PARTLY


def theirs(program: Any, export: Path, places: Sequence[Path], *, allow_newer: bool = False) -> int:
    words = [str(export), str(KEY.public), *map(str, places)]
    verdict: int = program.main(["--allow-newer", *words] if allow_newer else words)
    return verdict


@pytest.mark.parametrize("handed", HANDED, ids=lambda handed: handed.name)
def test_both_verifiers_give_the_verdict_that_it_deserves(
    tmp_path: Path, program: Any, handed: Handed
) -> None:
    export = tmp_path / "export.txt"
    export.write_bytes(handed.export)
    places = [tmp_path / f"{number}.note" for number in range(len(handed.notes))]
    for place, note in zip(places, handed.notes, strict=True):
        place.write_bytes(note)

    assert ours(export, places, allow_newer=handed.allow_newer) == handed.verdict
    assert theirs(program, export, places, allow_newer=handed.allow_newer) == handed.verdict


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(EDITS, min_size=1, max_size=2))
def test_both_agree_on_an_export_edited_anywhere(
    tmp_path: Path, program: Any, edits: list[tuple[int, int, bytes]]
) -> None:
    lines = list(WHOLE)
    for line, place, new in edits:
        old = lines[line % len(lines)]
        lines[line % len(lines)] = old[: place % len(old)] + new + old[place % len(old) + 1 :]
    export = tmp_path / "export.txt"
    export.write_bytes(ended_anew(lines))

    assert ours(export, []) == theirs(program, export, [])
