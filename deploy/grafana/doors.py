"""The board of console, gateway and notifier: people and other systems."""

from panels import Board, Panel, quantile

REQUESTS = "sanban_gateway_requests_total"
FAILED_PAGES = 'sum(rate(sanban_console_pages_total{status=~"5.."}[5m]))'
FAILED_REQUESTS = 'sum(rate(sanban_gateway_requests_total{outcome=~"failed|unavailable"}[5m]))'
FAILED_SIGN_INS = 'sanban_console_sign_ins_total{outcome!="begun"}'

DOORS = Board(
    "sanban-doors",
    "Sanban: people and other systems",
    "Pages, requests and notices.",
    (
        (
            Panel(
                "Pages a second",
                "By status.",
                (("sum by (status) (rate(sanban_console_pages_total[5m])) > 0", "{{status}}"),),
                unit="reqps",
            ),
            Panel(
                "Share of pages that fail",
                "Says something above one page a minute only.",
                ((f"{FAILED_PAGES} / sum(rate(sanban_console_pages_total[5m]))", "failed"),),
                unit="percentunit",
                limit=0.072,
            ),
            Panel(
                "Time of a page",
                "Of an act, with the time until its case has decided.",
                (
                    (quantile("0.5", "sanban_console_page_seconds"), "half"),
                    (quantile("0.95", "sanban_console_page_seconds"), "95 %"),
                ),
            ),
        ),
        (
            Panel(
                "Requests a second",
                "By outcome.",
                (
                    (
                        "sum by (outcome) (rate(sanban_gateway_requests_total[5m])) > 0",
                        "{{outcome}}",
                    ),
                ),
                unit="reqps",
            ),
            Panel(
                "Share of requests that fail",
                "Says something above one request a minute only.",
                ((f"{FAILED_REQUESTS} / sum(rate(sanban_gateway_requests_total[5m]))", "failed"),),
                unit="percentunit",
                limit=0.072,
            ),
            Panel(
                "Time of a request",
                "With the wait for body and broker.",
                (
                    (quantile("0.5", "sanban_gateway_request_seconds"), "half"),
                    (quantile("0.95", "sanban_gateway_request_seconds"), "95 %"),
                ),
            ),
        ),
        (
            Panel(
                "Notices, an hour",
                "By how they ended.",
                (("sum by (outcome) (increase(sanban_notices_total[1h]))", "{{outcome}}"),),
                unit="short",
            ),
            Panel(
                "Notices that wait",
                "Also those that rest at night.",
                (("max(sanban_notices_waiting)", "waiting"),),
                unit="short",
            ),
            Panel(
                "Rows told, a second",
                "Told on sanban.case-events, or withheld.",
                (("sum by (outcome) (rate(sanban_relay_rows_total[5m]))", "{{outcome}}"),),
                unit="short",
            ),
        ),
        (
            Panel(
                "Files that cannot be read",
                "1 while the file is wrong: what was read before counts. /readyz names the line.",
                (
                    ("max(sanban_gateway_clients_unread)", "clients"),
                    ("max(sanban_contacts_unread)", "contacts"),
                ),
                unit="short",
                limit=1,
            ),
            Panel(
                "Sign-ins that failed, an hour",
                "Away: the identity provider did not answer.",
                ((f"sum by (outcome) (increase({FAILED_SIGN_INS}[1h]))", "{{outcome}}"),),
                unit="short",
                limit=3,
            ),
        ),
    ),
)
