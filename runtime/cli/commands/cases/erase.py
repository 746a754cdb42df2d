"""`sanban erase`: destroy the keys of a person's data; the journal's chains still verify."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated
from uuid import uuid4

import typer

from domain.case.erasing import NotEnded, acted_in, not_ended
from domain.case.events import Event
from domain.case.evolve import fold
from gateways.kafka.retention import kept_for
from runtime.cli.commands.read_session import AS, ReadSession, read_session
from runtime.cli.output import progress, say, say_json
from runtime.cli.views.erase import ErasedCase, erasure_json, print_erased, print_found
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings, load
from runtime.wiring.media import StoredMedia, media_store
from runtime.wiring.operators import (
    Operator,
    must_be_of_no_party,
    must_have_stayed_out,
    operator,
)
from runtime.wiring.packs import load_all, must_be_served
from schemas.intake import Unavailable
from store.errors import NoSuchCase
from store.journal.operations import Operation
from store.privacy.erasure import PERSON_ERASED, KeptPersonalData, PostgresErasure, StillOpen

LEFT = 1
"""Exit code: some data stays, because it was journaled before texts were sealed."""


def erase(
    case: Annotated[str, typer.Argument(help="Case number, or a beginning that is unique.")] = "",
    phone: Annotated[
        str, typer.Option(help="Instead of a case: all cases reported under this number.")
    ] = "",
    tenant: Annotated[str, typer.Option(help="The tenant of the cases; --phone needs it.")] = "",
    person: Annotated[
        str,
        typer.Option(
            "--as",
            envvar=AS,
            help="The person who decides, of the platform or the office; default SANBAN_AS.",
        ),
    ] = "",
    reason: Annotated[
        str, typer.Option(help="The reason, without personal data; it is journaled.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Erase; without it, only show.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document, for other programs.")
    ] = False,
) -> None:
    """Erase the reporter of a case, all texts in it and its photos in SANBAN_MEDIA_DIR or _BUCKET.

    Also of the cases that it led to, or that led to it: they have its words. This cannot be undone.
    Who acted in a case, as who ended it, does not erase it, nor does a person of a unit that has
    or had it, or has a part in it. A case is erased once it has ended; until then those who handle
    it need what was said.

    Exit code 1: rows of the journal are older than sealing, and stay readable.
    """
    if bool(case) is bool(phone):
        raise Problem("no person given", do="name a case, or give --phone and --tenant")
    if phone and not tenant:
        raise Problem("no tenant given", do="give --tenant: a number is searched within one")
    settings = load()
    policies = load_all(settings)
    must_be_served(policies, tenant or None)

    async def run() -> bool:
        async with read_session(settings) as reading:
            found = await _found(reading, case, phone, tenant)
            if not found:
                raise Problem("no case was reported under this number, or all are erased")
            # The person must be of the tenant whose cases are erased; a preview needs no reason.
            why, of = reason if yes else reason or "preview", found[0].tenant
            now = utc_now()
            who = operator(policies, person, why, now, of)
            parties = {each.case_id: await _parties(reading, each.case_id) for each in found}
            must_be_of_no_party(who, policies[of], now, parties)
            told = await _told(reading, found)
            must_have_stayed_out(who, {id_: acted_in(events) for id_, events in told.items()})
            open_yet = _not_ended(told)
            if open_yet and yes:
                raise _refusal(open_yet)
            kept = await _kept_for(settings, found)
            if not as_json:
                print_found(found, kept)
            if open_yet:
                raise _refusal(open_yet)
            media = media_store(settings) if yes else None
            done = await _erase(reading, found, who, media, quiet=as_json) if yes else []
        _tell(found, kept, done, as_json=as_json, only_shown=not yes)
        return any(each.plain for each in found)

    if asyncio.run(run()):
        raise typer.Exit(LEFT)


def _tell(
    found: Sequence[KeptPersonalData],
    kept: Mapping[str, timedelta | None],
    done: Sequence[ErasedCase],
    *,
    as_json: bool,
    only_shown: bool,
) -> None:
    if as_json:
        say_json(erasure_json(found, kept, done))
    elif only_shown:
        say("nothing was erased: give --yes")


async def _found(
    reading: ReadSession, case: str, phone: str, tenant: str
) -> list[KeptPersonalData]:
    erasure = PostgresErasure(reading.database)
    if case:
        row = await reading.row(case, tenant or None)
        tenant, cases = row.tenant, [row.case_id]
    else:
        cases = await erasure.cases_of(tenant, phone)
    flow, found = await erasure.of_one_flow(cases), list[KeptPersonalData]()
    with progress("looking for personal data, cases", len(flow)) as shown:
        for id_ in flow:
            found.append(await erasure.found(tenant, id_))
            shown(len(found))
    return found


async def _told(
    reading: ReadSession, found: Sequence[KeptPersonalData]
) -> Mapping[str, Sequence[Event]]:
    """Return the events of each case that is not erased yet; one that never began has none."""
    left, told = (
        [each.case_id for each in found if not each.erased_at],
        dict[str, Sequence[Event]](),
    )
    with progress("reading cases", len(left)) as shown:
        for id_ in left:
            told[id_] = await reading.events(id_)
            shown(len(told))
    return told


def _not_ended(told: Mapping[str, Sequence[Event]]) -> list[tuple[str, NotEnded]]:
    """Return the cases that are not erased yet, each with why; one that never began may be."""
    whys = ((id_, not_ended(fold(events))) for id_, events in told.items() if events)
    return [(id_, why) for id_, why in whys if why is not None]


def _refusal(open_yet: Sequence[tuple[str, NotEnded]]) -> Problem:
    (case_id, first), *others = open_yet
    rest = [f"{id_} {each.why} -- {each.do}" for id_, each in others]
    return Problem(f"nothing is erased: {case_id} {first.why}", do=first.do, lines=rest)


async def _parties(reading: ReadSession, case_id: str) -> tuple[str, ...]:
    """Return the units that have or had a part in the case; () if it was only reserved so far."""
    try:
        row = await reading.cases.get(case_id)
    except NoSuchCase:
        return ()
    return (*row.units, *((row.holder,) if row.holder else ()))


async def _erase(
    reading: ReadSession,
    found: Sequence[KeptPersonalData],
    who: Operator,
    media: StoredMedia | None,
    *,
    quiet: bool,
) -> list[ErasedCase]:
    """Erase case by case: if it stops in between, the same command does the rest."""
    command, erasure, done = str(uuid4()), PostgresErasure(reading.database), list[ErasedCase]()
    for each in found:
        operation = Operation(
            id=command,
            kind=PERSON_ERASED,
            at=utc_now(),
            tenant=who.tenant,
            person=who.person,
            why=who.why,
            about=each.case_id,
            details=(
                ("plain_rows", str(each.plain)),
                ("records", str(len(each.records))),
                *who.details,
            ),
        )
        try:
            now = await erasure.erase(operation, each.case_id)
        except StillOpen as error:
            do = "look at it with `sanban cases show`, and repeat the command when it has ended"
            raise Problem(f"{each.case_id} goes on, and is not erased", do=do) from error
        photos = await media.forget(each.case_id) if media else 0
        done.append(ErasedCase(each.case_id, photos, now=now))
        if not quiet:
            print_erased(done[-1])
    return done


async def _kept_for(
    settings: Settings, found: Sequence[KeptPersonalData]
) -> Mapping[str, timedelta | None]:
    """Return topic -> longest retention; empty if no broker is configured, or none answers."""
    topics = sorted({place.topic for each in found for place in each.records})
    if not topics or not settings.kafka_bootstrap:
        return {}
    try:
        return await kept_for(settings.kafka_bootstrap, topics, settings.kafka_security)
    except Unavailable as error:
        say(f"the retention of its topics is not known: {error}")
        return {}
