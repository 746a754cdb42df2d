"""In what order a case offers its acts: what moves it on comes first, notes come last."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from console.desk.offers import Offer
from domain.case.state import Case
from domain.sla.case_clocks import (
    ACCEPT,
    APPOINT,
    CALLBACK,
    CHOOSE,
    DISPATCH,
    FIRST,
    HOLDER,
    MEETING,
    OWNER,
    PLAN,
    REPORT,
    SAFE,
    SIGN,
    STEP,
    VERIFY,
)
from domain.sla.clocks import due

GROUPS: dict[str, tuple[str, ...]] = {
    "on": (
        "triage", "settle", "dispatch", "sign", "resolve", "verify", "close", "write_off", "answer",
        "report", "hold", "check", "conclude", "report_action", "advance_penalty", "progress",
        "send_check", "refuse", "choose_standard", "recheck", "resume", "send_back", "look_back",
    ),
    "ask": (
        "return", "ask_extension", "ask_suspension", "ask_tier", "ask_reopening", "ask_exemption",
        "decline_filing", "withdraw", "retract",
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
_OF_CLOCK: Mapping[str, tuple[str, ...]] = {
    ACCEPT: ("dispatch", "triage"),
    OWNER: ("dispatch", "triage"),
    DISPATCH: ("dispatch",),
    CHOOSE: ("dispatch",),
    SIGN: ("sign",),
    APPOINT: ("appoint",),
    MEETING: ("convene",),
    PLAN: ("give_task",),
    FIRST: ("progress",),
    SAFE: ("progress",),
    STEP: ("progress",),
    REPORT: ("progress",),
    HOLDER: ("resolve",),
    VERIFY: ("verify",),
    CALLBACK: ("close",),
}
"""Clock of the case -> the acts that it waits for."""
_OF_PART = ("answer", "report", "hold", "serve", "check", "conclude", "report_action")
"""The acts that the clock of a part waits for: each is offered for the parts that it fits."""
_NEVER = datetime.max.replace(tzinfo=UTC)
_PLACE = {kind: (name, place) for name, kinds in GROUPS.items() for place, kind in enumerate(kinds)}


@dataclass(frozen=True, slots=True)
class OfferGroup:
    name: str
    offers: tuple[Offer, ...]


def likeliest(case: Case, offers: Sequence[Offer]) -> Offer | None:
    """Return the act that the person most likely came for: the one that a clock waits for, of
    several the one that is due first; None if none of them is likely.
    """
    by_kind = {offer.kind: offer for offer in offers}
    return next(_due(case, by_kind), None) or next(
        (by_kind[kind] for kind in _OPENED if kind in by_kind), None
    )


def _due(case: Case, offers: Mapping[str, Offer]) -> Iterator[Offer]:
    """Yield the acts that running clocks wait for, those that are due first at the front."""
    running = [clock for clock in case.clocks if clock.is_running]
    moments = {clock.id: due(clock, case.plan.calendar) for clock in running}
    for clock in sorted(running, key=lambda each: at.at if (at := moments[each.id]) else _NEVER):
        if clock.id in _OF_CLOCK:
            yield from (offers[kind] for kind in _OF_CLOCK[clock.id] if kind in offers)
        else:
            waiting = (offers[kind] for kind in _OF_PART if kind in offers)
            yield from (offer for offer in waiting if clock.id in offer.parts)


def grouped(offers: Sequence[Offer]) -> list[OfferGroup]:
    """Return the acts in their groups, without empty ones."""
    ordered = sorted(offers, key=lambda offer: _PLACE[offer.kind][1])
    groups = (
        OfferGroup(name, tuple(offer for offer in ordered if _PLACE[offer.kind][0] == name))
        for name in GROUPS
    )
    return [group for group in groups if group.offers]
