"""A one-time link: an outside party handles one task by it, without an account.

Its token has the number of the case, the name of the task and a secret, and is shown once. The
*proof* of a link is the SHA-256 of its token, and what the case keeps is the SHA-256 of the proof:
who reads journal, history or Kafka can make neither.

This module is part of the state; what is done with links is in domain/case/task_links/.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest

MOST_TRIES = 5
"""Wrong tries that the gateway lets a case count; by rules of earlier releases, that end a link."""
_TOKEN = re.compile(
    r"(?P<case>[0-9a-hjkmnp-tv-z]{5}(?:-[0-9a-hjkmnp-tv-z]{5}){2})\.(?P<part>task-[0-9]{1,4})"
    r"\.[A-Za-z0-9_-]{20,64}"
)


class LinkEnd(StrEnum):
    """Why a link is worth nothing any more. That its time is over needs no row."""

    USED = "used"  # the report came by it
    REVOKED = "revoked"
    REPLACED = "replaced"  # by another one for the same task
    GUESSED = "guessed"  # too many wrong tries, in cases of earlier releases


@dataclass(frozen=True, slots=True)
class TaskLink:
    """`sha256`: of its proof, in hex. `tries`: wrong ones. `ended`: None until a row says why.
    `given_by`: the person who gave it; None in what was kept before.
    """

    part: str
    party: str
    sha256: str
    until: datetime
    tries: int = 0
    ended: LinkEnd | None = None
    given_by: str | None = None

    def is_live(self, at: datetime) -> bool:
        return self.ended is None and at < self.until

    def proved_by(self, proof: str) -> bool:
        return compare_digest(digest_of(proof), self.sha256)


def token_of(case_id: str, part: str, secret: str) -> str:
    """Return the token of a link; `secret` has at least 20 characters of base64url."""
    return f"{case_id}.{part}.{secret}"


def named_by(token: str) -> tuple[str, str] | None:
    """Return the case and the task of a token; None for what is no token."""
    found = _TOKEN.fullmatch(token)
    return (found["case"], found["part"]) if found else None


def proof_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def digest_of(proof: str) -> str:
    return sha256(proof.encode()).hexdigest()
