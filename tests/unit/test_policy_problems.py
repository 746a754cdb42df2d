"""Every mistake in a pack is told by file, line and path, with what to do; one is not ten."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.packs.pack import PACK_FILES
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import CATEGORIES, GRIDS, HOLIDAYS, PACK, TIERS, written

TABLE = Path(__file__).with_name("policy_problems.txt").read_text()
CASE = re.compile(r"^(\w+): `(.*)` -> `(.*)`\n((?:    .*\n)+)", re.MULTILINE)
CASES = [
    (name, old.replace("\\n", "\n"), new.replace("\\n", "\n"), told.split("\n"))
    for name, old, new, told in (
        (name, old, new, told.removeprefix("    ").removesuffix("\n").replace("\n    ", "\n"))
        for name, old, new, told in CASE.findall(TABLE)
    )
]


TASK = "kind: task, limit: 2, budget: 8h, ladder: lift"


def told(directory: Path, **changed: str | bytes | None) -> list[str]:
    with pytest.raises(BrokenPack) as caught:
        load_pack(written(directory, **changed), HOLIDAYS)
    return [str(problem) for problem in caught.value.problems]


def test_no_line_of_the_table_is_lost() -> None:
    assert len(CASES) == len(re.findall("^[a-z]", TABLE, re.MULTILINE))


@pytest.mark.parametrize(("name", "old", "new", "expected"), CASES)
def test_a_mistake_is_told(
    tmp_path: Path, name: str, old: str, new: str, expected: list[str]
) -> None:
    assert old in PACK[name]

    assert told(tmp_path, **{name: PACK[name].replace(old, new, 1)}) == expected


def test_only_the_sign_clock_of_tier_direct_hands_a_case_on(tmp_path: Path) -> None:
    ladders = PACK["ladders"].replace("action: raise_tier", "action: reassign")
    sign, lift = "sign: {budget: 1h, ladder: tell}", "sign: {budget: 1h, ladder: lift}"
    four_direct = PACK["levels"].replace(sign, lift, 4)
    load_pack(written(tmp_path, ladders=ladders, levels=four_direct), HOLIDAYS)

    reason = "hands on what nobody signed for, which only the sign clock of tier direct does"
    five = PACK["levels"].replace(sign, lift, 5)
    [problem] = told(tmp_path, ladders=ladders, levels=five)
    assert problem.startswith("levels.yaml:47: levels[4].clocks.sign.ladder: rung 'lifted' of ")
    assert f" {reason}; take another ladder" in problem
    parts = PACK["parts"].replace("kind: task, limit: 2, budget: 8h, ladder: tell", TASK, 1)
    [problem] = told(tmp_path, ladders=ladders, levels=four_direct, parts=parts)
    assert problem.startswith("parts.yaml:13: parts[11].ladder: ladder 'lift' hands a case on")
    accept = PACK["levels"].replace("2h, ladder: tell", "2h, ladder: lift", 1)
    [problem] = told(tmp_path, ladders=ladders, levels=accept)
    assert "levels[0].clocks.accept.ladder" in problem


def test_all_problems_are_told_at_once_file_by_file(tmp_path: Path) -> None:
    bad_grids = GRIDS.replace("unit: urban-mgmt", "unit: urban")
    bad_categories = CATEGORIES.replace("tier: direct", "tier: dirct")
    bad_tiers = TIERS.replace("at_least: 2, ", "")

    with pytest.raises(BrokenPack) as caught:
        load_pack(
            written(tmp_path, grids=bad_grids, categories=bad_categories, tiers=bad_tiers), HOLIDAYS
        )

    assert str(caught.value).splitlines() == [
        f"{tmp_path}: 3 problems",
        "grids.yaml:2: grids[0].unit: no unit 'urban'; did you mean 'urban-mgmt'?",
        "categories.yaml:7: categories[0].tier: no tier 'dirct'; did you mean 'direct'?",
        "tiers.yaml:3: rules[1].at_least: every category has one unit; say at_least: 2 or more",
    ]


def test_a_file_that_is_missing_or_misnamed_is_told(tmp_path: Path) -> None:
    (tmp_path / "catgories.yaml").write_text(CATEGORIES)

    assert told(tmp_path, categories=None) == [
        "catgories.yaml: no file of a pack 'catgories.yaml'; did you mean 'categories.yaml'?",
        "categories.yaml: cannot be read: No such file or directory",
    ]


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BrokenPack) as caught:
        load_pack(tmp_path / "nowhere", HOLIDAYS)

    needed = [row for row in PACK_FILES if not row.optional]
    assert len(caught.value.problems) == len(needed)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "categories.yaml:1: is empty"),
        (b"# only words\n", "categories.yaml:1: is empty"),
        (b"- a\n", "categories.yaml:1: must have keys and values"),
        (b"a: 1\n---\nb: 2\n", "categories.yaml:2: not YAML: a second document begins here"),
        (b"a: \xff\n", "categories.yaml:1: not UTF-8; save the file as UTF-8"),
        (b"a:\n  b: \x07\n", "categories.yaml:2: has a control character U+0007; remove it"),
        (b"a: " + b"[" * 50_000, "categories.yaml:1: nested too deeply"),
        (b"a: &a [*a]\n", "categories.yaml:1: an alias is not read here"),
        (b"\tcategories: 1\n", "categories.yaml:1: not YAML: "),
    ],
)
def test_what_is_no_yaml_is_told_and_never_crashes(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    (problem,) = told(tmp_path, categories=content)

    assert expected in problem


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(sorted(PACK)),
    at=st.floats(0, 1),
    junk=st.one_of(
        st.binary(max_size=8), st.sampled_from([b"\n", b"[", b"{", b":", b"- ", b"&a ", b"? "])
    ),
)
def test_no_typing_error_crashes_the_reader(
    tmp_path: Path, name: str, at: float, junk: bytes
) -> None:
    content = PACK[name].encode()
    place = int(at * len(content))
    directory = written(tmp_path, **{name: content[:place] + junk + content[place:]})
    with suppress(BrokenPack):
        load_pack(directory, HOLIDAYS)


@pytest.mark.parametrize(
    ("spelt", "read"),
    [
        ("no", "no"),
        ("off", "off"),
        ("1.50", "1.50"),
        ("0101", "0101"),
        ("12:30", "12:30"),
        ("2026-10-01", "2026-10-01"),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_yaml_springs_no_surprises(tmp_path: Path, spelt: str, read: str) -> None:
    text = CATEGORIES.replace("name_en: Scrap", f"name_en: {spelt}")
    policy = load_pack(written(tmp_path, categories=text), HOLIDAYS)

    assert policy.categories[1].name_en == read


def test_what_is_looked_at_again_may_be_a_part_of_any_case_that_is_no_danger(
    tmp_path: Path,
) -> None:
    """Two files are wrong together. A critical case waits for no camera."""
    looks = PACK["channels"].replace("camera", "camera, confirm: true, recheck: 30min")
    rule = "kind: recheck, limit: 2, budget: 8h, ladder: ask"
    forbidden = rule.replace("2", "0")
    no_danger = f"{forbidden}, urgencies: [critical]}}\n  - {{{rule}"
    none = PACK["parts"].replace(rule, forbidden)
    fits = PACK["parts"].replace(rule, no_danger)
    load_pack(written(tmp_path, channels=looks, parts=fits), HOLIDAYS)

    where = "tier direct at urgency urgent; give it a limit of 1 there"
    assert told(tmp_path, channels=looks, parts=none) == [
        f"channels.yaml:5: channels[3].recheck: parts.yaml allows no recheck in {where}"
    ]
