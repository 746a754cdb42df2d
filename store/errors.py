"""Errors of the store.

StoreError
├── ConflictingRow       the journal holds other bytes at that seq
├── GapInJournal         rows before these are missing
├── Unstorable           the database refuses the data; waiting does not help
├── NoSuchCase
├── AmbiguousCase        several cases begin with this prefix
├── ConflictingPolicy    a policy with that hash was published with other bytes
└── MigrationError       a migration or script cannot be applied, or was changed
    └── ServerTooOld     an upgrade of the server helps, and nothing else

StoreUnavailable (a schemas.intake.Unavailable): wait, then do the same again.
"""

import re

from activities.journal import OtherRows
from schemas.intake import Unavailable


class StoreUnavailable(Unavailable):
    """The database did not answer in time. The statement may have been executed."""

    def __init__(self, detail: str) -> None:
        super().__init__("postgresql", detail)


START_IT = "start PostgreSQL, or correct SANBAN_DATABASE_URL"
"""What to do where the database does not answer, or not to us."""


BUSY = "connections are busy"

_APP_URL = "SANBAN_DATABASE_URL"
_OWNER_URL = "SANBAN_DATABASE_OWNER_URL"
_BY_HBA = r"Peer authentication failed|Ident authentication failed|no pg_hba\.conf entry"
_PREPARE = "`sanban prepare --create` makes the role sanban_app, or correct the user in {url}"
# What a server in English says -> what to do; without ": ", which ends the reason before it.
_REFUSALS: tuple[tuple[str, str], ...] = (
    (r'role ".*" does not exist', _PREPARE),
    # It says the same of a role that is not there: who guesses shall not learn which are.
    ("password authentication failed", "correct the password, or the user, in {url}"),
    ("no password supplied", "give the password in {url}"),
    (_BY_HBA, "let this user in by pg_hba.conf (OPERATIONS.md, «One machine»), or correct {url}"),
    (r'database ".*" does not exist', "make the database, or correct its name in {url}"),
)


def advice_of(said: str, *, owner: bool = False) -> str:
    """Return what to do where PostgreSQL is away or refuses us; `said` has its own words.

    `owner`: the connection is that of SANBAN_DATABASE_OWNER_URL.
    """
    url = _OWNER_URL if owner else _APP_URL
    for pattern, do in _REFUSALS:
        if re.search(pattern, said):
            # `prepare` makes no role with which it connects itself.
            made_by_hand = owner and do is _PREPARE
            return f"make it, or correct the user in {url}" if made_by_hand else do.format(url=url)
    return START_IT.replace(_APP_URL, url)


def advised(error: StoreUnavailable) -> str:
    """Return the error with what to do; of connections that are busy, only that they are."""
    return str(error) if BUSY in error.detail else f"{error}: {advice_of(error.detail)}"


class StoreError(Exception):
    """Repeating the call fails in the same way."""


class ConflictingRow(StoreError, OtherRows):
    def __init__(self, case_id: str, seq: int) -> None:
        super().__init__(f"case {case_id} has other bytes at seq {seq}")
        self.case_id = case_id
        self.seq = seq


class GapInJournal(StoreError):
    def __init__(self, case_id: str, head: int, first_seq: int) -> None:
        super().__init__(f"case {case_id} is at seq {head}; rows from {first_seq} on leave a gap")
        self.case_id = case_id
        self.head = head
        self.first_seq = first_seq


class Unstorable(StoreError):
    pass


class NoSuchCase(StoreError):
    def __init__(self, case_id: str) -> None:
        super().__init__(f"there is no case {case_id}")
        self.case_id = case_id


class AmbiguousCase(StoreError):
    """`candidates` are the first few case ids that fit, in order."""

    def __init__(self, prefix: str, candidates: tuple[str, ...]) -> None:
        super().__init__(f"{prefix} begins several case numbers: {', '.join(candidates)}")
        self.prefix = prefix
        self.candidates = candidates


class ConflictingPolicy(StoreError):
    def __init__(self, policy_hash: str) -> None:
        super().__init__(f"policy {policy_hash} was published with other bytes")
        self.policy_hash = policy_hash


class MigrationError(StoreError):
    pass


class ServerTooOld(MigrationError):
    pass
