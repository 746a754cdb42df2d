"""Who may do what on Kafka: the users of production, for RUNBOOK.md and deploy/kubernetes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from runtime.needs import NEEDS
from runtime.processes import PROCESSES

EVERY_TOPIC = tuple(need.setting for need in NEEDS)


@dataclass(frozen=True, slots=True)
class KafkaUser:
    """A user with its rights: the setting of a topic -> operations as Kafka names them.

    `groups` are the ends of the names of its consumer groups, after SANBAN_KAFKA_GROUP.
    """

    name: str
    topics: Mapping[str, tuple[str, ...]]
    groups: tuple[str, ...] = field(default=())
    creates: bool = False


def users_of_processes() -> list[KafkaUser]:
    """Return a user for each process that uses Kafka, and one for those who prepare and look."""
    users = []
    for process in PROCESSES:
        if process.topics:
            rights: dict[str, tuple[str, ...]] = {
                **dict.fromkeys(process.writes, ("Write", "Describe")),
                **dict.fromkeys(process.reads, ("Read", "Describe")),
            }
            if process.name == "intake":
                # How large a letter may be, which it would learn from refusals otherwise.
                rights["dead_letters_topic"] = ("Write", "Describe", "DescribeConfigs")
            groups = ("", "-commands") if process.name == "intake" else ()
            users.append(KafkaUser(f"sanban-{process.name}", rights, groups))
    looks = dict.fromkeys(EVERY_TOPIC, ("Describe", "DescribeConfigs"))
    users.append(KafkaUser("sanban-prepare", looks, creates=True))
    return users
