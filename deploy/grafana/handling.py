"""The board of intake and worker: reports and cases."""

from panels import Board, Panel, quantile

REJECTED = 'sanban_intake_records_total{outcome=~"rejected|conflict"}'
WAITING = "sanban_intake_unavailable_seconds_total"

HANDLING = Board(
    "sanban-handling",
    "Sanban: reports and cases",
    "What came in, what became of it, and how fast the engine works.",
    (
        (
            Panel(
                "Records by outcome, an hour",
                "Each record ends in exactly one.",
                (
                    (
                        "sum by (topic, outcome) (increase(sanban_intake_records_total[1h]))",
                        "{{topic}} {{outcome}}",
                    ),
                ),
                unit="short",
            ),
            Panel(
                "Dead letters by reason, an hour",
                "Rejected, or another content under the same identity.",
                (
                    (
                        f"sum by (reason) (increase({REJECTED}[1h])) > 0",
                        "{{reason}}",
                    ),
                ),
                unit="short",
            ),
        ),
        (
            Panel(
                "Records not decided",
                "Also those of long chunks.",
                (
                    ("sum by (topic) (sanban_intake_lag_records)", "{{topic}} waits"),
                    ("sum by (wait) (sanban_intake_parked_records)", "parked: {{wait}}"),
                ),
                unit="short",
            ),
            Panel(
                "Waiting for a part",
                "Seconds a second that chunks wait.",
                (
                    (
                        "sum by (part) (rate(sanban_intake_unavailable_seconds_total[5m]))",
                        "{{part}}",
                    ),
                ),
                unit="short",
            ),
        ),
        (
            Panel(
                "Rows journaled, an hour",
                "By kind of event.",
                (("sum by (event) (increase(sanban_journal_rows_total[1h])) > 0", "{{event}}"),),
                unit="short",
            ),
            Panel(
                "Time to append a stage",
                "From the call to the commit.",
                (
                    (quantile("0.5", "sanban_journal_append_seconds"), "half"),
                    (quantile("0.99", "sanban_journal_append_seconds"), "99 %"),
                ),
            ),
        ),
        (
            Panel(
                "Rungs, an hour",
                "By clock and outcome.",
                (
                    (
                        "sum by (clock, outcome) (increase(sanban_rungs_total[1h])) > 0",
                        "{{clock}} {{outcome}}",
                    ),
                ),
                unit="short",
            ),
            Panel(
                "Lateness of rungs",
                "From their moment until the engine reached them.",
                (
                    (quantile("0.5", "sanban_rung_lateness_seconds"), "half"),
                    (quantile("0.99", "sanban_rung_lateness_seconds"), "99 %"),
                ),
                limit=60,
            ),
        ),
        (
            Panel(
                "Gaps, missed deadlines, refused rows, an hour",
                "What must not be silent.",
                (
                    ("sum(increase(sanban_roster_gaps_total[1h]))", "gaps in rosters"),
                    (
                        "sum by (clock) (increase(sanban_deadlines_missed_total[1h])) > 0",
                        "missed: {{clock}}",
                    ),
                    (
                        "sum by (error) (increase(sanban_journal_append_failures_total[1h])) > 0",
                        "append: {{error}}",
                    ),
                ),
                unit="short",
            ),
            Panel(
                "Refused commands, an hour",
                "By refusal.",
                (
                    (
                        'sum by (refusal) (increase(sanban_commands_total{refusal!=""}[1h])) > 0',
                        "{{refusal}}",
                    ),
                ),
                unit="short",
            ),
        ),
    ),
)
