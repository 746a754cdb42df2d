"""The settings of Kafka; they are part of `Settings`."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from runtime.kafka_security import client_settings


class KafkaSettings(BaseSettings):
    """Each field is an environment variable SANBAN_<NAME>, as those of `Settings`."""

    kafka_bootstrap: str = Field("", description="Brokers: host:port,host:port.")
    kafka_security: Annotated[dict[str, Any], AfterValidator(client_settings)] = Field(
        default_factory=dict,
        repr=False,
        description="TLS and SASL towards the brokers, as a JSON object with the keys below.",
    )
    kafka_session_timeout_ms: int = Field(
        45_000, ge=6_000, description="Milliseconds after which a silent intake is left out."
    )
    kafka_group: str = Field(
        "sanban-intake",
        description="Consumer group of complaints; with -commands appended, that of commands.",
    )
    complaints_topic: str = Field("sanban.complaints", description="Topic of inbound complaints.")
    case_commands_topic: str = Field(
        "sanban.case-commands", description="Topic of commands from other systems."
    )
    dead_letters_topic: str = Field(
        "sanban.dead-letters",
        description="Topic of the records that could not become a case, or act on one.",
    )
    receipts_topic: str = Field(
        "sanban.receipts", description="Topic with the outcome of each record, for publishers."
    )
    case_events_topic: str = Field(
        "sanban.case-events", description="Topic with what happens to cases, for other systems."
    )
    replies_topic: str = Field("", description="Topic of replies to superiors; empty: none.")
    checkpoints_topic: str = Field(
        "sanban.checkpoints", description="Topic of the signed checkpoints of the journal."
    )
    topic_partitions: int = Field(
        12,
        ge=1,
        description="Partitions that `sanban prepare` gives a topic, and `sanban doctor` wants: as "
        "many as you will ever run intakes. That of checkpoints has one.",
    )
    topic_replicas: int = Field(
        3,
        ge=1,
        description="Copies that `sanban prepare` makes of each topic, and `sanban doctor` wants; "
        "1 where there is only one broker.",
    )
