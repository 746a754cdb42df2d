"""The metrics of intake. The comment above each says what it means (docs/METRICS.md)."""

from prometheus_client import Counter, Gauge, Histogram

# Every record once, when its outcome is durable. `reason` is empty unless it was dead-lettered.
RECORDS = Counter("sanban_intake_records", "Records decided.", ["topic", "outcome", "reason"])

# Calls that started a workflow. `existing` grows when chunks are handled again after a failure.
STARTS = Counter("sanban_intake_starts", "Workflow starts.", ["result"])

# Cases that a rule let follow another: as they began (opened), or later (merged). `left` counts
# those that it could not merge, because the case gave no answer or had moved on.
GATHERED = Counter("sanban_intake_surge_cases", "Cases of a surge behind its first.", ["how"])

# From the delivery of a chunk to its last outcome, waiting for what was away included.
CHUNK_SECONDS = Histogram(
    "sanban_intake_chunk_seconds",
    "Time to decide a chunk of records.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000),
)

# Chunks wait because a part (temporal, postgresql, kafka, publishers) is away. Summed over chunks:
# 12 partitions waiting for a minute give 720.
UNAVAILABLE_SECONDS = Counter(
    "sanban_intake_unavailable_seconds", "Time chunks waited for a part that was away.", ["part"]
)

# Records handed out and not yet decided.
IN_FLIGHT = Gauge("sanban_intake_in_flight_records", "Records being decided.", ["group"])

# Bytes of what is fetched, unpacked and being decided; at most a little more than
# SANBAN_INTAKE_BYTES, whatever is published.
BYTES_HELD = Gauge("sanban_intake_held_bytes", "Bytes fetched or being decided.", ["group"])

# Partitions that are not fetched, because a chunk of theirs (or too much of all) is in flight.
PAUSED = Gauge("sanban_intake_paused_partitions", "Partitions paused.", ["group"])

# Committed records in the topic that this group has not decided, up to the first transaction that
# is not ended. Only the partitions of this process. NaN when the broker did not say for a minute.
LAG = Gauge("sanban_intake_lag_records", "Records not yet decided.", ["topic", "partition"])

# Age of the oldest record that this group has read and not decided, by the moment that Kafka gives
# it; of one that is not read yet, how long this process has seen it. 0 when all are decided or
# parked. Only the partitions of this process. It grows when the broker gave no answer for a minute:
# alarm when it is over 300.
OLDEST_RECORD = Gauge(
    "sanban_intake_oldest_record_seconds",
    "Age of the oldest record not decided.",
    ["topic", "partition"],
)

# How long this process has seen the oldest transaction of the partition that its publisher has not
# ended; 0 without one. What lies behind its first record waits. Only this process's partitions.
# NaN when the broker did not say for a minute.
OPEN_TRANSACTION = Gauge(
    "sanban_intake_open_transaction_seconds",
    "Age of the oldest open transaction.",
    ["topic", "partition"],
)

# Records that wait, by what for. All of the topic, whichever process parked them. NaN when the
# database did not say for a minute.
PARKED = Gauge("sanban_intake_parked_records", "Records that wait.", ["topic", "wait"])

# Commits put off because the group was rebalancing or the broker did not answer; not a loss.
COMMITS_DEFERRED = Counter("sanban_intake_commits_deferred", "Offset commits put off.")

# Between two chunks, or the committed offset and the first chunk: one each for transactions of a
# publisher, and the records of those that it aborted. A large number without such publishers means
# that the topic deleted records before they were read.
SKIPPED = Counter("sanban_intake_offsets_skipped", "Offsets that held no record.")

# A partition had records but brought none for too long, and a new Kafka consumer replaced
# the old one.
RECREATED = Counter("sanban_intake_consumer_recreated", "Kafka consumers replaced.")
