"""The settings of what watches the system: what runs, and the canary (docs/SETTINGS.md)."""

from pydantic import Field

from runtime.console_settings import ConsoleSettings


class WatchSettings(ConsoleSettings):
    """Part of runtime/settings.py, which reads them all."""

    image: str = Field(
        "", description="Digest of the image that this process runs from, for sanban_build_info."
    )
