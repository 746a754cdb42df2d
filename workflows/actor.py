"""The life of a case as a single-writer actor, shared by the workflow types of the three tiers.

Update and Signal handlers check and enqueue. `_live` alone decides, journals and sets the one
timer, so nothing else changes the case while an activity runs.

The order of activities, timers, upserts and Signals is replayed from recorded histories: a change
needs workflow.patched() (CONTRIBUTING.md, tests/replay).
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Never, TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.lookups import LookupActivities
    from activities.options import AT_ONCE, FINAL_FAILURES, UNTIL_DONE
    from activities.records import RecordActivities
    from domain.case.commands import ENGINE, Command, Lookup
    from domain.case.decide import decide
    from domain.case.escalation.acts import Ring
    from domain.case.events import Event
    from domain.case.evolve import fold
    from domain.case.forecasts import TICK
    from domain.case.registration.acts import Open
    from domain.case.state import Answered, Case
    from domain.case.summaries import Summary, summarize
    from domain.vocabulary import Tier
    from schemas.case import CaseEnd, CaseInput
    from schemas.commands import (
        ID_REUSED,
        REFUSED,
        CaseMessage,
        CommandAnswer,
        CommandMessage,
    )
    from schemas.journal import batch_of, event_of
    from workflows.case_messages import HEAR, send_messages
    from workflows.command_limits import UNFIT, unfit
    from workflows.current_details import details
    from workflows.follow_ons import (
        WORKFLOW_TYPES,
        follow_on_question,
        led_to,
        led_to_before,
        start_follow_on,
    )
    from workflows.next_timer import NextTimer
    from workflows.questions import question
    from workflows.search_attributes import changes
    from workflows.summaries import asked_for, memo_of, recorded


NOTHING_YET = Summary(title="", deadlines=(), coming=None)

Asked = TypeVar("Asked")
Got = TypeVar("Got")


class JournalContradicts(Exception):
    """The journal holds other rows at this place; docs/RUNBOOK.md says what to do.

    This is no FailureError on purpose: it fails the workflow task, which waits, and not the
    workflow. No case is lost.
    """


class CaseActor:
    """`tier` is the tier whose workflow type this is; raising it continues as the next type."""

    tier: Tier

    def __init__(self, begin: CaseInput) -> None:
        self._case = begin.case
        # What callers may see: the case as it is safely in the journal.
        self._journaled = begin.case
        self._summary = summarize(begin.case) if begin.case else NOTHING_YET
        self._inbox: list[CommandMessage | CaseMessage] = []
        self._timer = NextTimer()

    async def _live(self, begin: CaseInput) -> CaseEnd:
        if begin.plan is not None:
            opening = Command(f"open:{begin.plan.case_id}", ENGINE, Open(plan=begin.plan))
            await self._journal(await self._decide(opening, workflow.now()))
        else:
            # Continue-as-new keeps search attributes but not the current details.
            workflow.set_current_details(details(self._now_case, self._summary))
            if (category := led_to_before(self._now_case)) is not None:
                await self._start_follow_on(category, workflow.now())
        while not self._now_case.stage.is_final:
            # Before waiting: a raised tier is another workflow type.
            if self._now_case.tier is not self.tier or self._history_is_long():
                await self._continue()
            await self._wake()
            await self._turn()
        await self._answer_everybody()
        case = self._now_case
        return CaseEnd(case_id=case.case_id, stage=case.stage, seq=case.seq)

    @workflow.update
    async def act(self, message: CommandMessage) -> CommandAnswer:
        """Do what the command says, once for each command id; answered from the journal."""
        self._inbox.append(message)
        # Not until it is decided but until it is journaled: an answer is never taken back.
        await workflow.wait_condition(
            lambda: self._journaled is not None and self._journaled.answer(message.id) is not None
        )
        return self._answer(message)

    @act.validator
    def _may_act(self, message: CommandMessage) -> None:
        why = unfit(message)
        if why is not None:
            raise ApplicationError(why, type=UNFIT, non_retryable=True)
        earlier = self._case.answer(message.id) if self._case else None
        if earlier is not None:
            _unless_reused(message, earlier)

    @workflow.signal(name=HEAR)
    def hear(self, message: CaseMessage) -> None:
        """Take a message of another case. A second one with the same id has no effect."""
        self._inbox.append(message.known())

    @workflow.query
    def state(self) -> Case | None:
        """The case as it is in the journal."""
        return self._journaled

    @property
    def _now_case(self) -> Case:
        if self._case is None:
            raise ValueError("the case is not open yet")
        return self._case

    async def _wake(self) -> None:
        """Wait for a command, or for the next thing that is due."""
        coming = self._summary.coming
        if coming is None:
            self._timer.set(None, "")
        else:
            self._timer.set(coming.at + TICK, f"{coming.clock} {coming.what}".strip())
        await _until(lambda: bool(self._inbox) or self._timer.has_fired)

    async def _turn(self) -> None:
        """Decide everything that is due, then everything in the inbox; journal it as one batch."""
        now = workflow.now()
        # All rows of a batch have this moment. A message that arrives during a look-up belongs to a
        # later moment, so to the next turn.
        inbox, self._inbox = self._inbox, []
        events: tuple[Event, ...] = ()
        # Strictly before: what is done at the very instant of a deadline is done in time.
        if self._summary.coming is not None and self._summary.coming.at < now:
            ring = Command(f"ring:{self._now_case.seq}", ENGINE, Ring())
            events += await self._decide(ring, now)
        for message in inbox:
            events += await self._decide(message.to_domain(Lookup()), now)
        await self._journal(events)
        # If an earlier attempt had journaled other rows, some of these may not be answered yet.
        self._inbox[:0] = [each for each in inbox if self._now_case.answer(each.id) is None]

    async def _decide(self, command: Command, now: datetime) -> tuple[Event, ...]:
        """Look up what the decision needs and decide; return the events, not journaled yet."""
        asked = question(self._case, command, now)
        if asked is not None:
            lookup = await self._ask(LookupActivities.look_up, asked, asked_for(asked))
            command = Command(command.id, command.actor, command.act, lookup)
        decision = decide(self._case, command, now)
        self._case = decision.case
        return decision.events

    async def _journal(self, events: tuple[Event, ...]) -> None:
        """Journal the events, then show the case, then send messages to other cases.

        In this order, because neither callers nor other cases may act on what could still be lost.
        While the database is away, the server goes on trying.
        """
        case, summary = self._now_case, summarize(self._now_case)
        if events:
            batch = batch_of(case, events, summary)
            held = await self._ask(RecordActivities.record, batch, recorded(events))
            if held:
                # An earlier attempt of this task journaled these and died before Temporal knew. The
                # journal is the truth: go on from its rows (docs/adr/0012).
                events = tuple(map(event_of, held))
                case = self._case = fold(events, self._journaled)
                summary = summarize(case)
        self._journaled, self._summary = case, summary
        workflow.set_current_details(details(case, summary))
        # Only what changed: each upsert is an event in the history.
        updates = changes(case, summary, workflow.info().typed_search_attributes)
        if updates:
            workflow.upsert_search_attributes(updates)
        self._inbox += await send_messages(case, events)
        for category, at in led_to(events):
            await self._start_follow_on(category, at)

    async def _start_follow_on(self, category: str, at: datetime) -> None:
        asked = follow_on_question(self._now_case, category, at)
        await start_follow_on(await self._ask(LookupActivities.look_up, asked, asked_for(asked)))

    @staticmethod
    async def _ask(
        what: Callable[[Any, Asked], Awaitable[Got]], argument: Asked, summary: str
    ) -> Got:
        """Run an activity locally; if that fails, as a normal one, which the server retries.

        A local activity is cheap but blocks Updates, so it gets seconds; the normal one may take
        until a server is repaired. Its final failure is in the history for ever, and no retry
        follows. Then the loop asks locally again: that failure fails the workflow task, which waits
        until an operator has removed the cause.

        Catches FailureError and not ActivityError: a failure of a local activity is replayed from
        the history without its ActivityError, e.g. as a bare TimeoutError. One that passed here
        would fail the workflow.
        """
        while True:
            try:
                return await workflow.execute_local_activity_method(
                    what, argument, summary=summary, **AT_ONCE
                )
            except FailureError as error:
                _unless_final(error)
            try:
                return await workflow.execute_activity_method(
                    what, argument, summary=summary, **UNTIL_DONE
                )
            except FailureError as error:
                workflow.logger.warning("asked_again", extra={"cause": str(error.__cause__)})

    def _answer(self, message: CommandMessage) -> CommandAnswer:
        case = self._journaled
        answered = case.answer(message.id) if case else None
        if case is None or answered is None:
            raise ValueError(f"command {message.id} is not answered yet")
        _unless_reused(message, answered)
        if answered.refusal is not None:
            raise ApplicationError(
                answered.detail,
                answered.refusal.value,
                answered.seq,
                type=REFUSED,
                non_retryable=True,
            )
        return CommandAnswer(
            case_id=case.case_id, command_id=message.id, seq=answered.seq, stage=answered.stage
        )

    async def _answer_everybody(self) -> None:
        """Decide late commands like any other, until every caller has its answer.

        A run must not end before: the server would abort the Updates that still wait.
        """
        while self._inbox or not workflow.all_handlers_finished():
            if self._inbox:
                await self._turn()
            else:
                await _until(lambda: bool(self._inbox) or workflow.all_handlers_finished())

    async def _continue(self) -> Never:
        await self._answer_everybody()
        case = self._now_case
        workflow.continue_as_new(
            args=[CaseInput(case=case)],
            workflow=WORKFLOW_TYPES[case.tier],
            # The static summary ends with the run. A case of before had no memo.
            memo=memo_of(case.plan),
        )

    @staticmethod
    def _history_is_long() -> bool:
        return workflow.info().is_continue_as_new_suggested()


async def _until(condition: Callable[[], bool]) -> None:
    """Wait for the condition and ignore a cancel request: only its journal ends a case."""
    while not condition():
        try:
            await workflow.wait_condition(condition)
        except asyncio.CancelledError:
            workflow.logger.warning("cancel_ignored")


def _unless_reused(message: CommandMessage, earlier: Answered) -> None:
    if earlier.command != message.act.kind:
        raise ApplicationError(
            f"command id {message.id} was used for {earlier.command}; use a new one",
            type=ID_REUSED,
            non_retryable=True,
        )


def _unless_final(error: BaseException | None) -> None:
    while error is not None:
        if isinstance(error, ApplicationError) and error.type in FINAL_FAILURES:
            raise JournalContradicts(f"{error.type}: {error.message}") from error
        error = error.__cause__
