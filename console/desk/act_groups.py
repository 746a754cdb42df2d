"""In what order a case offers its acts: what moves it on comes first, notes come last."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.desk.offers import Offer

GROUPS: dict[str, tuple[str, ...]] = {
    "on": (
        "triage", "settle", "dispatch", "sign", "resolve", "verify", "close", "write_off", "answer",
        "report", "hold", "check", "conclude", "report_action", "advance_penalty", "progress",
        "send_check", "refuse", "choose_standard", "recheck", "resume", "send_back", "look_back",
    ),
    "ask": (
        "return", "ask_extension", "ask_suspension", "ask_tier", "ask_reopening", "ask_exemption",
        "decline_filing", "withdraw",
    ),
    "press": (
        "urge", "issue_letter", "summon", "no_show", "circulate", "inquire", "appoint",
        "raise_tier", "suspend", "waive", "change_deadline",
    ),
    "work": (
        "give_task", "convene", "investigate", "plan_action", "order_rectification", "commit",
        "serve", "file_penalty", "add_piece", "recognise_piece", "reserve", "release", "give_link",
        "revoke_link", "report_by_link", "count",
    ),
    "note": (
        "comment", "supplement", "rate", "merge", "unmerge", "scatter", "link", "unlink", "repin",
    ),
}  # fmt: skip
"""Group -> kinds of act, the likeliest first."""
_OPENED = (
    "triage", "dispatch", "sign", "resolve", "verify", "close", "write_off", "answer", "report",
    "hold", "check", "conclude", "progress", "urge",
)  # fmt: skip
"""The acts that a page opens by itself, the likeliest first."""
_PLACE = {kind: (name, place) for name, kinds in GROUPS.items() for place, kind in enumerate(kinds)}


@dataclass(frozen=True, slots=True)
class OfferGroup:
    name: str
    offers: tuple[Offer, ...]


def likeliest(offers: Sequence[Offer]) -> Offer | None:
    """Return the act that the person most likely came for; None if none of them is likely."""
    by_kind = {offer.kind: offer for offer in offers}
    return next((by_kind[kind] for kind in _OPENED if kind in by_kind), None)


def grouped(offers: Sequence[Offer]) -> list[OfferGroup]:
    """Return the acts in their groups, without empty ones."""
    ordered = sorted(offers, key=lambda offer: _PLACE[offer.kind][1])
    groups = (
        OfferGroup(name, tuple(offer for offer in ordered if _PLACE[offer.kind][0] == name))
        for name in GROUPS
    )
    return [group for group in groups if group.offers]
