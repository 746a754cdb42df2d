"""The settings of what watches the system: what runs, and the canary (docs/SETTINGS.md)."""

from pydantic import Field

from runtime.console_settings import ConsoleSettings


class WatchSettings(ConsoleSettings):
    """Part of runtime/settings.py, which reads them all."""

    canary: bool = Field(
        default=False,
        description="Serve the canary's tenant as well (`sanban canary run`); the same for all.",
    )
    canary_seconds: float = Field(
        300, ge=60, description="Seconds between two rounds of the canary."
    )
    canary_pages: tuple[str, ...] = Field(
        (),
        description="Addresses that must answer 200 in each round, as a JSON list: `/readyz` of "
        "gateway, console and checkpoints.",
    )
    canary_bell: str = Field(
        "", description="Address outside that is posted to after each round that came through."
    )
    image: str = Field(
        "", description="Digest of the image that this process runs from, for sanban_build_info."
    )
