"""Metrics of worker, relay, notifier and checkpoints, and the log line of a stage.

docs/METRICS.md lists every metric.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram

from activities.journal import Journal
from domain.complaints import workflow_id_of
from runtime import tracing
from schemas.records import Batch

log = structlog.stdlib.get_logger()

# Always 1: the version of this process, the version of its Python, and the digest of the image that
# it runs from (SANBAN_IMAGE).
BUILD = Gauge("sanban_build_info", "What runs.", ["version", "python", "image"])

# HTTP connections closed by us, of health pages and gateway: `connections` and
# `connections_of_address` (too many), `stopping` (the process ends), `too_slow` (the head of a
# request did not come in time), `unreadable` (no HTTP, or HTTP that two programs may read
# differently).
HTTP_REFUSED = Counter("sanban_http_refused", "Connections refused.", ["reason"])

# Rows appended to the journal, by kind of event.
ROWS = Counter("sanban_journal_rows", "Journal rows appended.", ["event"])

# Appends that failed, and were repeated or given up, by error class.
APPEND_FAILURES = Counter("sanban_journal_append_failures", "Failed appends.", ["error"])

# Stages whose rows an earlier attempt had already written, at another moment: a worker ended
# between its commit and Temporal's. The workflow continued from the journal.
ADOPTED = Counter("sanban_journal_adopted_stages", "Stages taken over from the journal.")

# Seconds from the call to the commit.
APPEND_SECONDS = Histogram(
    "sanban_journal_append_seconds",
    "Time to append one stage.",
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
)

# Commands decided, by kind; `refusal` is empty for those that were carried out.
COMMANDS = Counter("sanban_commands", "Commands decided.", ["command", "refusal"])

# Rungs by clock, level and outcome: fire, collapse, record.
RUNGS = Counter("sanban_rungs", "Rungs reached.", ["clock", "level", "outcome"])

# Gaps in a roster that a rung met on its way to a named person.
GAPS = Counter("sanban_roster_gaps", "Roster gaps met by a rung.")

# Deadlines that passed, by clock.
MISSED = Counter("sanban_deadlines_missed", "Deadlines missed.", ["clock"])

# Seconds from the moment of a rung until the engine reached it: the lateness of its timers.
LATENESS = Histogram(
    "sanban_rung_lateness_seconds",
    "Lateness of rungs.",
    buckets=(0.1, 0.3, 1, 3, 10, 60, 600, 3600, 86400),
)

# Days that are left with published holidays, in the calendars that intake gives to new cases; below
# 0 when the last of them is over. Deadlines in working time beyond it are provisional: alarm when
# it is under 42, and put in the notice of the next year (RUNBOOK.md, «The calendar ends»).
CALENDAR_DAYS = Gauge("sanban_calendar_days_left", "Days with published holidays.", ["tenant"])

# Days that are left of which this release knows the days off by law; of calendars that take them
# (`holidays: china`). Alarm when it is under 365, and install a newer release (RUNBOOK.md, «The
# law's days end»).
LAW_DAYS = Gauge("sanban_calendar_law_days_left", "Days with known days of the law.", ["tenant"])

# Seconds for which the engine has owed a case its next act: a rung, a deadline, a resumption, an
# archiving whose moment is over; the oldest of them, 0 when it owes none. It grows while no worker
# runs, which no counter shows, and when the database gave no answer for 45 seconds. Every relay
# reports it, also one that stands by. Alarm when it is over 600.
OLDEST_MOMENT = Gauge("sanban_moments_oldest_seconds", "Age of the oldest moment not acted on.")

# For how long this relay has seen the oldest transaction that is not ended and holds back what was
# written since, of any user of the same PostgreSQL; 0 without one. Until it ends, these rows are
# not told and not covered by a checkpoint. It grows when the database gave no answer for 45 s.
TRANSACTION = Gauge("sanban_database_transaction_seconds", "Age of the oldest open transaction.")

# Seconds since a backup was last restored and found whole (`sanban.backup_drills`), +Inf before the
# first time. Every relay reports it. Alarm when it is over 35 days.
BACKUP_DRILL = Gauge("sanban_backup_drill_age_seconds", "Time since a backup was verified.")

# Grids that a patrol did not pass until it closed; each has a row in the journal.
PATROL_MISSES = Counter("sanban_patrol_misses", "Grids that a patrol did not pass.", ["tenant"])

# Seconds since a round of the canary last came through, or since its process began. Alarm when it
# is over 660: two rounds were missed.
CANARY_AGE = Gauge("sanban_canary_passed_seconds", "Time since a round came through.")

# Rounds of the canary: `passed`, or `failed` when a step was missing at its limit.
CANARY_ROUNDS = Counter("sanban_canary_rounds", "Rounds of the canary.", ["outcome"])

# Of the last round, the seconds from its beginning to each step: `sent` (the broker has it),
# `decided` (intake), `begun` (worker), `rung`, `notified`, `told` (relay), `closed`, `signed` (no
# checkpoint is late), `pages` (SANBAN_CANARY_PAGES). NaN for a step that was missing.
CANARY_STEP = Gauge("sanban_canary_step_seconds", "When a step was reached.", ["step"])

# Rows of the journal that the relay has finished: `told` on sanban.case-events, or `withheld`,
# because other systems may not know them.
RELAYED = Counter("sanban_relay_rows", "Rows relayed.", ["outcome"])

# Age of the oldest row that the relay has not finished; 0 when it has finished all. Every relay
# reports it, also one that stands by. Any long transaction on the same PostgreSQL increases it.
# While it cannot be measured (no database), it grows on after 30 seconds: alarm when it is over 60.
RELAY_LAG = Gauge("sanban_relay_lag_seconds", "Age of the oldest row not told.")

# 1 in the relay that publishes, 0 in one that stands by, waits, or has the lease without success:
# also while broker or topic is away and there is nothing to publish. The sum over all should be 1.
RELAY_LEADS = Gauge("sanban_relay_leads", "Whether this relay tells.")

# Seconds since any process last led with success, as far as this one knows; 0 in the one that leads
# with success. To take the lease is no success, and while the database is away the number grows.
# `lease`: relay, notify or checkpoints. Alarm when it is over 60.
LEADER_SILENT = Gauge("sanban_leader_silent_seconds", "Time without a leader.", ["lease"])

# Leases that this process lost while it led: it was frozen, or cut from the database. Another
# process took over, and what this one had on its way may have been done twice.
LEASES_LOST = Counter("sanban_leases_lost", "Leases lost.", ["lease"])

# Attempts of the notifier to send a message: `delivered`, or why not (`not_taken`, `no_answer`,
# `bad_address`). A message can have several notices (a digest) and several attempts.
NOTICE_ATTEMPTS = Counter("sanban_notice_attempts", "Messages tried.", ["result"])

# Notices that have ended: `delivered`, `given_up`, `no_address` (the file of
# contacts does not have the person), `not_wanted` (the town's policy has no notices.yaml),
# `case_ended` (the case ended while the notice waited; it is not sent).
NOTICES_ENDED = Counter("sanban_notices", "Notices that ended.", ["outcome"])

# Notices whose result is in no journal, because the case was over before.
NOTICES_UNKEPT = Counter("sanban_notices_unkept", "Notices that ended after their case.")

# Notices that wait, also those that rest in quiet hours or because a person had many in an hour.
# NaN when it was not measured for 30 seconds (no database).
NOTICES_WAITING = Gauge("sanban_notices_waiting", "Notices that wait.")

# Age of the oldest notice that waits and does not rest; 0 when there is none. It increases while an
# address does not answer, and, after 30 seconds, while it cannot be measured (no database).
NOTICE_AGE = Gauge("sanban_notices_oldest_seconds", "Age of the oldest notice not delivered.")

# 1 while the file of contacts cannot be read: the notifier keeps the addresses it had. It looks
# twice a minute, also where no notice is due.
CONTACTS_UNREAD = Gauge("sanban_contacts_unread", "The file of contacts is wrong.")

# 1 in the notifier that sends, 0 in one that stands by, waits, or has the lease without success:
# also while Temporal is away, so that cases do not hear of their notices. The sum should be 1.
NOTIFIER_LEADS = Gauge("sanban_notifier_leads", "Whether this notifier sends.")

# Rows of the journal that no signed checkpoint covers yet. NaN when it was not measured for
# 30 seconds longer than between two checkpoints (no database).
CHECKPOINT_ROWS_LEFT = Gauge("sanban_checkpoint_rows_left", "Rows that no checkpoint covers.")

# Age of the oldest of them; 0 when all are covered. Every process for checkpoints reports it, also
# one that stands by. Any long transaction on the same PostgreSQL increases it. It grows on when it
# was not measured for 30 seconds longer than between two checkpoints: alarm when it is over 300.
CHECKPOINT_LAG = Gauge("sanban_checkpoint_lag_seconds", "Age of the oldest row not covered.")

# Rows in the last checkpoint. NaN as for the rows that are left.
CHECKPOINT_ROWS = Gauge("sanban_checkpoint_rows", "Rows in the last checkpoint.")

# 1 when the database, its checkpoints and those outside it cannot all be true: nothing is signed
# until a person has looked, and `/readyz` says why. 0 in a process that leads and has compared
# them; NaN in any other, which does not know.
CHECKPOINT_CONTRADICTED = Gauge("sanban_checkpoint_contradicted", "Whether it stopped for good.")

# 1 in the process that takes checkpoints, 0 in one that stands by, waits, still reads the journal,
# or cannot publish what it takes. The sum over all should be 1.
CHECKPOINT_LEADS = Gauge("sanban_checkpoint_leads", "Whether this process takes checkpoints.")


@dataclass(frozen=True)
class CountingJournal:
    """A journal that counts what it appends; it counts the same rows again at a retry."""

    journal: Journal

    async def append(self, batch: Batch) -> None:
        begun = time.perf_counter()
        try:
            with tracing.step("append", [batch.case_id]):
                await self.journal.append(batch)
        except Exception as error:
            APPEND_FAILURES.labels(type(error).__name__).inc()
            raise
        APPEND_SECONDS.observe(time.perf_counter() - begun)
        seen: set[str] = set()
        bodies = [json.loads(text) for text in batch.bodies]
        for body in bodies:
            _count(body, seen)
        log.info(
            "case.journaled",
            tenant=batch.row.tenant,
            case_id=batch.case_id,
            workflow_id=workflow_id_of(batch.row.tenant, batch.case_id),
            tier=batch.row.tier,
            stage=batch.row.stage,
            seq=batch.row.seq,
            events=[body["fact"]["kind"] for body in bodies],
            commands=sorted(seen),
        )

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        ADOPTED.inc()
        return await self.journal.bodies_from(case_id, first_seq)


def _count(body: dict[str, Any], seen: set[str]) -> None:
    fact = body["fact"]
    kind = fact["kind"]
    ROWS.labels(kind).inc()
    if body["command_id"] not in seen:
        seen.add(body["command_id"])
        COMMANDS.labels(body["command"], fact.get("refusal", "")).inc()
    if kind == "rung_reached":
        RUNGS.labels(fact["clock"], str(fact["level"]), fact["outcome"]).inc()
        GAPS.inc(len(fact.get("gaps", ())))
        late = datetime.fromisoformat(body["at"]) - datetime.fromisoformat(fact["moment"])
        LATENESS.observe(late.total_seconds())
    elif kind == "deadline_missed":
        MISSED.labels(fact["clock"]).inc()
