"""The topics of Kafka: what each is like, and whether that loses or keeps too much."""

from collections.abc import Collection, Iterator
from datetime import timedelta

from gateways.kafka.topic_facts import ClusterFacts, TopicFacts
from gateways.kafka.topic_limits import LIMIT
from runtime.needs import ERASED_AFTER, WantedTopic, milliseconds
from runtime.preflight.diagnosis import Diagnosis, fault, good, remark
from runtime.settings import Settings

_CREATE = "`sanban prepare --create` makes it, or correct {variable}"
_MILLISECOND = timedelta(milliseconds=1)


def look_at_topics(
    settings: Settings, wanted: Collection[WantedTopic], facts: ClusterFacts
) -> list[Diagnosis]:
    """Return a line for each fault, and one for each topic that has none."""
    found: list[Diagnosis] = []
    for topic in wanted:
        what, described = f"topic {topic.name}", facts.topics[topic.name]
        lines = list(_topic(settings, topic, described, facts.brokers))
        summary = f"{described.partitions} partitions, {described.copies} copies"
        found += lines or [good(what, summary)]
    return found


def _topic(
    settings: Settings, topic: WantedTopic, found: TopicFacts, brokers: int
) -> Iterator[Diagnosis]:
    what = f"topic {topic.name}"
    if not found.exists:
        do = _CREATE.format(variable=topic.need.variable)
        yield fault(what, "is not there", f"a topic with {topic.partitions} partitions", do)
    elif found.error:
        yield fault(what, f"the broker says {found.error}", "its description", "look at the broker")
    else:
        yield from _partitions(settings, topic, found, brokers)
        yield from _acknowledged(what, found, _alter(settings, topic.name))
        yield from _kept(settings, topic, found)


def _partitions(
    settings: Settings, topic: WantedTopic, found: TopicFacts, brokers: int
) -> Iterator[Diagnosis]:
    what, need = f"topic {topic.name}", topic.need
    command = f"kafka-topics.sh --bootstrap-server {settings.kafka_bootstrap}"
    if need.one_partition and found.partitions != 1:
        do = f"delete it, and `sanban prepare --create` makes it; or correct {need.variable}"
        yield fault(what, f"has {found.partitions} partitions: their order is lost", "one", do)
    elif need.scales and found.partitions < topic.partitions:
        do = f"{command} --alter --topic {topic.name} --partitions {topic.partitions}"
        yield fault(
            what,
            f"has {found.partitions} partitions",
            f"{topic.partitions} (SANBAN_TOPIC_PARTITIONS)",
            do,
        )
    if found.leaderless:
        numbers = ", ".join(map(str, found.leaderless))
        yield fault(
            what,
            f"no broker leads partition {numbers}: nothing is written or read there",
            "a leader for each",
            "start the brokers that have them",
        )
    copies = settings.topic_replicas
    if found.copies < copies:
        do = "kafka-reassign-partitions.sh adds copies"
        if brokers < copies:
            do = f"the cluster has {brokers} brokers: add some, or set SANBAN_TOPIC_REPLICAS"
        yield fault(what, f"has {found.copies} copies", f"{copies} (SANBAN_TOPIC_REPLICAS)", do)


def _acknowledged(what: str, found: TopicFacts, alter: str) -> Iterator[Diagnosis]:
    """Yield what makes a record that was acknowledged disappear with one broker."""
    settings = found.settings
    least = int(settings.get("min.insync.replicas", "1"))
    for partition, in_sync in sorted(found.behind.items()):
        said = f"partition {partition} has {in_sync} of {found.copies} copies in sync"
        if in_sync < least and partition not in found.leaderless:
            do = "start the brokers that have them"
            yield fault(what, f"{said}: it takes no records", f"{least} at least", do)
        else:
            yield remark(what, said, "all of them", "wait, or look at the brokers")
    if settings and least < 2 < found.copies:  # noqa: PLR2004 - two of three
        yield fault(
            what,
            f"min.insync.replicas is {least}: one broker can lose what was acknowledged",
            "2",
            f"{alter} min.insync.replicas=2",
        )
    if settings.get("unclean.leader.election.enable") == "true":
        yield fault(
            what,
            "unclean.leader.election.enable is true: a broker that lacks records may lead",
            "false",
            f"{alter} unclean.leader.election.enable=false",
        )


def _kept(settings: Settings, topic: WantedTopic, found: TopicFacts) -> Iterator[Diagnosis]:
    what, need, alter = f"topic {topic.name}", topic.need, _alter(settings, topic.name)
    if not found.settings:
        do = "grant this user DESCRIBE_CONFIGS on it"
        yield remark(what, "its settings may not be read", "to compare them", do)
        return
    limit = int(found.settings.get(LIMIT, need.smallest_limit))
    if limit < need.smallest_limit:
        yield fault(
            what,
            f"{LIMIT} is {limit}: larger records of ours are refused",
            f"{need.smallest_limit} at least",
            f"{alter} {LIMIT}={need.largest_record}",
        )
    policy = found.settings.get("cleanup.policy", "delete")
    if policy != "delete":
        yield fault(
            what,
            f"cleanup.policy is {policy}: of several records of a case the last one stays",
            "delete",
            f"{alter} cleanup.policy=delete",
        )
        return
    kept = int(found.settings.get("retention.ms", -1)) * _MILLISECOND
    segment = int(found.settings.get("segment.ms", 0)) * _MILLISECOND
    change = f"{alter} retention.ms={-1 if need.kept is None else milliseconds(need.kept)}"
    if timedelta() <= kept < topic.kept_at_least:
        yield fault(
            what,
            f"keeps records for {_time(kept)}",
            f"{_time(topic.kept_at_least)} at least: {need.why}",
            change,
        )
    elif need.personal and (kept < timedelta() or kept + segment > ERASED_AFTER):
        long = "for ever" if kept < timedelta() else f"for {_time(kept + segment)}"
        yield fault(
            what,
            f"keeps what citizens wrote {long}",
            f"{_time(ERASED_AFTER)} at most, because `sanban erase` does not reach it",
            f"{change},segment.ms={milliseconds(timedelta(days=1))}",
        )
    if (size := int(found.settings.get("retention.bytes", -1))) >= 0:
        yield remark(
            what,
            f"retention.bytes is {size}: it deletes records before their time",
            "-1, or room for all of that time",
            f"{alter} retention.bytes=-1",
        )


def look_at_offsets(wanted: Collection[WantedTopic], facts: ClusterFacts) -> list[Diagnosis]:
    """Compare how long offsets are kept with the longest pause after which intake goes on."""
    pauses = [topic.kept_at_least for topic in wanted if topic.need.scales]
    if not pauses or facts.offsets_kept is None:
        return []
    what, found = "offsets of groups", f"are kept for {_time(facts.offsets_kept)}"
    if facts.offsets_kept >= max(pauses):
        return [good(what, found)]
    minutes = max(pauses) // timedelta(minutes=1)
    return [
        remark(
            what,
            f"{found}: an intake that was away for longer reads every record again",
            _time(max(pauses)),
            f"offsets.retention.minutes={minutes} in the settings of each broker",
        )
    ]


def look_at_rights(
    wanted: Collection[WantedTopic], rights: dict[str, str], facts: ClusterFacts
) -> Iterator[Diagnosis]:
    """Yield what this user may not do. `rights`: setting of a topic -> READ or WRITE."""
    for topic in wanted:
        operations, right = facts.topics[topic.name].operations, rights.get(topic.need.setting)
        if operations and right and right not in operations:
            yield fault(
                f"topic {topic.name}",
                f"this user may not {right}",
                f"{right} for it",
                "grant it: RUNBOOK.md, «Kafka with authentication», has the rights of each process",
            )


def _alter(settings: Settings, topic: str) -> str:
    return (
        f"kafka-configs.sh --bootstrap-server {settings.kafka_bootstrap} --alter "
        f"--entity-type topics --entity-name {topic} --add-config"
    )


def _time(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    days, rest = divmod(time, timedelta(days=1))
    return f"{days} days" if days and not rest else f"{hours:g} hours"
