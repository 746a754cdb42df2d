"""What a policy says, apart from who is there: its canonical bytes, and the hash that names it."""

import json
from dataclasses import replace
from hashlib import sha256

from pydantic import TypeAdapter

from domain.audit.hash_chain import canonical
from domain.people.rosters import Roster
from domain.policy.model import Policy

_POLICY = TypeAdapter(Policy)
_APART = {"hash", "roster", "notices"}


def content_of(policy: Policy) -> bytes:
    """All that a plan can depend on, the holidays of its calendar included.

    Not the roster: it is looked up when a rung fires, so people come and go without a new policy.
    Nor how they are told, which no case keeps.
    """
    return canonical(_POLICY.dump_python(policy, mode="json", exclude=_APART))


def hash_of(content: bytes) -> str:
    return "sha256:" + sha256(content).hexdigest()


def hashed(policy: Policy) -> Policy:
    """The policy under the hash of its own content."""
    return replace(policy, hash=hash_of(content_of(policy)))


def policy_from(content: bytes, roster: Roster) -> Policy:
    """The policy of that content, under its hash, with the people of today."""
    apart = {"hash": hash_of(content), "roster": roster}
    return _POLICY.validate_python(json.loads(content) | apart)
