"""The content of a policy: its canonical bytes, and the hash that cases are pinned to."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter

from domain.audit.hash_chain import canonical
from domain.people.rosters import Roster
from domain.policy.model import Policy

_POLICY = TypeAdapter(Policy)
_APART: dict[str, Any] = {
    "hash": True,
    "roster": True,
    "notices": True,
    "inventory": True,
    "resources": True,
    "patrols": True,
    "sources": {"__all__": {"commands": {"vouches_for": True}}},
}
_LATER: dict[str, tuple[str, ...]] = {
    "": (
        "rehandle_by_head",
        "shapes",
        "datum",
        "uncovered",
        "supervise_heard",
        "appeal_window",
        "approvers",
        "hurry",
        "vacuum",
        "evidence_elsewhere",
    ),
    "units": ("speaks_for",),
    "grids": ("zone", "successors", "units"),
    "categories": (
        "by_zone",
        "group",
        "codes",
        "standards",
        "lead_rule",
        "follow_on",
        "words",
        "supervised_by",
        "flow",
        "proposal",
        "picture",
    ),
    "tier_rules": ("by_group", "known_by"),
    "channels": ("by_group",),
    "categories.standards": ("steps", "dated", "dated_measure"),
    "parts": ("second", "ahead"),
    "levels": ("groups",),
    "powers": ("listed_tasks", "reads"),
}
"""Fields of later releases, by section, or by a list in the entries of one. They are left out while
they say nothing, so that a pack that does not use them keeps its hash, and no open case is behind
it for nothing. Add to them.
"""


def content_of(policy: Policy) -> bytes:
    """Return the canonical bytes of everything that a plan can depend on, with the holidays.

    The roster is left out: it is looked up when a rung fires, so people come and go without a new
    policy. The notices are left out, too: every case uses those of today. So is the inventory of
    parts, whose owners change daily, and of which a plan keeps what it found. So are the resources,
    of which a case keeps what it reserved, and the people for whom sources vouch: they come and go
    as those of the roster do. The patrols are no part of any plan.
    """
    content = _POLICY.dump_python(policy, mode="json", exclude=_APART)
    for section, names in _LATER.items():
        for entry in _entries(content, section):
            for name in names:
                if entry.get(name, False) in (None, [], False):
                    entry.pop(name, None)
    return canonical(content)


def _entries(content: dict[str, Any], section: str) -> Iterator[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = (content,)
    for name in filter(None, section.split(".")):
        found = [entry for each in found for entry in each.get(name, ())]
    yield from found


def hash_of(content: bytes) -> str:
    return "sha256:" + sha256(content).hexdigest()


def hashed(policy: Policy) -> Policy:
    """Return the policy with the hash of its own content."""
    return replace(policy, hash=hash_of(content_of(policy)))


def policy_from(content: bytes, roster: Roster) -> Policy:
    """Return the policy of that content, with its hash and the given roster."""
    apart = {"hash": hash_of(content), "roster": roster}
    return _POLICY.validate_python(json.loads(content) | apart)
