"""The settings of processes, and the files that they name: set, readable, open to no other user."""

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta
from difflib import get_close_matches
from pathlib import Path

from domain.policy.model import Policy
from domain.policy_checks.calendar_end import ending
from gateways.notices import Senders
from runtime.needs import NEEDS, wanted_topics
from runtime.preflight.access import Accounts, account_of, look_at_access, reread_mode
from runtime.preflight.diagnosis import Diagnosis, fault, faults_of, good, remark
from runtime.problems import Problem
from runtime.processes import REREAD, Process, variable
from runtime.services.console.ways_in import provider_parts, why_no_way_in
from runtime.services.gateway.clients import read as read_clients
from runtime.services.gateway.clients import why_refused
from runtime.services.notifier.contact_book import ContactBook
from runtime.settings import PREFIX, Settings
from runtime.wiring.media import media_store
from runtime.wiring.packs import load_all
from runtime.wiring.reloading_file import ReloadingFile
from schemas.hosts import is_loopback
from schemas.intake import Unavailable

OF_COMMANDS = ("SANBAN_AS", "SANBAN_RESTORED_URL", "SANBAN_INSTALL")
"""Variables of commands and of `make`, which are no settings of a process."""
_LOOK = "docs/SETTINGS.md says what it is"


def look_at_settings(
    settings: Settings, processes: Collection[Process], accounts: Accounts = account_of
) -> Iterator[Diagnosis]:
    """Yield what is not set, what contradicts itself, and files that are not as they must be."""
    missing: dict[str, list[str]] = {}
    for process in processes:
        for name in process.required:
            if not getattr(settings, name):
                missing.setdefault(name, []).append(process.name)
    for name, without in missing.items():
        yield fault(variable(name), "is not set", f"for {', '.join(without)}", f"set it: {_LOOK}")
    if not missing:
        yield good("settings", f"all are set for {', '.join(each.name for each in processes)}")
    yield from _misspelt()
    yield from _topics_apart(settings)
    yield from _plain(settings)
    yield from _files(settings, processes)
    yield from look_at_access(settings, processes, accounts)


def _misspelt() -> Iterator[Diagnosis]:
    """Yield variables that look like settings and are none: a process ignores them."""
    known = [*map(variable, Settings.model_fields), *OF_COMMANDS]
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            do = f"correct or remove it: {_LOOK.replace('what it is', 'which there are')}"
            near = get_close_matches(name.upper(), known, n=1)
            guess = f"; did you mean {near[0]}?" if near else ""
            yield remark(name, f"is no setting, and is ignored{guess}", "", do)


def _topics_apart(settings: Settings) -> Iterator[Diagnosis]:
    by_name: dict[str, list[str]] = {}
    for topic in wanted_topics(settings):
        by_name.setdefault(topic.name, []).append(topic.need.variable)
    for name, variables in by_name.items():
        if len(variables) > 1:
            said = f"{' and '.join(variables)} name the same topic"
            yield fault(f"topic {name}", said, f"{len(NEEDS)} topics apart", "name another one")


def _plain(settings: Settings) -> Iterator[Diagnosis]:
    brokers = [each.strip() for each in settings.kafka_bootstrap.split(",") if each.strip()]
    for broker in brokers:
        if not re.search(r":\d+$", broker):
            found = f"{broker} names no port, so 9092 is asked"
            yield remark("SANBAN_KAFKA_BOOTSTRAP", found, "host:port", f"write {broker}:9092")
    hosts = [each.strip().rpartition(":")[0] for each in settings.kafka_bootstrap.split(",")]
    far = [host for host in hosts if host and not is_loopback(host.strip("[]"))]
    if far and not settings.kafka_security:
        yield remark(
            "SANBAN_KAFKA_SECURITY",
            f"is not set: what citizens wrote goes to {far[0]} as it is, and for any user",
            "TLS and a user for each process",
            "RUNBOOK.md, «Kafka with authentication»",
        )


def _files(settings: Settings, processes: Collection[Process]) -> Iterator[Diagnosis]:
    """Yield secrets that others may read, and directories in which we may not write."""
    readers = {name: each.user for each in processes for name in each.secrets}
    for name, user in readers.items():
        path = getattr(settings, name)
        if path and (mode := _mode(Path(path))) is not None and mode & stat.S_IRWXO:
            yield fault(
                variable(name),
                f"every user may open {path} ({stat.filemode(mode)})",
                "its owner, and the process that reads it",
                reread_mode(path, user) if name in REREAD else f"chmod 600 {path}",
            )
    for name in dict.fromkeys(name for each in processes for name in each.data):
        if name == "media_dir" and settings.media_bucket:
            continue
        if (path := getattr(settings, name)) and not _writable(Path(path)):
            found = f"{path} is no directory in which this user may write"
            yield fault(variable(name), found, "one", "make it, and give it to this user")


def look_at_files(
    settings: Settings, processes: Collection[Process], now: Callable[[], datetime]
) -> Iterator[Diagnosis]:
    """Yield what is wrong in packs, contacts, clients and subjects; they are read whole."""
    names = {process.name for process in processes}
    policies: Mapping[str, Policy] = {}
    if any(process.packs for process in processes):
        try:
            policies = load_all(settings)
        except Problem as problem:
            yield from faults_of("packs", problem, "packs without a mistake")
        else:
            yield good("packs", f"tenants {', '.join(sorted(policies))}")
            yield from _calendars(settings, policies, now())
    if "notify" in names and settings.contacts:
        yield from _contacts(settings, policies)
    if "gateway" in names and settings.gateway_clients:
        yield from _clients(settings, policies)
    if settings.media_bucket and any("media_dir" in process.data for process in processes):
        yield from _bucket(settings)
    if "console" in names:
        yield from _ways_in(settings)


def _calendars(
    settings: Settings, policies: Mapping[str, Policy], now: datetime
) -> Iterator[Diagnosis]:
    for tenant, policy in policies.items():
        if said := ending(policy.calendar, now, timedelta(weeks=settings.calendar_weeks)):
            yield remark(f"calendar of {tenant}", said, "", "RUNBOOK.md, «The calendar ends»")


def _contacts(settings: Settings, policies: Mapping[str, Policy]) -> Iterator[Diagnosis]:
    senders = Senders()
    try:
        book = ContactBook(settings.contacts, senders.knows)
        book.begin()
    except Problem as problem:
        yield from faults_of("contacts", problem, "addresses of people")
        return
    finally:
        senders.close()
    # Without a pack that can be read every name would be unknown; the packs have their own line.
    for said in sorted(book.unknown(policies)) if policies else ():
        yield remark("contacts", said, "names of the packs", f"correct it in {settings.contacts}")
    if number := book.unreachable(policies):
        do = "write their addresses into SANBAN_CONTACTS"
        yield remark("contacts", f"{number} people of the rosters have no address", "all", do)
    else:
        yield good("contacts", "everyone of the rosters has an address")


def _clients(settings: Settings, policies: Mapping[str, Policy]) -> Iterator[Diagnosis]:
    file = ReloadingFile(Path(settings.gateway_clients), read_clients)
    file.reload()
    number = len(file.value or ())
    for client in (file.value or ()) if policies else ():
        for said in why_refused(client, policies):
            do = f"correct it in {settings.gateway_clients}, or the town's pack"
            yield fault(f"client {client.name}", said, "what the pack allows", do)
    if file.flaw:
        do = "correct SANBAN_GATEWAY_CLIENTS; `sanban gateway-token` makes a line for it"
        yield fault("clients of the gateway", file.flaw, "a file of clients", do)
    elif not number:
        do = "`sanban gateway-token` makes a token, and its line"
        yield remark("clients of the gateway", "there are none: only citizens report", "", do)
    else:
        yield good("clients of the gateway", f"{number} have a token")


def _bucket(settings: Settings) -> Iterator[Diagnosis]:
    name, wanted = variable("media_bucket"), "a bucket in which the key may write and delete"
    try:
        media = media_store(settings)
        if media is not None:
            media.prepare()
    except Problem as problem:
        yield from faults_of(name, problem, wanted)
    except Unavailable as error:
        yield fault(name, str(error), wanted, "RUNBOOK.md, «The gateway», Photos")
    else:
        yield good(name, "files can be written")


def _ways_in(settings: Settings) -> Iterator[Diagnosis]:
    try:
        provider_parts(settings)
    except Problem as problem:
        yield from faults_of("sign-in", problem, "a provider, and who its people are")
        return
    if why_no_way_in(settings, embedded=False):
        wanted = "SANBAN_CONSOLE_ISSUER or SANBAN_CONSOLE_ACCOUNTS"
        yield fault("sign-in", "no person can sign in to the console", wanted, "set one of them")
    else:
        yield good("sign-in", "the console has a way to sign in")


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except OSError:
        return None  # what reads it says so


def _writable(path: Path) -> bool:
    return path.is_dir() and os.access(path, os.W_OK | os.X_OK)
