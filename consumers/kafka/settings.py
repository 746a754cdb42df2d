"""What a member of a consumer group is given: its options, and those of kafka-python, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateways.kafka.mended_clients import ASSIGNORS

SHARES = 4
"""What one poll returns, and what a broker sends at once, is this part of all that is held."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """Where to read, as which group, and how patiently.

    `client` goes to kafka-python as it is: TLS and SASL, client_id, group_instance_id.
    """

    bootstrap: str
    topics: tuple[str, ...]
    group: str
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    chunk: int = 200  # records at most
    max_in_flight: int = 2000  # records over all partitions; beyond it nothing is fetched
    # Bytes over all partitions, of what is in work and what is fetched; beyond it nothing is
    # fetched. A record above `largest_record` is not read whole.
    max_bytes: int = 64 * 1024 * 1024
    largest_record: int = 1024 * 1024
    seconds_between_commits: float = 0.5
    seconds_to_drain: float = 20
    seconds_to_commit: float = 5
    seconds_between_connects: float = 2
    seconds_after_refusal: float = 10


def consumer_settings(options: SourceOptions) -> dict[str, Any]:
    """Return the settings of a consumer; `client` (TLS, SASL and so on) has the last word."""
    share = options.max_bytes // SHARES
    return {
        "bootstrap_servers": options.bootstrap,
        "bootstrap_timeout_ms": 5000,
        "group_id": options.group,
        "largest_record": options.largest_record,
        "poll_bytes": share,
        # Of one answer of a broker; a batch that is larger comes alone.
        "fetch_max_bytes": share,
        # On by default: it would commit records that have no outcome yet.
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "partition_assignment_strategy": ASSIGNORS,
        "max_poll_records": options.chunk,
        # How long the broker delays an empty answer; a partition that is resumed meanwhile waits
        # for it.
        "fetch_max_wait_ms": 100,
        "reconnect_backoff_max_ms": 3000,  # after an outage of minutes the broker is found soon
        "metadata_max_age_ms": 30_000,  # how late a new topic or partition is found
        **options.client,
    }
