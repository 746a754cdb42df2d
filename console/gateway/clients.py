"""Clients of the gateway: each has a token, bound to one tenant, source and channel."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from console.gateway.answers import HttpRefusal
from console.gateway.ports import CheckedEvent
from domain.case.commands import Actor
from domain.vocabulary import Channel
from schemas.base import Written
from schemas.events.case_commands import OutsideRole
from schemas.mistakes import form
from schemas.texts import Code, Tenant

_PRINTED = form(
    r"^[!-~]([ -~]*[!-~])?$", "must be printable ASCII with no space at either end, such as a URI"
)
_DIGEST = form(r"^[0-9a-f]{64}$", "must be a digest of 64 small hexadecimal digits")


class MayActAs(Written):
    """A role in which people of a client act on cases: for one unit, or for none."""

    role: OutsideRole
    unit: Code | None = None


class Client(Written):
    """One entry of the clients file. `sha256` is the token's digest in hex; no file has the token.

    `per_minute`: requests in the long run; `burst`: at once. Without `may_act_as` a client files
    complaints and asks for their state, and cannot act on cases. `status_without_key`: callers of
    Open311 without a key may ask how a case of this source stands, by its number.
    """

    name: Code
    tenant: Tenant
    source: Annotated[str, StringConstraints(pattern=_PRINTED, max_length=500)]
    channel: Channel
    sha256: Annotated[str, StringConstraints(pattern=_DIGEST)]
    per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = 60
    burst: Annotated[int, Field(ge=1, le=100_000)] = 20
    may_act_as: tuple[MayActAs, ...] = ()
    status_without_key: bool = True


class ClientFile(Written):
    """The file that SANBAN_GATEWAY_CLIENTS names."""

    clients: tuple[Client, ...]

    @model_validator(mode="after")
    def _each_once(self) -> "ClientFile":
        for what in ("name", "sha256"):
            seen = [getattr(client, what) for client in self.clients]
            twice = sorted({each for each in seen if seen.count(each) > 1})
            if twice:
                raise ValueError(f"two clients have the {what} {twice[0]}; give each its own")
        return self


Clients = Callable[[], Sequence[Client]]
"""Returns the clients of the file as it is now."""


def digest_of(token: str) -> str:
    """Return the digest of any text, also of one that is not Unicode: no client has that."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def client_of(token: str, clients: Sequence[Client]) -> Client | None:
    """Return the client with this token, or None. Takes equally long for wrong and right tokens."""
    digest = digest_of(token)
    found = [client for client in clients if compare_digest(client.sha256, digest)]
    return found[0] if found else None


def must_be_its_own(client: Client, event: CheckedEvent, actor: Actor | None) -> None:
    """Raises HttpRefusal 403 that names the field in which the event claims another identity.

    `actor`: the event's, with the unit that the roster has for a person who names none.
    """
    claims = (
        ("data.tenant", event.tenant, client.tenant),
        ("source", event.source, client.source),
        ("data.channel", event.channel, client.channel),
    )
    for field, said, own in claims:
        if said is not None and said != own:
            raise HttpRefusal(
                403, "not_yours", f"{field}: this token speaks only for {own}; send that"
            )
    claimed = [each for each in (event.actor, actor) if each is not None]
    if claimed and not any(_may_act(client, each) for each in claimed):
        raise HttpRefusal(
            403,
            "not_yours",
            "data.actor: this token may not act in this role for this unit; "
            "ask the operators to list both under may_act_as",
        )


def _may_act(client: Client, actor: Actor) -> bool:
    return any((may.role, may.unit) == (actor.role, actor.unit) for may in client.may_act_as)
