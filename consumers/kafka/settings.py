"""What kafka-python is given for a member of a consumer group, and why."""

from collections.abc import Mapping
from typing import Any

from gateways.kafka.mended_clients import ASSIGNORS


def consumer_settings(
    bootstrap: str, group: str, chunk: int, client: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings of a consumer; `client` (TLS, SASL and so on) has the last word."""
    return {
        "bootstrap_servers": bootstrap,
        "bootstrap_timeout_ms": 5000,
        "group_id": group,
        # On by default: it would commit records that have no outcome yet.
        "enable_auto_commit": False,
        "auto_offset_reset": "earliest",
        "allow_auto_create_topics": False,
        "partition_assignment_strategy": ASSIGNORS,
        "max_poll_records": chunk,
        # How long the broker delays an empty answer; a partition that is resumed meanwhile waits
        # for it.
        "fetch_max_wait_ms": 100,
        "reconnect_backoff_max_ms": 3000,  # after an outage of minutes the broker is found soon
        "metadata_max_age_ms": 30_000,  # how late a new topic or partition is found
        **client,
    }
