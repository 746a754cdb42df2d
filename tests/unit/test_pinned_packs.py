"""The shipped packs and the plans made from them keep their hashes: running cases name them.

A hash that changes here is a new policy: `sanban policy publish` pins new cases to it, and running
cases keep the old one. Replace the hash only if a pack, or the holidays, were meant to change.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import product

import pytest
from pydantic import TypeAdapter

from domain.audit.hash_chain import canonical
from domain.complaints import Complaint
from domain.planning.planner import plan
from domain.planning.plans import RULES, CasePlan
from domain.policy.model import Policy
from domain.vocabulary import Channel, Urgency
from gateways.holidays import china
from packs import pack_of, shipped_packs
from store.packs.loader import load_pack

PINNED = {
    "hotline12345": (
        "eff969cde5d44f53ea400a91e0cd955e223b8147a2578eb02f91dc55bacfd0a4",
        "fd06ee9205061e3c1605827195550590135ce4013b2bf036258aa406ea4e78d6",
    ),
    "youchegang": (
        "4f0e9449edebf769c03faa4ff2e0b9adfa4b6462910baab7a701953c4b05532c",
        "7a884073b0c58619304bbb5f5ece878601cbc435d2c662141e6fce99ebee7b4b",
    ),
}
"""Tenant -> sha256 of its policy, and sha256 over the plans of all its complaints."""
PLANS = TypeAdapter(CasePlan)


def complaints(policy: Policy) -> Iterator[Complaint]:
    """One of every category, channel and urgency, and those that name neither."""
    categories = (None, *(category.id for category in policy.categories))
    for category, channel, urgency in product(categories, Channel, (None, *Urgency)):
        yield Complaint(
            tenant=policy.tenant,
            source="s",
            event_id="e",
            complaint_id="c",
            channel=channel,
            reported_at=datetime(2026, 3, 2, 8, tzinfo=UTC),
            text="t",
            category=category,
            urgency=urgency,
        )


def test_every_shipped_pack_is_pinned() -> None:
    assert [path.name for path in shipped_packs()] == list(PINNED)


@pytest.mark.parametrize("tenant", PINNED)
def test_a_shipped_pack_keeps_its_hash(tenant: str) -> None:
    policy = load_pack(pack_of(tenant), {"china": china})

    assert policy.hash == f"sha256:{PINNED[tenant][0]}"


@pytest.mark.parametrize("tenant", PINNED)
def test_the_plans_of_a_shipped_pack_keep_their_bytes(tenant: str) -> None:
    policy = load_pack(pack_of(tenant), {"china": china})
    digest = sha256()
    for complaint in complaints(policy):
        planned = PLANS.dump_python(plan(policy, complaint), mode="json")
        # A plan of today follows newer rules; all that it takes from its pack stays as it was.
        assert planned.pop("rules") == RULES
        # Fields of later releases; a row of the journal leaves out what is None.
        assert planned["complaint"].pop("unverified") is None
        assert planned.pop("standard_tier") is None
        assert planned.pop("standard_urgency") is None
        assert planned.pop("consult") in {None, True}
        assert planned.pop("issuer_unit") is None
        assert planned.pop("issuers_named") in {None, True}
        above = planned.pop("guided_by")
        assert (above is None) is (policy.roster.leading_group is None)
        assert planned.pop("rehandle_by_head") in {None, True}
        assert planned.pop("appointed_first")
        assert planned.pop("met_first")
        assert planned.pop("heard_first")
        assert (planned.pop("approvers") is None) is (policy.approvers is None)
        assert planned.pop("origin") is None
        # What a class of the pack says, where it says it.
        for name in ("standard", "follow_on", "picture"):
            if planned[name] is None:
                del planned[name]
        assert planned.pop("suggested") is None
        assert planned.pop("alarm") is None
        assert planned.pop("matter") is None
        assert planned.pop("least_urgency") is None
        assert planned.pop("sent_for_issuer") in {None, True}
        assert planned["complaint"].pop("standard") is None
        assert planned.pop("flags") is None
        for name in ("flags", "reporters", "since"):
            assert planned["complaint"].pop(name) is None
        assert planned["complaint"]["standing"].pop("close") is None
        for rule in planned["parts"]:
            if rule["ahead"] is None:
                del rule["ahead"]
        for powers in planned["powers"]:
            assert powers.pop("reads") is None
        digest.update(canonical(planned))

    assert digest.hexdigest() == PINNED[tenant][1]
