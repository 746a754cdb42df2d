"""A town with units of every kind, for tests of what each may do."""

from dataclasses import replace

from domain.case.commands import Actor
from domain.case.handling.acts import Sign
from domain.planning.plans import CasePlan
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story

MORNING = at("2026-07-01 09:00")
NOON = at("2026-07-01 11:00")
SUPERVISOR, DISPATCHER = ACTORS[Role.SUPERVISOR], ACTORS[Role.DISPATCHER]
VILLAGER = Actor("shen", Role.HANDLER, "village")
KINDS = (
    ("village", "village"),
    ("estate", "outside-party"),
    ("mains", "utility"),
    ("street", "township"),
    ("squad", "squad"),
    ("office", "office"),
)
SEEN = replace(LOOKUP, units=(*LOOKUP.units, *(unit for unit, _ in KINDS)), kinds=KINDS)
"""What the engine finds in a town with units of every kind."""


def of_grid(holder: str = "village", tier: Tier = Tier.DIRECT, **changes: object) -> CasePlan:
    """A plan whose holder is the unit of a grid; the squad leads by the responsibility list."""
    usual = {"lead": "squad", "kinds": KINDS, "backups": ("squad",)} | changes
    return replace(plan(tier=tier, holder=holder), **usual)  # type: ignore[arg-type]


def held_by(unit: str, tier: Tier = Tier.ASSIGN) -> Story:
    """A case that this unit has signed for."""
    story = Story(of_grid(unit, tier))
    story.do(Sign(), MORNING, by=Actor("shen", Role.HANDLER, unit))
    return story
