"""What to do about a part that does not answer: where it is looked for, by which setting."""

from runtime.settings import Settings, temporal_settings


def start_it(settings: Settings, part: str) -> str:
    """Return what to do when `part` (temporal, postgresql, kafka) is away.

    The address of the database is not repeated, because it may hold a password.
    """
    if part == "kafka":
        where, setting = f" at {settings.kafka_bootstrap}", "SANBAN_KAFKA_BOOTSTRAP"
    elif part == "temporal":
        where, setting = f" at {temporal_settings(settings)['target_host']}", "TEMPORAL_ADDRESS"
    else:
        where, setting = "", "SANBAN_DATABASE_URL"
    return f"start it{where}, or correct {setting}, then run this again"
