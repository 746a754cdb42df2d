"""`sanban gateway-token`: make a token for a client of the HTTP gateway."""

from typing import Annotated

import typer
from pydantic import ValidationError

from console.gateway.clients import Client, digest_of
from domain.vocabulary import Channel
from runtime.cli.output import say, say_lines
from runtime.cli.typed_numbers import whole
from runtime.problems import Problem
from runtime.services.gateway.clients import line_of, new_token, why_refused
from runtime.settings import load
from runtime.wiring.packs import load_all


def gateway_token(
    name: Annotated[str, typer.Argument(help="The client's name in logs.")],
    tenant: Annotated[str, typer.Option(help="The tenant that the client files for.")],
    source: Annotated[str, typer.Option(help="Its CloudEvents source: a URI of its own.")],
    channel: Annotated[Channel, typer.Option(help="The channel of its complaints.")] = (
        Channel.CITIZEN
    ),
    per_minute: Annotated[
        int, typer.Option(parser=whole(), help="Requests per minute in the long run.")
    ] = 60,
    burst: Annotated[int, typer.Option(parser=whole(), help="Requests at once.")] = 20,
) -> None:
    """Make a token for a client of the gateway, and print its entry for the clients file."""
    token = new_token()
    try:
        client = Client(
            name=name,
            tenant=tenant,
            source=source,
            channel=channel,
            sha256=digest_of(token),
            per_minute=per_minute,
            burst=burst,
        )
    except ValidationError as error:
        wrong = " and ".join(str(each["loc"][0]) for each in error.errors())
        raise Problem(
            f"not valid for a client: {wrong}",
            do="use letters, digits and hyphens for name and tenant, a URI in ASCII for the "
            "source, whole numbers above 0 for the rest",
        ) from error
    for said in _doubts(client):
        say(f"look again, the gateway will refuse this client: {said}", err=True)
    say("token, for the client alone; Sanban does not store it:", token, "", err=True)
    say(
        "entry for the file that SANBAN_GATEWAY_CLIENTS names, below clients: (of `clients: []` "
        "remove the [])",
        err=True,
    )
    say_lines(line_of(client))


def _doubts(client: Client) -> list[str]:
    """Return what the packs of SANBAN_PACKS say against the client.

    The entry is printed all the same: it may be typed where the town's pack is not.
    """
    try:
        return list(why_refused(client, load_all(load())))
    except Problem as problem:
        return [f"or not, because it could not be compared with a pack: {problem}"]
