"""A stability risk, or a matter of history, is supervised, whatever its category is."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from domain.complaints import Complaint
from domain.planning.planner import plan, plan_after_triage, plan_under_new_policy
from domain.planning.plans import CasePlan
from domain.policy.known_by import KnownBy
from domain.policy.model import Policy
from domain.vocabulary import Flag, Tier
from schemas.events.complaint import ComplaintFiled
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, TIERS, written
from tests.unit.test_planning import TOWN, complaint, rule
from tests.unit.test_policy_problems import told

RISK, HISTORY = Flag.STABILITY_RISK, Flag.HISTORY
YEARS = timedelta(days=3 * 365)


def town(flag: Flag, **by: object) -> Policy:
    """Return the town in which a flag is known by this alone."""
    rules = (
        replace(each, known_by=KnownBy(**by) if each.when == flag else None)  # type: ignore[arg-type]
        for each in TOWN.tier_rules
    )
    return replace(TOWN, tier_rules=(*rules,))


def garbage(**said: object) -> Complaint:
    return replace(complaint("garbage"), **said)  # type: ignore[arg-type]


def test_plain_garbage_is_direct_in_the_shipped_town() -> None:
    assert plan(TOWN, garbage()).tier is Tier.DIRECT


@pytest.mark.parametrize(
    ("flag", "by", "said", "why"),
    [
        (RISK, {"words": ("拉横幅",)}, {"text": "几十人在门口拉横幅"}, "it says 拉横幅"),
        (RISK, {"words": ("Riot",)}, {"text": "a RIOT at the gate"}, "it says Riot"),
        (RISK, {"source": True}, {"flags": (RISK,)}, "its source says so"),
        (RISK, {"reporters": 10}, {"reporters": 10}, "10 people report it"),
        (HISTORY, {"source": True}, {"flags": (HISTORY,)}, "its source says so"),
        (
            HISTORY,
            {"older_than": YEARS},
            {"since": complaint(None).reported_at - YEARS},
            "it has been so since 2023-11-25",
        ),
    ],
)
def test_what_a_flag_is_known_by_chooses_the_tier_and_is_kept_in_the_plan(
    flag: Flag, by: dict[str, object], said: dict[str, object], why: str
) -> None:
    found = plan(town(flag, **by), garbage(**said))
    assert found.tier is Tier.SUPERVISE
    assert rule(found, "tier").endswith(f": {why}")
    assert found.flags == ((flag, why),)


@pytest.mark.parametrize(
    ("flag", "by", "said"),
    [
        (RISK, {"words": ("riot",)}, {"text": "patriotic songs at night"}),
        (RISK, {"reporters": 10}, {"reporters": 9}),
        (RISK, {"source": True}, {"flags": (HISTORY,)}),
        (RISK, {"words": ("拉横幅",)}, {"flags": (RISK,)}),
        (HISTORY, {"older_than": YEARS}, {"since": complaint(None).reported_at - timedelta(30)}),
    ],
)
def test_less_than_the_pack_says_flags_nothing(
    flag: Flag, by: dict[str, object], said: dict[str, object]
) -> None:
    found = plan(town(flag, **by), garbage(**said))
    assert found.flags is None
    assert found.tier is Tier.DIRECT


def test_repeats_flag_a_matter_by_the_count_of_the_rule_on_repeats() -> None:
    policy = town(RISK, repeats=2)
    assert plan(policy, garbage(), before=("a",)).flags == ((RISK, "report 2 of it"),)
    assert plan(policy, garbage()).flags is None


def test_what_was_found_outlives_the_sealing_of_the_text_and_holds_at_the_triage() -> None:
    unsorted = plan(TOWN, replace(complaint(None), text="村民聚众围堵工地"))
    assert unsorted.tier is Tier.SUPERVISE
    sealed = replace(unsorted, complaint=replace(unsorted.complaint, text="sealed.v1.a.b"))
    triaged = plan_after_triage(TOWN, sealed, "garbage")
    assert triaged is not None
    assert triaged.tier is Tier.SUPERVISE
    assert rule(triaged, "tier") == "stability-risk: it says 聚众"
    assert triaged.flags == unsorted.flags
    assert plan_under_new_policy(TOWN, triaged, triaged.tier).flags == unsorted.flags


def test_a_plan_without_flags_says_nothing_of_them() -> None:
    said = TypeAdapter(CasePlan).dump_python(plan(TOWN, garbage()), exclude_none=True)
    assert not {"flags", "reporters", "since"} & {*said, *said["complaint"]}


def test_an_event_says_its_flags_its_reporters_and_since_when() -> None:
    said = {
        "schema_version": 1,
        "tenant": "youchegang",
        "complaint_id": "7",
        "channel": "hotline",
        "reported_at": "2026-11-24T09:12:00+08:00",
        "text": "工地",
        "flags": ["history", "history"],
        "reporters": 12,
        "since": "2019-06-01T00:00:00+08:00",
    }
    event = ComplaintFiled.model_validate_json(json.dumps(said))
    found = event.to_domain("s", "e")
    assert found.flags == (HISTORY,)
    assert found.reporters == 12
    assert found.since is not None


RULE = "  - {id: risk, when: stability_risk, tier: supervise%s}\n  - {id: rest,"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "",
            (
                "rules[2]: by what a stability_risk is known is missing, so it never holds; "
                "add known_by"
            ),
        ),
        (
            ", known_by: {}",
            "rules[2].known_by: names none; add words, source, reporters, repeats or older_than",
        ),
        (
            ", known_by: {repeats: 3}",
            (
                "rules[2].known_by.repeats: no rule with `when: repeats_at_least` says which "
                "repeats count; add one"
            ),
        ),
        (
            ", known_by: {words: [堵]}",
            "rules[2].known_by.words[0]: '堵' is in too many texts; write two characters or more",
        ),
        (
            ", known_by: {words: [堵路, 堵路]}",
            "rules[2].known_by.words[1]: '堵路' appears twice, first at [0]; keep one",
        ),
    ],
)
def test_a_rule_on_a_flag_that_cannot_hold_is_a_mistake(
    said: str, why: str, tmp_path: Path
) -> None:
    tiers = TIERS.replace("  - {id: rest,", RULE % said)
    (found,) = told(tmp_path, tiers=tiers)
    assert found.endswith(why)


def test_only_a_rule_on_a_flag_is_known_by_something(tmp_path: Path) -> None:
    tiers = TIERS.replace("when: always,", "when: always, known_by: {source: true},")
    (found,) = told(tmp_path, tiers=tiers)
    assert found.endswith(
        "only `when: stability_risk and history` are known by something; remove it"
    )


def test_a_valid_rule_is_read(tmp_path: Path) -> None:
    tiers = TIERS.replace("  - {id: rest,", RULE % ", known_by: {reporters: 5, older_than: 30d}")
    policy = load_pack(written(tmp_path, tiers=tiers), HOLIDAYS)
    assert policy.tier_rules[2].known_by == KnownBy(reporters=5, older_than=timedelta(days=30))
