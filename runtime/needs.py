"""What Sanban needs of Kafka and Temporal: one table for `sanban up`, `prepare` and `doctor`.

What it needs of PostgreSQL is in store/roles.py and store/migrations.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gateways.kafka.admin import TopicSpec
from gateways.kafka.topic_limits import NEEDED
from runtime.settings import PREFIX, Settings

NAMESPACE_RETENTION = timedelta(days=90)
"""The server refuses a second workflow with an id only while it keeps the closed one."""

ERASED_AFTER = timedelta(days=90)
"""`sanban erase` does not reach what Kafka keeps, so records of citizens must go by themselves."""

_DAY = timedelta(days=1)
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class TopicNeed:
    """A topic by the setting that names it.

    `kept`: how long `sanban prepare` lets it keep records; None is for ever. `kept_at_least`: what
    is shorter loses records. `personal`: it has words of citizens, so nothing stays for ever.
    `scales`: intakes share its partitions.
    """

    setting: str
    why: str
    kept: timedelta | None
    kept_at_least: timedelta
    personal: bool = False
    one_partition: bool = False
    scales: bool = False
    largest_record: int = _MEGABYTE
    smallest_limit: int = NEEDED

    @property
    def variable(self) -> str:
        return f"{PREFIX}{self.setting.upper()}"


NEEDS: tuple[TopicNeed, ...] = (
    TopicNeed(
        "complaints_topic",
        "an intake that was down reads them afterwards",
        kept=14 * _DAY,
        kept_at_least=7 * _DAY,
        personal=True,
        scales=True,
    ),
    TopicNeed(
        "case_commands_topic",
        "an intake that was down reads them afterwards",
        kept=14 * _DAY,
        kept_at_least=7 * _DAY,
        personal=True,
        scales=True,
    ),
    TopicNeed(
        "receipts_topic",
        "a publisher that was down learns what became of its records",
        kept=14 * _DAY,
        kept_at_least=7 * _DAY,
    ),
    TopicNeed(
        "case_events_topic",
        "a system that was down follows its cases afterwards",
        kept=28 * _DAY,
        kept_at_least=7 * _DAY,
    ),
    TopicNeed(
        "replies_topic",
        "a superior's system that was down reads its replies",
        kept=7 * _DAY,
        kept_at_least=_DAY,
        personal=True,
    ),
    TopicNeed(
        "checkpoints_topic",
        "an auditor compares the journal with all that was signed",
        kept=None,
        kept_at_least=365 * _DAY,
        one_partition=True,
    ),
    # A dead letter has headers of ours beside all that it came with.
    TopicNeed(
        "dead_letters_topic",
        "a person decides about each, also after holidays",
        kept=28 * _DAY,
        kept_at_least=14 * _DAY,
        personal=True,
        largest_record=2 * _MEGABYTE,
        smallest_limit=2 * _MEGABYTE,
    ),
)


@dataclass(frozen=True, slots=True)
class WantedTopic:
    """A topic that a process uses under these settings."""

    name: str
    partitions: int
    need: TopicNeed
    kept_at_least: timedelta

    def spec(self, replicas: int) -> TopicSpec:
        """Return what `sanban prepare` makes where the topic is missing."""
        return TopicSpec(
            self.name,
            self.partitions,
            self.need.largest_record,
            replicas,
            topic_settings(self.need, replicas),
        )


def wanted_topics(settings: Settings) -> list[WantedTopic]:
    """Return every topic of these settings; replies have one only where it is set."""
    found = []
    for need in NEEDS:
        name = getattr(settings, need.setting)
        if name:
            partitions = 1 if need.one_partition else settings.topic_partitions
            # What waits for its complaint is read again from the database, and compared with
            # Kafka by `sanban reconcile`: the record must be there for as long.
            parked = timedelta(hours=settings.parked_hours) if need.scales else timedelta()
            least = max(need.kept_at_least, parked)
            found.append(WantedTopic(name, partitions, need, least))
    return found


def topic_settings(need: TopicNeed, replicas: int) -> Mapping[str, str]:
    """Return the settings of Kafka with which a topic is made, beside its largest record."""
    kept = -1 if need.kept is None else milliseconds(need.kept)
    settings = {
        "cleanup.policy": "delete",
        "retention.ms": str(kept),
        # A record that was acknowledged is in two places before its sender hears of it.
        "min.insync.replicas": str(min(2, max(1, replicas - 1))),
    }
    if need.personal:
        # Kafka deletes whole segments: with its default a record stays for a week longer.
        settings["segment.ms"] = str(milliseconds(_DAY))
    return settings


def milliseconds(time: timedelta) -> int:
    return time // timedelta(milliseconds=1)
