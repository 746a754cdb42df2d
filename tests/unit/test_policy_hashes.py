"""What makes another policy, and how one comes back from its content."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.policy_checks.check import check
from domain.policy_checks.drafts import PolicyDraft
from domain.sla.calendars import Spans
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from tests.fakes.packs import (
    HOLIDAYS,
    PACK,
    moon,
    written,
)
from tests.unit.test_policy_packs import load


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("policy", "8h", "9h"),
        ("units", "Desk", "Front desk"),
        ("grids", "unit: urban-mgmt", "unit: desk"),
        ("categories", "tier: direct", "tier: assign"),
        ("tiers", "at_least: 2", "at_least: 3"),
        ("ladders", "share: 80", "share: 79"),
        ("calendar", "2026-12-31", "2026-12-30"),
        ("sources", "units: [urban-mgmt]", "units: [desk]"),
    ],
)
def test_every_rule_is_in_the_hash(tmp_path: Path, name: str, old: str, new: str) -> None:
    assert (
        load(tmp_path, **{name: PACK[name].replace(old, new)}).hash != load(tmp_path, **PACK).hash
    )


def test_holidays_published_later_make_another_policy(tmp_path: Path) -> None:
    def later(week: tuple[Spans, ...]) -> tuple[tuple[tuple[date, Spans], ...], date]:
        days, _ = moon(week)
        return (*days, (date(2027, 1, 1), ())), date(2027, 12, 31)

    directory = written(tmp_path)

    assert load_pack(directory, {"moon": later}).hash != load_pack(directory, HOLIDAYS).hash


def test_a_policy_comes_back_from_its_content(tmp_path: Path) -> None:
    policy = load(tmp_path)

    assert policy_from(content_of(policy), policy.roster) == replace(
        policy, notices=None, resources=None, patrols=None
    )
    assert b"\xe5\xae\x89" not in content_of(policy)  # 安: nobody's name is kept with the rules


def test_parts_that_could_not_be_read_are_not_checked(tmp_path: Path) -> None:
    policy = load(tmp_path)
    whole = PolicyDraft(
        platform=policy.platform,
        office=policy.office,
        units=policy.units,
        grids=policy.grids,
        categories=policy.categories,
        tier_rules=policy.tier_rules,
        levels=policy.levels,
        ladders=policy.ladders,
        parts=policy.parts,
        channels=policy.channels,
        sources=policy.sources,
    )

    assert list(check(PolicyDraft())) == []
    for name in PolicyDraft.__dataclass_fields__:
        assert list(check(replace(whole, **{name: None}))) == []
