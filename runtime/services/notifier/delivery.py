"""Tells one person what is due: which messages, by which address, and keeps what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from domain.case.notices.acts import Failure
from domain.notifications.notices import (
    HOUR,
    Message,
    Notice,
    is_given_up,
    message_id,
    outgoing,
    pause_after,
)
from domain.policy.model import Policy
from domain.policy.notice_rules import NoticeRules
from domain.policy.notice_texts import Facts, Language, Said, say
from runtime.metrics import NOTICE_ATTEMPTS, NOTICES_ENDED
from schemas.contacts_file import ContactEntry, way_of
from store.deliveries import Deliveries, DueNotice, NoticeRecipient

log = structlog.stdlib.get_logger()

_TELLING = (Failure.NOT_TAKEN, Failure.NO_ANSWER, Failure.BAD_ADDRESS)
"""Of several addresses that failed, the first of these is what is said of all."""


class Contacts(Protocol):
    def contact(self, person: NoticeRecipient) -> ContactEntry | None:
        """None where nobody says how to reach them."""
        ...


class Sending(Protocol):
    async def send(self, address: str, said: Said, id_: str) -> Failure | None:
        """None when it was taken."""
        ...


@dataclass(frozen=True)
class Reaching:
    """`policies` are those of today. Raises StoreUnavailable; then it is done again later."""

    deliveries: Deliveries
    policies: Mapping[str, Policy]
    contacts: Contacts
    sending: Sending
    now: Callable[[], datetime]

    async def reach(self, person: NoticeRecipient) -> None:
        """Send what of theirs is due, one message after the other.

        After one that failed nothing but what is critical is tried: the rest waits with it, and
        comes with it as a digest.
        """
        now = self.now()
        waiting = await self.deliveries.waiting(person, now)
        notices = tuple(each.notice for each in waiting)
        policy = self.policies.get(person.tenant)
        if policy is None or policy.notices is None:
            await self.deliveries.forget(notices)
            NOTICES_ENDED.labels("not_wanted").inc(len(notices))
            return
        contact = self.contacts.contact(person)
        if contact is None:
            why = Failure.NO_ADDRESS
            await self.deliveries.failed(notices, why, next_at=now, given_up=notices)
            NOTICES_ENDED.labels(why).inc(len(notices))
            log.info("notify.no_address", tenant=person.tenant, person=person.id)
            return
        writing = _Writing(policy, policy.notices, contact)
        again, new = _broken_off(waiting)
        sent = await self.deliveries.sent(person, now - HOUR)
        out = outgoing(new, sent, policy.notices, policy.roster.zone, now)
        if out.until is not None:
            await self.deliveries.rest(out.resting, out.until)
        fails_until: datetime | None = None
        for id_, message in (*again, *((message_id(each), each) for each in out.messages)):
            if fails_until is None or message[0].is_critical:
                fails_until = await self._send(id_, message, writing) or fails_until
            else:
                await self.deliveries.rest(message, fails_until)

    async def _send(self, id_: str, message: Message, writing: "_Writing") -> datetime | None:
        """Until when nothing else is sent to them; None when it arrived."""
        rules, now = writing.rules, self.now()
        pause = pause_after(1 + max(each.attempts for each in message))
        message = await self.deliveries.attempt(message, id_, now, now + pause)
        channel, failure = await self._by_any(id_, message, writing)
        now = self.now()
        NOTICE_ATTEMPTS.labels(failure or "delivered").inc()
        about = {"tenant": message[0].tenant, "person": message[0].person, "message": id_}
        if failure is None:
            await self.deliveries.delivered(message, channel, now)
            NOTICES_ENDED.labels("delivered").inc(len(message))
            log.info("notify.delivered", channel=channel, notices=len(message), **about)
            return None
        given_up = [each for each in message if is_given_up(each, rules, now)]
        await self.deliveries.failed(
            message,
            failure,
            next_at=now + pause,
            late=[each for each in message if each.attempts >= rules.undelivered_after],
            given_up=given_up,
        )
        NOTICES_ENDED.labels("given_up").inc(len(given_up))
        attempts = max(each.attempts for each in message)
        log.warning("notify.failed", failure=failure, attempts=attempts, **about)
        return now + pause

    async def _by_any(
        self, id_: str, message: Message, writing: "_Writing"
    ) -> tuple[str, Failure | None]:
        """The channel of the first address that takes it; or why none did."""
        failures = set[Failure]()
        for address in writing.contact.addresses:
            channel, url = way_of(address)
            failure = await self.sending.send(url, writing.said(message, channel), id_)
            if failure is None:
                return channel, None
            failures.add(failure)
        return "", next(each for each in _TELLING if each in failures)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the words of a message depend on."""

    policy: Policy
    rules: NoticeRules
    contact: ContactEntry

    def said(self, message: Message, channel: str) -> Said:
        facts = tuple(map(self._facts, message))
        zone = self.policy.roster.zone
        return say(self.rules.texts, facts, self.contact.language, channel, zone)

    def _facts(self, notice: Notice) -> Facts:
        chinese = self.contact.language is Language.CHINESE
        unit = self.policy.unit(notice.unit)
        category = self.policy.category(notice.category)
        return Facts(
            action=notice.action,
            case_id=notice.case_id,
            category=(category.name if chinese else category.name_en) if category else None,
            unit=(unit.name if chinese else unit.name_en) if unit else notice.unit,
            clock=notice.clock,
            due_at=notice.due_at,
            level=notice.level,
        )


def _broken_off(
    waiting: list[DueNotice],
) -> tuple[list[tuple[str, Message]], tuple[Notice, ...]]:
    """The messages whose sending was broken off, as they were; and what is in none."""
    messages: dict[str, list[Notice]] = {}
    for each in waiting:
        if each.message is not None:
            messages.setdefault(each.message, []).append(each.notice)
    again = [(id_, tuple(notices)) for id_, notices in messages.items()]
    return again, tuple(each.notice for each in waiting if each.message is None)
