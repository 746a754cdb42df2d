"""What a newer release wrote and this one does not know: refused, because no field may be lost."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.planning.plans import RULES, CasePlan

_UNKNOWN_FIELD = {"extra_forbidden", "unexpected_keyword_argument"}
"""What pydantic says of a field that a model, or a dataclass, does not have."""
_UNKNOWN_KIND = "union_tag_invalid"


class WrittenByNewerRelease(ValueError):
    """Says what this release would lose; a worker of the newer one goes on with the case."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is of a newer release, and this one would lose it: a worker of that release "
            "goes on with the case"
        )


def without_empty(written: Mapping[str, Any], error: ValidationError) -> dict[str, Any]:
    """Return `written` without the unknown fields that say nothing (null, or empty).

    A newer release writes those into every case. Raises WrittenByNewerRelease if an unknown field
    says something, or a kind is unknown, and `error` if it has another cause.
    """
    faults = error.errors(include_url=False, include_context=False)
    if any(fault["type"] not in {*_UNKNOWN_FIELD, _UNKNOWN_KIND} for fault in faults):
        raise error
    for fault in faults:
        if fault["input"]:
            raise WrittenByNewerRelease(".".join(map(str, fault["loc"])))
    left = deepcopy(dict(written))
    for fault in faults:
        _drop(left, fault)
    return left


def refuse_newer_rules(plan: CasePlan) -> None:
    """Raise WrittenByNewerRelease if the case decides by rules that this release does not have."""
    if plan.follows(RULES + 1):
        raise WrittenByNewerRelease(f"plan.rules {plan.rules} (after {RULES})")


def _drop(written: Any, fault: ErrorDetails) -> None:
    *parents, field = fault["loc"]
    each: Any
    for each in parents:
        # The place of a union's member also has the tag of that member, which is no key.
        if isinstance(written, list) or each in written:
            written = written[each]
    written.pop(field, None)
