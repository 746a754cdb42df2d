"""One-time links of outside parties, as every door reads them: the gateway and the console.

What such a link is worth is decided by the case (domain/case/task_links/). The doors keep guesses
away from it: a link of which the case knows nothing is refused here, and only the first wrong
tokens of an open link go to the case, which counts them.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from domain.case.commands import Actor
from domain.case.outside_links import MOST_TRIES, TaskLink, proof_of
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.state import Case
from domain.vocabulary import Role

TRIES_PER_MINUTE = 30
"""Tries of one address. A token or a follow code is far too long to be found at that pace."""


@dataclass(frozen=True, slots=True)
class FoundLink:
    """The latest link of a task. `case` as the journal has it."""

    case: Case
    part: Part
    link: TaskLink

    @property
    def tenant(self) -> str:
        return self.case.plan.complaint.tenant

    @property
    def case_id(self) -> str:
        return self.case.case_id

    @property
    def actor(self) -> Actor:
        """Who a report by the link comes from."""
        return Actor(f"link of {self.part.id}", Role.OUTSIDE, self.link.party)

    def is_proved_by(self, token: str) -> bool:
        return self.link.proved_by(proof_of(token))

    def is_open(self, now: datetime) -> bool:
        """Return whether the link would bring a report now."""
        return self.link.is_live(now) and self.part.state is PartState.OPEN

    @property
    def counts_tries(self) -> bool:
        """Return whether the case is to hear of one more wrong token: it ends no link for them."""
        return self.link.tries < MOST_TRIES and self.case.plan.follows(3)


def link_of(case: Case | None, name: str) -> FoundLink | None:
    """Return the latest link of a task, whether a token is right or not."""
    part = case.part(name) if case else None
    links = [link for link in (case.task_links if case else None) or () if link.part == name]
    return FoundLink(case, part, links[-1]) if case and part and links else None


def report_id_of(token: str, content: str) -> str:
    """Return the id of a report: the same report by the same link is the same command."""
    said = f"{proof_of(token)}\n{content}"
    return sha256(said.encode(errors="surrogatepass")).hexdigest()
