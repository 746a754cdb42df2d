"""What the console keeps in the database: who is signed in, and who is about to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How a person signed in."""

    ROSTER = "roster"
    PROVIDER = "provider"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and in which language the pages speak. `id` is a hash of the cookie.

    `browser`: its family, such as `Firefox, Linux`. `subject` and `provider_session` are `sub` and
    `sid` of the identity provider. `form`: a hash of the token that the session's forms carry.
    `shortcuts`: the person uses keyboard shortcuts, here and in every other session.
    """

    id: str
    tenant: str
    person: str
    language: str
    begun_at: datetime
    used_at: datetime
    way: Way = Way.ROSTER
    browser: str = ""
    subject: str | None = None
    provider_session: str | None = None
    form: str | None = None
    shortcuts: bool = True


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A sign-in that waits for the identity provider. `state` and `browser` are hashes.

    `wanted`: the page to which the person goes after it.
    """

    state: str
    browser: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    wanted: str
    language: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form of an act that came after its session had ended: its texts, by the name of a field."""

    id: str
    tenant: str
    person: str
    case_id: str
    kind: str
    texts: Mapping[str, Sequence[str]] = field(repr=False)
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class KeptFormHead:
    """A kept form without its texts: for which act of which case, and until when it is kept."""

    id: str
    case_id: str
    kind: str
    kept_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as the identity provider knows them. `name`: the claim by which we know them."""

    subject: str
    name: str
    provider_session: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderSignOut:
    """Which sessions the identity provider has ended: those of a subject, of a session, or both.

    `at`: when. A session that began later is another one, so a repeated message ends nothing.
    """

    at: datetime
    subject: str | None = None
    provider_session: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the console. `password` is its hash; `key` makes the one-time codes."""

    tenant: str
    person: str
    password: str = field(repr=False)
    key: bytes = field(repr=False)
    made_at: datetime


class NotProven(Exception):
    """The identity provider did not prove who signs in. The text says why, for the log."""
