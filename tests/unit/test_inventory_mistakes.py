"""What is wrong with an inventory of parts, or a pack with one, is told by line or by place."""

from pathlib import Path

import pytest

from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import HOLIDAYS, PACK
from tests.unit.places import CHOOSING
from tests.unit.test_owners import PARTS, problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "N-1,litter,cleaners",
            "N-1,litter,cleaner",
            (
                "parts.csv:2: owner: no unit 'cleaner'; did you mean 'cleaners'?; write the id or "
                "name of a unit, or nothing where the owner is not known"
            ),
        ),
        (
            "N-1,litter",
            "N-1,liter",
            "parts.csv:2: class: no category 'liter'; did you mean 'litter'?",
        ),
        ("N-3,litter,,N1", "N-3,litter,,N2", "parts.csv:5: grid: no grid 'N2'; there are: N1, S1"),
        ("N-3", "N-2", "parts.csv:5: number: 'N-2' appears twice, first on line 3; keep one"),
        ("N-3", "", "parts.csv:5: number: '' is no number: 1 to 64 letters, digits and _ . -"),
        ("N-3,litter,,N1,", "N-3,litter", "parts.csv:5: has 2 cells, and there are 5 headings"),
        ("code,", "cod,", "parts.csv:1: no column 'code'; did you mean 'cod'?"),
        ("remark", "grid", "parts.csv:1: has two columns 'grid'; keep one"),
    ],
)
def test_a_mistake_of_the_file_is_told_by_line(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    assert old in PARTS

    assert problems(tmp_path, PARTS.replace(old, new, 1)) == [expected]


def test_a_file_in_another_encoding_or_none_is_told(tmp_path: Path) -> None:
    wrong = PARTS.encode("gb18030")
    assert problems(tmp_path, wrong) == ["parts.csv:3: not UTF-8; save the file as CSV UTF-8"]

    (tmp_path / "parts.csv").unlink()
    with pytest.raises(BrokenPack) as caught:
        load_pack(tmp_path, HOLIDAYS)
    assert [str(each) for each in caught.value.problems] == [
        "parts.csv: cannot be read: No such file or directory"
    ]


def test_many_mistakes_are_counted_by_value(tmp_path: Path) -> None:
    lines = [f"M-{number},litter,owner-{number % 30}," for number in range(3_000)]
    found = problems(tmp_path, "code,class,owner,grid\n" + "\n".join(lines))

    assert len(found) == 21
    assert found[0] == "parts.csv: owner: 10 more such values are wrong"
    assert found[1].endswith("(100 lines)")


def test_a_pack_without_an_inventory_looks_for_no_owner(tmp_path: Path) -> None:
    [found] = problems(tmp_path, policy=PACK["policy"])

    assert found.endswith(
        "categories[2].lead.owner_of: no inventory says whose a part is; name it with "
        "`parts_inventory` in policy.yaml"
    )


def test_the_platform_has_time_to_look(tmp_path: Path) -> None:
    found = problems(tmp_path, levels=CHOOSING)

    assert len(found) == 8
    assert found[0].endswith("no `owner`, and the platform looks for the owner in litter; add it")


def test_an_owner_has_people_who_hear_of_its_cases(tmp_path: Path) -> None:
    roster = PACK["roster"].replace(
        "duties:",
        "  - {id: no, name: 北, unit: north-squad, roles: [handler]}\n"
        "  - {id: so, name: 南, unit: south-squad, roles: [handler]}\nduties:",
    )

    assert "nobody is handler of cleaners" in problems(tmp_path, roster=roster)[0]
