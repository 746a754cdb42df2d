"""Which fields may contain personal words, and are sealed before journaling (docs/adr/0021)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from domain.complaints import Complaint
from domain.matching.spots import letters_of
from domain.privacy.confidential import HIDDEN
from domain.privacy.sealed import Seal, is_sealed, replaced, sealed_in

T = TypeVar("T")

PERSONAL_FIELDS = frozenset(
    {
        "about",
        "advice",
        "agenda",
        "basis",
        "duty",
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
"""The fields of acts that people write in their own words."""

PLAIN_FIELDS: Mapping[str, str] = {
    "kind": "which act it is",
    "category": "a code of the responsibility list",
    "step": "a code of the responsibility list",
    "standard": "a code of the responsibility list",
    "part_number": "the number of a city part",
    "close": "a result that a standard of the responsibility list names",
    "unit": "a code of the policy",
    "grid": "a code of the policy",
    "suggested_unit": "a code of the policy",
    "units": "codes of the policy",
    "members": "codes of the policy",
    "present": "codes of the policy",
    "opinions": "codes of the policy",
    "lead": "a code of the policy",
    "officers": "ids of the roster: officials, not citizens",
    "person": "an id of the roster: an official, not a citizen",
    "campaign": "a code of the policy",
    "policy": "a hash",
    "part": "its name in the case",
    "into": "a case number",
    "to": "a case number",
    "cases": "case numbers",
    "case": "a case number",
    "number": "of the enforcement case, an official document",
    "name": "of a counter: what was counted, which reports add up by it",
    "sha256": "of a file, or of the proof of a link",
    "readers": "codes of the policy",
    "piece": "its name in the case",
    "party": "a code of the policy",
    "resources": "codes of the policy",
    "brought": "codes of the policy",
    "recorder": "a code of the policy",
    "proof": "a hash",
    "uri": "where a file is: whoever keeps the file erases it there",
    "media_type": "of a file",
}
"""The other text fields of acts, and why they may be journaled unsealed."""


def sealed_complaint(complaint: Complaint, seal: Seal) -> Complaint:
    """Return the complaint with its words sealed; codes, coordinates, numbers and files stay.

    Addresses of unverified files are sealed: a citizen may have written anything there.
    """
    place, standing, unverified = complaint.place, complaint.standing, complaint.unverified
    return replace(
        complaint,
        text=seal(complaint.text),
        place=replace(place, address=seal(place.address)),
        standing=replace(
            standing,
            result=None if standing.result is None else seal(standing.result),
            reason=seal(standing.reason),
        ),
        unverified=unverified and tuple(replace(each, uri=seal(each.uri)) for each in unverified),
    )


def with_spot(complaint: Complaint, blind: Callable[[str], str]) -> Complaint:
    """Return the complaint with a spot made by `blind` from its address.

    The spot is equal for equal addresses, and does not reveal the address. It must be made before
    the address is sealed.
    """
    letters = letters_of(complaint.place.address)
    if not letters:
        return complaint
    return replace(complaint, place=replace(complaint.place, spot=f"#{blind(letters)}"))


def sealed_act(act: T, seal: Seal) -> T:
    """Return the act with all PERSONAL_FIELDS sealed at any depth; all else is unchanged."""
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
"""The kinds of facts that quote a person, and the field of the quotation."""


def without_words(body: bytes) -> str:
    """Return a journal row with HIDDEN for all personal words, sealed or from before sealing."""
    row = json.loads(body)
    fact = row["fact"]
    plain = [(fact, _SAID.get(fact["kind"], ""))]
    if "plan" in fact:
        complaint = fact["plan"]["complaint"]
        plain += [(complaint, "text"), (complaint["place"], "address")]
    for of, name in plain:
        if isinstance(of.get(name), str) and of[name].strip():
            of[name] = HIDDEN
    text = json.dumps(row, ensure_ascii=False)
    return replaced(text, dict.fromkeys(sealed_in(text), HIDDEN))


def has_unsealed_words(body: bytes) -> bool:
    """Return True if a journal row has personal words that are not sealed: it predates sealing."""
    fact = json.loads(body)["fact"]
    said = [fact.get(_SAID.get(fact["kind"], ""), "")]
    if "plan" in fact:
        complaint = fact["plan"]["complaint"]
        said += [complaint["text"], complaint["place"].get("address", "")]
    return any(text.strip() and not is_sealed(text) for text in said)
