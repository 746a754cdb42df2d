"""What two cases must have in common before the one is merged into the other."""

from domain.case.commands import OtherCase
from domain.case.draft import Refused
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.planning.strictness import Strictness, strictness_of
from domain.vocabulary import Stage

WITH_RESULT = frozenset({Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED})


def one_matter(case: Case, other: OtherCase) -> None:
    """Raises Refused where this case has a category, or a unit has had it, and the other has none;
    and where both have one, and not the same. From rules 3 on, also where this one has none yet:
    one person does not say what it is about by merging it, unless a rule found the two alike.
    """
    own, theirs = case.plan.category, other.category
    alike = other.case_id in {each.case for each in case.plan.similar}
    if own is None and case.plan.follows(3) and not alike:
        detail = "this case has no category yet; triage it first, or link them"
        raise Refused(Refusal.OTHER_CASE, detail)
    if theirs is None and (own is not None or case.had):
        about = own or f"with {case.had[-1]}"
        detail = f"{other.case_id} has no category yet, and this one is {about}; triage it first"
        raise Refused(Refusal.OTHER_CASE, detail)
    if own is not None and own != theirs:
        detail = f"{other.case_id} is about {theirs}, and this one about {own}; link them instead"
        raise Refused(Refusal.OTHER_CASE, detail)


def not_done(other: OtherCase) -> None:
    """Raises Refused for a case with a result, which no one sought for this one."""
    if other.stage in WITH_RESULT:
        detail = f"{other.case_id} is {other.stage}: it has its result already; link it instead"
        raise Refused(Refusal.OTHER_CASE, detail)


def as_strict(case: Case, other: OtherCase, *, by_rule: bool) -> None:
    """Raises Refused for a case that is handled less strictly: its end would be this one's end."""
    own, theirs = strictness_of(case.plan, case.tier), Strictness(other.tier, other.urgency)
    one_category = by_rule and same(case.plan.category, other.category)
    if own.exceeds(theirs, one_category=one_category):
        instead = f"merge {other.case_id} into this one instead, or link them"
        detail = f"{other.case_id} is {theirs}, and this one {own}; {instead}"
        raise Refused(Refusal.OTHER_CASE, detail)


def same(one: str | None, other: str | None) -> bool:
    """Return whether both have a category, and one and the same."""
    return one is not None and one == other
