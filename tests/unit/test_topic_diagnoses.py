"""What `sanban doctor` says of topics on a cluster of several brokers, which no test has."""

from collections.abc import Collection
from datetime import timedelta

import pytest

from gateways.kafka.topic_facts import ClusterFacts, TopicFacts
from runtime.needs import WantedTopic, wanted_topics
from runtime.preflight.diagnosis import Diagnosis, Severity
from runtime.preflight.topics import look_at_offsets, look_at_rights, look_at_topics
from runtime.settings import Settings

SETTINGS = Settings.model_construct(kafka_bootstrap="kafka:9092")
[COMPLAINTS] = [
    topic for topic in wanted_topics(SETTINGS) if topic.need.setting == "complaints_topic"
]
SOUND = {
    "cleanup.policy": "delete",
    "retention.ms": "1209600000",
    "segment.ms": "86400000",
    "min.insync.replicas": "2",
    "max.message.bytes": "1048576",
}


def looked_at(
    *, topic: WantedTopic = COMPLAINTS, brokers: int = 3, **facts: object
) -> list[Diagnosis]:
    described = {"partitions": 12, "copies": 3, "settings": SOUND} | facts
    found = TopicFacts(**described)  # type: ignore[arg-type]
    return look_at_topics(SETTINGS, [topic], ClusterFacts(brokers, {topic.name: found}))


def test_a_sound_topic_has_one_line() -> None:
    [line] = looked_at()

    assert line.level is Severity.OK
    assert line.sentence == "topic sanban.complaints: 12 partitions, 3 copies"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"leaderless": (4,)}, "no broker leads partition 4"),
        ({"behind": {7: 1}}, "partition 7 has 1 of 3 copies in sync: it takes no records"),
        (
            {"settings": SOUND | {"min.insync.replicas": "1"}},
            "min.insync.replicas is 1: one broker can lose what was acknowledged",
        ),
        (
            {"settings": SOUND | {"unclean.leader.election.enable": "true"}},
            "unclean.leader.election.enable is true",
        ),
        ({"copies": 2}, "has 2 copies; wanted: 3"),
        ({"copies": 1, "brokers": 1}, "the cluster has 1 brokers"),
        ({"error": "TopicAuthorizationFailedError"}, "the broker says TopicAuthorization"),
    ],
)
def test_what_loses_records_is_a_fault(facts: dict[str, object], said: str) -> None:
    [line] = looked_at(**facts)  # type: ignore[arg-type]

    assert line.level is Severity.FAULT
    assert said in line.sentence


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"behind": {7: 2}}, "partition 7 has 2 of 3 copies in sync"),
        ({"settings": {}}, "its settings may not be read"),
        ({"settings": SOUND | {"retention.bytes": "1000"}}, "deletes records before their time"),
    ],
)
def test_what_may_be_meant_so_is_a_remark(facts: dict[str, object], said: str) -> None:
    [line] = looked_at(**facts)  # type: ignore[arg-type]

    assert line.level is Severity.REMARK
    assert said in line.sentence


def test_a_topic_that_may_be_read_and_not_written_is_named() -> None:
    facts = ClusterFacts(3, {COMPLAINTS.name: TopicFacts(operations=frozenset({"READ"}))})
    reads = list(look_at_rights([COMPLAINTS], {"complaints_topic": "READ"}, facts))
    [writes] = look_at_rights([COMPLAINTS], {"complaints_topic": "WRITE"}, facts)

    assert reads == []
    assert "this user may not WRITE" in writes.sentence


def offsets(kept: timedelta | None, topics: Collection[WantedTopic] = (COMPLAINTS,)) -> list[str]:
    lines = look_at_offsets(topics, ClusterFacts(3, {}, kept))
    return [f"{each.level} {each.sentence}" for each in lines]


def test_offsets_are_kept_for_as_long_as_an_intake_may_be_away() -> None:
    assert offsets(timedelta(days=7)) == ["ok offsets of groups: are kept for 7 days"]
    [short] = offsets(timedelta(days=1))
    assert short.startswith("remark offsets of groups: are kept for 1 days: ")
    assert "wanted: 7 days -- offsets.retention.minutes=10080 in the settings of" in short


def test_records_that_are_parked_for_longer_than_offsets_are_kept_are_a_remark() -> None:
    patient = Settings.model_construct(kafka_bootstrap="kafka:9092", parked_hours=240)
    [remark] = offsets(timedelta(days=7), wanted_topics(patient))

    assert "wanted: 10 days" in remark


def test_offsets_that_may_not_be_read_or_are_of_no_intake_are_no_matter() -> None:
    others = [topic for topic in wanted_topics(SETTINGS) if not topic.need.scales]

    assert offsets(None) == []
    assert offsets(timedelta(days=1), others) == []
