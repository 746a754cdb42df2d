"""Metrics of gateway and console. docs/METRICS.md lists them with the comment above each."""

from prometheus_client import Counter, Gauge, Histogram

# Requests by route and outcome: answered, accepted (the broker has it), or the reason why not.
REQUESTS = Counter("sanban_gateway_requests", "Requests answered.", ["route", "outcome"])

# Events that the broker acknowledged; each event of a batch counts.
EVENTS = Counter("sanban_gateway_events", "Events handed to the broker.", ["topic"])

# From the first byte of the request to the answer, including the wait for body and broker.
SECONDS = Histogram(
    "sanban_gateway_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)

# 1 while the clients file cannot be read: the gateway keeps the clients it had.
CLIENTS_UNREAD = Gauge("sanban_gateway_clients_unread", "The clients file is wrong.")

# Pages of the console by route and status: 409 is an act that its case refused, or a form from
# before the case moved on.
PAGES = Counter("sanban_console_pages", "Pages answered.", ["route", "status"])

# From the request of a page to its answer; of an act, with the time until its case has decided.
PAGE_SECONDS = Histogram(
    "sanban_console_page_seconds",
    "Time to answer a page.",
    ["route"],
    buckets=(0.01, 0.03, 0.1, 0.15, 0.3, 0.5, 1, 3, 10),
)

# Sign-ins by way and outcome: begun; unknown (a subject without a person), refused (not proven),
# away (the identity provider), limited.
SIGN_INS = Counter("sanban_console_sign_ins", "Sign-ins.", ["way", "outcome"])
