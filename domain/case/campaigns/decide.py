"""What a case brings for a campaign."""

from domain.case.campaigns.acts import Count
from domain.case.campaigns.facts import Counted
from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.validation import MOST, between, wordless
from domain.vocabulary import OFFICE


def count(draft: Draft, act: Count) -> None:
    """Counted where it was done; a campaign that is over still takes what was done in time."""
    campaigns = draft.command.lookup.campaigns
    if act.campaign not in campaigns:
        choices = ", ".join(campaigns) or "none is known"
        detail = f"no campaign {act.campaign}; campaigns are: {choices}"
        raise Refused(Refusal.UNKNOWN_CAMPAIGN, detail)
    if act.amount == 0:
        raise Refused(Refusal.TOO_MUCH, "an amount of 0 counts nothing")
    if draft.case.plan.follows(2):
        _may_count(draft, act)
    before = dict(draft.case.counted).get(act.campaign, 0)
    between(before + act.amount, 0, MOST, f"counted for {act.campaign} by this case")
    files = act.evidence or None
    draft.add(Counted(campaign=act.campaign, amount=act.amount, note=act.note, evidence=files))


def _may_count(draft: Draft, act: Count) -> None:
    """Raises Refused unless the campaign counts such cases, and a file shows what is counted."""
    case, campaign = draft.case, act.campaign
    if not case.signed_once:
        detail = "no unit has signed for the case, so nothing was done in it that counts"
        raise Refused(Refusal.WRONG_STEP, detail)
    by_office = draft.command.actor.role in OFFICE
    if not by_office and not belongs_to(draft.command, case.holder, *case.members):
        detail = f"{case.holder} and its helpers count what they did, or the leading group's office"
        raise Refused(Refusal.NOT_THE_HOLDER, detail)
    counted = [each for id_, each in draft.command.lookup.counting if id_ == campaign]
    if counted and case.plan.category not in counted:
        which = ", ".join(counted)
        detail = f"{campaign} counts cases of {which}; this is {case.plan.category or 'none'}"
        raise Refused(Refusal.UNKNOWN_CAMPAIGN, detail)
    if act.amount > 0:
        lacking = "what is counted needs a file that shows it, and that was not counted before"
        # What proves the result may also show how much it is.
        needs(draft, act.evidence, 1, lacking, shown=case.counted_by, once=False)
        return
    if not by_office:
        detail = "what was counted too much is taken back by the leading group or its office"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if wordless(draft, act.note):
        raise Refused(Refusal.REASON_NEEDED, "say with `note` why so much is taken back")


DECISIONS: Decisions = {
    Count: count,
}
