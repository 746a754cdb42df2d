"""`sanban publish`: send the events of a file to the topic of complaints."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from gateways.kafka_producer import Producer, ProducerOptions, RecordTooLarge
from gateways.kafka_refusals import KafkaRefuses
from runtime.problems import Problem
from runtime.publishing import lines_of, send
from runtime.settings import load
from schemas.intake import Unavailable


def publish(
    file: Annotated[Path, typer.Argument(help="One JSON CloudEvent a line.")],
) -> None:
    """Send events, each acknowledged by the broker. Sent twice, a file makes no second case."""
    settings = load()
    lines = lines_of(file)
    options = ProducerOptions(
        settings.need("kafka_bootstrap"), client=settings.kafka_security, seconds_to_deliver=15
    )

    async def run() -> None:
        async with Producer(options) as producer:
            await send(producer, settings.complaints_topic, lines)

    try:
        asyncio.run(run())
    except KafkaRefuses as error:
        raise Problem(str(error)) from error
    except Unavailable as error:
        raise Problem(
            str(error), do=f"is a broker at {options.bootstrap}? events may be sent again safely"
        ) from error
    except RecordTooLarge as error:
        raise Problem(str(error), do="attach files by reference, not in the event") from error
    typer.echo(f"{len(lines)} events sent to {settings.complaints_topic}")
