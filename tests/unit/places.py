"""The smallest town in which the place decides who leads, and complaints from its places."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.case.agenda import next_item
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.forecasts import TICK
from domain.complaints import Complaint, Place
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.vocabulary import Channel
from store.packs.loader import load_pack
from tests.builders import LOOKUP
from tests.fakes.packs import CATEGORIES, HOLIDAYS, LADDERS, PACK, ROSTER, UNITS, written
from tests.town import at
from tests.unit.rows.story import Story, only

SQUADS = """\
  - {id: north-squad, name: 北队, name_en: North squad, parent: office}
  - {id: south-squad, name: 南队, name_en: South squad, parent: office}
  - {id: cleaners, name: 保洁, name_en: Cleaners, parent: office}
"""
GRIDS = """\
grids:
  - {id: N1, name: 北一, name_en: North 1, unit: urban-mgmt,
     units: {squad: north-squad, cleaning: cleaners}}
  - {id: S1, name: 南一, name_en: South 1, units: {squad: south-squad, cleaning: urban-mgmt}}
"""
MATTERS = """\
  - {id: litter, name: 垃圾, name_en: Litter, lead: {grid: cleaning}, tier: assign}
  - {id: noise, name: 噪声, name_en: Noise, tier: assign,
     lead: {choose: [urban-mgmt, {grid: squad}]}}
  - {id: stalls, name: 摊贩, name_en: Stalls, tier: assign,
     lead: {grid: squad, else: urban-mgmt}}
"""
PEOPLE = """\
  - {id: no, name: 北, unit: north-squad, roles: [handler]}
  - {id: so, name: 南, unit: south-squad, roles: [handler]}
  - {id: cl, name: 洁, unit: cleaners, roles: [handler]}
duties:"""
CHOOSING = PACK["levels"].replace(
    "    clocks:\n", "    clocks:\n      choose: {budget: 2h, ladder: tell-desk}\n"
)
TELL = """\
  - id: tell-desk
    rungs:
      - id: amber
        level: 1
        action: warn
        share: 80
        late: fire
        tell: [{unit: desk, role: dispatcher}]
"""
REPORTED = at("2026-06-29 10:00")
"""A Monday, on which a dispatcher has duty at the desk."""


def pack(directory: Path, **changed: str) -> Path:
    """Write the pack of the town, with some of its files changed."""
    usual: dict[str, str | None] = {
        "units": UNITS + SQUADS,
        "patrols": None,  # it names grids that this town has not
        "grids": GRIDS,
        "categories": CATEGORIES.replace("    by_grid: true\n", "") + MATTERS,
        "levels": CHOOSING,
        "ladders": LADDERS + TELL,
        "roster": ROSTER.replace("duties:", PEOPLE),
    }
    return written(directory, **{**usual, **changed})


def town(**changed: str) -> Policy:
    with TemporaryDirectory() as directory:
        return load_pack(pack(Path(directory), **changed), HOLIDAYS)


def matters(old: str, new: str) -> str:
    """Return categories.yaml with one thing of it changed."""
    if old not in MATTERS:
        raise ValueError(old)
    return CATEGORIES.replace("    by_grid: true\n", "") + MATTERS.replace(old, new, 1)


TOWN = town()


def about(category: str | None, grid: str | None = None, **more: Any) -> Complaint:
    usual = {"place": Place(grid=grid), **more}
    return Complaint(
        tenant=TOWN.tenant,
        source="/hotline",
        channel=Channel.HOTLINE,
        event_id="1",
        complaint_id="1",
        reported_at=REPORTED,
        text="It is loud.",
        category=category,
        **usual,
    )


def planned(category: str, grid: str | None = None, policy: Policy = TOWN, **more: Any) -> CasePlan:
    return plan(policy, about(category, grid, **more))


def seen(story: Story, policy: Policy, until: str) -> list[tuple[str, str, list[str]]]:
    """Return the rungs of a time: their clock and id, and the people who are told."""
    found = []
    lookup = replace(LOOKUP, roster=policy.roster)
    while (item := next_item(story.case)) is not None and item.at + TICK <= at(until):
        facts = story.do(Ring(), item.at + TICK, lookup=lookup)
        found += [(f.clock, f.rung, [p.person for p in f.told]) for f in only(facts, RungReached)]
    return found
