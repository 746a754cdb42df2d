"""What follows when a request is granted, and what when it is refused."""

from collections.abc import Callable, Mapping

from domain.case.decisions.draft import Draft
from domain.case.decisions.ending import finish
from domain.case.decisions.handoffs import hand_to
from domain.case.decisions.parts import lapse
from domain.case.decisions.tiers import lower_to, raise_to
from domain.case.events import Closed, Returned, Reworked, Suspended
from domain.case.facts.ending import Reopened
from domain.case.facts.parts import Extended
from domain.case.parts import Part
from domain.policy.part_rules import PartKind
from domain.vocabulary import Callback, Tier

Effect = Callable[[Draft, Part, str, str | None], None]
"""Of the request, for a reason, in favour of a unit."""


def grant(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if (effect := _GRANTED.get(part.kind)) is not None:
        effect(draft, part, reason, unit)


def refuse(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if (effect := _REFUSED.get(part.kind)) is not None:
        effect(draft, part, reason, unit)


def _take_back(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """To the platform, or straight to the unit that was named."""
    _overtake(draft)
    draft.add(Returned(unit=_holder(draft), reason=reason, suggested_unit=part.unit))
    if unit is not None:
        hand_to(draft, unit, reason=reason)


def _rule(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Settled for good: the unit designated, or the next tier's matter where none is."""
    case = draft.case
    if unit is None and case.tier is not Tier.SUPERVISE:
        raise_to(draft, Tier.SUPERVISE, reason, unit=case.plan.office)
        return
    _overtake(draft)
    draft.add(Returned(unit=_holder(draft), reason=reason, suggested_unit=part.unit))
    hand_to(draft, unit or case.plan.office, designated=True, reason=reason)


def _keep(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """The second return is refused: whoever has it, or is named, is designated."""
    _rule(draft, part, reason, unit or _holder(draft))


def _extend(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if part.amount is not None:
        draft.add(Extended(amount=part.amount, reason=reason))


def _suspend(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Until the moment that was asked for; an answer later than that suspends nothing."""
    if part.until is not None and part.until > draft.now and not draft.case.suspensions:
        draft.add(Suspended(reason=reason, until=part.until))


def _reopen(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    case = draft.case
    to = unit or case.holder or case.plan.holder or case.plan.office
    draft.add(Reopened(reason=reason))
    hand_to(draft, to, reason=reason)


def _take_on(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Within the mandate after all: the platform triages it."""
    draft.add(Reopened(reason=reason))


def _change_tier(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    to = part.to or draft.case.tier
    (raise_to if to.depth > draft.case.tier.depth else lower_to)(draft, to, reason)


def _rework(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    draft.add(Reworked(reason=reason, dissatisfied=True))


def _explain(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    finish(draft, Closed(callback=Callback.EXPLAINED, note=reason))


_GRANTED: Mapping[PartKind, Effect] = {
    PartKind.RETURN: _take_back,
    PartKind.RULING: _rule,
    PartKind.EXTENSION: _extend,
    PartKind.SUSPENSION: _suspend,
    PartKind.REOPENING: _reopen,
    PartKind.TIER_CHANGE: _change_tier,
    PartKind.DISSATISFACTION: _rework,
}
"""An exemption, a refusal and no filing that are upheld change nothing but that they are."""

_REFUSED: Mapping[PartKind, Effect] = {
    PartKind.RULING: _keep,
    PartKind.DISSATISFACTION: _explain,
    PartKind.REFUSAL: _take_on,
}
"""The others leave everything as it was."""


def _overtake(draft: Draft) -> None:
    """What a unit asked for itself has no object once it does not hold the case."""
    asked = (PartKind.EXTENSION, PartKind.SUSPENSION, PartKind.TIER_CHANGE)
    lapse(draft, *asked, note="the case was returned")


def _holder(draft: Draft) -> str:
    case = draft.case
    if case.holder is None:
        raise ValueError(f"{case.case_id}: held stages have a holder")
    return case.holder
