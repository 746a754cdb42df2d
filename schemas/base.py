"""The two kinds of boundary model."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Passed between programs.

    Ignores fields it does not know: during a rollout an old worker meets the messages of a new one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Written(BaseModel):
    """Written by people (policies, forms). A misspelt field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
