"""The board that shows at a glance if all is well."""

from panels import Board, Panel

LEVELS = Board(
    "sanban-levels",
    "Sanban: service levels",
    "Ages that grow while nothing happens, each with the limit of its alert.",
    (
        (
            Panel(
                "Oldest record not decided",
                "A report that has no outcome yet.",
                (("max by (topic) (sanban_intake_oldest_record_seconds)", "{{topic}}"),),
                limit=300,
            ),
            Panel(
                "Oldest moment not acted on",
                "A rung or a deadline that the engine owes; it grows while no worker runs.",
                (("max(sanban_moments_oldest_seconds)", "oldest"),),
                limit=600,
            ),
            Panel(
                "Oldest notice",
                "A person who was not reached yet.",
                (("max(sanban_notices_oldest_seconds)", "oldest"),),
                limit=900,
            ),
        ),
        (
            Panel(
                "Oldest row not told",
                "What other systems have not heard yet.",
                (("max(sanban_relay_lag_seconds)", "oldest"),),
                limit=300,
            ),
            Panel(
                "Oldest row not signed",
                "What no checkpoint covers yet.",
                (("max(sanban_checkpoint_lag_seconds)", "oldest"),),
                limit=300,
            ),
            Panel(
                "Who leads",
                "One of each kind.",
                (
                    ("sum(sanban_relay_leads)", "relays"),
                    ("sum(sanban_notifier_leads)", "notifiers"),
                    ("sum(sanban_checkpoint_leads)", "checkpoints"),
                ),
                unit="short",
            ),
        ),
        (
            Panel(
                "Days with published holidays",
                "Deadlines beyond are provisional.",
                (("min by (tenant) (sanban_calendar_days_left)", "{{tenant}}"),),
                unit="d",
                limit=45,
                low=True,
            ),
            Panel(
                "Since a backup was verified",
                "Restored, and its content compared.",
                (("min(sanban_backup_drill_age_seconds)", "last drill"),),
                limit=35 * 86400,
            ),
            Panel(
                "Oldest open transaction",
                "It holds back what is told and signed.",
                (("max(sanban_database_transaction_seconds)", "oldest"),),
                limit=300,
            ),
        ),
        (
            Panel(
                "Canary: since a round came through",
                "A report of no town goes the whole way every five minutes.",
                (("max(sanban_canary_passed_seconds)", "since"),),
                limit=660,
            ),
            Panel(
                "Canary: steps of a round",
                "Seconds from the beginning of the last round; a gap is a step that was missing.",
                (("max by (step) (sanban_canary_step_seconds)", "{{step}}"),),
            ),
        ),
        (
            Panel(
                "Processes that answer",
                "By job.",
                (('sum by (job) (up{job=~"sanban.*"})', "{{job}}"),),
                unit="short",
            ),
            Panel(
                "What runs",
                "Processes by version.",
                (("count by (version) (sanban_build_info)", "{{version}}"),),
                unit="short",
            ),
        ),
    ),
)
