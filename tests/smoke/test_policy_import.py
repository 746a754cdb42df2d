"""A person makes a pack's categories.yaml from a spreadsheet, and again when the table changes."""

import re
from pathlib import Path

from tests.fakes.packs import CALENDAR, written
from tests.smoke.commands import sanban

STANDARDS = Path(__file__).parents[1] / "fakes" / "standards"
TABLE, COLUMNS = str(STANDARDS / "table.csv"), str(STANDARDS / "columns.yaml")


async def test_a_table_becomes_a_pack_that_is_valid(tmp_path: Path) -> None:
    pack = written(tmp_path, categories=None, calendar=CALENDAR.replace("moon", "china"))
    out = str(pack / "categories.yaml")
    told = await sanban("policy", "import", TABLE, "--columns", COLUMNS, "--out", out)
    checked = await sanban("policy", "check", str(pack))

    assert told.code == 0
    assert told.output.splitlines()[-1] == (
        "519 rows: 519 placed whole, 0 not; 191 classes, 3 blank lines"
    )
    lines = told.complaint.splitlines()
    assert len([line for line in lines if line.startswith("note: ")]) == 2
    assert [
        line for line in lines if not re.match("note: |read as: .+ = .+, [0-9]+ rows", line)
    ] == []
    assert checked.code == 0
    assert checked.output.startswith("hamlet is valid: 191 categories")


async def test_a_second_import_prints_what_changes(tmp_path: Path) -> None:
    out, table = tmp_path / "categories.yaml", tmp_path / "table.csv"
    table.write_text(Path(TABLE).read_text(encoding="utf-8"), encoding="utf-8")
    words = ("policy", "import", str(table), "--columns", COLUMNS, "--out", str(out))
    await sanban(*words)
    text = table.read_text(encoding="utf-8")
    table.write_text(
        text.replace("占地不足五平方米,两小时", "占地不足五平方米,三小时", 1), encoding="utf-8"
    )
    told = await sanban(*words)

    [_, _, _, before, after, _] = told.output.splitlines()
    assert before.startswith("-       {id: c588fae, when: 占地不足五平方米, within: 2h")
    assert after.startswith("+       {id: c588fae, when: 占地不足五平方米, within: 3h")


async def test_a_file_that_a_person_wrote_is_not_replaced(tmp_path: Path) -> None:
    out = written(tmp_path) / "categories.yaml"
    before = out.read_text(encoding="utf-8")
    told = await sanban("policy", "import", TABLE, "--columns", COLUMNS, "--out", str(out))

    assert told.code == 2
    assert "was written by a person" in told.complaint
    assert out.read_text(encoding="utf-8") == before
