"""The files of a pack for the smallest possible town; a test changes one of them."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TypeVar

from domain.case.part_types import PART_TYPES, REQUESTS
from domain.policy.part_rules import PartKind
from domain.sla.calendars import Spans
from domain.sla.case_clocks import ACCEPT, CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, VERIFY
from domain.vocabulary import Channel, Tier, Urgency

POLICY = """\
tenant: hamlet
name: 小镇
name_en: Hamlet
zone: Asia/Shanghai
platform: desk
office: office
return_window: 8h
"""

UNITS = """\
units:
  - {id: office, name: 办公室, name_en: Office}
  - {id: desk, name: 平台, name_en: Desk, parent: office}
  - {id: urban-mgmt, name: 城管, name_en: Urban management, parent: office}
"""

POWERS = """\
powers:
  - {kind: department, leads: [direct, assign, supervise],
     may: [task, assist, summon, order, penalty, officer]}
  - {kind: village, leads: [direct], listed_only: true, may: [task, assist]}
  - {kind: outside-party, may: [task]}
"""

GRIDS = """\
grids:
  - {id: G01, name: 一网格, name_en: Grid 1, unit: urban-mgmt}
"""

CATEGORIES = """\
categories:
  - id: garbage
    name: 垃圾
    name_en: Garbage
    lead: urban-mgmt
    by_grid: true
    tier: direct
  - id: scrap
    name: 废品
    name_en: Scrap
    vacuum: true
    helpers: [desk, urban-mgmt]
"""

TIERS = """\
rules:
  - {id: nobody, when: nobody_owns_it, tier: supervise}
  - {id: several, when: units_at_least, at_least: 2, tier: supervise}
  - {id: rest, when: always, tier: assign}
"""

LADDERS = """\
ladders:
  - id: tell
    rungs:
      - id: amber
        level: 1
        action: warn
        share: 80
        late: collapse
        tell: [{unit: "@holder", role: handler}]
      - id: late
        level: 2
        action: tell_up
        after: 4h
        late: fire
        tell: [{unit: office, role: supervisor}]
  - id: lift
    rungs:
      - id: lifted
        level: 3
        action: raise_tier
        after: 8h
        late: fire
        tell: [{unit: desk, role: dispatcher}]
"""

CALENDAR = """\
id: hamlet
holidays: moon
week:
  monday: [08:00-12:00, 14:00-18:00]
  tuesday: [08:00-12:00, 14:00-18:00]
  wednesday: [08:00-12:00, 14:00-18:00]
  thursday: [08:00-12:00, 14:00-18:00]
  friday: [08:00-12:00, 14:00-18:00]
  saturday: []
  sunday: []
exceptions:
  - {date: 2026-12-31, hours: [08:00-12:00]}
"""

ROSTER = """\
people:
  - {id: an, name: 安, unit: office, roles: [supervisor, handler], deputies: [bo]}
  - {id: bo, name: 波, unit: desk, roles: [dispatcher, handler]}
  - {id: ce, name: 策, unit: urban-mgmt, roles: [handler]}
duties:
  - {unit: desk, role: dispatcher, people: [bo], days: [monday, sunday], start: 8, end: 18}
absences:
  - {person: ce, first_day: 2026-12-01, last_day: 2026-12-02}
last_resort: [an]
"""

CAMPAIGNS = """\
campaigns:
  - {id: scrap-yards, name: 废品, name_en: Scrap yards, target: 12, measure: 处,
     first_day: 2026-03-01, last_day: 2026-06-30}
"""

PATROLS = """\
schedules:
  - {id: round, name: 巡查, name_en: Round, unit: urban-mgmt, first_day: 2026-01-05,
     route: [G01], every: 1, look_at: [garbage]}
  - {id: fair, name: 集市, name_en: Fair, unit: urban-mgmt, first_day: 2026-01-05,
     route: [G01], on: [monday]}
look_backs:
  - {categories: [garbage], after: 10wd}
  - {after: 5wd, share: 20}
"""

RESOURCES = """\
kinds:
  - {id: car, name: 车, name_en: Car, use: vehicle}
resources:
  - {id: car-1, name: 一号车, kind: car, unit: office}
  - {id: car-2, name: 二号车, kind: car, unit: office, out_until: 2026-12-05}
"""

SOURCES = """\
sources:
  - {source: "https://hotline.example/*", channels: [hotline, citizen]}
  - {source: "https://urban.example/office", commands: {roles: [handler], units: [urban-mgmt]}}
"""

NOTICES = """\
quiet: 21:00-07:00
an_hour: 4
texts:
  - actions: [warn, urge, urge_in_writing, tell_up, reassign, raise_tier, circulate, interview]
    zh: {title: "提醒 {case}", text: "{unit} {category} {clock} {deadline} {level}"}
    en: {title: "Notice {case}", text: "{unit}, {category}, {clock}, {deadline}, {level}"}
  - actions: [report_up]
    zh: {title: "上报 {case}", text: "{unit}"}
    en: {title: "Reported {case}", text: "{unit}"}
  - actions: [warn]
    channel: sms
    zh: {title: "短 {case}", text: "{level}"}
    en: {title: "Short {case}", text: "{level}"}
digest:
  zh: {title: "{number} 件", text: "{lines}", line: "{case} {unit}"}
  en: {title: "{number} cases", text: "{lines}", line: "{case} {unit}"}
"""

ASK = """\
  - id: ask
    rungs:
      - {id: asked, level: 0, action: warn, share: 0, late: fire,
         tell: [{unit: office, role: supervisor}]}
"""
LADDERS += ASK

ANSWERED = (*REQUESTS, PartKind.LETTER, PartKind.URGE, PartKind.RECHECK)
THEN = (PartKind.COMMITMENT, PartKind.RECTIFICATION, PartKind.PENALTY)
LONGEST = (PartKind.EXTENSION, PartKind.SUSPENSION, PartKind.RECTIFICATION)


KINDS_IN_THE_TABLE = [
    "return",
    "ruling",
    "extension",
    "suspension",
    "reopening",
    "tier_change",
    "dissatisfaction",
    "exemption",
    "refusal",
    "no_filing",
    "check",
    "task",
    "conference",
    "investigation",
    "interview",
    "commitment",
    "rectification",
    "inquiry",
    "penalty",
    "letter",
    "urge",
    "joint_action",
    "recheck",
]
"""The kinds that come first, because tests/unit/policy_problems.txt names their lines."""

Kind = TypeVar("Kind", bound=str)


def part_order(kinds: Iterable[Kind]) -> list[Kind]:
    """Return the kinds in the order of parts.yaml: a new one last, wherever it is in PartKind."""
    known = {kind: place for place, kind in enumerate(KINDS_IN_THE_TABLE)}
    return sorted(kinds, key=lambda kind: known.get(kind, len(known)))


def _parts() -> str:
    """Return a line for each kind."""
    lines = ["parts:"]
    for kind in part_order(PartKind):
        silence = "grant" if PART_TYPES[kind].separates else "refuse"
        more = f", decider: supervisor, default: {silence}" if kind in REQUESTS else ""
        more += ", then: 16h" if kind in THEN else ""
        more += ", longest: 30d" if kind in LONGEST else ""
        climbs = "ask" if kind in ANSWERED else "tell"
        lines.append(f"  - {{kind: {kind}, limit: 2, budget: 8h, ladder: {climbs}{more}}}")
    return "\n".join(lines) + "\n"


def _channels() -> str:
    """Return a line for each channel, in the order of Channel; a hotline's citizens are called
    back.
    """
    lines = ["channels:"]
    for channel in Channel:
        more = ", callback: true" if channel is Channel.HOTLINE else ""
        lines.append(f"  - {{channel: {channel}{more}}}")
    return "\n".join(lines) + "\n"


BUDGETS = {
    CITIZEN: "64h",
    ACCEPT: "2h",
    SIGN: "1h",
    FIRST: "2h",
    HOLDER: "40h",
    VERIFY: "4h",
    CALLBACK: "8h",
}


def _levels() -> str:
    """Return ten lines a level: the first is its tier, the fourth its citizen clock."""
    lines = ["levels:"]
    for tier in Tier:
        for urgency in Urgency:
            lines += [f"  - tier: {tier}", f"    urgency: {urgency}", "    clocks:"]
            lines += [f"      {c}: {{budget: {b}, ladder: tell}}" for c, b in BUDGETS.items()]
    return "\n".join(lines) + "\n"


PACK = {
    "policy": POLICY,
    "units": UNITS,
    "powers": POWERS,
    "grids": GRIDS,
    "categories": CATEGORIES,
    "channels": _channels(),
    "tiers": TIERS,
    "levels": _levels(),
    "parts": _parts(),
    "ladders": LADDERS,
    "calendar": CALENDAR,
    "roster": ROSTER,
    "campaigns": CAMPAIGNS,
    "sources": SOURCES,
    "resources": RESOURCES,
    "patrols": PATROLS,
    "notices": NOTICES,
}


def written(directory: Path, **changed: str | bytes | None) -> Path:
    """Write the pack to disk. A changed file has the given text, or is left out if that is None."""
    for name, text in {**PACK, **changed}.items():
        if text is not None:
            content = text.encode() if isinstance(text, str) else text
            (directory / f"{name}.yaml").write_bytes(content)
    return directory


def moon(week: tuple[Spans, ...]) -> tuple[tuple[tuple[date, Spans], ...], date]:
    """Return two free days a year; on the morning of one the town works all the same."""
    return ((date(2026, 6, 1), ()), (date(2026, 12, 31), ())), date(2026, 12, 31)


HOLIDAYS = {"moon": moon}
