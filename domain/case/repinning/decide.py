"""Put a case under another version of its policy."""

from domain.case.draft import Decisions, Draft, Refused
from domain.case.refusals import Refusal
from domain.case.repinning.acts import Repin
from domain.case.repinning.facts import Repinned


def repin(draft: Draft, act: Repin) -> None:
    """Running clocks go over to the new limits; starts, pauses and what has fired stay."""
    plan = draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no policy {act.policy}"
        raise Refused(Refusal.UNKNOWN_POLICY, detail)
    draft.add(Repinned(policy=draft.case.plan.policy, plan=plan, reason=act.reason))


DECISIONS: Decisions = {
    Repin: repin,
}
