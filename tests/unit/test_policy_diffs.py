"""What changed between two policies is told entry by entry, and nothing is left out."""

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from domain.policy.diffs import Change, ChangeKind, diff, notices_diff, roster_diff
from domain.policy.model import Policy, TierRule, Unit
from domain.vocabulary import Tier, Urgency
from runtime.policy_lines import line
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, PACK, written
from tests.town import ZONE


@cache
def packed(**changed: str) -> Policy:
    with TemporaryDirectory() as directory:
        return load_pack(written(Path(directory), **changed), HOLIDAYS)


def edited(name: str, old: str, new: str) -> Policy:
    assert old in PACK[name]
    return packed(**{name: PACK[name].replace(old, new, 1)})


def lines(after: Policy, before: Policy | None = None) -> list[str]:
    changes = diff(before or packed(), after)
    return [line(change, ZoneInfo(ZONE)) for change in changes]


# What a supervisor reads.

NEW_RUNG = """\
      - {id: red, level: 2, action: urge, share: 90, late: fire,
         tell: [{unit: desk, role: handler}]}
"""
ADDED = "level 2, action urge, tell handler of desk, late fire, share 90"
TELL = "ladders tell rungs late tell"


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        (
            "categories",
            "by_grid: true",
            "resolve: 24h",
            ["categories garbage by_grid: yes -> no", "categories garbage resolve: none -> 24 h"],
        ),
        ("policy", "8h", "90min", ["policy return_window: 8 h -> 1 h 30 min"]),
        (
            "categories",
            "[desk, urban-mgmt]",
            "[desk]",
            ["categories scrap helpers: desk, urban-mgmt -> desk"],
        ),
        ("units", "Desk", "Front desk", ["units desk name_en: Desk -> Front desk"]),
        ("units", ", parent: office}", "}", ["units desk parent: office -> none"]),
        ("grids", "unit: urban-mgmt", "unit: desk", ["grids G01 unit: urban-mgmt -> desk"]),
        ("tiers", "at_least: 2", "at_least: 3", ["tier_rules several at_least: 2 -> 3"]),
        (
            "levels",
            "holder: {budget: 40h",
            "holder: {budget: 48h",
            ["levels direct critical limits holder budget: 40 h -> 48 h"],
        ),
        ("ladders", "share: 80", "share: 70", ["ladders tell rungs amber share: 80 -> 70"]),
        (
            "ladders",
            "[{unit: office, role: supervisor}]",
            '[{unit: "@holder", role: handler}, {unit: desk, role: dispatcher}]',
            [f"{TELL}: supervisor of office -> handler of @holder, dispatcher of desk"],
        ),
        (
            "calendar",
            "sunday: []",
            "sunday: [08:00-12:00]",
            ["calendar week sunday: off -> 08:00-12:00"],
        ),
        (
            "calendar",
            "2026-12-31, hours: [08:00-12:00]",
            "2026-10-01, hours: []",
            [
                "calendar exceptions 2026-10-01: added: off",
                "calendar exceptions 2026-12-31: 08:00-12:00 -> off",
            ],
        ),
        (
            "tiers",
            "  - {id: several, when: units_at_least, at_least: 2, tier: supervise}\n",
            "",
            [
                "tier_rules several: removed: when units_at_least, tier supervise, at_least 2",
            ],
        ),
        (
            "ladders",
            "      - id: late\n",
            NEW_RUNG + "      - id: late\n",
            [
                f"ladders tell rungs red: added: {ADDED}",
                "ladders tell rungs order: amber, late -> amber, red, late",
            ],
        ),
    ],
)
def test_a_change_is_one_line_by_name(name: str, old: str, new: str, expected: list[str]) -> None:
    assert lines(edited(name, old, new)) == expected


def test_a_rule_of_parts_goes_by_its_kind_and_by_what_it_fits_not_by_its_number() -> None:
    before = packed()
    rule = before.parts[0]
    own = replace(rule, tiers=(Tier.DIRECT,), urgencies=(Urgency.CRITICAL, Urgency.URGENT))
    first = replace(before, parts=(own, *before.parts))
    second = replace(before, parts=(replace(own, limit=1), *before.parts))

    [line] = lines(second, first)
    assert "parts return direct critical,urgent limit: 2 -> 1" == line
    added, order = lines(first, before)
    assert added.startswith("parts return direct critical,urgent: added: limit 2, budget 8 h")
    assert order == "parts order: return, … -> return direct critical,urgent, return, …"


def test_rules_that_change_places_are_told_because_the_first_decides() -> None:
    before = packed()
    rules = before.tier_rules
    after = replace(before, tier_rules=(rules[1], rules[0], *rules[2:]))

    assert lines(after) == ["tier_rules order: nobody, several, rest -> several, nobody, rest"]


def test_even_units_that_change_places_are_told_because_the_hash_is_another() -> None:
    after = replace(packed(), units=packed().units[::-1])

    assert lines(after) == ["units order: office, desk, urban-mgmt -> urban-mgmt, desk, office"]


def test_of_a_long_list_only_the_stretch_that_moved_is_shown() -> None:
    rules = tuple(TierRule(f"r{n}", "always", Tier.ASSIGN) for n in range(9))
    before, after = (
        replace(packed(), tier_rules=each)
        for each in (rules, (*rules[:3], rules[4], rules[3], *rules[5:]))
    )

    assert lines(after, before) == [
        "tier_rules order: …, r2, r3, r4, r5, … -> …, r2, r4, r3, r5, …"
    ]


def test_what_is_added_at_the_end_moves_nothing_and_neither_does_a_unit_in_the_middle() -> None:
    before = packed()
    rule, unit = TierRule("last", "always", Tier.ASSIGN), Unit("new", "新", "New", parent="office")
    after = replace(
        before,
        tier_rules=(*before.tier_rules, rule),
        units=(before.units[0], unit, *before.units[1:]),
    )

    assert diff(before, after) == (
        Change("units", "new", "", ChangeKind.ADDED, None, unit),
        Change("tier_rules", "last", "", ChangeKind.ADDED, None, rule),
    )


def test_a_line_stays_one_line_whatever_is_written() -> None:
    assert lines(replace(packed(), name="小\n镇")) == ["policy name: 小镇 -> 小 镇"]


def test_a_whole_ladder_is_told_with_its_rungs() -> None:
    tell, _, ask = packed().ladders
    [found] = lines(replace(packed(), ladders=(tell, ask)))

    assert found == (
        "ladders lift: removed: rungs lifted (level 3, action raise_tier, "
        "tell dispatcher of desk, late fire, after 8 h)"
    )


# Sections that are not there yet.


@dataclass(frozen=True, slots=True)
class Room:
    id: str
    seats: int


@dataclass(frozen=True, slots=True)
class Rule:
    kind: str
    budget: timedelta
    rooms: tuple[Room, ...] = ()


@dataclass(frozen=True, slots=True)
class Wider(Policy):
    rules: tuple[Rule, ...] = ()
    quorum: int = 2
    marks: tuple[str, ...] = ()


def wider(*rules: Rule, quorum: int = 2, marks: tuple[str, ...] = ()) -> Wider:
    known = {field.name: getattr(packed(), field.name) for field in fields(Policy)}
    return Wider(**known, rules=rules, quorum=quorum, marks=marks)


def test_a_section_that_is_added_to_the_policy_later_is_compared_by_name() -> None:
    hour = timedelta(hours=1)
    before = wider(Rule("return", hour), Rule("task", hour, (Room("a", 4),)), Rule("task", hour))
    after = wider(
        Rule("return", hour),
        Rule("task", hour, (Room("a", 5), Room("b", 1))),
        Rule("task", 2 * hour),
        quorum=3,
        marks=("a", "b"),
    )

    assert lines(after, before) == [
        "rules task rooms a seats: 4 -> 5",
        "rules task rooms b: added: seats 1",
        "rules task (2) budget: 1 h -> 2 h",
        "policy quorum: 2 -> 3",
        "policy marks: none -> a, b",
    ]


def test_in_a_section_that_nobody_knows_yet_order_is_told() -> None:
    one, other = Rule("task", timedelta(1)), Rule("check", timedelta(1))

    assert lines(wider(other, one), wider(one)) == [
        "rules check: added: budget 24 h",
        "rules order: task -> check, task",
    ]


# People.


def test_people_are_told_apart_from_the_policy() -> None:
    after = edited("roster", "deputies: [bo]", "deputies: [ce]")

    assert diff(packed(), after) == ()
    assert roster_diff(packed().roster, after.roster) == (
        Change("people", "an", "deputies", ChangeKind.CHANGED, ("bo",), ("ce",)),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("last_resort: [an]", "last_resort: [bo]", "roster last_resort: an -> bo"),
        ("start: 8", "start: 9", "duties desk dispatcher start: 8 -> 9"),
        (
            "last_day: 2026-12-02",
            "last_day: 2026-12-03",
            "absences ce until: Thu 2026-12-03 00:00 -> Fri 2026-12-04 00:00",
        ),
        (
            "handler]}\nduties",
            "handler, unit_head]}\nduties",
            "people ce roles: handler -> handler, unit_head",
        ),
    ],
)
def test_a_change_of_people_is_one_line(old: str, new: str, expected: str) -> None:
    after = edited("roster", old, new)

    changes = roster_diff(packed().roster, after.roster)
    assert [line(change, ZoneInfo(ZONE)) for change in changes] == [expected]


def test_notices_are_told_apart_from_the_policy() -> None:
    before, after = packed(), edited("notices", "an_hour: 4", "an_hour: 5")

    assert diff(before, after) == ()
    assert [
        line(change, ZoneInfo(ZONE)) for change in notices_diff(before.notices, after.notices)
    ] == ["notices an_hour: 4 -> 5"]
    [gone] = notices_diff(before.notices, None)
    assert line(gone, ZoneInfo(ZONE)) == "notices rules: given -> none"


def test_units_are_not_told_again_among_the_people() -> None:
    after = edited("units", ", parent: office}", "}")

    assert roster_diff(packed().roster, after.roster) == ()
