"""What a citizen says after the complaint: always recorded, and acted on while a unit works."""

from dataclasses import replace
from typing import Literal

from domain.case.callbacks import CONTENT, is_asked_about, may_ask, says_with_what, was_reached
from domain.case.citizen.acts import PassOn, Rate, Supplement
from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.acts import Close
from domain.case.closing.decide import close, ruling_awaited
from domain.case.draft import Decisions, Draft, Refused
from domain.case.part_types import WITHDRAWING
from domain.case.parts.decide import barred, lapse, open_part, waiting
from domain.case.refusals import Refusal
from domain.case.refusing import open_again
from domain.case.requests.acts import AskReopening
from domain.case.requests.decide import ask_reopening, may_reopen
from domain.case.stand_ins import by_another
from domain.case.supervision.decide import urge_once
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CALLBACK
from domain.vocabulary import BY_CITIZENS, ENDED_STAGES, RATINGS, Callback, Role, Stage

_UNSAID = ", and did not say with what: ask before you answer"
_DONE = frozenset({Stage.REPORTED, Stage.CLOSED})
_LOOKED_AT = _DONE | {Stage.RESOLVED}


def supplement(draft: Draft, act: Supplement) -> None:
    """Record it in every stage, which a citizen cannot know; messages.py passes it on.

    Of a case that goes its own way already, "another matter" is a text as any other.
    """
    follows = draft.case.stage is Stage.MERGED and _provided(draft)
    draft.add(
        Supplemented(
            text=act.text,
            evidence=act.evidence,
            reminder=act.reminder,
            other_matter=act.other_matter if follows else None,
        )
    )
    open_again(draft)
    _contradicted(draft)
    if act.reminder:
        _urge(draft, act.text)


def _contradicted(draft: Draft) -> None:
    """Lapse, from rules 3 on, the wish to withdraw it: the citizen has said more since, himself or
    to who writes it down.
    """
    if draft.case.plan.follows(3):
        note = "the citizen has said more since; ask again if it is to be withdrawn all the same"
        lapse(draft, *WITHDRAWING, note=note)


def pass_on(draft: Draft, act: PassOn) -> None:
    """The citizen of a case that follows this one said it there."""
    if act.case not in dict(draft.case.joined):
        raise Refused(Refusal.OTHER_CASE, f"{act.case} does not follow this case")
    said = act.other_matter if _provided(draft) else None
    draft.add(
        Supplemented(
            text=act.text,
            evidence=act.evidence,
            reminder=act.reminder,
            of=act.case,
            other_matter=said,
        )
    )
    if said:
        _ask_apart(draft, act)
    if act.reminder:
        _urge(draft, act.text)


def _provided(draft: Draft) -> bool:
    rule = draft.case.plan.part(draft.case.tier, PartKind.SEPARATION)
    return rule is not None and rule.limit > 0


def _ask_apart(draft: Draft, act: PassOn) -> None:
    """Ask a person if it is another matter: one question at a time, as often as the policy says.

    Past that, or after the end, the follower keeps its word and does not end with this case.
    """
    kind = PartKind.SEPARATION
    over = draft.case.stage in ENDED_STAGES
    if not over and not waiting(draft, kind) and barred(draft, kind) is None:
        # The text and the files are in the row before; who erases them there leaves none here.
        open_part(draft, kind, replace(act, text="", evidence=()))


def rate(draft: Draft, act: Rate) -> None:
    """The answer to the call where one is due; else recorded, of work that is done as final.

    While a person still rules on what was said at the call, that ruling decides. What the citizen
    has said himself is not replaced by what a person of the town says after that. Where he did not
    say with what he is not satisfied, his word is kept, and who calls the citizens asks.
    """
    case = draft.case
    called = case.stage is Stage.VERIFIED and not ruling_awaited(case)
    if act.callback not in RATINGS:
        _no_rating(draft, act, called=called)
    asked_about = is_asked_about(draft, act.callback, act.note)
    if called and not asked_about:
        close(draft, Close(callback=act.callback, note=act.note, solved=act.solved))
        return
    himself = draft.command.actor.role is Role.REPORTER
    if not himself:
        _a_citizen_asked(draft)
        _a_call_was_due(draft, act.callback)
        may_ask(draft)
        says_with_what(draft, act.callback, act.note)
        _recorded_no_other(draft, act.callback)
        was_reached(draft, act.callback, act.note, called=False)
    follows = case.plan.follows(2)
    later: Literal[True] | None = True if follows and not himself and case.own_word else None
    done = _LOOKED_AT if himself and follows else _DONE
    draft.add(
        Rated(
            callback=act.callback,
            solved=act.solved,
            note=act.note,
            final=called or (case.stage in done and not later),
            later=later,
        )
    )
    if act.callback is Callback.UNSATISFIED and may_reopen(draft):
        why = "the citizen is not satisfied" + _UNSAID * asked_about
        ask_reopening(draft, AskReopening(reason=why if asked_about else act.note or why))


def _a_citizen_asked(draft: Draft) -> None:
    """Raises Refused for a rating that a person of the town gives where no citizen reported."""
    plan = draft.case.plan
    channel = plan.complaint.channel
    if plan.follows(2) and channel not in BY_CITIZENS and not plan.callback:
        detail = f"it came by {channel}: no citizen reported it who could rate it"
        raise Refused(Refusal.WRONG_STEP, detail)
    if plan.follows(3) and not plan.complaint.reply_wanted:
        detail = (
            "its reporter is unnamed or wants no reply, so it stays unrated; the citizen's own "
        )
        detail += "source may send it (rated), and what is not right is asked for by ask_reopening"
        raise Refused(Refusal.WRONG_STEP, detail)


def _a_call_was_due(draft: Draft, said: Callback) -> None:
    """Raises Refused, from rules 3 on, for a good word that a person of the town records where no
    call was ever due, as of a case that ended with another.
    """
    case = draft.case
    if (
        case.plan.follows(3)
        and case.stage in _DONE
        and not case.clock(CALLBACK)
        and said in CONTENT
    ):
        detail = "no call of this case was due, so no one can have heard it; the citizen's own "
        raise Refused(Refusal.WRONG_STEP, f"{detail}source may send it (rated)")


def _recorded_no_other(draft: Draft, said: Callback) -> None:
    """Raises Refused for a better word from the person who recorded that the citizen is not
    satisfied: no new result has been asked about since.
    """
    case, actor = draft.case, draft.command.actor.id
    if said is Callback.UNSATISFIED or not case.plan.follows(3):
        return
    detail = f"{actor} recorded that the citizen is not satisfied; another person records {said}, "
    by_another(
        draft, case.dissatisfied_by, detail=f"{detail}or the citizen's source sends it (rated)"
    )


def _urge(draft: Draft, text: str) -> None:
    """One urge at a time, of a unit that has the turn; the others are only counted."""
    if draft.case.suspended_until is None:
        urge_once(draft, text)


def _no_rating(draft: Draft, act: Rate, *, called: bool) -> None:
    """Raises Refused unless the person who called may say so of the call."""
    said, stage = act.callback, draft.case.stage
    if draft.command.actor.role is Role.REPORTER:
        detail = f"a citizen says one of: {', '.join(RATINGS)}; {said} is what others say of a call"
        raise Refused(Refusal.WRONG_ROLE, detail)
    if not called:
        detail = f"{said} is said of a call, and none is due; this is {stage}"
        raise Refused(Refusal.WRONG_STAGE, detail)


DECISIONS: Decisions = {
    Supplement: supplement,
    Rate: rate,
    PassOn: pass_on,
}
