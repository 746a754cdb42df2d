"""Who of the leading group decides in a supervised case, where its policy says from which post on.

The plan says the post (policy.yaml), and the roster of the moment who has it (roster.yaml). A
deputy of an absent person decides in that person's place, and so from that person's post.
"""

from domain.case.commands import Command
from domain.case.draft import Draft, Refused
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.stand_ins import by_another
from domain.case.state import Case
from domain.people.leading_group import Approval, Post
from domain.vocabulary import OFFICE, Role, Tier

DECIDING = frozenset({"answer", "close", "suspend", "verify", "waive"})
"""The commands by which one of these decisions is taken."""
_DONE = PartState.DONE
_WORDS = {
    Post.MEMBER: "a member",
    Post.DEPUTY: "a deputy head",
    Post.STANDING_DEPUTY: "the standing deputy",
    Post.HEAD: "the head",
}


def asks_for_posts(case: Case, command: Command) -> bool:
    """Return whether the posts have to be looked up before the command is decided."""
    supervised = case.tier is Tier.SUPERVISE and case.plan.approvers is not None
    return supervised and command.act.kind in DECIDING


def from_post(case: Case, decision: Approval) -> Post | None:
    """Return the lowest post that takes the decision in this case; None where a role does."""
    if case.tier is not Tier.SUPERVISE or case.plan.approvers is None:
        return None
    return case.plan.approvers.post_for(decision)


def may_approve(draft: Draft, decision: Approval) -> None:
    """Raises Refused unless the actor has the post that the decision is for, or a higher one."""
    wanted = from_post(draft.case, decision)
    if wanted is None:
        return
    command = draft.command
    held = dict(command.lookup.posts)
    post = held.get(command.actor.for_person or command.actor.id)
    if post is not None and post.rank >= wanted.rank:
        return
    able = [person for person, each in held.items() if each.rank >= wanted.rank]
    who = ", ".join(able) or "no person of the roster"
    own = f"{command.actor.id} is {_WORDS[post]}" if post else f"{command.actor.id} has no post"
    detail = (
        f"{decision} of a supervised case are for {_WORDS[wanted]} of the leading group or above "
        f"({who}), or the deputy of one who is absent; {own}"
    )
    raise Refused(Refusal.WRONG_ROLE, detail)


def who_waives(case: Case, *parts: Part) -> str:
    """Return who may waive work of the case, or these parts of it, for a refusal to name."""
    above = any(part.type.waived_by_leader or part.of is not None for part in parts)
    return _by_post(case, Approval.WAIVERS) or (
        "a leader of the leading group" if above else "the leading group or its office"
    )


def who_rules(case: Case) -> str:
    """Return who may rule whose the case is, and on a dissatisfied citizen."""
    return _by_post(case, Approval.RULINGS) or "the leading group or its office"


def who_answers(case: Case, part: Part, decider: Role) -> str:
    """Return who may answer a request whose decider is that role."""
    decision = Approval.RULINGS if part.type.ruled_on else None
    if decision is None and decider is Role.LEADER:
        decision = Approval.REQUESTS
    return (_by_post(case, decision) if decision else "") or f"a {decider} or above"


def who_signs(case: Case) -> str:
    """Return who may give the second signature."""
    if case.group_signed:
        return f"a verifier or dispatcher of {case.plan.platform}"
    return _by_post(case, Approval.SIGNATURES) or "the leading group or its office"


def _by_post(case: Case, decision: Approval) -> str:
    """Return the post that takes the decision in this case; empty where a role does."""
    post = from_post(case, decision)
    if post is None:
        return ""
    return f"{_WORDS[post]} of the leading group" + " or above" * (post is not Post.HEAD)


def may_answer(draft: Draft, part: Part, decider: Role) -> None:
    """Raises Refused unless the actor's post is high enough for this request.

    A ruling is always the leading group's, another request where a leader is its decider.
    """
    if part.type.ruled_on:
        may_rule(draft)
    elif decider is Role.LEADER:
        may_approve(draft, Approval.REQUESTS)


def may_rule(draft: Draft) -> None:
    may_approve(draft, Approval.RULINGS)


def may_sign(draft: Draft) -> None:
    may_approve(draft, Approval.SIGNATURES)


def second_signature(draft: Draft) -> bool:
    """Return False for the first of two signatures. Raises Refused for one that is no second."""
    case, actor = draft.case, draft.command.actor
    if not case.signatures:
        _another_looks_first(draft)
        return False
    detail = "signed already; somebody else gives the second one"
    if case.plan.follows(3):
        detail = f"{actor.id} gave the first signature; {who_signs(case)} gives the second one"
    by_another(draft, *case.signatures, detail=detail)
    if case.group_signed:
        return True
    if actor.role not in OFFICE:
        detail = "the second signature is the leading group's or its office's"
        if case.plan.follows(3):
            detail = f"signed once already; {who_signs(case)} gives the second signature"
        raise Refused(Refusal.WRONG_ROLE, detail)
    may_sign(draft)
    return True


def signs_for_group(draft: Draft) -> bool:
    """Return whether a first signature is, from rules 3 on, the one that only the group gives."""
    if not draft.case.plan.follows(3) or draft.command.actor.role not in OFFICE:
        return False
    try:
        may_sign(draft)
    except Refused:
        return False
    return True


def _another_looks_first(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, where the leading group alone would have seen the work.

    The second signature is its own in any case. Where all tasks were waived, or none was given, and
    the first one were its own too, no other person would have looked at anything.
    """
    case = draft.case
    if not case.plan.follows(3) or not _of_the_leading_group(draft):
        return
    if any(part.type.planned and part.type.reported and part.state is _DONE for part in case.parts):
        return
    detail = "no task has a result that another unit checked, so the leading group does not sign "
    do = (
        "first: a verifier or dispatcher of the platform looks and signs with verify; then it signs"
    )
    raise Refused(Refusal.WRONG_STEP, detail + do)


def _of_the_leading_group(draft: Draft) -> bool:
    """Return whether the actor decides for the group, or does so elsewhere and stands in here."""
    command = draft.command
    post = dict(command.lookup.posts).get(command.actor.id)
    leads = post is not None and post.rank >= Post.DEPUTY.rank
    ours = belongs_to(command, draft.case.plan.office)
    return command.actor.role in OFFICE or ours or leads
