"""The three base classes of models that cross a process boundary."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Passed between programs.

    Ignores fields it does not know: during a rollout an old worker meets the messages of a new one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Written(BaseModel):
    """Written by people (policies, forms). A misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def in_words(name: str, _field: object = None) -> str:
    """Return a field's title: `reported_at` -> `Reported at`."""
    return name.replace("_", " ").capitalize()


class Published(BaseModel):
    """The data of other people's events.

    Mistakes of publishers are reported, never corrected: no unknown field, no coercion.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, field_title_generator=in_words
    )
