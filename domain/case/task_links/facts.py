"""What happened to a one-time link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.outside_links import LinkEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkGiven:
    """`sha256`: of the link's proof. The token itself is kept nowhere."""

    kind: Literal["link_given"] = "link_given"
    part: str
    party: str
    sha256: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkEnded:
    kind: Literal["link_ended"] = "link_ended"
    part: str
    because: LinkEnd
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTried:
    """A wrong token was tried: the `tries`-th time."""

    kind: Literal["link_tried"] = "link_tried"
    part: str
    tries: int
