"""The words that the Temporal UI shows beside a case and its steps: no personal data, no texts.

They are not part of what is replayed: other words need no patch.
"""

from collections import Counter
from collections.abc import Mapping

from domain.case.events import FACTS, Event
from domain.planning.plans import CasePlan
from schemas.case import Question

MEMO = "case"
_MOST_BYTES = 300  # the server refuses more than 400


def summary_of(plan: CasePlan) -> str:
    """Return number and category. Continue-as-new loses this summary, but not the memo."""
    return _cut(f"{plan.case_id} {plan.category_name}".strip())


def memo_of(plan: CasePlan) -> Mapping[str, str]:
    return {MEMO: summary_of(plan)}


def recorded(events: tuple[Event, ...]) -> str:
    """Return what is journaled: `派遣 dispatched, 催办 escalated (3)`."""
    found = Counter(FACTS[type(event.fact)].name for event in events)
    return _cut(", ".join(f"{name} ({n})" if n > 1 else name for name, n in found.items()))


def asked_for(question: Question) -> str:
    """Return what is looked up."""
    wanted = {
        "people on duty": question.units,
        "units": question.units_wanted,
        "the plan after triage": question.triage,
        "the plan in another tier": question.tier,
        "the plan under a policy": question.policy and not question.tier,
        "units that this one succeeds": question.heir,
        "officers": question.officers,
        "kinds of units": question.kinds_of,
        f"case {question.other}": question.other,
        "the plan of the case that follows": question.follow_on,
        "campaigns": question.campaigns_wanted,
        "files of other cases": question.files,
    }
    return _cut("looks up " + ", ".join(words for words, is_wanted in wanted.items() if is_wanted))


def _cut(text: str) -> str:
    """Cut whole characters away until the text fits."""
    raw = text.encode()
    fits = raw[:_MOST_BYTES].decode(errors="ignore")
    return text if len(raw) <= _MOST_BYTES else f"{fits}…"
