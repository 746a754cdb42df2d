"""What an identity provider signs: ID tokens, and notices that a session is over. No network here.

OpenID Connect Core 1.0, section 3.1.3.7; OpenID Connect Back-Channel Logout 1.0, section 2.6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jwk, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from schemas.console import Identity, NotProven, ProviderSignOut

ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""Signatures that only the provider can make. With a shared secret, we could make them, too."""
LEEWAY = timedelta(seconds=60)
"""How far the clock of the provider may differ from ours."""
_LONGEST, _LONGEST_TOKEN = 255, 100_000
_OLDEST_SIGN_OUT = timedelta(minutes=10)
_SIGN_OUT = "http://schemas.openid.net/event/backchannel-logout"


class UnknownKey(Exception):
    """The token names a key that is not among those that were given."""


@dataclass(frozen=True, slots=True)
class TokenTerms:
    """What each token must say. `claim`: the one by which we know people."""

    issuer: str
    client_id: str
    claim: str = "sub"


def keys_of(said: Sequence[Any]) -> KeySet:
    """Return the keys of a JWK set that can verify a signature. One that is strange is left out."""
    found = []
    for each in said:
        try:
            if each["kty"] != "oct" and each.get("use", "sig") == "sig":
                found.append(jwk.import_key(each))
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return KeySet(found)


def identity_of(
    token: str, keys: KeySet, expected: TokenTerms, nonce: str, now: datetime
) -> Identity:
    """Return who signs in by an ID token. Raises NotProven, UnknownKey."""
    claims = _claims(token, keys, expected, now, nonce={"essential": True, "value": nonce})
    parties = claims["aud"]
    authorized = claims.get("azp")
    if authorized not in {None, expected.client_id}:
        raise NotProven(f"the ID token was made for {authorized!r}")
    if isinstance(parties, list) and len(parties) > 1 and authorized is None:
        raise NotProven("the ID token is for several programs, and names none that may use it")
    if expected.claim == "email" and claims.get("email_verified") is not True:
        raise NotProven("the provider has not verified the address of the person")
    return Identity(
        _text(claims, "sub"), _text(claims, expected.claim), _text(claims, "sid", optional=True)
    )


def sign_out_of(token: str, keys: KeySet, expected: TokenTerms, now: datetime) -> ProviderSignOut:
    """Return what a logout token ends. Raises NotProven, UnknownKey."""
    claims = _claims(token, keys, expected, now)
    events = claims.get("events")
    if not isinstance(events, Mapping) or not isinstance(events.get(_SIGN_OUT), Mapping):
        raise NotProven("the token is no notice of a sign-out")
    if "nonce" in claims:
        raise NotProven("the token is an ID token, not a notice of a sign-out")
    said = datetime.fromtimestamp(claims["iat"], UTC)
    if said < now - _OLDEST_SIGN_OUT:
        raise NotProven("the notice of the sign-out is old")
    subject = _text(claims, "sub", optional=True)
    session = _text(claims, "sid", optional=True)
    if subject is None and session is None:
        raise NotProven("the notice of the sign-out names neither a person nor a session")
    return ProviderSignOut(said + LEEWAY, subject, session)


def _claims(
    token: str, keys: KeySet, expected: TokenTerms, now: datetime, **more: Any
) -> dict[str, Any]:
    """Return the claims of a token that is signed, ours, and valid now."""
    if len(token) > _LONGEST_TOKEN:
        raise NotProven("the token of the provider is too long")
    try:
        read = jwt.decode(token, _key_in(keys), algorithms=[*ALGORITHMS])
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=int(LEEWAY.total_seconds()),
            iss={"essential": True, "value": expected.issuer},
            aud={"essential": True, "value": expected.client_id},
            exp={"essential": True},
            iat={"essential": True},
            **more,
        ).validate(read.claims)
    except (JoseError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotProven(f"the token of the provider is not valid: {error}") from error
    return read.claims


def _key_in(keys: KeySet) -> Any:
    def choose(of: Any) -> Any:
        named = of.headers().get("kid")
        if named is None and len(keys.keys) != 1:
            raise NotProven("the token does not say which key has signed it")
        found = [key for key in keys.keys if named is None or key.kid == named]
        if not found:
            raise UnknownKey
        return found[0]

    return choose


def _text(claims: Mapping[str, Any], name: str, *, optional: bool = False) -> Any:
    """Return a claim that is a short printable text. None: it is optional, and is not there."""
    value = claims.get(name)
    if value is None and optional:
        return None
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST:
        raise NotProven(f"the token of the provider has no usable claim {name!r}")
    return value
