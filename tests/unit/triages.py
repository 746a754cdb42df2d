"""Triage as it happens in a shipped town: the plan is looked up as the engine does it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from domain.case.commands import Actor, Lookup
from domain.case.registration.acts import Triage
from domain.case.registration.facts import Triaged
from domain.case.tiers.decide import tier_before
from domain.complaints import Complaint
from domain.planning.planner import plan, plan_after_triage
from domain.policy.model import Policy
from domain.vocabulary import Channel, Role
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP
from tests.town import at
from tests.unit.rows.story import Story, only

POLICIES = [load_pack(directory, HOLIDAYS) for directory in shipped_packs()]
TOWN = next(policy for policy in POLICIES if policy.tenant == "youchegang")
NINE = at("2026-11-24 09:00")  # a Tuesday

every_pack = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.tenant)


def complaint(policy: Policy = TOWN, **changes: Any) -> Complaint:
    usual: dict[str, Any] = {"channel": Channel.HOTLINE, "category": "manhole-missing"} | changes
    return Complaint(
        tenant=policy.tenant,
        source="/test",
        event_id="1",
        complaint_id="1",
        reported_at=NINE,
        text="The cover is gone.",
        **usual,
    )


def looked_up(story: Story, act: Triage, policy: Policy = TOWN) -> Lookup:
    """The plan that the engine looks up for a triage."""
    before = tier_before(story.case, act.category)
    new = plan_after_triage(
        policy, story.case.plan, act.category, act.urgency, act.tier, least=before
    )
    return replace(LOOKUP, plan=new)


def triaged(story: Story, act: Triage, when: datetime = NINE) -> Triaged:
    [fact] = only(story.do(act, when, lookup=looked_up(story, act)), Triaged)
    return fact


def unsorted(**changes: Any) -> Story:
    return Story(plan(TOWN, complaint(category=None, **changes)), NINE)


def crew(story: Story) -> Actor:
    """A handler of the unit that has the case."""
    return replace(ACTORS[Role.HANDLER], unit=story.case.holder)


def given_back(story: Story, when: datetime = NINE) -> None:
    """The holder returns the case, and the platform takes it back."""
    story.do("return", when, by=crew(story))
    own = story.case.holder == story.case.plan.platform
    story.do("answer", when, by=ACTORS[Role.SUPERVISOR if own else Role.DISPATCHER])
