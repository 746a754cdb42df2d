"""Reading who reported a case at a terminal: masked, or with a reason that is journaled first."""

from dataclasses import replace
from uuid import uuid4

from domain.case.access import Reach, stood_for
from domain.privacy.readings import LONGEST_REASON, Purpose, masked_name, masked_number
from runtime.cli.commands.read_session import ReadSession
from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import Settings
from runtime.wiring.packs import load_all
from schemas.intake import Reporter
from schemas.records import CaseRow
from schemas.texts import is_invisible
from store.privacy.readings import PersonalReading, PostgresReadings, ReadingKind


def must_be_whole(reach: Reach | None, purpose: Purpose | None, why: str) -> None:
    """Raises Problem for a purpose without a person or a reason, and for a reason without one."""
    if purpose is None:
        if why:
            raise Problem("--reason is for --reveal", do="say what for with --reveal")
        return
    if reach is None:
        raise Problem(
            "the person who reads is missing",
            do="name the person with --as: the reading is journaled",
        )
    if is_invisible(why):
        raise Problem("no reason given", do="say why with --reason: it is journaled")
    if len(why) > LONGEST_REASON:
        raise Problem(f"the reason is longer than {LONGEST_REASON} characters", do="shorten it")


async def reporter_of(
    session: ReadSession,
    settings: Settings,
    reach: Reach | None,
    row: CaseRow,
    purpose: Purpose | None,
    why: str,
) -> Reporter | None:
    """Return the reporter as the person may see it: masked, or whole after that was journaled."""
    found = await session.reporter(row.tenant, row.case_id)
    if purpose is None or reach is None:
        return found and masked(found)
    if found is None:
        raise Problem(
            f"{reach.person} may read no reporter of {row.case_id}",
            do="dispatchers and hotline may; of a report in confidence none of a unit concerned",
        )
    now, policy = utc_now(), load_all(settings)[row.tenant]
    person = next(each for each in policy.roster.people if each.id == reach.person)
    reading = PersonalReading(
        id=str(uuid4()),
        kind=ReadingKind.REPORTER,
        at=now,
        tenant=row.tenant,
        person=reach.person,
        about=row.case_id,
        purpose=purpose,
        why=why,
        door="terminal",
        for_person=stood_for(policy, person, now),
    )
    await PostgresReadings(session.services).note(reading)
    return found


def masked(reporter: Reporter) -> Reporter:
    return replace(reporter, name=masked_name(reporter.name), phone=masked_number(reporter.phone))
