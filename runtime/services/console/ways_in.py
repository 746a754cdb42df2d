"""How people sign in to this console, by its settings."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from console.desk.sign_in_limits import SignInLimits
from console.desk.sign_in_ports import SingleSignOn, WaysIn
from console.gateway.addresses import TrustedProxies
from gateways.identity_provider import OpenIdProvider, ProviderOptions
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.services.console.subject_book import SubjectBook
from runtime.settings import Settings
from schemas.hosts import is_loopback
from schemas.intake import Unavailable
from store.connection import Database
from store.console.accounts import PostgresAccounts
from store.console.attempts import PostgresAttempts

ON_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
CALLBACK = "/callback"


def roster_hosts(settings: Settings, *, embedded: bool) -> frozenset[str]:
    """Return under which hosts the sign-in page lists the roster and asks for no proof.

    Under none, but in `sanban up` that only this machine reaches and that has no better way in.
    `embedded` is no setting: `sanban up` alone says it.
    """
    better = settings.console_issuer or settings.console_accounts
    public = urlsplit(settings.console_url).hostname
    reached = not is_loopback(settings.console_host) or (public and not is_loopback(public))
    return frozenset() if not embedded or reached or better else ON_LOOPBACK


@dataclass(frozen=True)
class ProviderParts:
    """The identity provider of the settings, and the file of subjects. Raises Problem."""

    provider: OpenIdProvider
    subjects: SubjectBook

    async def look(self) -> None:
        """Ask the provider for its description, so that a mistake is seen before people come."""
        try:
            await self.provider.look()
        except Unavailable:
            return  # `note` has the reason

    async def why_away(self) -> str | None:
        """Return what /health says: why it did not answer when it was asked last."""
        return self.provider.wrong or None

    def note(self) -> str:
        """Return what /readyz says: people who are signed in need no provider."""
        return self.provider.wrong or f"{self.provider.issuer} answers"


def provider_parts(settings: Settings) -> ProviderParts | None:
    """Return the parts of single sign-on; None if no provider is set. Raises Problem."""
    if not settings.console_issuer:
        return None
    options = ProviderOptions(
        settings.console_issuer,
        settings.need("console_client_id"),
        settings.need("console_url") + CALLBACK,
        _secret(settings.console_client_secret),
        settings.console_scopes,
        settings.console_claim,
    )
    if "openid" not in options.scopes.split():
        raise Problem("SANBAN_CONSOLE_SCOPES does not ask for openid", do="add it")
    subjects = SubjectBook(settings.need("console_subjects"))
    return ProviderParts(OpenIdProvider(options, utc_now), subjects)


def why_no_way_in(settings: Settings, *, embedded: bool) -> str:
    """Return what to do if no person can sign in; "" if there is a way."""
    if settings.console_issuer or settings.console_accounts:
        return ""
    if roster_hosts(settings, embedded=embedded):
        return ""
    return "no person can sign in: set SANBAN_CONSOLE_ISSUER or SANBAN_CONSOLE_ACCOUNTS"


def ways_in(
    settings: Settings, parts: ProviderParts | None, database: Database, *, embedded: bool
) -> WaysIn:
    """Return how people sign in."""
    single = None
    if parts is not None:
        attempts = PostgresAttempts(database)
        single = SingleSignOn(parts.provider, parts.subjects.person_of, attempts)
    proxies = TrustedProxies(settings.console_proxies, settings.console_proxy_header)
    return WaysIn(
        roster_hosts=roster_hosts(settings, embedded=embedded),
        single=single,
        accounts=PostgresAccounts(database) if settings.console_accounts else None,
        url=settings.console_url,
        contact=settings.console_contact,
        limits=SignInLimits(proxies),
    )


def _secret(path: str) -> str:
    """Read the client's secret from its file. Raises Problem, which quotes nothing of it."""
    if not path:
        return ""
    try:
        secret = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise Problem(
            f"cannot read SANBAN_CONSOLE_CLIENT_SECRET {path}: {why}", do="correct the setting"
        ) from error
    if not secret:
        raise Problem(
            f"SANBAN_CONSOLE_CLIENT_SECRET {path} is empty", do="write the secret into it"
        )
    return secret
