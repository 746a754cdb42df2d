"""What was measured, judged: one finding for each check, in words, with what to do."""

from collections.abc import Iterator
from datetime import timedelta

from console.desk.context import Visit
from console.desk.oversight_ports import HealthState, WorkLeader
from console.desk.process_findings import Finding, process_findings, servers_since
from domain.policy_checks.calendar_end import days_left

SILENT_S, RELAY_S, NOTICES_S, UNSIGNED_S = 60.0, 300.0, 900.0, 300.0
"""From when on something is not well: the bounds of the alerts."""
CALENDAR_DAYS = 45


def findings(state: HealthState, letters: int, visit: Visit) -> list[Finding]:
    """Return all findings, those that are not well first. `letters`: open dead letters."""
    found = [
        *_servers(state, visit),
        *process_findings(state.services, state.processes, visit),
        *(_leader(each, visit) for each in state.leaders),
        _relay(state, visit),
        _notices(state, visit),
        *_addresses(state, visit),
        _unsigned(state, visit),
        _letters(letters, visit),
        _parked(state, visit),
        _calendar(visit),
    ]
    return sorted(found, key=lambda each: each.is_well)


def _servers(state: HealthState, visit: Visit) -> Iterator[Finding]:
    since = servers_since(state.processes, state.servers)
    for name, why in state.servers.items():
        title = visit.words("Server %(name)s", name=name)
        if why is None:
            yield Finding(
                title, visit.words("answers"), "`/readyz` says ...", since=since.get(name)
            )
        else:
            do = visit.words("Start it, or mend the way to it; what was recorded stays.")
            yield Finding(
                title,
                visit.words("does not answer, or not as it has to"),
                "`/readyz` says ...",
                do,
                since=since.get(name),
                said=why,
            )


def _leader(leader: WorkLeader, visit: Visit) -> Finding:
    section = "Who leads"
    titles = {
        "relay": visit.words("Relay: tells other systems"),
        "notify": visit.words("Notifier: tells people"),
        "checkpoints": visit.words("Checkpoints: signs the journal"),
    }
    ago = visit.moments.amount(timedelta(seconds=leader.silent_s))
    if leader.holds and leader.silent_s <= SILENT_S:
        return Finding(
            titles[leader.work], visit.words("works: %(who)s", who=leader.holder), section
        )
    if leader.holds:
        what = visit.words("holds the lease and has done nothing for %(ago)s", ago=ago)
        do = visit.words("Read its /readyz and its log; if it is stuck, end that process.")
    else:
        what = visit.words("no process does this work")
        do = visit.words(
            "If `sanban %(process)s` runs, read its /readyz: a server is away. Else start it.",
            process=_PROCESS[leader.work],
        )
    return Finding(titles[leader.work], what, section, do)


_PROCESS = {"relay": "relay", "notify": "notify", "checkpoints": "audit checkpoint run"}


def _relay(state: HealthState, visit: Visit) -> Finding:
    name = visit.words("Events to other systems")
    ago = visit.moments.amount(timedelta(seconds=state.relay_lag_s))
    if state.relay_lag_s <= RELAY_S:
        return Finding(name, visit.words("nothing waits for long"), "The relay")
    what = visit.words("the oldest row has waited for %(ago)s", ago=ago)
    if state.relay_held:
        do = visit.words("An open transaction holds it back: end that transaction.")
        return Finding(name, what, "A transaction is not ended", do)
    return Finding(
        name,
        what,
        "The relay",
        visit.words("Read the relay's /readyz: the broker is away, or refuses."),
    )


def _notices(state: HealthState, visit: Visit) -> Finding:
    name, section = visit.words("Notices to people"), "Notifying people"
    if state.notices_late_s <= NOTICES_S:
        what = visit.words("%(number)s wait, none for long", number=state.notices)
        return Finding(name, what, section, to="/deliveries")
    ago = visit.moments.amount(timedelta(seconds=state.notices_late_s))
    what = visit.words("%(number)s wait, the oldest for %(ago)s", number=state.notices, ago=ago)
    do = visit.words(
        "Look at who is not reached; correct the address in contacts.yaml, or the channel."
    )
    return Finding(name, what, section, do, "/deliveries")


def _addresses(state: HealthState, visit: Visit) -> Iterator[Finding]:
    """Yield who cannot be reached at all: a notice to them waits for nothing, and is given up."""
    if state.unaddressed is None:
        return
    name, section = visit.words("Addresses of people"), "Notifying people"
    missing, people = state.unaddressed.get(visit.policy.tenant, 0), len(visit.policy.roster.people)
    if not missing:
        yield Finding(name, visit.words("each person has one"), section)
        return
    what = visit.words(
        "%(number)s of %(people)s people have none: no notice reaches them",
        number=missing,
        people=people,
    )
    do = visit.words("Add them to the file that SANBAN_CONTACTS names.")
    yield Finding(name, what, section, do)


def _unsigned(state: HealthState, visit: Visit) -> Finding:
    name, section = visit.words("Rows without a checkpoint"), "Checkpoints"
    if state.unsigned_s <= UNSIGNED_S:
        return Finding(
            name, visit.words("%(number)s, none for long", number=state.unsigned_rows), section
        )
    ago = visit.moments.amount(timedelta(seconds=state.unsigned_s))
    what = visit.words("%(number)s, the oldest for %(ago)s", number=state.unsigned_rows, ago=ago)
    do = visit.words(
        "Read /readyz of the checkpoints: a contradiction is for a person to look at first."
    )
    return Finding(name, what, section, do)


def _letters(letters: int, visit: Visit) -> Finding:
    name = visit.words("Dead letters")
    section = "Dead letters on a Monday morning"
    if not letters:
        return Finding(name, visit.words("none is open"), section, to="/dead-letters")
    what = visit.words("%(number)s are open", number=letters)
    do = visit.words("Read the fault of each; send it again once that is mended, or close it.")
    return Finding(name, what, section, do, "/dead-letters")


def _parked(state: HealthState, visit: Visit) -> Finding:
    name, section = visit.words("Parked records"), "Parked records"
    if not state.parked_over:
        what = visit.words("%(number)s wait within their limit", number=state.parked)
        return Finding(name, what, section, to="/intake?outcome=parked")
    what = visit.words("%(number)s have waited past their limit", number=state.parked_over)
    do = visit.words("Intake decides them as soon as it runs: read its /readyz.")
    return Finding(name, what, section, do, "/intake?outcome=parked")


def _calendar(visit: Visit) -> Finding:
    name, section = visit.words("Calendar"), "The calendar ends"
    calendar = visit.policy.calendar
    left = days_left(calendar, visit.now)
    what = visit.words(
        "holidays are published until %(day)s", day=calendar.published_until.isoformat()
    )
    if left > CALENDAR_DAYS:
        return Finding(name, what, section)
    return Finding(
        name,
        what,
        section,
        visit.words(
            "Put in the notice of the next year: deadlines after that day are provisional."
        ),
    )
