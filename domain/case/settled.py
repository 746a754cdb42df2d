"""When what its source calls settled on the spot (举手之劳) is closed, and when it is handled."""

from collections.abc import Collection

from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.policy.standards import Standard
from domain.vocabulary import Channel, Tier

_PAIR = 2
"""One picture before, and one after."""


def not_settled(case: Case, foreign: Collection[str] = (), hurry: str | None = None) -> str:
    """Return why what its source calls settled is handled all the same; empty if it is closed.

    A source settles on the spot (举手之劳) what is simple, with the pictures that any result needs;
    and it answers questions. `foreign`: the digests of pictures that were evidence in other cases.
    `hurry`: the word in the text for which a person looks soon.

    From rules 3 on a patrol settles, where no citizen waits for a reply, with a picture before and
    one after.
    """
    plan = case.plan
    if hurry is not None and plan.follows(3):
        return f"called settled by its source, and its text has {hurry}"
    if plan.complaint.superior is not None:
        return "called settled by its source; only the superior writes it off"
    word = plan.alarm or plan.matter
    if plan.consult and plan.follows(3) and word is not None:
        return f"called settled by its source, and its text has {word}"
    if plan.consult and case.tier is not Tier.SUPERVISE:
        return ""
    if case.tier is not Tier.DIRECT:
        return f"called settled by its source, which in {case.tier} is not enough"
    why = _by_no_patrol(plan) if plan.follows(3) else ""
    return why or _unseen(plan, foreign) or _unlike(plan.standard, plan.complaint.standing.close)


def _by_no_patrol(plan: CasePlan) -> str:
    """Return why the source cannot settle it: it is no patrol, or a citizen waits for a reply."""
    came = plan.complaint
    if came.channel is not Channel.PATROL:
        return f"called settled by its source; what comes by {came.channel} is seen to by a unit"
    return "called settled by its source, and its reporter wants a reply" * came.reply_wanted


def _unseen(plan: CasePlan, foreign: Collection[str]) -> str:
    """Return how many pictures are lacking."""
    files = plan.complaint.evidence
    pictures = {file.sha256 for file in files if file.media_type.startswith("image/")}
    needed = max(_PAIR if plan.follows(3) else 1, plan.evidence)
    if (number := len(pictures - {*foreign})) < needed:
        other = ", others were evidence in another case" if pictures & {*foreign} else ""
        return f"called settled by its source, with {number} of {needed} pictures{other}"
    return ""


def _unlike(standard: Standard | None, close: str | None) -> str:
    """Return what the standard asks for that the source did not say."""
    steps, results = (standard.steps, standard.close) if standard else (None, ())
    if steps:
        return f"called settled by its source, and done in {len(steps)} steps, each reported"
    if results and close not in results:
        return f"called settled by its source, with none of the results: {', '.join(results)}"
    return ""
