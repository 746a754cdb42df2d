"""A policy as text, for keeping every published version."""

from pydantic import TypeAdapter

from domain.policies import Policy

_POLICY = TypeAdapter(Policy)


def policy_text(policy: Policy) -> bytes:
    return _POLICY.dump_json(policy)


def policy_of(text: bytes) -> Policy:
    return _POLICY.validate_json(text)
