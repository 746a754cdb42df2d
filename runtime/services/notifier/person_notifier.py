"""Sends one person what is due: which messages, to which address; and keeps the result."""

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
from domain.notifications.rendering import NoticeFacts, RenderedNotice, render
from domain.policy.model import Policy
from domain.policy.notice_rules import NoticeRules
from domain.policy.notice_texts import Language
from runtime import tracing
from runtime.metrics import NOTICE_ATTEMPTS, NOTICES_ENDED
from schemas.contacts_file import ContactEntry, way_of
from store.journal.leases import Lease
from store.notifications.deliveries import Deliveries, DueNotice, NoticeRecipient

log = structlog.stdlib.get_logger()

_MOST_TELLING = (Failure.NOT_TAKEN, Failure.NO_ANSWER, Failure.BAD_ADDRESS)
"""Where several addresses failed, the first of these is kept as the reason of all."""


class Contacts(Protocol):
    """runtime.services.notifier.contact_book.ContactBook is one."""

    def contact(self, person: NoticeRecipient) -> ContactEntry | None:
        """Return where a person is reached; None when the file does not have them."""
        ...


class Sending(Protocol):
    """gateways.notices.Senders is one."""

    async def send(self, address: str, said: RenderedNotice, id_: str) -> Failure | None:
        """Send a message; return None when it was taken, else why not."""
        ...


@dataclass(frozen=True)
class PersonNotifier:
    """Sends notices by today's `policies`. Raises StoreUnavailable: repeat it later."""

    deliveries: Deliveries
    policies: Mapping[str, Policy]
    contacts: Contacts
    sending: Sending
    now: Callable[[], datetime]

    async def notify(self, lease: Lease, person: NoticeRecipient) -> None:
        """Send what is due to a person, one message after the other, under the lease.

        After one that failed only critical ones are tried: the rest waits with it, and is sent
        together with it as a digest.
        """
        now = self.now()
        waiting = await self._dropped(lease, await self.deliveries.waiting(person, now), now)
        notices = tuple(each.notice for each in waiting)
        policy = self.policies.get(person.tenant)
        if policy is None or policy.notices is None:
            await self.deliveries.forget(lease, notices)
            NOTICES_ENDED.labels("not_wanted").inc(len(notices))
            return
        contact = self.contacts.contact(person)
        if contact is None:
            why = Failure.NO_ADDRESS
            await self.deliveries.failed(lease, notices, why, next_at=now, given_up=notices)
            NOTICES_ENDED.labels(why).inc(len(notices))
            log.info("notify.no_address", tenant=person.tenant, person=person.id)
            return
        writing = _Writing(lease, policy, policy.notices, contact)
        # Messages that a process began and did not finish keep their ids, so that a receiver who
        # has one already can tell; only what is in none of them is put together by the rules.
        again, new = _interrupted(waiting)
        sent = await self.deliveries.sent(person, now - HOUR)
        out = outgoing(new, sent, policy.notices, policy.roster.zone, now)
        if out.until is not None:
            await self.deliveries.rest(lease, out.resting, out.until)
        fails_until: datetime | None = None
        for id_, message in (*again, *((message_id(each), each) for each in out.messages)):
            if fails_until is None or message[0].is_critical:
                fails_until = await self._send(id_, message, writing) or fails_until
            else:
                await self.deliveries.rest(lease, message, fails_until)

    async def _dropped(
        self, lease: Lease, waiting: list[DueNotice], now: datetime
    ) -> list[DueNotice]:
        """Drop notices of cases that have ended, which asks for nothing; return the others.

        A message that was begun may have arrived: it is sent again, as it was.
        """
        unsent = [each.notice for each in waiting if each.message is None]
        ended = await self.deliveries.of_ended_cases(unsent)
        if not ended:
            return waiting
        why = Failure.CASE_ENDED
        await self.deliveries.failed(lease, ended, why, next_at=now, given_up=ended)
        NOTICES_ENDED.labels(why).inc(len(ended))
        log.info("notify.case_ended", tenant=ended[0].tenant, notices=len(ended))
        return [each for each in waiting if each.notice not in ended]

    async def _send(self, id_: str, message: Message, writing: "_Writing") -> datetime | None:
        """Send a message; return None if it arrived, else until when the person rests."""
        rules, now = writing.rules, self.now()
        pause = pause_after(1 + max(each.attempts for each in message))
        # Kept before it is made: after a kill the next process knows that it may have arrived.
        # A notifier that was frozen learns here that another one sends.
        message = await self.deliveries.attempt(writing.lease, message, id_, now, now + pause)
        with tracing.step("notify", (each.case_id for each in message)):
            channel, failure = await self._by_any(id_, message, writing)
        now = self.now()
        NOTICE_ATTEMPTS.labels(failure or "delivered").inc()
        about = {"tenant": message[0].tenant, "person": message[0].person, "message": id_}
        if failure is None:
            await self.deliveries.delivered(writing.lease, message, channel, now)
            NOTICES_ENDED.labels("delivered").inc(len(message))
            log.info("notify.delivered", channel=channel, notices=len(message), **about)
            return None
        given_up = [each for each in message if is_given_up(each, rules, now)]
        await self.deliveries.failed(
            writing.lease,
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
        """Return the channel of the first address that takes the message, or why none does."""
        failures = set[Failure]()
        for address in writing.contact.addresses:
            channel, url = way_of(address)
            failure = await self.sending.send(url, writing.said(message, channel), id_)
            if failure is None:
                return channel, None
            failures.add(failure)
        return "", next(each for each in _MOST_TELLING if each in failures)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the words of a message depend on, and the right to send it."""

    lease: Lease
    policy: Policy
    rules: NoticeRules
    contact: ContactEntry

    def said(self, message: Message, channel: str) -> RenderedNotice:
        facts = tuple(map(self._facts, message))
        zone = self.policy.roster.zone
        return render(self.rules.texts, facts, self.contact.language, channel, zone)

    def _facts(self, notice: Notice) -> NoticeFacts:
        chinese = self.contact.language is Language.CHINESE
        unit = self.policy.unit(notice.unit)
        category = self.policy.category(notice.category)
        return NoticeFacts(
            action=notice.action,
            case_id=notice.case_id,
            category=(category.name if chinese else category.name_en) if category else None,
            unit=(unit.name if chinese else unit.name_en) if unit else notice.unit,
            clock=notice.clock,
            due_at=notice.due_at,
            level=notice.level,
            provisional=notice.provisional,
            grids=("、" if chinese else ", ").join(
                (grid.name if chinese else grid.name_en) if grid else id_
                for id_ in notice.grids
                for grid in (self.policy.grid(id_),)
            ),
        )


def _interrupted(
    waiting: list[DueNotice],
) -> tuple[list[tuple[str, Message]], tuple[Notice, ...]]:
    """Return the messages whose sending was interrupted, by id; and the notices in no message."""
    messages: dict[str, list[Notice]] = {}
    for each in waiting:
        if each.message is not None:
            messages.setdefault(each.message, []).append(each.notice)
    again = [(id_, tuple(notices)) for id_, notices in messages.items()]
    return again, tuple(each.notice for each in waiting if each.message is None)
