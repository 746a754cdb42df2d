"""Timeouts and retries of activities."""

from datetime import timedelta
from typing import TypedDict

from temporalio.common import RetryPolicy

FINAL_FAILURES = ("GapInJournal", "Unstorable")
"""Failures of the journal that no retry can change, by exact class name."""


class LocalOptions(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


class RemoteOptions(TypedDict):
    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


AT_ONCE = LocalOptions(
    # While a local activity runs no Update is served. Give up soon, and let the server retry.
    start_to_close_timeout=timedelta(seconds=2),
    retry_policy=RetryPolicy(
        maximum_attempts=2,
        initial_interval=timedelta(milliseconds=50),
        non_retryable_error_types=FINAL_FAILURES,
    ),
)

UNTIL_DONE = RemoteOptions(
    start_to_close_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500),
        maximum_interval=timedelta(seconds=10),
        non_retryable_error_types=FINAL_FAILURES,
    ),
)
