"""Put a case under another version of its policy."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Repin:
    """Put the case under another version of its policy, named by its hash."""

    kind: Literal["repin"] = "repin"
    policy: str
    reason: str
