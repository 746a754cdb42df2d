"""Sessions and sign-ins of the console in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.console import (
    Account,
    Identity,
    KeptForm,
    KeptFormHead,
    NotProven,
    ProviderSignOut,
    Session,
    SignInAttempt,
)
from store.console.accounts import FREE_TRIES
from store.console.attempts import PATIENCE
from store.console.kept_forms import LASTS
from store.console.sessions import IDLE, LONGEST


@dataclass
class SessionsInMemory:
    """`lasting`: those that no one has ended; `ended`: the others, for forms that come too late."""

    lasting: dict[str, Session] = field(default_factory=dict)
    ended: dict[str, Session] = field(default_factory=dict)

    async def begin(self, session: Session) -> None:
        self.lasting[session.id] = session

    async def find(self, id_: str, now: datetime, *, touch: bool = True) -> Session | None:
        found = self.lasting.get(id_)
        if found is None or found.used_at < now - IDLE or found.begun_at < now - LONGEST:
            return None
        if touch:
            self.lasting[id_] = replace(found, used_at=now)
        return self.lasting[id_]

    async def of_person(self, tenant: str, person: str, now: datetime) -> Sequence[Session]:
        return [s for s in self.lasting.values() if (s.tenant, s.person) == (tenant, person)]

    async def of_form(self, form: str) -> Session | None:
        known = [*self.lasting.values(), *self.ended.values()]
        return next((session for session in known if session.form == form), None)

    async def speak(self, id_: str, language: str) -> None:
        self.lasting[id_] = replace(self.lasting[id_], language=language)

    async def use_shortcuts(self, tenant: str, person: str, *, use: bool) -> None:
        for id_, session in [*self.lasting.items()]:
            if (session.tenant, session.person) == (tenant, person):
                self.lasting[id_] = replace(session, shortcuts=use)

    async def end(self, id_: str, now: datetime) -> None:
        if found := self.lasting.pop(id_, None):
            self.ended[id_] = found

    async def end_one(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        for session in await self.of_person(tenant, person, now):
            if session.id == id_:
                await self.end(id_, now)

    async def end_others(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        for session in await self.of_person(tenant, person, now):
            if session.id != id_:
                await self.end(session.id, now)

    async def end_by_provider(self, sign_out: ProviderSignOut, now: datetime) -> int:
        over = [
            session.id
            for session in self.lasting.values()
            if session.begun_at <= sign_out.at
            and sign_out.subject in {None, session.subject}
            and sign_out.provider_session in {None, session.provider_session}
        ]
        for id_ in over:
            await self.end(id_, now)
        return len(over)


@dataclass
class AttemptsInMemory:
    waiting: dict[str, SignInAttempt] = field(default_factory=dict)

    async def begin(self, attempt: SignInAttempt) -> None:
        self.waiting[attempt.state] = attempt

    async def take(self, state: str, browser: str, now: datetime) -> SignInAttempt | None:
        found = self.waiting.get(state)
        if found is None or found.browser != browser:
            return None
        del self.waiting[state]
        return found if found.begun_at >= now - PATIENCE else None


@dataclass
class KeptFormsInMemory:
    forms: dict[str, KeptForm] = field(default_factory=dict)

    async def keep(self, form: KeptForm) -> None:
        self.forms[form.id] = form

    async def find(self, id_: str, tenant: str, person: str, now: datetime) -> KeptForm | None:
        found = self.forms.get(id_)
        own = found is not None and (found.tenant, found.person) == (tenant, person)
        return found if found and own and found.kept_at >= now - LASTS else None

    async def of_person(self, tenant: str, person: str, now: datetime) -> list[KeptFormHead]:
        return [
            KeptFormHead(each.id, each.case_id, each.kind, each.kept_at, each.kept_at + LASTS)
            for each in self.forms.values()
            if (each.tenant, each.person) == (tenant, person) and each.kept_at >= now - LASTS
        ]

    async def forget(self, id_: str, tenant: str, person: str) -> None:
        found = self.forms.get(id_)
        if found is not None and (found.tenant, found.person) == (tenant, person):
            del self.forms[id_]


@dataclass
class AccountsInMemory:
    """Accounts that count tries as the database does, without its waits."""

    accounts: dict[tuple[str, str], Account] = field(default_factory=dict)
    tries: dict[tuple[str, str], int] = field(default_factory=dict)
    steps: dict[tuple[str, str], int] = field(default_factory=dict)

    async def charge(self, tenant: str, person: str, now: datetime) -> Account | None:
        who = (tenant, person)
        self.tries[who] = self.tries.get(who, 0) + 1
        return self.accounts.get(who) if self.tries[who] <= FREE_TRIES else None

    async def passed(self, tenant: str, person: str, step: int) -> bool:
        who = (tenant, person)
        if self.steps.get(who, 0) >= step:
            return False
        self.steps[who], self.tries[who] = step, 0
        return True


ISSUER = "https://id.example"


@dataclass
class FakeProvider:
    """An identity provider that proves who is written in `codes`. `nonces`: as it was asked for.

    `away`: what is raised in place of every answer.
    """

    codes: dict[str, Identity] = field(default_factory=dict)
    nonces: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, ProviderSignOut] = field(default_factory=dict)
    away: Exception | None = None
    issuer: str = ISSUER

    async def way_in(self, state: str, nonce: str, verifier: str) -> str:
        if self.away is not None:
            raise self.away
        self.nonces[state] = nonce
        return f"{ISSUER}/authorize?state={state}"

    async def way_out(self, back: str) -> str | None:
        return f"{ISSUER}/out"

    async def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        if self.away is not None:
            raise self.away
        if code not in self.codes or nonce not in self.nonces.values():
            raise NotProven("no such code")
        return self.codes.pop(code)

    async def sign_out(self, token: str) -> ProviderSignOut:
        if token not in self.tokens:
            raise NotProven("no such token")
        return self.tokens[token]
