"""What an identity provider has signed is believed as far as it says exactly what was asked."""

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from gateways.id_tokens import (
    TokenTerms,
    UnknownKey,
    identity_of,
    keys_of,
    sign_out_of,
)
from schemas.console import Identity, NotProven

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
EXPECTED = TokenTerms("https://id.example", "sanban")
KEY = RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})
CURVE = ECKey.generate_key("P-256", {"kid": "two"})
KEYS = keys_of([KEY.as_dict(private=False), CURVE.as_dict(private=False)])
ID: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": "sanban",
    "sub": "0041",
    "nonce": "asked",
    "iat": AT,
    "exp": AT + 300,
}
OUT = "http://schemas.openid.net/event/backchannel-logout"
SIGN_OUT: dict[str, Any] = {
    "iss": "https://id.example",
    "aud": ["sanban"],
    "sub": "0041",
    "sid": "s1",
    "iat": AT,
    "exp": AT + 60,
    "jti": "1",
    "events": {OUT: {}},
}


def signed(claims: dict[str, Any], key: Any = KEY, **header: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one", **header}, claims, key)


def with_secret(secret: bytes) -> str:
    """Sign by HS256; as the secret, some programs take the public key."""
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, ID))
    said = b".".join(urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    mark = hmac.new(secret, said, "sha256").digest()
    return f"{said.decode()}.{urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def proven(claims: dict[str, Any], expected: TokenTerms = EXPECTED) -> Identity:
    return identity_of(signed(claims), KEYS, expected, "asked", NOW)


def test_a_token_that_says_what_was_asked_proves_a_person() -> None:
    assert proven(ID) == Identity("0041", "0041")
    assert proven({**ID, "sid": "s1"}) == Identity("0041", "0041", "s1")
    assert proven({**ID, "aud": ["other", "sanban"], "azp": "sanban"}).subject == "0041"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://id.example/"},
        {"aud": "other"},
        {"aud": ["other", "sanban"]},
        {"aud": ["other"], "azp": "sanban"},
        {"azp": "other"},
        {"nonce": "of another attempt"},
        {"exp": AT - 61},
        {"exp": "tomorrow"},
        {"iat": AT + 61},
        {"nbf": AT + 61},
        {"sub": ""},
        {"sub": 41},
        {"sub": "a\u202eb"},
        {"sub": "4" * 256},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_proves_no_one(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotProven):
        proven({**ID, **wrong})


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "nonce", "iat", "exp"])
def test_a_token_that_leaves_something_out_proves_no_one(missing: str) -> None:
    with pytest.raises(NotProven):
        proven({name: value for name, value in ID.items() if name != missing})


def test_clocks_may_differ_by_a_minute() -> None:
    assert proven({**ID, "iat": AT + 59, "exp": AT - 59}).subject == "0041"


def test_a_signature_that_anyone_can_make_proves_no_one() -> None:
    other = RSAKey.generate_key(2048, {"kid": "one"})
    unsigned = f"{signed({**ID}).partition('.')[0]}.{signed(ID).split('.')[1]}."
    none = "eyJhbGciOiJub25lIn0." + signed(ID).split(".")[1] + "."
    tokens = [
        with_secret(KEY.as_pem(private=False)),
        signed(ID, other),
        unsigned,
        none,
        "",
        "a.b.c",
        signed(ID)[:-4] + "AAAA",
        urlsafe_b64encode(b"[" * 60_000).decode() + ".e30.e30",
        "a" * 200_000,
    ]
    for token in tokens:
        with pytest.raises(NotProven):
            identity_of(token, KEYS, EXPECTED, "asked", NOW)


def test_a_key_that_is_not_known_yet_is_asked_for() -> None:
    with pytest.raises(UnknownKey):
        identity_of(signed(ID, KEY, kid="new"), KEYS, EXPECTED, "asked", NOW)


def test_a_curve_does_as_well_and_a_strange_key_is_left_out() -> None:
    keys = keys_of([{"kty": "strange"}, "no key", {"kty": "oct", "k": "AAAA"}, CURVE.as_dict()])
    token = jwt.encode({"alg": "ES256", "kid": "two"}, ID, CURVE)

    assert len(keys.keys) == 1
    assert identity_of(token, keys, EXPECTED, "asked", NOW).subject == "0041"


def test_a_person_may_be_known_by_another_claim_and_an_address_must_be_verified() -> None:
    by_mail = TokenTerms("https://id.example", "sanban", "email")
    mail = {**ID, "email": "li@town.example"}

    assert proven({**mail, "email_verified": True}, by_mail).name == "li@town.example"
    for said in (False, "true", None):
        with pytest.raises(NotProven):
            proven({**mail, "email_verified": said}, by_mail)


def test_a_notice_of_a_sign_out_names_what_is_over() -> None:
    found = sign_out_of(signed(SIGN_OUT), KEYS, EXPECTED, NOW)

    assert found.subject == "0041"
    assert found.provider_session == "s1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": {}},
        {"events": {OUT: "yes"}},
        {"events": None},
        {"nonce": "asked"},
        {"aud": "other"},
        {"iss": "https://evil.example"},
        {"iat": AT - 700, "exp": AT + 60},
        {"exp": AT - 61},
        {"sub": None, "sid": None},
    ],
    ids=str,
)
def test_a_notice_that_is_none_or_is_old_ends_nothing(wrong: dict[str, Any]) -> None:
    said = {name: value for name, value in {**SIGN_OUT, **wrong}.items() if value is not None}
    with pytest.raises(NotProven):
        sign_out_of(signed(said), KEYS, EXPECTED, NOW)


def test_an_id_token_is_no_notice_and_a_notice_proves_no_one() -> None:
    with pytest.raises(NotProven):
        sign_out_of(signed(ID), KEYS, EXPECTED, NOW)
    with pytest.raises(NotProven):
        proven(SIGN_OUT)
