"""Where people are reached: the file of contacts, read again when it changes."""

from asyncio import Event
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

from consumers.pausing import stopped_within
from domain.policy.model import Policy
from domain.policy_checks.findings import no_such
from runtime.metrics import CONTACTS_UNREAD
from runtime.problems import Problem
from runtime.wiring.reloading_file import Flawed, ReloadingFile, read_as
from schemas import canary
from schemas.contacts_file import ContactEntry, ContactsFile, way_of
from store.notifications.deliveries import NoticeRecipient

log = structlog.stdlib.get_logger()

LOOK_S = 30.0
"""Between two looks at the file. Without a rung that is due no one asks for an address for days."""

Contacts = Mapping[str, Mapping[str, ContactEntry]]


class ContactBook:
    """The contacts as the file has them; while it is wrong, as it had them last.

    Without a `path` no person has an address. `knows` returns whether an address can be sent to.
    """

    def __init__(self, path: str, knows: Callable[[str], bool]) -> None:
        self._knows = knows
        self._file = ReloadingFile(Path(path), self._read) if path else None

    def begin(self) -> None:
        """Read the file for the first time, in about a second. Raises Problem where it is wrong."""
        if self._file is not None and self._file.reload() and self._file.flaw:
            raise Problem(
                f"wrong contacts: {self._file.flaw}",
                do="correct it; docs/RUNBOOK.md, «Notifying people», shows one",
            )

    def look(self) -> str:
        """Read the file again if it changed; return what is wrong with it, "" if nothing is."""
        self._contacts()
        flaw = self._file.flaw if self._file else ""
        CONTACTS_UNREAD.set(bool(flaw))
        return flaw

    async def watch(self, stop: Event) -> None:
        """Look again and again until asked to stop."""
        self.look()
        while not await stopped_within(stop, LOOK_S):
            self.look()

    def contact(self, person: NoticeRecipient) -> ContactEntry | None:
        """Return where a person is reached; None when the file does not have them."""
        return self._contacts().get(person.tenant, {}).get(person.id)

    def unreachable(self, policies: Mapping[str, Policy]) -> int:
        """Count the people of the rosters who have no address."""
        contacts = self._contacts()
        return sum(
            each.id not in contacts.get(tenant, {})
            for tenant, policy in policies.items()
            for each in policy.roster.people
        )

    def unknown(self, policies: Mapping[str, Policy]) -> Iterator[str]:
        """Yield each tenant and person of the file that no pack has; notices go to none of them.

        The canary's may stay in the file while it does not fly.
        """
        for tenant, people in self._contacts().items():
            policy = policies.get(tenant)
            if policy is None:
                if tenant != canary.TENANT:
                    yield no_such("tenant", tenant, policies)
                continue
            known = [each.id for each in policy.roster.people]
            for person in people.keys() - set(known):
                yield f"{no_such('person', person, known)} (roster.yaml of {tenant})"

    def _contacts(self) -> Contacts:
        if self._file is None:
            return {}
        if self._file.reload():
            if self._file.flaw:
                log.error("notify.contacts_not_read", detail=self._file.flaw)
            else:
                log.info("notify.contacts_read")
        return self._file.value or {}

    def _read(self, content: bytes, path: Path) -> Contacts:
        file, page = read_as(ContactsFile, content, path)
        for tenant, people in file.people.items():
            for person, entry in people.items():
                for number, address in enumerate(entry.addresses):
                    _, url = way_of(address)
                    if not self._knows(url):
                        line = page.line(("people", tenant, person, "addresses", number))
                        raise Flawed(
                            f"{path}:{line}: people.{tenant}.{person}.addresses[{number}]: "
                            f"nothing can be sent to this {url.partition(':')[0]}:// address; "
                            "look at how apprise wants it written"
                        )
        return file.people
