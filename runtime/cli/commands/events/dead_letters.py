"""`sanban deadletters`: list, show, replay, discard."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Annotated, Any

import typer

from domain.policy.model import Policy
from domain.privacy.readings import Purpose
from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from gateways.kafka.record_reader import KafkaReader, NoRecord, ReaderOptions
from gateways.kafka.refusals import KafkaRefuses
from runtime.cli.commands.events import ledger_options
from runtime.cli.commands.events.ledger_options import chosen
from runtime.cli.commands.events.letter_reading import LetterReading
from runtime.cli.commands.read_session import AS, read_session
from runtime.cli.output import say, say_json
from runtime.cli.typed_numbers import whole
from runtime.cli.views import dead_letters as views
from runtime.cli.views.ledger import place
from runtime.clock import utc_now
from runtime.jobs.dead_letters import Lost, Sent, Workbench
from runtime.problems import Problem
from runtime.settings import Settings, load
from runtime.wiring.operators import Operator, must_be_of_their_tenant, operator
from runtime.wiring.packs import load_all, must_be_served
from schemas.intake import Record, RejectReason, Unavailable
from store.intake.dead_letter_states import DeadLetter, LetterState, PostgresDeadLetters
from store.intake.ledger_entries import LedgerFilter

app = typer.Typer(no_args_is_help=True, help="Show dead letters, send them again, close them.")

_PAGE = 500

Numbers = Annotated[
    list[int] | None,
    typer.Argument(parser=whole(1), help="Numbers of letters, as shown by `list`."),
]
Everything = Annotated[bool, typer.Option("--all", help="All open letters that match the options.")]
Code = Annotated[
    RejectReason | None, typer.Option("--reason-code", help="Only letters with this reason.")
]
Person = Annotated[
    str,
    typer.Option(
        "--as",
        envvar=AS,
        help="The person who decides, of the platform or the office; default SANBAN_AS.",
    ),
]
Why = Annotated[str, typer.Option("--reason", help="The reason; it is journaled.")]
Roster = Annotated[
    str | None, typer.Option(help="The tenant whose roster has the person, if several rosters do.")
]

LetterAct = Callable[[Workbench, Sequence[DeadLetter], Operator], Coroutine[Any, Any, None]]
"""What a person does with letters, who answers for it."""


@app.command("list")
def list_letters(
    state: Annotated[
        LetterState | None, typer.Option(help="Only letters in this state; default: open.")
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help="Include letters that were replayed or discarded; open ones first."
        ),
    ] = False,
    reason_code: Code = None,
    source: ledger_options.Source = None,
    tenant: ledger_options.Tenant = None,
    topic: ledger_options.Topic = None,
    since: ledger_options.Since = None,
    until: ledger_options.Until = None,
    limit: ledger_options.Limit = 40,
    before: ledger_options.Before = None,
    summary: Annotated[
        bool, typer.Option("--summary", help="Only the number of letters by reason.")
    ] = False,
    as_json: ledger_options.AsJson = False,
) -> None:
    """List dead letters, the newest first."""
    wanted = chosen(
        reason=reason_code and reason_code.value,
        source=source,
        tenant=tenant,
        topic=topic,
        since=since,
        until=until,
    )
    settings = load()
    states = list(LetterState) if everything else [state or LetterState.OPEN]

    async def run() -> None:
        letters = list[DeadLetter]()
        async with read_session(settings) as session:
            store = PostgresDeadLetters(session.database)
            heaps = await store.summary(wanted)
            # Fill the page state by state, so that open letters come first.
            for each in states if not summary else ():
                left = limit - len(letters)
                letters += await store.page(wanted, each, limit=left, before=before)
        if not heaps:
            must_be_served(load_all(settings), tenant)
        totals = {each: sum(h.count for h in heaps if h.state is each) for each in LetterState}
        if as_json:
            say_json(
                {
                    "letters": [views.letter_json(each) for each in letters],
                    "heaps": [views.heap_json(each) for each in heaps],
                }
            )
        elif summary:
            views.print_heaps(heaps, utc_now())
        else:
            views.print_letters(letters, totals, utc_now())

    asyncio.run(run())


@app.command()
def show(
    number: Annotated[
        int, typer.Argument(parser=whole(), help="The number of a letter, as shown by `list`.")
    ],
    reveal: Annotated[
        Purpose | None,
        typer.Option(help="Show the content, for this; it is journaled. Else it is masked."),
    ] = None,
    person: Annotated[
        str, typer.Option("--as", envvar=AS, help="With --reveal: the person who reads.")
    ] = "",
    reason: Annotated[
        str, typer.Option(help="With --reveal: the reason, without personal data.")
    ] = "",
    roster: Roster = None,
    redact: Annotated[
        bool, typer.Option("--redact", help="Mask the content; so it is without --reveal.")
    ] = False,
    as_json: ledger_options.AsJson = False,
) -> None:
    """Show a letter: its reason, what people did with it, and its bytes, masked or for a reason."""
    settings = load()
    reading = LetterReading(settings, reveal, person, reason, roster)
    redact = redact or reveal is None

    async def run() -> None:
        async with _workbench(settings, reading.policies) as bench:
            [letter] = await _numbered(bench, [number])
            if not redact:
                await reading.note(bench, letter)
            history = await bench.letters.history(letter.entry.decision.position)
            record: Record | str
            try:
                record = await bench.bytes_of(letter)
            except NoRecord as error:
                record = str(error)
        if as_json:
            say_json(views.whole_json(letter, history, record, redact=redact))
        else:
            views.print_letter(letter, history, record, redact=redact)

    asyncio.run(run())


def _on_letters(act: LetterAct) -> LetterAct:
    """Make a command of an act on letters; its options choose the letters and name the person."""

    @app.command(act.__name__, help=act.__doc__)
    def command(
        numbers: Numbers = None,
        everything: Everything = False,
        reason_code: Code = None,
        source: ledger_options.Source = None,
        tenant: ledger_options.Tenant = None,
        topic: ledger_options.Topic = None,
        person: Person = "",
        reason: Why = "",
        roster: Roster = None,
    ) -> None:
        wanted = chosen(
            reason=reason_code and reason_code.value, source=source, tenant=tenant, topic=topic
        )
        settings = load()
        policies = load_all(settings)
        who = operator(policies, person, reason, utc_now(), roster, of_intake=True)

        async def run() -> None:
            async with _workbench(settings, policies) as bench:
                letters = await _named(bench, numbers, everything, wanted)
                if not letters:
                    must_be_served(policies, tenant)
                must_be_of_their_tenant(who, policies, await bench.tenants_of(letters))
                await act(bench, letters, who)

        asyncio.run(run())

    return act


@_on_letters
async def replay(bench: Workbench, letters: Sequence[DeadLetter], who: Operator) -> None:
    """Send records again with their original bytes.

    A record whose event took effect meanwhile ends as a duplicate.
    """
    sent = 0
    for letter in letters:
        if letter.action is not None:
            say(
                f"{letter.entry.number} was {views.done(letter.action)}; sent again it has the "
                "same identity, so it has no second effect"
            )
    async for each in bench.replay(letters, who):
        match each:
            case Sent():
                sent += 1
                say(f"{each.letter.entry.number} -> {place(each.to)}")
            case Lost():
                say(f"{each.letter.entry.number} stays: {each.why}")
    say(f"{sent} of {len(letters)} sent again by {who.person}: {who.why}")
    if sent < len(letters):
        raise Problem(
            f"{len(letters) - sent} letters could not be sent: their bytes are gone",
            do="ask the publisher to send them again, and discard the letters",
        )


@_on_letters
async def discard(bench: Workbench, letters: Sequence[DeadLetter], who: Operator) -> None:
    """Close letters that need no further action. Kafka keeps their bytes until retention ends."""
    await bench.discard(letters, who)
    say(f"{len(letters)} discarded by {who.person}: {who.why}")


async def _named(
    bench: Workbench, numbers: list[int] | None, everything: bool, wanted: LedgerFilter
) -> list[DeadLetter]:
    """Return the letters with these numbers, or all open ones that match. Raises Problem."""
    if bool(numbers) is everything:
        raise Problem("no letters given", do="give their numbers, or --all with options")
    if numbers:
        return await _numbered(bench, list(dict.fromkeys(numbers)), wanted)
    letters = list[DeadLetter]()
    while page := await bench.letters.page(
        wanted,
        LetterState.OPEN,
        limit=_PAGE,
        before=letters[-1].entry.number if letters else None,
    ):
        letters += page
    # Oldest first, as they arrived: a record may depend on an earlier one.
    return letters[::-1]


async def _numbered(
    bench: Workbench, numbers: list[int], wanted: LedgerFilter | None = None
) -> list[DeadLetter]:
    """Return the letters with these numbers. Raises Problem for one that the options leave out."""
    asked = replace(wanted or LedgerFilter(), numbers=numbers)
    found = {
        each.entry.number: each
        for each in await bench.letters.page(asked, None, limit=len(numbers))
    }
    if missing := [str(number) for number in numbers if number not in found]:
        fits = " that fits the options" if asked != LedgerFilter(numbers=numbers) else ""
        raise Problem(
            f"no dead letter {', '.join(missing)}{fits}", do="`sanban deadletters list` shows them"
        )
    return [found[number] for number in numbers]


@asynccontextmanager
async def _workbench(settings: Settings, served: Mapping[str, Policy]) -> AsyncIterator[Workbench]:
    """Open the broker and the database. Raises Problem if one does not answer.

    The database has what was done until then, so the command can be repeated.
    """
    bootstrap, client = settings.need("kafka_bootstrap"), settings.kafka_security
    try:
        async with (
            read_session(settings) as session,
            KafkaReader(ReaderOptions(bootstrap, client)) as kafka,
            Producer(ProducerOptions(bootstrap, client=client)) as producer,
        ):
            letters = PostgresDeadLetters(session.database)
            yield Workbench(letters, kafka, producer, utc_now, policies=served)
    except KafkaRefuses as error:
        raise Problem(str(error)) from error
    except RecordTooLarge as error:
        raise Problem(str(error), do="the letter stays open") from error
    except Unavailable as error:
        raise Problem(
            str(error), do=f"check that a broker runs at {bootstrap}; then run this again"
        ) from error
