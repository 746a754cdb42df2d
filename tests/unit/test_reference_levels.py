"""youchegang has the default service levels of the reference, but where its pack says why not.

The tables are those of domain.md, section 2: what a town gets that changes nothing. Times are in
hours: `wh` of the calendar, `ch` of day and night.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from domain.policy.model import Level, Policy
from domain.policy.part_rules import PartKind, PartRule, rules_from
from domain.sla.case_clocks import (
    ACCEPT,
    APPOINT,
    CALLBACK,
    DISPATCH,
    FIRST,
    HOLDER,
    MEETING,
    PLAN,
    REPORT,
    SAFE,
    SIGN,
    VERIFY,
)
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Tier, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack

UTILITIES = "utilities"
ORDER = (ACCEPT, DISPATCH, SIGN, FIRST, SAFE, HOLDER, VERIFY, CALLBACK)
RHYTHM = (APPOINT, MEETING, PLAN, REPORT)

REFERENCE: Mapping[str, str] = {
    # accept, dispatch, sign, first, make-safe, resolve, reply audit or post-check, callback
    "direct critical": "0.25ch 0.25ch 0.25ch 0.5ch 1ch 2ch 0.5ch 8wh",
    "direct urgent": "0.25ch 0.25ch 0.5ch 1ch - 2ch 0.5ch 8wh",
    "direct normal": "0.5wh 0.5wh 1wh 2wh - 8wh 0.5ch 8wh",
    "direct complex": "1wh 1wh 2wh 4wh - 24wh 0.5ch 8wh",
    "assign critical": "0.25ch 0.25ch 0.5ch 2ch - 24ch 8wh 8wh",
    "assign urgent": "1wh 1wh 2wh 4wh - 16wh 8wh 8wh",
    "assign urgent utilities": "1ch 1ch 2wh 4wh - 24ch 8wh 8wh",
    "assign normal": "4wh - 4wh 8wh - 40wh 8wh 8wh",
    "assign complex": "8wh - 8wh 8wh - 120wh 8wh 8wh",
    "supervise critical": "0.5ch - 0.5ch 1ch 24ch 56wh 16wh 8wh",
    "supervise urgent": "1wh - 2wh 4wh - 80wh 16wh 8wh",
    "supervise normal": "4wh - 4wh 8wh - 120wh 16wh 8wh",
    "supervise complex": "8wh - 8wh 16wh - 240wh 16wh 8wh",
}
SUPERVISED: Mapping[str, str] = {
    # appointing, first meeting, minutes and plan after it, report
    "assign complex": "- - 40wh -",
    "supervise critical": "4wh 4ch 8wh -",
    "supervise urgent": "4wh 8wh 8wh 8wh",
    "supervise normal": "4wh 16wh 8wh 16wh",
    "supervise complex": "4wh 24wh 8wh 40wh",
}
AMBER: Mapping[str, int] = {
    "direct critical": 50,
    "direct urgent": 50,
    "direct normal": 75,
    "direct complex": 80,
    "assign critical": 50,
    "assign urgent": 66,
    "assign urgent utilities": 66,
    "assign normal": 80,
    "assign complex": 80,
    "supervise critical": 50,
    "supervise urgent": 66,
    "supervise normal": 80,
    "supervise complex": 80,
}
EXTENSIONS: Mapping[str, str] = {
    # how often, how long each, and who decides
    "direct critical": "none",
    "direct urgent": "none",
    "direct normal": "1 x 8h supervisor",
    "direct complex": "1 x 24h supervisor",
    "assign critical": "1 x 24h leader",
    "assign urgent": "1 x 16h supervisor",
    "assign normal": "2 x 40h supervisor",
    "assign complex": "2 x 120h supervisor",
    "supervise critical": "1 x 56h leader",
    "supervise urgent": "1 x 40h leader",
    "supervise normal": "2 x 120h leader",
    "supervise complex": "2 x 240h leader",
}
OTHERS: Mapping[PartKind, str] = {
    # in a normal assigned case: the first turn, the second one
    PartKind.RETURN: "4wh -",
    PartKind.EXEMPTION: "16wh 16wh",
    PartKind.RECTIFICATION: "8wh 16wh",
    PartKind.INTERVIEW: "16wh -",
    PartKind.PENALTY: "2160ch 56wh",
    PartKind.LETTER: "8wh -",
    PartKind.URGE: "4wh -",
    PartKind.CHECK: "0.5ch -",
}

DEVIATIONS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("direct normal", VERIFY): ("0.5wh", "is looked at in the morning"),
    ("direct complex", VERIFY): ("0.5wh", "is looked at in the morning"),
    ("direct critical", CALLBACK): ("12ch", "reach into the calling hours"),
    ("direct urgent", CALLBACK): ("12ch", "reach into the calling hours"),
    ("assign critical", CALLBACK): ("12ch", "reach into the calling hours"),
    ("assign urgent utilities", CALLBACK): ("12ch", "reach into the calling hours"),
    ("assign critical", VERIFY): ("8ch", "the reply is audited by day and by night"),
    ("assign urgent utilities", VERIFY): ("8ch", "the reply is audited by day and by night"),
    ("assign urgent utilities", SIGN): ("2ch", "every step of a utility counts day and night"),
    ("assign urgent utilities", FIRST): ("4ch", "every step of a utility counts day and night"),
    ("assign complex", PLAN): ("-", "an assigned case has no meeting after which it could begin"),
    ("supervise critical", APPOINT): ("1ch", "before the first meeting within four hours"),
    ("supervise critical", PLAN): ("4ch", "the work is divided within four hours of it"),
    ("supervise critical", REPORT): ("8wh", "reports once a working day"),
}
"""(level, clock) -> what the pack has, and words of the comment in levels.yaml that says why."""


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def level_named(town: Policy, name: str) -> Level:
    tier, urgency, *groups = name.split()
    level = town.level(Tier(tier), Urgency(urgency), groups[0] if groups else None)
    assert level is not None
    assert level.groups == tuple(groups)
    return level


def said(budget: timedelta | None, measure: Measure) -> str:
    if budget is None:
        return "-"
    unit = "ch" if measure is Measure.CONTINUOUS else "wh"
    return f"{budget / timedelta(hours=1):g}{unit}"


def limit_of(level: Level, clock: str) -> str:
    found = next((each for each in level.limits if each.clock == clock), None)
    return said(found.budget, found.measure) if found else "-"


def deviations(
    town: Policy, table: Mapping[str, str], clocks: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str], str]]:
    for name, row in table.items():
        level = level_named(town, name)
        for clock, expected in zip(clocks, row.split(), strict=True):
            if limit_of(level, clock) != expected:
                yield (name, clock), limit_of(level, clock)


def comments(file: str) -> str:
    """Return the comments of a file of the pack as one text."""
    lines = (pack_of("youchegang") / file).read_text().splitlines()
    found = (line.split("#", 1)[1] for line in lines if "#" in line)
    return re.sub(r"\s+", " ", " ".join(found))


def test_the_limits_are_those_of_the_reference_but_for_the_listed_ones(town: Policy) -> None:
    found = [*deviations(town, REFERENCE, ORDER), *deviations(town, SUPERVISED, RHYTHM)]

    assert {where: value for where, (value, _) in DEVIATIONS.items()} == dict(found)


@pytest.mark.parametrize("words", sorted({words for _, words in DEVIATIONS.values()}))
def test_the_pack_says_why_it_deviates(words: str) -> None:
    assert words in comments("levels.yaml")


@pytest.mark.parametrize(("name", "share"), AMBER.items())
def test_the_first_warning_comes_at_the_share_of_the_reference(
    town: Policy, name: str, share: int
) -> None:
    ladders = {ladder.id: ladder for ladder in town.ladders}
    climbs = next(e.ladder for e in level_named(town, name).limits if e.clock == HOLDER)

    assert share == ladders[climbs].rungs[0].share


def rule_of(town: Policy, kind: PartKind, tier: Tier, urgency: Urgency) -> PartRule:
    return next(r for r in rules_from(town.parts, tier, urgency) if r.kind is kind)


@pytest.mark.parametrize(("name", "expected"), EXTENSIONS.items())
def test_extensions_are_those_of_the_reference(town: Policy, name: str, expected: str) -> None:
    tier, urgency = name.split()
    rule = rule_of(town, PartKind.EXTENSION, Tier(tier), Urgency(urgency))
    longest = (rule.longest or timedelta()) // timedelta(hours=1)
    found = f"{rule.limit} x {longest}h {rule.decider}" if rule.limit else "none"

    assert expected == found


@pytest.mark.parametrize(("kind", "expected"), OTHERS.items())
def test_other_timers_are_those_of_the_reference(
    town: Policy, kind: PartKind, expected: str
) -> None:
    rule = rule_of(town, kind, Tier.ASSIGN, Urgency.NORMAL)

    assert expected == f"{said(rule.budget, rule.measure)} {said(rule.then, Measure.WORKING)}"


def test_a_return_of_a_hurried_direct_case_is_answered_sooner(town: Policy) -> None:
    """The reference has four working hours for every return: parts.yaml says why not here."""
    rule = rule_of(town, PartKind.RETURN, Tier.DIRECT, Urgency.URGENT)

    assert "0.5ch" == said(rule.budget, rule.measure)
    assert "so it cannot wait the usual four for that" in comments("parts.yaml")


def test_handling_again_has_the_times_of_the_reference(town: Policy) -> None:
    hours = [town.rehandle_sign, town.rehandle_first, town.rehandle]

    assert [timedelta(hours=each) for each in (2, 4, 24)] == hours
    assert town.rehandle_extension is False
    assert "holder-assign-66" == town.rehandle_ladder


def test_a_case_is_archived_after_thirty_natural_days(town: Policy) -> None:
    assert timedelta(days=30) == town.reopen_window


def test_the_office_works_eight_hours_with_a_break_at_noon(town: Policy) -> None:
    assert [(8 * 60, 12 * 60), (14 * 60, 18 * 60)] == [*town.calendar.week[0]]


def test_an_extension_by_the_issuer_is_the_leading_groups_in_the_town(town: Policy) -> None:
    """The reference gives that of a complex supervised case to the issuer: parts.yaml says why."""
    rule = rule_of(town, PartKind.EXTENSION, Tier.SUPERVISE, Urgency.COMPLEX)

    assert Role.LEADER is rule.decider
    assert "a superior that issued the case moves its own date itself" in comments("parts.yaml")
