"""The end: resolve with evidence, verify by another person, ask the citizen, close."""

from dataclasses import replace
from typing import Literal

from domain.case.approval import may_rule, second_signature, signs_for_group, who_rules
from domain.case.callbacks import (
    as_said,
    is_called_again,
    may_ask,
    more_time_to_call,
    says_with_what,
    waits_for_another,
    was_dissatisfied,
    was_reached,
)
from domain.case.clocks import has_bought_time
from domain.case.closing.acts import Close, Resolve, SendBack, Verify, Withdraw, WriteOff
from domain.case.closing.facts import (
    Archived,
    CalledBack,
    Closed,
    Countersigned,
    Resolved,
    Reworked,
    SentBack,
    Verified,
    Withdrawn,
)
from domain.case.draft import Decisions, Draft, Refused
from domain.case.events import Fact
from domain.case.follow_ons import open_follow_on
from domain.case.impartiality import (
    by_the_issuer,
    did_not_handle,
    did_not_stand_in,
    not_their_own,
)
from domain.case.open_work import all_ended
from domain.case.part import Part
from domain.case.part_questions import LapseCause
from domain.case.part_types import CONTESTING, OUTLASTING, OUTLIVING, OVERTAKEN_BY
from domain.case.parts.decide import ask, barred, lapse, open_part
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.results import meets_standard, of_this_case
from domain.case.state import Case
from domain.case.steps_of_law import law_is_followed
from domain.case.supervision.decide import L4, circulate_text, in_order, letter
from domain.case.supervision.facts import ReportedUp
from domain.case.tiers.decide import raise_to
from domain.case.validation import uncontested, wordless
from domain.case.withdrawals import ends_at_once
from domain.policy.part_rules import PartKind
from domain.vocabulary import OFFICE, Callback, Role, Tier, decides_below

_TWICE = 2


def resolve(draft: Draft, act: Resolve) -> None:
    """With the evidence the category asks for, once everything that was begun has ended."""
    case = draft.case
    if draft.command.actor.role is Role.AUXILIARY and case.tier is not Tier.DIRECT:
        detail = f"in {case.tier} a regular officer resolves; an auxiliary may dissuade and record"
        raise Refused(Refusal.WRONG_ROLE, detail)
    head = draft.command.actor.role is Role.UNIT_HEAD
    if case.rehandled and case.plan.rehandle_by_head and not head:
        detail = "the citizen was not satisfied, so the head of the unit reports the new result"
        raise Refused(Refusal.WRONG_ROLE, detail)
    uncontested(draft)
    in_order(draft)
    all_ended(case)
    law_is_followed(case)
    meets_standard(draft, act)
    # A letter is to be answered: one that a result would end, a hollow result would dodge.
    ended = OVERTAKEN_BY[LapseCause.RESOLVED]
    if case.plan.follows(2):
        ended -= OUTLASTING
    lapse(draft, *ended, note="the case is resolved")
    waits: Literal[True] | None = True if case.plan.follows(2) else None
    draft.add(
        Resolved(
            result=act.result,
            evidence=act.evidence,
            cap_waits=waits,
            close=act.close or None,
            before=act.before or None,
        )
    )


def verify(draft: Draft, act: Verify) -> None:
    """Verify: then the citizen is asked, or the case ends if the policy asks no citizen.

    A supervised case needs two signatures, the second by the leading group's office.
    """
    case, actor = draft.case, draft.command.actor
    if actor.id == case.resolved_by or belongs_to(draft.command, case.holder):
        detail = "whoever handled the case cannot verify it; ask somebody of another unit"
        raise Refused(Refusal.SAME_PERSON, detail)
    did_not_stand_in(draft)
    not_their_own(draft)
    if case.plan.follows(2) and wordless(draft, act.note):
        raise Refused(Refusal.REASON_NEEDED, "say with `note` what you looked at, and what you saw")
    if not act.passed:
        _rework(draft, act)
        return
    of_this_case(draft)
    if case.tier is Tier.SUPERVISE and not second_signature(draft):
        by_group: Literal[True] | None = True if signs_for_group(draft) else None
        draft.add(Countersigned(note=act.note, by_group=by_group))
        return
    lapse(draft, *OUTLASTING, note="the result is verified")
    draft.add(Verified(note=act.note))
    open_follow_on(draft, case.close)
    if not case.plan.callback:
        finish(draft, Closed(note="nobody to call back"))


def close(draft: Draft, act: Close) -> None:
    """Close as the citizen says; call again if the citizen was not reached."""
    if waiting := ruling_awaited(draft.case):
        detail = f"{waiting[0].id} is still waiting for its answer; that decides"
        raise Refused(Refusal.ALREADY_ASKED, detail)
    may_ask(draft)
    says_with_what(draft, act.callback, act.note)
    as_said(draft, act.callback, act.note)
    was_reached(draft, act.callback, act.note, called=True)
    said = CalledBack(callback=act.callback, note=act.note, solved=act.solved)
    match act.callback:
        case Callback.UNSATISFIED:
            draft.add(said)
            _dissatisfied(draft, act)
        case Callback.NO_REPLY_WANTED if waits_for_another(draft):
            draft.add(said)
        case Callback.NOT_REACHED if is_called_again(draft):
            draft.add(replace(said, more=more_time_to_call(draft)))
        case Callback.EXPLAINED if draft.command.actor.role not in OFFICE:
            detail = "only a supervisor rules that the citizen has no cause"
            if draft.case.plan.follows(3):
                detail = (
                    f"that the citizen has no cause is ruled by {who_rules(draft.case)}: ask them, "
                )
                detail += "or close it with what the citizen says"
            raise Refused(Refusal.WRONG_ROLE, detail)
        case _:
            if act.callback is Callback.EXPLAINED:
                _may_rule(draft)
                was_dissatisfied(draft, act.note)
            finish(draft, Closed(callback=act.callback, note=act.note, solved=act.solved))


def _may_rule(draft: Draft) -> None:
    """Raises Refused in supervise unless the actor may answer a dissatisfaction there."""
    did_not_handle(draft)
    not_their_own(draft)
    may_rule(draft)
    case, role = draft.case, draft.command.actor.role
    rule = case.plan.part(case.tier, PartKind.DISSATISFACTION)
    supervised = case.tier is Tier.SUPERVISE and case.plan.follows(2)
    decider = rule.decider if rule and supervised else None
    if decider is not None and decides_below(role, decider):
        detail = f"in {case.tier} a {decider} rules that the citizen has no cause"
        raise Refused(Refusal.WRONG_ROLE, detail)


def ruling_awaited(case: Case) -> tuple[Part, ...]:
    """Return the dissatisfaction on which a person still rules; empty if there is none."""
    return case.open_parts(PartKind.DISSATISFACTION)


def write_off(draft: Draft, act: WriteOff) -> None:
    by_the_issuer(draft)
    end(draft, Closed(note=f"written off: {act.note}"))


def send_back(draft: Draft, act: SendBack) -> None:
    by_the_issuer(draft)
    with_platform = draft.case.holder is None and draft.case.plan.follows(2)
    draft.add(SentBack(reason=act.reason, goes_on=True if with_platform else None))


def _rework(draft: Draft, act: Verify) -> None:
    """The second time a direct case is assigned, and any other urged in writing.

    The unit does not pay for the first look of its turn that fails; from the second on it does.
    """
    again = draft.case.plan.follows(2) and has_bought_time(draft.case)
    counts: Literal[True] | None = True if again else None
    draft.add(Reworked(reason=act.note or "verification failed", counts=counts))
    if draft.case.reworks < _TWICE:
        return
    if draft.case.tier is Tier.DIRECT:
        raise_to(draft, Tier.ASSIGN, f"failed verification {draft.case.reworks} times")
    else:
        letter(draft, act)


def _dissatisfied(draft: Draft, act: Close) -> None:
    """One level up: assigned, then handled again by the same unit, supervised, last ruled on.

    The second time the unit is named before all others (L4).
    """
    case, reason = draft.case, act.note or "the citizen is not satisfied"
    if case.plan.follows(2) and case.dissatisfied == _TWICE:
        text = "the citizen is not satisfied for the second time"
        circulate_text(draft, text, case.holder, L4 if case.plan.follows(3) else None)
    if case.tier is Tier.DIRECT:
        raise_to(draft, Tier.ASSIGN, reason, again=case.plan.follows(3))
    elif case.tier is Tier.ASSIGN and case.dissatisfied == 1:
        draft.add(Reworked(reason=reason, dissatisfied=True))
    elif case.tier is Tier.ASSIGN:
        raise_to(draft, Tier.SUPERVISE, reason)
    elif barred(draft, PartKind.DISSATISFACTION) is None:
        open_part(draft, PartKind.DISSATISFACTION, act)
    else:
        finish(draft, Closed(callback=act.callback, note=reason, solved=act.solved))


def withdraw(draft: Draft, act: Withdraw) -> None:
    """At once where one person may end it so; else a second person agrees first."""
    if not draft.case.plan.follows(2) or ends_at_once(draft):
        conclude(draft, Withdrawn(reason=act.reason))
        return
    ask(draft, PartKind.WITHDRAWAL, act)


def finish(draft: Draft, closed: Closed) -> None:
    """Only the issuing superior writes off its own case."""
    superior = draft.case.plan.complaint.superior
    if superior is not None:
        their_turn: Literal[True] | None = True if draft.case.plan.follows(2) else None
        if their_turn:
            # The work is reported as done: what the holder asked for has no object any more.
            kinds = (*CONTESTING, *OVERTAKEN_BY[LapseCause.RESOLVED])
            lapse(draft, *kinds, note=f"reported to {superior.issuer}")
        asked = f"; the citizen: {closed.callback}" if closed.callback else ""
        draft.add(
            ReportedUp(
                to=superior.issuer,
                note=f"{closed.note}{asked}",
                awaits=True,
                callback=closed.callback,
                solved=closed.solved,
                their_turn=their_turn,
            )
        )
        return
    end(draft, closed)


def end(draft: Draft, fact: Closed) -> None:
    conclude(draft, fact)
    archive(draft)


def conclude(draft: Draft, fact: Fact) -> None:
    """What is still open ends with the case, all but a penalty.

    After a withdrawal nothing more can happen here: a penalty goes on elsewhere, by its number.
    """
    over = isinstance(fact, Withdrawn)
    kinds = [kind for kind in PartKind if over or kind not in OUTLIVING]
    lapse(draft, *kinds, note="the case has ended")
    draft.add(fact)


def archive(draft: Draft) -> None:
    """At once where the policy leaves no time to reopen, and nothing outlives the case."""
    if not draft.case.plan.reopen_window and not draft.case.open_parts():
        draft.add(Archived())


DECISIONS: Decisions = {
    Withdraw: withdraw,
    Resolve: resolve,
    Verify: verify,
    Close: close,
    WriteOff: write_off,
    SendBack: send_back,
}
