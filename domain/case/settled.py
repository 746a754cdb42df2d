"""When what its source calls settled on the spot (举手之劳) is closed, and when it is handled."""

from collections.abc import Collection

from domain.case.state import Case
from domain.policy.standards import Standard
from domain.vocabulary import Tier


def not_settled(case: Case, foreign: Collection[str] = ()) -> str:
    """Return why what its source calls settled is handled all the same; empty if it is closed.

    A source settles on the spot (举手之劳) what is simple, with the pictures that any result needs;
    and it answers questions. `foreign`: the digests of pictures that were evidence in other cases.
    """
    plan = case.plan
    if plan.complaint.superior is not None:
        return "called settled by its source; only the superior writes it off"
    if plan.consult and case.tier is not Tier.SUPERVISE:
        return ""
    if case.tier is not Tier.DIRECT:
        return f"called settled by its source, which in {case.tier} is not enough"
    files = plan.complaint.evidence
    pictures = {file.sha256 for file in files if file.media_type.startswith("image/")}
    needed = max(1, plan.evidence)
    if (number := len(pictures - {*foreign})) < needed:
        other = ", others were evidence in another case" if pictures & {*foreign} else ""
        return f"called settled by its source, with {number} of {needed} pictures{other}"
    return _unlike(plan.standard, plan.complaint.standing.close)


def _unlike(standard: Standard | None, close: str | None) -> str:
    """Return what the standard asks for that the source did not say."""
    steps, results = (standard.steps, standard.close) if standard else (None, ())
    if steps:
        return f"called settled by its source, and done in {len(steps)} steps, each reported"
    if results and close not in results:
        return f"called settled by its source, with none of the results: {', '.join(results)}"
    return ""
