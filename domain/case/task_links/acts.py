"""One-time links for outside parties."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence, expect_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveLink:
    """The lead lets an outside party report on one task by a link, until a moment, once.

    `sha256` is that of the link's proof, in hex: `sanban cases tasklink` makes a token and gives
    this command. Another link of the same task ends the earlier one.
    """

    kind: Literal["give_link"] = "give_link"
    part: str
    party: str
    sha256: str
    until: datetime

    def __post_init__(self) -> None:
        """Raises ValueError if `sha256` is no digest: no token could ever fit it."""
        expect_digest(self.sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeLink:
    kind: Literal["revoke_link"] = "revoke_link"
    part: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportByLink:
    """The outside party reports on its task: what came over a link, which the gateway hands on.

    `proof` is the SHA-256 of the token, in hex. A wrong one is counted.
    """

    kind: Literal["report_by_link"] = "report_by_link"
    part: str
    proof: str
    text: str
    evidence: tuple[Evidence, ...] = ()
