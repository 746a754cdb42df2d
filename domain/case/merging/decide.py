"""Cases that belong together: one goes the way of another, or is only marked as similar."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

from domain.case.closing.decide import finish
from domain.case.closing.facts import Closed
from domain.case.draft import Decisions, Draft, Refused
from domain.case.followers import sooner
from domain.case.merging.acts import (
    Follow,
    Join,
    Leave,
    Link,
    Merge,
    Scatter,
    StayMerged,
    Unlink,
    Unmerge,
)
from domain.case.merging.facts import (
    Joined,
    Left,
    Linked,
    Merged,
    Scattered,
    StaysMerged,
    Unlinked,
    Unmerged,
)
from domain.case.one_matter import WITH_RESULT, as_strict, not_done, one_matter, same
from domain.case.one_place import joins_at_one_place, one_place
from domain.case.open_work import all_ended
from domain.case.own_lateness import own_lateness
from domain.case.part_types import CONTESTING
from domain.case.parts.decide import move
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.steps_of_law import ends_by_itself
from domain.planning.strictness import Strictness, UnitsLimit, units_limit
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Cause, used
from domain.sla.explanations import said
from domain.vocabulary import ENDED_STAGES, Callback, Role, Stage

_MOST_LINKS = 50
_OWED = {
    (PartKind.REOPENING, PartState.GRANTED): "it was reopened",
    (PartKind.REFUSAL, PartState.REFUSED): "it was refused, and wrongly",
    (PartKind.REFUSAL, PartState.OPEN): "its refusal is not agreed to yet",
    (PartKind.WITHDRAWAL, PartState.OPEN): "its withdrawal is not agreed to yet",
    (PartKind.WITHDRAWAL, PartState.REFUSED): "its withdrawal was not agreed to",
}
"""The answers after which a case gives an account of itself."""


def merge(draft: Draft, act: Merge) -> None:
    """Into an open case that goes its own way: no chains, so no circles."""
    case, other = draft.case, draft.command.lookup.other
    if act.into == case.case_id:
        raise Refused(Refusal.OTHER_CASE, "a case cannot be merged into itself")
    if case.joined:
        names = ", ".join(each for each, _ in case.joined)
        raise Refused(Refusal.OTHER_CASE, f"others follow this one; unmerge them first: {names}")
    if other is None:
        raise Refused(
            Refusal.OTHER_CASE, f"no case {act.into}; give the whole number, not a beginning"
        )
    if other.stage is Stage.MERGED:
        detail = f"{act.into} goes the way of another case itself; merge into that one"
        raise Refused(Refusal.OTHER_CASE, detail)
    if other.stage in ENDED_STAGES:
        raise Refused(Refusal.OTHER_CASE, f"{act.into} is {other.stage}; link it instead")
    if act.into == case.other_than:
        detail = f"its citizen says that it is another matter than {act.into}; link them instead"
        raise Refused(Refusal.OTHER_CASE, detail)
    if case.plan.follows(2):
        all_ended(case)
        ends_by_itself(case)
        by_rule = draft.command.actor.role is Role.ENGINE
        as_strict(case, other, by_rule=by_rule)
        if not by_rule:
            # A rule of the town that merges (dedupe, surge) knows that it is one matter.
            one_matter(case, other)
            one_place(draft, other.case_id, other.grid, other.spot)
            not_done(other)
        _answered(case)
    draft.add(Merged(into=act.into, reason=act.reason))


def _answered(case: Case) -> None:
    """Raises Refused for a case that owes an answer which it would not give as a follower."""
    kinds = (PartKind.LETTER, *(CONTESTING if case.plan.follows(3) else ()))
    if waiting := case.open_parts(*kinds):
        detail = f"still open: {waiting[0].id}; answer it before the case is merged"
        raise Refused(Refusal.PARTS_OPEN, detail)
    if why := _owed(case):
        detail = f"{why}, so it does not end with another case; link them instead"
        raise Refused(Refusal.OTHER_CASE, detail)


def _owed(case: Case) -> str:
    """Return why the citizen is to be asked about this very case; empty if that is not so."""
    if case.dissatisfied or case.own_word is Callback.UNSATISFIED:
        return "its citizen was not satisfied"
    if case.reworks:
        return "its result did not hold"
    answers = {(part.kind, part.state) for part in case.parts}
    return next((why for answer, why in _OWED.items() if answer in answers), "")


def unmerge(draft: Draft, act: Unmerge) -> None:
    _separate(draft, draft.case.merged_into or "", act.reason, draft.command.actor.id)


def _separate(draft: Draft, into: str, reason: str, by: str | None) -> None:
    """Let it go its own way. What one person merges and separates has stopped no clock,
    also of no part: a return is reviewed by when it would have been.

    Neither has what a rule merges and one person separates, if its unit had signed it before; from
    rules 3 on, also what a person merges and another one separates: two in turn gain no time. What
    was asked has waited then, because no one could answer it.
    """
    case = draft.case
    if not case.plan.follows(2):
        draft.add(Unmerged(into=into, reason=reason))
        return
    signed = case.signed_at is not None
    alone = by is not None and by == case.merged_by
    counts = signed and (case.merged_by is None or case.plan.follows(3))
    ran_on: Literal[True] | None = True if by is not None and (alone or counts) else None
    parts: Literal[True] | None = True if alone and case.plan.follows(3) else None
    draft.add(
        Unmerged(into=into, reason=reason, stood=_stood(draft), ran_on=ran_on, parts_ran_on=parts)
    )


def _stood(draft: Draft) -> timedelta | None:
    """Return how much of the holder's time has passed since the merging; None if none has."""
    clock, calendar = draft.case.clock(HOLDER), draft.case.plan.calendar
    if clock is None or not clock.is_running:
        return None
    going = clock.without(Cause.MERGED)
    return used(going, calendar, draft.now) - used(clock, calendar, draft.now) or None


def scatter(draft: Draft, act: Scatter) -> None:
    """One act of the leader, because it alone knows who follows it and who comes later."""
    _no_question(draft, *draft.case.gathered)
    draft.add(Scattered(cases=draft.case.gathered, reason=act.reason))


def link(draft: Draft, act: Link) -> None:
    case = draft.case
    if act.to == case.case_id:
        raise Refused(Refusal.OTHER_CASE, "a case cannot be linked to itself")
    if draft.command.lookup.other is None:
        raise Refused(
            Refusal.OTHER_CASE, f"no case {act.to}; give the whole number, not a beginning"
        )
    if not 0 <= act.score <= 100:  # noqa: PLR2004
        raise Refused(Refusal.TOO_MUCH, "a score is a percentage from 0 to 100")
    if len(case.links) >= _MOST_LINKS:
        raise Refused(Refusal.LIMIT_REACHED, f"{_MOST_LINKS} links are all a case may have")
    draft.add(Linked(to=act.to, score=act.score, reason=act.reason))


def unlink(draft: Draft, act: Unlink) -> None:
    if act.to not in dict(draft.case.links):
        raise Refused(Refusal.OTHER_CASE, f"not linked to {act.to}")
    draft.add(Unlinked(to=act.to, reason=act.reason))


def join(draft: Draft, act: Join) -> None:
    """Another case follows this one; domain/case/cross_case_messages.py answers where it cannot."""
    case = draft.case
    if case.stage in ENDED_STAGES or case.stage is Stage.MERGED:
        raise Refused(Refusal.OTHER_CASE, f"{case.case_id} is {case.stage}")
    if act.by_rule and case.scattered:
        detail = f"a person has separated the cases that a rule merged into {case.case_id}"
        raise Refused(Refusal.OTHER_CASE, detail)
    if case.plan.follows(2) and case.stage in WITH_RESULT and not act.by_rule:
        detail = f"{case.case_id} is {case.stage}: it has its result already"
        raise Refused(Refusal.OTHER_CASE, detail)
    own, theirs = Strictness(case.tier, case.plan.urgency), Strictness(act.tier, act.urgency)
    one_category = same(case.plan.category, act.category)
    if case.plan.follows(2) and theirs.exceeds(own, one_category=one_category):
        detail = f"{act.case} is {theirs}, and {case.case_id} only {own}; it goes its own way"
        raise Refused(Refusal.OTHER_CASE, detail)
    _is_called(draft, act)
    joins_at_one_place(draft, act)
    _in_less_time(draft, act)
    # A promise that is broken already belongs to the case in which it was made.
    past = act.due_at is not None and act.due_at < draft.now and case.plan.follows(2)
    due_at = None if past else act.due_at
    dues = sooner(case, act.dues or (), draft.now) or None
    unit = act.unit if dues else None
    joined = Joined(case=act.case, due_at=due_at, by_rule=act.by_rule, files=act.files)
    provisional = act.provisional if due_at else None
    draft.add(replace(joined, provisional=provisional, dues=dues, unit=unit))


def _is_called(draft: Draft, act: Join) -> None:
    """Raises Refused, from rules 3 on, for what a person merged, if its citizen can be called and
    the one of this case cannot: its end would end the other without a call.
    """
    plan = draft.case.plan
    if act.called and not act.by_rule and plan.follows(3) and not plan.callback:
        detail = f"the citizen of {act.case} is to be called, and of {draft.case.case_id} no one is"
        raise Refused(Refusal.OTHER_CASE, f"{detail}; merge it the other way, or link them")


def _in_less_time(draft: Draft, act: Join) -> None:
    """Raises Refused for what a rule merged, if its unit has less time for it than this one's.

    Limits depend on the standard as well as on the urgency. They are compared in its own tier: in
    a higher one, to which repetition has raised this case, the time is longer for all.
    """
    case = draft.case
    if not act.by_rule or not case.plan.follows(3) or act.limit is None or act.measure is None:
        return
    theirs, own = UnitsLimit(act.limit, act.measure), units_limit(case.plan, act.tier)
    if own is not None and theirs.shorter_than(own):
        asked, given = said(act.limit, act.measure), said(own.budget, own.measure)
        detail = f"a unit has {asked} for {act.case}, and {given} for {case.case_id}"
        raise Refused(Refusal.OTHER_CASE, f"{detail}; it goes its own way")


def leave(draft: Draft, act: Leave) -> None:
    if act.case not in dict(draft.case.joined):
        raise Refused(Refusal.OTHER_CASE, f"{act.case} does not follow this case")
    _no_question(draft, act.case)
    draft.add(Left(case=act.case))


def _no_question(draft: Draft, *gone: str) -> None:
    """Lapse what these cases had asked here, because they go their own way now."""
    for part in draft.case.open_parts(PartKind.SEPARATION):
        if not {*gone}.isdisjoint(part.cases or ()):
            move(draft, part, PartState.LAPSED, note=f"{', '.join(part.cases or ())} has left")


def stay_merged(draft: Draft, act: StayMerged) -> None:
    """Tell the citizen why; where the case has left meanwhile, there is nothing to tell."""
    case = draft.case
    if case.stage is not Stage.MERGED or case.merged_into != act.case:
        raise Refused(Refusal.OTHER_CASE, f"this case does not follow {act.case}")
    draft.add(StaysMerged(into=act.case, reason=act.reason))


def follow(draft: Draft, act: Follow) -> None:
    """The end of the other is the end of this one, unless nothing was done there for its matter."""
    case = draft.case
    if case.stage is not Stage.MERGED or case.merged_into != act.case:
        raise Refused(Refusal.OTHER_CASE, f"this case does not follow {act.case}")
    # A person who merges has looked at both cases. A rule has not: a complaint after the end of
    # the other case may say that the matter is back.
    too_late = not act.joined and case.plan.into == act.case
    ended = act.stage in {Stage.CLOSED, Stage.ARCHIVED, Stage.REFUSED}
    if ended and not too_late and not _separate_end(case, act):
        own_lateness(draft, act.done_at)
        finish(draft, Closed(note=f"with {act.case}: {act.result}"))
    else:
        _separate(draft, act.case, act.result, act.by)


def _separate_end(case: Case, act: Follow) -> bool:
    """Return whether the end of the other is none of this case.

    What the desk alone ends is an end only for what no unit has had, of the same category; a
    refusal for none. A citizen is heard who is not satisfied meanwhile, or says that it is another
    matter; and a case does not end with one that has become one since a person merged it.
    """
    if not case.plan.follows(2):
        return False
    heard = case.own_word is Callback.UNSATISFIED or case.other_than == act.case
    if act.stage is Stage.REFUSED or heard:
        return True
    own, theirs = case.plan.category, act.category
    if act.no_unit:
        return bool(case.had) or not same(own, theirs)
    differ = own is not None and theirs is not None and own != theirs
    return differ and case.merged_by is not None


DECISIONS: Decisions = {
    Merge: merge,
    Unmerge: unmerge,
    Scatter: scatter,
    Link: link,
    Unlink: unlink,
    Join: join,
    Leave: leave,
    Follow: follow,
    StayMerged: stay_merged,
}
