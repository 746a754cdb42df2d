"""deploy/kubernetes/strimzi.yaml: the topics and users of Kafka, for Strimzi."""

from collections.abc import Iterator
from typing import Any

import yaml

from runtime.kafka_rights import KafkaUser, users_of_processes
from runtime.needs import WantedTopic, wanted_topics
from runtime.settings import Settings

HEADER = """\
# Topics and users of Kafka for Strimzi: set the name of your Kafka for CLUSTER, and leave out
# what you do not use. Written from runtime/needs.py and runtime/kafka_rights.py by `make schemas`.
"""
API = "kafka.strimzi.io/v1"
CLUSTER = "CLUSTER"
REPLIES = "sanban.order-replies"


def strimzi_file() -> str:
    settings = Settings.model_construct(replies_topic=REPLIES)
    return HEADER + yaml.safe_dump_all(_objects(settings), sort_keys=False, explicit_start=True)


def _objects(settings: Settings) -> Iterator[dict[str, Any]]:
    for topic in wanted_topics(settings):
        yield _topic(settings, topic)
    for user in users_of_processes():
        yield _user(settings, user)


def _topic(settings: Settings, topic: WantedTopic) -> dict[str, Any]:
    spec = topic.spec(settings.topic_replicas)
    return {
        "apiVersion": API,
        "kind": "KafkaTopic",
        "metadata": {"name": topic.name, "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "partitions": spec.partitions,
            "replicas": spec.replicas,
            "config": {"max.message.bytes": str(spec.largest_record), **spec.settings},
        },
    }


def _user(settings: Settings, user: KafkaUser) -> dict[str, Any]:
    acls: list[dict[str, Any]] = [
        _acl("topic", getattr(settings, name), list(operations))
        for name, operations in user.topics.items()
    ]
    acls += [_acl("group", f"{settings.kafka_group}{end}", ["Read"]) for end in user.groups]
    if user.creates:
        acls.append({"resource": {"type": "cluster"}, "operations": ["Create"]})
    return {
        "apiVersion": API,
        "kind": "KafkaUser",
        "metadata": {"name": user.name, "labels": {"strimzi.io/cluster": CLUSTER}},
        "spec": {
            "authentication": {"type": "scram-sha-512"},
            "authorization": {"type": "simple", "acls": acls},
        },
    }


def _acl(kind: str, name: str, operations: list[str]) -> dict[str, Any]:
    resource = {"type": kind, "name": name, "patternType": "literal"}
    return {"resource": resource, "operations": operations}
