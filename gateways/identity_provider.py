"""The town's identity provider: OpenID Connect, authorization code with PKCE.

Three requests, none of them with a redirect: its description, its keys, and the exchange of the
code. Both of the first are kept for a while.
"""

import asyncio
import base64
import hashlib
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, TypeVar

from joserfc.jwk import KeySet
from typing_extensions import override

from gateways.id_tokens import TokenTerms, UnknownKey, identity_of, keys_of, sign_out_of
from schemas.console import Identity, NotProven, ProviderSignOut
from schemas.hosts import is_loopback
from schemas.intake import Unavailable

T = TypeVar("T")

PART = "identity provider"
_TIMEOUT_S = 5.0
_MOST_BYTES = 1_000_000
_KEPT = timedelta(hours=1)
_BETWEEN_KEYS = timedelta(seconds=30)
"""At least so long between two requests for keys, however many tokens name an unknown one."""


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """Who we are to the provider. `secret`: "" for a client that has none, and PKCE alone."""

    issuer: str
    client_id: str
    redirect_uri: str
    secret: str = field(default="", repr=False)
    scopes: str = "openid"
    claim: str = "sub"


class OpenIdProvider:
    """Implements console.desk.sign_in_ports.IdentityProvider."""

    def __init__(self, options: ProviderOptions, now: Callable[[], datetime]) -> None:
        self._options = options
        self._now = now
        self._expected = TokenTerms(options.issuer, options.client_id, options.claim)
        self._description: Mapping[str, Any] = {}
        self._described_at: datetime | None = None
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None
        self.wrong = ""
        """Why the last request had no answer; "" if it had."""

    @property
    def issuer(self) -> str:
        return self._options.issuer

    async def way_in(self, state: str, nonce: str, verifier: str) -> str:
        """Return the address at which the person signs in. Raises Unavailable."""
        described = await self._described()
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": self._options.client_id,
            "redirect_uri": self._options.redirect_uri,
            "scope": self._options.scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return _with(described["authorization_endpoint"], query)

    async def way_out(self, back: str) -> str | None:
        """Return the address at which the person ends the session there. Raises Unavailable."""
        described = await self._described()
        if not isinstance(page := described.get("end_session_endpoint"), str) or not _is_safe(page):
            return None
        query = {"client_id": self._options.client_id, "post_logout_redirect_uri": back}
        return _with(page, query)

    async def identity(self, code: str, nonce: str, verifier: str) -> Identity:
        """Return who has signed in, for the code that the browser brought.

        Raises NotProven, Unavailable.
        """
        described = await self._described()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._options.redirect_uri,
            "code_verifier": verifier,
        }
        answer = await self._ask(described["token_endpoint"], *self._as_client(form, described))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProven(f"the provider gave no ID token: {str(answer.get('error'))[:100]!r}")
        return await self._verified(
            lambda keys: identity_of(token, keys, self._expected, nonce, self._now())
        )

    async def sign_out(self, token: str) -> ProviderSignOut:
        """Return what a logout token ends. Raises NotProven, Unavailable."""
        return await self._verified(
            lambda keys: sign_out_of(token, keys, self._expected, self._now())
        )

    async def look(self) -> None:
        """Ask the provider for its description, if it is time to. Raises Unavailable."""
        await self._described()

    def _as_client(
        self, form: dict[str, str], described: Mapping[str, Any]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Return form and headers that say who we are, in the way that the provider takes."""
        own, secret = self._options.client_id, self._options.secret
        if not secret:
            return {**form, "client_id": own}, {}
        ways = described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" not in ways:
            return {**form, "client_id": own, "client_secret": secret}, {}
        both = f"{urllib.parse.quote_plus(own)}:{urllib.parse.quote_plus(secret)}"
        return form, {"Authorization": f"Basic {base64.b64encode(both.encode()).decode()}"}

    async def _verified(self, verify: Callable[[KeySet], T]) -> T:
        """Verify a token; if its key is unknown, once more with the keys of now."""
        try:
            return verify(await self._known_keys())
        except UnknownKey:
            pass
        try:
            return verify(await self._known_keys(again=True))
        except UnknownKey:
            raise NotProven("the provider has no key like the one that signed the token") from None

    async def _known_keys(self, *, again: bool = False) -> KeySet:
        kept_for = _BETWEEN_KEYS if again else _KEPT
        if self._keys is None or _is_over(self._keys_at, kept_for, self._now()):
            described = await self._described()
            said = (await self._ask(described["jwks_uri"])).get("keys")
            self._keys = keys_of(said if isinstance(said, list) else [])
            self._keys_at = self._now()
        return self._keys

    async def _described(self) -> Mapping[str, Any]:
        """Return the description of the provider: issuer and addresses."""
        if not self._description or _is_over(self._described_at, _KEPT, self._now()):
            url = f"{self._options.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._ask(url)
            if found.get("issuer") != self._options.issuer:
                raise self._away(
                    f"{url} describes the issuer {str(found.get('issuer'))[:200]!r}, not "
                    f"{self._options.issuer!r}: write it in SANBAN_CONSOLE_ISSUER as it is there"
                )
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                if not isinstance(found.get(name), str) or not _is_safe(found[name]):
                    raise self._away(f"{url} has no {name} with https")
            self._description, self._described_at = found, self._now()
        return self._description

    async def _ask(
        self,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return the JSON object that the provider answers. Raises NotProven, Unavailable."""
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        more = {"Accept": "application/json", **(headers or {})}
        try:
            found = await asyncio.to_thread(_answer, url, body, more)
        except urllib.error.HTTPError as error:
            if form is not None and error.code in {400, 401}:
                raise NotProven(f"the provider refuses the code: {_said(error)}") from error
            raise self._away(f"{url} answers {error.code}") from error
        except (OSError, HTTPException, ValueError, RecursionError) as error:
            raise self._away(f"{url}: {error}") from error
        if not isinstance(found, dict):
            raise self._away(f"{url} does not answer with a JSON object")
        self.wrong = ""
        return found

    def _away(self, why: str) -> Unavailable:
        self.wrong = why
        return Unavailable(PART, why)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    @override
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _answer(url: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
    handlers: list[urllib.request.BaseHandler] = [
        _NoRedirect(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
    ]
    if is_loopback(urllib.parse.urlsplit(url).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310 - `_is_safe`
    with urllib.request.build_opener(*handlers).open(request, timeout=_TIMEOUT_S) as answer:
        return json.loads(answer.read(_MOST_BYTES))


def _said(error: urllib.error.HTTPError) -> str:
    try:
        return repr(str(json.loads(error.read(10_000))["error"])[:100])
    except (OSError, ValueError, KeyError, TypeError):
        return f"status {error.code}"


def _with(url: str, query: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urllib.parse.urlencode(query)}"


def _is_over(since: datetime | None, lasts: timedelta, now: datetime) -> bool:
    return since is None or now - since >= lasts


def _is_safe(url: str) -> bool:
    """Return whether no one between us and the address can read or alter what is said."""
    try:
        parts = urllib.parse.urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
