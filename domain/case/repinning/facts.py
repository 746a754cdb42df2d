"""A case went over to another version of its policy."""

from dataclasses import dataclass
from typing import Literal

from domain.planning.plans import CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Repinned:
    """`policy` is the hash before; the new one is in `plan`."""

    kind: Literal["repinned"] = "repinned"
    policy: str
    plan: CasePlan
    reason: str
