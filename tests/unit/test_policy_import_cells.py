"""What cells of a table say is kept whole in categories.yaml, and each limit is shown as read."""

from pathlib import Path

from tests.unit.test_policy_import import BIN, SMALL, imported, unplaced


def test_a_result_that_begins_with_a_number_is_kept_whole(tmp_path: Path) -> None:
    results = "1.5米以上清除；2.0米以下劝离；3、4号楼清理"
    items = "1.清理；2、恢复原状；（3）24小时内检查；④补漆"
    found = imported(
        tmp_path, BIN, ("", "", "过高", "2小时", results, ""), ("", "", "脏", "2小时", items, "")
    )

    assert "close: [1.5米以上清除, 2.0米以下劝离, 3、4号楼清理]" in found.text
    assert "close: [清理, 恢复原状, 24小时内检查, 补漆]" in found.text


def test_each_distinct_limit_is_shown_as_it_was_read(tmp_path: Path) -> None:
    columns = SMALL + "name_date: 2wd\nids: {修复: repair, 控制: control}\n"
    rows = [
        ("0101", "果皮箱", f"情形{number}", limit, "修复", "城管")
        for number, limit in enumerate(
            (
                "24小时",
                "２个工作日内",
                "24小时",
                "2小时（非工作时间4小时）",
                "控制4小时、修复7wd",
                "按计划，不超过30wd",
            )
        )
    ]
    found = imported(tmp_path, *rows, columns=columns)

    assert list(found.read_as) == [
        "24小时 = 24h continuous, 2 rows",
        "２个工作日内 = 2wd, 1 row",
        "控制4小时、修复7wd = control 4h continuous, then repair 7wd, 1 row",
        "按计划，不超过30wd = the unit names a date within 2wd, at the latest in 30wd, 1 row",
    ]
    assert unplaced(found) == [
        (
            "row 5, 时限: '非工作时间4小时' says a second limit; "
            "give each a row of its own, or say under `limits` which holds"
        )
    ]
