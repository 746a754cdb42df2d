"""Which words speak of a person, and are sealed before anything is journaled (docs/adr/0021)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from domain.complaints import Complaint
from domain.matching.spots import letters_of
from domain.privacy.sealed import Seal, is_sealed

T = TypeVar("T")

PERSONAL_FIELDS = frozenset(
    {
        "about",
        "advice",
        "agenda",
        "basis",
        "finding",
        "goal",
        "instruction",
        "items",
        "measures",
        "minutes",
        "note",
        "reason",
        "result",
        "subject",
        "text",
        "what",
        "whom",
    }
)
"""The fields of acts in which people say something in their own words."""

PLAIN_FIELDS: Mapping[str, str] = {
    "kind": "which act it is",
    "category": "a code of the responsibility list",
    "unit": "a code of the policy",
    "suggested_unit": "a code of the policy",
    "units": "codes of the policy",
    "members": "codes of the policy",
    "present": "codes of the policy",
    "opinions": "codes of the policy",
    "lead": "a code of the policy",
    "officers": "ids of the roster: officials, not citizens",
    "campaign": "a code of the policy",
    "policy": "a hash",
    "part": "its name in the case",
    "into": "a case number",
    "to": "a case number",
    "cases": "case numbers",
    "number": "of the enforcement case, an official document",
    "name": "of a counter: what was counted, which reports add up by it",
    "sha256": "of a file",
    "uri": "where a file is: whoever keeps the file erases it there",
    "media_type": "of a file",
}
"""The other texts in acts, and why they may be journaled as they come."""


def sealed_complaint(complaint: Complaint, seal: Seal) -> Complaint:
    """Its words sealed. What is not words stays: category, grid, coordinates, numbers, files."""
    place, standing = complaint.place, complaint.standing
    return replace(
        complaint,
        text=seal(complaint.text),
        place=replace(place, address=seal(place.address)),
        standing=replace(
            standing,
            result=None if standing.result is None else seal(standing.result),
            reason=seal(standing.reason),
        ),
    )


def with_spot(complaint: Complaint, blind: Callable[[str], str]) -> Complaint:
    """With what stands for its address: the same for the same spot, and no word of it."""
    letters = letters_of(complaint.place.address)
    if not letters:
        return complaint
    return replace(complaint, place=replace(complaint.place, spot=f"#{blind(letters)}"))


def sealed_act(act: T, seal: Seal) -> T:
    """What people said in their own words sealed, at any depth; everything else as it came."""
    if not is_dataclass(act) or isinstance(act, type):
        return act
    changed: dict[str, Any] = {}
    for field in fields(act):
        value = getattr(act, field.name)
        if field.name in PERSONAL_FIELDS:
            changed[field.name] = _sealed(value, seal)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(sealed_act(each, seal) for each in value)
    return replace(act, **changed)


def _sealed(value: Any, seal: Seal) -> Any:
    if isinstance(value, str):
        return seal(value)
    if isinstance(value, tuple):
        return tuple(_sealed(each, seal) for each in value)
    return value


_SAID: Mapping[str, str] = {
    "supplemented": "text",
    "withdrawn": "reason",
    "rated": "note",
    "commented": "text",
    "progressed": "note",
    "resolved": "result",
}
"""Facts that say nothing but what a person said, and the field in which."""


def has_unsealed_words(body: bytes) -> bool:
    """Whether a row of a journal has a person's words that no key seals: it is older than seals."""
    fact = json.loads(body)["fact"]
    said = [fact.get(_SAID.get(fact["kind"], ""), "")]
    if "plan" in fact:
        complaint = fact["plan"]["complaint"]
        said += [complaint["text"], complaint["place"].get("address", "")]
    return any(text.strip() and not is_sealed(text) for text in said)
