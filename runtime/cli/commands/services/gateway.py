"""`sanban gateway | gateway-token`: the way in over HTTP, and who may use it."""

import asyncio
from typing import Annotated

import typer
from pydantic import ValidationError

from console.gateway.clients import Client, digest_of
from domain.vocabulary import Channel
from runtime import logs
from runtime.problems import Problem
from runtime.services.gateway.clients import line_of, new_token
from runtime.services.gateway.gateway import serve_gateway
from runtime.settings import load
from runtime.wiring.process import run


def gateway() -> None:
    """Take complaints and acts over HTTP, from those without Kafka: one process of many."""
    settings = load()
    logs.configure("gateway", fmt=settings.log_format, level=settings.log_level)

    async def main(stop: asyncio.Event) -> None:
        await serve_gateway(settings, stop, lambda line: typer.echo(line, err=True))

    run(main)


def gateway_token(
    name: Annotated[str, typer.Argument(help="What the client is called in logs.")],
    tenant: Annotated[str, typer.Option(help="The town or hotline that it files for.")],
    source: Annotated[str, typer.Option(help="Its CloudEvents source: a URI of its own.")],
    channel: Annotated[Channel, typer.Option(help="By which way its complaints come.")] = (
        Channel.CITIZEN
    ),
    per_minute: Annotated[int, typer.Option(help="Requests a minute in the long run.")] = 60,
    burst: Annotated[int, typer.Option(help="Requests at once.")] = 20,
) -> None:
    """Make a token for a client of the gateway, and the line that lets it in."""
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
            f"no client can have this {wrong}",
            do="letters, digits and hyphens for name and tenant, a URI in ASCII for the source, "
            "whole numbers above 0 for the rest",
        ) from error
    typer.echo(f"token, for the client alone; it is kept nowhere:\n{token}\n", err=True)
    typer.echo("a line for the file that SANBAN_GATEWAY_CLIENTS names, below clients:", err=True)
    typer.echo(line_of(client), nl=False)
