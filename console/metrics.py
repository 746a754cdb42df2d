"""Metrics of the gateway. docs/METRICS.md lists them with the comment above each."""

from prometheus_client import Counter, Gauge, Histogram

# Requests by route and how they ended: answered, accepted (the broker has it), or why not.
REQUESTS = Counter("sanban_gateway_requests", "Requests answered.", ["route", "outcome"])

# Events that the broker acknowledged, one by one where they came in a batch.
EVENTS = Counter("sanban_gateway_events", "Events handed to the broker.", ["topic"])

# From the first byte of the request to the answer: waiting for body and broker included.
SECONDS = Histogram(
    "sanban_gateway_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)

# 1 while the file of clients cannot be read: those it had before go on as before.
CLIENTS_UNREAD = Gauge("sanban_gateway_clients_unread", "The file of clients is wrong.")
