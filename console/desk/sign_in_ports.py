"""What signing in asks of the rest of Sanban; runtime/services/console implements it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from console.desk.sign_in_limits import SignInLimits
from schemas.console import (
    Account,
    Identity,
    KeptForm,
    KeptFormHead,
    ProviderSignOut,
    Session,
    SignInAttempt,
)


class Sessions(Protocol):
    """Raises StoreUnavailable. A session that has ended is as one that never began, but for forms.

    `form` is a hash of the token that each form of a session carries.
    """

    async def begin(self, session: Session) -> None: ...

    async def find(self, id_: str, now: datetime, *, touch: bool = True) -> Session | None:
        """Return the session, and note that it was used; None if it has ended or never began.

        Without `touch` it is only looked at: an open page alone keeps no session alive.
        """

    async def of_person(self, tenant: str, person: str, now: datetime) -> Sequence[Session]:
        """Return the sessions of a person that last, the one used last first."""

    async def of_form(self, form: str) -> Session | None:
        """Return the session whose form it is, also if it has ended some hours ago."""

    async def speak(self, id_: str, language: str) -> None: ...

    async def use_shortcuts(self, tenant: str, person: str, *, use: bool) -> None:
        """Switch keyboard shortcuts on or off for a person, in all their sessions."""

    async def end(self, id_: str, now: datetime) -> None: ...

    async def end_one(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        """End a session, if it is one of this person."""

    async def end_others(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        """End all sessions of a person but this one."""

    async def end_by_provider(self, sign_out: ProviderSignOut, now: datetime) -> int:
        """End what the identity provider has ended; return how many sessions."""


class SignInAttempts(Protocol):
    """Sign-ins that wait for the identity provider. Raises StoreUnavailable."""

    async def begin(self, attempt: SignInAttempt) -> None: ...

    async def take(self, state: str, browser: str, now: datetime) -> SignInAttempt | None:
        """Return the sign-in, once; None for another browser, or if it has taken too long."""


class KeptForms(Protocol):
    """Forms that came after their session had ended, for an hour. Raises StoreUnavailable."""

    async def keep(self, form: KeptForm) -> None: ...

    async def find(self, id_: str, tenant: str, person: str, now: datetime) -> KeptForm | None:
        """Return a form of this person; None if it is another's, or was kept too long ago."""

    async def of_person(self, tenant: str, person: str, now: datetime) -> Sequence[KeptFormHead]:
        """Return the forms of this person that are kept now, the newest first."""

    async def forget(self, id_: str, tenant: str, person: str) -> None:
        """Forget a form of this person: it was sent, or is not wanted."""


class IdentityProvider(Protocol):
    """Raises Unavailable."""

    @property
    def issuer(self) -> str: ...

    async def way_in(self, state: str, nonce: str, verifier: str) -> str:
        """Return the address at which the person signs in."""

    async def way_out(self, back: str) -> str | None:
        """Return the address at which the person ends the session there; None if it has none."""

    async def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        """Return who has signed in. Raises NotProven."""

    async def sign_out(self, token: str) -> ProviderSignOut:
        """Return what a notice of the provider ends. Raises NotProven."""


class Accounts(Protocol):
    """Raises StoreUnavailable."""

    async def charge(self, tenant: str, person: str, now: datetime) -> Account | None:
        """Count a try, and return the account; None if there is none, or it has to wait."""

    async def passed(self, tenant: str, person: str, step: int) -> bool:
        """Note a sign-in by the code of this half minute; False if that or a later one was used."""


Subjects = Callable[[str], tuple[str, str] | None]
"""Returns tenant and person of a name at the identity provider; None if it is of no person."""


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """All that signing in at an identity provider takes."""

    provider: IdentityProvider
    subjects: Subjects
    attempts: SignInAttempts


@dataclass(frozen=True, slots=True)
class WaysIn:
    """How people sign in here.

    `roster_hosts`: where people reach a console that lists the roster, and asks for no proof; empty
    where it does not, which is everywhere but in `sanban up` on loopback. `url`: the address of the
    console for people. `contact`: who helps those that cannot sign in.
    """

    roster_hosts: frozenset[str] = frozenset()
    single: SingleSignOn | None = None
    accounts: Accounts | None = None
    url: str = ""
    contact: str = ""
    limits: SignInLimits = field(default_factory=SignInLimits)
