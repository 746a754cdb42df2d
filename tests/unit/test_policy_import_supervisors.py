"""Which departments supervise a class (主管部门), as the table of a city says it."""

from pathlib import Path

from tests.unit.test_policy_import import BIN, SMALL, imported, unplaced

COLUMNS = SMALL.replace("results:", "supervised_by:").replace(
    "{城管: urban-mgmt}", "{城管: urban-mgmt, 住建局: housing}"
)


def row(*, supervised_by: str) -> tuple[str, ...]:
    return (*BIN[:4], supervised_by, BIN[5])


def test_the_departments_of_a_cell_become_those_of_the_class(tmp_path: Path) -> None:
    found = imported(tmp_path, row(supervised_by="住建局、urban-mgmt，住建局"), columns=COLUMNS)

    assert "supervised_by: [housing, urban-mgmt]" in found.text
    assert unplaced(found) == []


def test_a_department_without_an_id_is_named_by_row_and_column(tmp_path: Path) -> None:
    found = imported(tmp_path, row(supervised_by="住建局、水务局"), columns=COLUMNS)

    assert "supervised_by: [housing]" in found.text
    [said] = unplaced(found)
    assert "水务局" in said
    assert "is no unit; say which under `leads`" in said
