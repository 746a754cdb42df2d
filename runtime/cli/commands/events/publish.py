"""`sanban publish`: send the events of a file, and wait for the receipt of each."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated

import typer

from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from gateways.kafka.receipt_reader import NoTopic, ReceiptOptions, ReceiptReader
from gateways.kafka.refusals import KafkaRefuses
from runtime.cli.output import counted, say
from runtime.cli.typed_numbers import seconds
from runtime.jobs.publish import Line, lines_of, receipts_of, send
from runtime.problems import Problem
from runtime.settings import Settings, load
from schemas.events.inbound import InboundTopic
from schemas.events.receipts import Receipt
from schemas.intake import Outcome, Unavailable

_USELESS = frozenset({Outcome.REJECTED, Outcome.CONFLICT})
_NAMED = 20


class Unanswered(Problem):
    """The broker has the events, but intake has sent no receipt for some of them."""

    exit_code = 3


def publish(
    file: Annotated[
        Path,
        typer.Argument(
            help="One JSON CloudEvent per line, or one document; - reads standard input."
        ),
    ],
    *,
    topic: Annotated[
        InboundTopic,
        typer.Option(help="The topic of the events: complaints, or commands on cases."),
    ] = InboundTopic.COMPLAINTS,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait for the receipt of each event, and show it.")
    ] = False,
    timeout: Annotated[
        float, typer.Option(parser=seconds(1), help="With --wait: the longest wait in seconds.")
    ] = 60.0,
) -> None:
    """Send events; the broker acknowledges each. A file sent twice makes no second case.

    With --wait it prints a line for each event as soon as intake has decided: its place in the
    file, the outcome, the case, the reason. Exit code 1: an event was rejected or in conflict;
    3: an event has no receipt in time. A parked event waits for something else: that is no mistake.
    """
    settings = load()
    lines = lines_of(file, topic)
    bootstrap = settings.need("kafka_bootstrap")
    try:
        useless = asyncio.run(
            _publish(settings, str(file), topic, lines, timeout if wait else None)
        )
    except KafkaRefuses as error:
        raise Problem(str(error)) from error
    except NoTopic as error:
        raise Problem(
            str(error), do="`sanban prepare --create` makes it, or correct SANBAN_RECEIPTS_TOPIC"
        ) from error
    except Unavailable as error:
        raise Problem(
            str(error),
            do=f"check that a broker runs at {bootstrap}; it is safe to send the events again",
        ) from error
    except RecordTooLarge as error:
        raise Problem(str(error), do="attach files by reference, not in the event") from error
    raise typer.Exit(1 if useless else 0)


async def _publish(
    settings: Settings, file: str, kind: InboundTopic, lines: Sequence[Line], patience: float | None
) -> int:
    """Send, and return how many events were rejected or in conflict; 0 without `patience` (s)."""
    complaints = kind is InboundTopic.COMPLAINTS
    topic = settings.complaints_topic if complaints else settings.case_commands_topic
    bootstrap, client = settings.need("kafka_bootstrap"), settings.kafka_security
    async with AsyncExitStack() as stack:
        reader = None
        if patience is not None:  # read before sending, so that no receipt is missed
            wanted = ReceiptOptions(bootstrap, settings.receipts_topic, client)
            reader = await stack.enter_async_context(ReceiptReader(wanted))
        options = ProducerOptions(bootstrap, client=client, seconds_to_deliver=15)
        producer = await stack.enter_async_context(Producer(options))
        deliveries = await send(producer, topic, lines)
        say(f"{counted(len(lines), 'event')} sent to {topic}")
        if reader is None or patience is None:
            return 0
        # A receipt names the position of its record, which identifies the line of the file.
        sent = {
            (delivery.partition, delivery.offset): line
            for delivery, line in zip(deliveries, lines, strict=True)
        }
        useless, answered = 0, set[int]()
        async for line, receipt in receipts_of(reader, topic, sent, patience):
            say(_line(file, line, receipt))
            answered.add(line.number)
            useless += receipt.outcome in _USELESS
        _must_be_answered(file, lines, answered, patience)
        return useless


def _line(file: str, line: Line, receipt: Receipt) -> str:
    case = f"case {receipt.case_id}" if receipt.case_id else ""
    said = (receipt.outcome, receipt.reason or "", case)
    about = " ".join(word for word in said if word)
    return ": ".join(part for part in (f"{file}:{line.number}", about, receipt.detail) if part)


def _must_be_answered(
    file: str, lines: Sequence[Line], answered: set[int], patience: float
) -> None:
    missing = [str(line.number) for line in lines if line.number not in answered]
    if missing:
        named = ", ".join(missing[:_NAMED]) + (", ..." if len(missing) > _NAMED else "")
        raise Unanswered(
            f"{len(missing)} of {len(lines)} events have no receipt after {patience:g} s: "
            f"{file}, line {named}",
            do="the broker has them, and none is lost: check whether `sanban intake` runs and what "
            "its /readyz says; `sanban intake ledger` shows later how each ended",
        )
