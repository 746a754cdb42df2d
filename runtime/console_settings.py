"""The settings of the console; they are part of `Settings`."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from runtime.setting_values import Network
from schemas.hosts import is_loopback


def _issuer(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if url and not (host and (parts.scheme == "https" or is_loopback(host))):
        raise ValueError("not the https:// address of an identity provider")
    return url


def _public(url: str) -> str:
    parts = urlsplit(url)
    if url and (
        parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/")
    ):
        raise ValueError("not an address such as https://console.example")
    return url.rstrip("/")


class ConsoleSettings(BaseSettings):
    """Each field is an environment variable SANBAN_<NAME>, as those of `Settings`."""

    console_host: str = Field("127.0.0.1", description="Address of the console, without TLS.")
    console_port: int = Field(8312, ge=0, le=65535, description="Its port; 0 chooses a free one.")
    console_url: Annotated[str, AfterValidator(_public)] = Field(
        "",
        description="The address at which people reach it, behind a reverse proxy with TLS: "
        "https://console.example. With https its cookies go over TLS alone.",
    )
    console_proxies: tuple[Network, ...] = Field(
        (),
        description="Networks of the reverse proxies before it, as a JSON list, as "
        "SANBAN_GATEWAY_PROXIES: who tries to sign in is counted by address.",
    )
    console_proxy_header: Literal["x-forwarded-for", "forwarded"] = Field(
        "x-forwarded-for", description="Where these add their peer. The other header is not read."
    )
    console_contact: str = Field(
        "",
        description="Who helps people that cannot sign in, as the sign-in page says: a name, an "
        "office, a telephone number.",
    )
    console_issuer: Annotated[str, AfterValidator(_issuer)] = Field(
        "",
        description="The issuer of the town's identity provider (OpenID Connect), exactly as its "
        "/.well-known/openid-configuration has it; empty: no single sign-on.",
    )
    console_client_id: str = Field("", description="The console's client id at the provider.")
    console_client_secret: str = Field(
        "", description="File with the client's secret; without it the client is a public one."
    )
    console_scopes: str = Field(
        "openid", description="What is asked for at the provider; `openid` must be among it."
    )
    console_claim: str = Field(
        "sub",
        description="The claim of the ID token by which SANBAN_CONSOLE_SUBJECTS knows people. "
        "`email` counts only if the provider says that it has verified it.",
    )
    console_subjects: str = Field(
        "",
        description="YAML file: as whom the provider knows each person of the roster; RUNBOOK.md, "
        "«The console», shows one.",
    )
    console_training: bool = Field(
        default=False,
        description="Each page has another colour and says that nothing that is done here counts: "
        "for a town in which people learn. `sanban demo` has it.",
    )
    console_accounts: bool = Field(
        default=False,
        description="People may sign in with an account of the console: password and one-time "
        "code. `sanban console account add` makes one.",
    )
