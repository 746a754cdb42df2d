"""What a case brings for a campaign."""

from domain.case.campaigns.acts import Count
from domain.case.campaigns.facts import Counted
from domain.case.draft import Decisions, Draft, Refused
from domain.case.refusals import Refusal
from domain.case.validation import MOST, between


def count(draft: Draft, act: Count) -> None:
    """Counted where it was done; a campaign that is over still takes what was done in time."""
    campaigns = draft.command.lookup.campaigns
    if act.campaign not in campaigns:
        choices = ", ".join(campaigns) or "none is known"
        detail = f"no campaign {act.campaign}; campaigns are: {choices}"
        raise Refused(Refusal.UNKNOWN_CAMPAIGN, detail)
    if act.amount == 0:
        raise Refused(Refusal.TOO_MUCH, "an amount of 0 counts nothing")
    before = dict(draft.case.counted).get(act.campaign, 0)
    between(before + act.amount, 0, MOST, f"counted for {act.campaign} by this case")
    draft.add(Counted(campaign=act.campaign, amount=act.amount, note=act.note))


DECISIONS: Decisions = {
    Count: count,
}
