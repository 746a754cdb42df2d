"""The smallest town with a class that has standards, and complaints about it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.case.commands import Lookup
from domain.case.registration.acts import ChooseStandard
from domain.complaints import Complaint
from domain.planning.planner import plan, plan_under_standard
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.vocabulary import Channel
from store.packs.loader import load_pack
from tests.builders import LOOKUP
from tests.fakes.packs import CATEGORIES, HOLIDAYS, written
from tests.town import at
from tests.unit.rows.story import Story

DRAINS = """\
  - id: "0103"
    name: 雨水口
    name_en: Storm drain
    group: public-utilities
    lead: urban-mgmt
    tier: assign
    evidence: 2
    codes: {"/city/*": ["0103", "20-103"]}
    standards:
      - {id: noisy, when: 异响, within: 2wd, close: [restored], evidence: {after: 1}}
      - {id: missing, when: 缺失或移位, within: 2h, measure: continuous,
         close: [restored, fenced-off], evidence: {before: 1, after: 1}}
      - {id: blocked, when: 堵塞, within: 9nd}
      - {id: dirty, when: 有积尘}
"""
RECEIVED = at("2026-07-01 10:00")


def town(drains: str = DRAINS, **changed: str) -> Policy:
    """Return the policy of a town with these storm drains."""
    with TemporaryDirectory() as directory:
        pack = written(Path(directory), **{"categories": CATEGORIES + drains, **changed})
        return load_pack(pack, HOLIDAYS)


TOWN = town()


def about(standard: str | None = None, category: str | None = "0103", **more: Any) -> Complaint:
    usual: Mapping[str, Any] = {"source": "/hotline", "channel": Channel.HOTLINE, **more}
    return Complaint(
        tenant=TOWN.tenant,
        event_id="1",
        complaint_id="1",
        reported_at=RECEIVED,
        text="The drain.",
        category=category,
        standard=standard,
        **usual,
    )


def planned(standard: str | None = None, policy: Policy = TOWN, **more: Any) -> CasePlan:
    return plan(policy, about(standard, **more))


def why(plan_: CasePlan, question: str) -> tuple[str, str]:
    """Return the answer of a choice and its rule."""
    [choice] = [each for each in plan_.choices if each.question == question]
    return choice.answer, choice.rule


def chosen(story: Story, act: ChooseStandard, policy: Policy = TOWN) -> Lookup:
    """Return what the engine looks up for the choice of a standard."""
    new = plan_under_standard(policy, story.case.plan, story.case.tier, act.standard)
    return replace(LOOKUP, plan=new)


def choose(story: Story, standard: str, when: datetime, reason: str | None = None) -> None:
    act = ChooseStandard(standard=standard, reason=reason)
    story.do(act, when, lookup=chosen(story, act))
