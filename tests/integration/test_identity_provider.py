"""Asking an identity provider over HTTP, whatever it answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateways.identity_provider import OpenIdProvider, ProviderOptions
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.wiring.http_server import serving
from schemas.console import NotProven
from schemas.intake import Unavailable

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
"""The example of RFC 7636, appendix B."""
BACK = "https://console.example/callback"


@dataclass
class Provider:
    """What it answers can be changed; `asked`: its paths, in their order."""

    url: str = ""
    now: datetime = NOW
    keys: list[RSAKey] = field(default_factory=lambda: [new_key("one")])
    description: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    authorization: list[str] = field(default_factory=list)

    async def answer(self, request: Request) -> Response:
        path = request.url.path
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        if path == "/jwks":
            return JSONResponse({"keys": [key.as_dict(private=False) for key in self.keys]})
        if path == "/token":
            form = await request.form()
            self.forms.append({name: str(value) for name, value in form.items()})
            self.authorization.append(request.headers.get("authorization", ""))
            return JSONResponse({"id_token": self.token(), "access_token": "unused"})
        return JSONResponse({**self.described(), **self.description})

    def described(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?realm=town",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }

    def token(self) -> str:
        at = int(self.now.timestamp())
        said = {"iss": self.url, "aud": "sanban", "sub": "0041", "nonce": "n", "iat": at}
        key = self.keys[-1]
        return jwt.encode({"alg": "RS256", "kid": key.kid}, {**said, "exp": at + 60}, key)

    def client(self, **options: str) -> OpenIdProvider:
        known = ProviderOptions(self.url, "sanban", BACK, **options)
        return OpenIdProvider(known, lambda: self.now)


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    found = Provider()
    routes = [Route("/{path:path}", found.answer, methods=["GET", "POST"])]
    async with serving(Starlette(routes=routes), LOOPBACK, 0) as url:
        found.url = url
        yield found


async def test_the_way_in_has_all_that_the_protocol_asks_for(provider: Provider) -> None:
    where = await provider.client(scopes="openid email").way_in("s", "n", VERIFIER)
    said = {name: value for name, [value] in parse_qs(urlsplit(where).query).items()}

    assert where.startswith(f"{provider.url}/authorize?realm=town&")
    assert said == {
        "realm": "town",
        "response_type": "code",
        "client_id": "sanban",
        "redirect_uri": BACK,
        "scope": "openid email",
        "state": "s",
        "nonce": "n",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }


@pytest.mark.parametrize(
    ("ways", "secret", "form", "header"),
    [
        (None, "a b", {}, "Basic c2FuYmFuOmErYg=="),
        (["client_secret_post"], "a b", {"client_id": "sanban", "client_secret": "a b"}, ""),
        (None, "", {"client_id": "sanban"}, ""),
    ],
)
async def test_the_code_is_exchanged_in_the_way_that_the_provider_takes(
    ways: list[str] | None, secret: str, form: dict[str, str], header: str, provider: Provider
) -> None:
    if ways:
        provider.description["token_endpoint_auth_methods_supported"] = ways
    identity = await provider.client(secret=secret).identity("code", "n", "verifier")

    assert identity.subject == "0041"
    assert provider.authorization == [header]
    assert provider.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code",
            "redirect_uri": BACK,
            "code_verifier": "verifier",
            **form,
        }
    ]


async def test_description_and_keys_are_asked_for_once_an_hour(provider: Provider) -> None:
    client = provider.client()
    for _ in range(3):
        await client.identity("code", "n", "v")
    first = [path for path in provider.asked if path != "/token"]
    provider.now += timedelta(hours=1)
    await client.identity("code", "n", "v")

    assert first == ["/.well-known/openid-configuration", "/jwks"]
    assert len([path for path in provider.asked if path != "/token"]) == 4


async def test_a_new_key_of_the_provider_is_found_and_not_asked_for_without_end(
    provider: Provider,
) -> None:
    client = provider.client()
    await client.identity("code", "n", "v")
    provider.keys.append(new_key("two"))
    provider.now += timedelta(minutes=1)
    identity = await client.identity("code", "n", "v")
    unknown = Provider(provider.url, keys=[new_key("three")]).token()
    before = provider.asked.count("/jwks")
    for _ in range(5):
        with pytest.raises(NotProven):
            await client.sign_out(unknown)

    assert identity.subject == "0041"
    assert provider.asked.count("/jwks") == before


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://id.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": None},
    ],
    ids=str,
)
async def test_a_description_that_leads_elsewhere_is_not_followed(
    description: dict[str, Any], provider: Provider
) -> None:
    provider.description = description
    client = provider.client()

    with pytest.raises(Unavailable):
        await client.way_in("s", "n", "v")
    assert client.wrong
    assert provider.asked == ["/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    "answer",
    [
        Response("down", 503),
        Response("<html>", 200),
        Response("[]", 200),
        Response(b"\xff\xfe", 200),
        Response("[" * 200_000, 200),
        RedirectResponse("http://127.0.0.1:1/"),
    ],
    ids=["503", "html", "list", "bytes", "deep", "redirect"],
)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
async def test_what_is_no_answer_is_a_provider_that_is_away(
    path: str, answer: Response, provider: Provider
) -> None:
    provider.answers[path] = answer

    with pytest.raises((Unavailable, NotProven)):
        await provider.client().identity("code", "n", "v")


@pytest.mark.parametrize("said", ['{"error": "invalid_grant"}', "no", '{"error": 5}', ""])
async def test_a_code_that_the_provider_refuses_proves_no_one(
    said: str, provider: Provider
) -> None:
    provider.answers["/token"] = Response(said, 400)

    with pytest.raises(NotProven, match="refuses the code"):
        await provider.client().identity("code", "n", "v")


async def test_a_provider_that_does_not_answer_is_away_and_then_back() -> None:
    provider = Provider(f"http://{LOOPBACK}:{free_port()}")
    client = provider.client()
    with pytest.raises(Unavailable):
        await client.look()
    was_wrong = client.wrong
    port = int(provider.url.rpartition(":")[2])
    app = Starlette(routes=[Route("/{path:path}", provider.answer)])
    async with serving(app, LOOPBACK, port):
        await client.look()

    assert "refused" in was_wrong
    assert client.wrong == ""
