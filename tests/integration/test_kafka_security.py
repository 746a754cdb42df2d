"""A broker that asks who comes: every way in works, and whoever is kept out is told why.

A refusal is waited for, not swallowed: the same client comes in as soon as the broker allows it.
"""

import json
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Delivery, Producer, ProducerOptions
from gateways.kafka.refusals import KafkaRefuses
from runtime.kafka_security import client_settings
from tests.fakes.kafka_group import STEADY, Books, Member, publish
from tests.fakes.waiting import until
from tests.limits import EVENT_S
from tests.servers.certificates import Authority
from tests.servers.secured_kafka import PASSWORD, PLAIN_USER, SecuredKafka
from tests.smoke.commands import sanban

WAYS = ("SCRAM-SHA-512", "PLAIN", "certificate")
KEEP_ASKING = {"seconds_between_connects": 0.2, "seconds_after_refusal": 0.2}

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]
REFUSED_S = 2.0
"""Each refused client tries for this long; it is never let in, however long it tries."""


@dataclass(frozen=True)
class Client:
    """Somebody with a name on the broker, the way in, and a topic and a group of its own."""

    broker: SecuredKafka
    user: str
    bootstrap: str
    security: Mapping[str, Any]
    topic: str

    @property
    def group(self) -> str:
        return f"{self.topic}.group"

    @property
    def settings(self) -> dict[str, Any]:
        return client_settings(self.security)

    async def allow(self, *operations: str) -> None:
        await self.broker.allow(self.user, *operations, topic=self.topic)

    async def allow_to_join(self) -> None:
        await self.broker.allow(self.user, "READ", group=self.group)

    async def send(self, value: bytes = b"v", *, within: float = EVENT_S) -> Delivery:
        options = ProducerOptions(self.bootstrap, client=self.settings, seconds_to_connect=within)
        async with Producer(options) as producer:
            return await producer.send(self.topic, key=b"k", value=value)

    async def refused(self) -> str:
        with pytest.raises(KafkaRefuses) as refused:
            await self.send(within=REFUSED_S)
        return str(refused.value)

    def listen(self, books: Books) -> Member:
        client = {**STEADY, **self.settings}
        return Member(self.bootstrap, self.topic, books, client=client, options=KEEP_ASKING)


@pytest.fixture
def broker(secured_kafka: SecuredKafka) -> SecuredKafka:
    return secured_kafka


async def client_of(broker: SecuredKafka, way: str, user: str = "", **changes: Any) -> Client:
    """`changes` of its settings. Its topic exists, and it may do nothing with it yet."""
    user = PLAIN_USER if way == "PLAIN" else user or f"user-{uuid.uuid4().hex[:6]}"
    topic = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(broker.bootstrap, [TopicSpec(topic, 1)])
    if way == "certificate":
        security = broker.with_certificate(user, **changes)
        return Client(broker, user, broker.mutual, security, topic)
    if way != "PLAIN":
        await broker.set_password(user)
    return Client(broker, user, broker.sasl, broker.over_sasl(way, user, **changes), topic)


@pytest.mark.parametrize("way", WAYS)
async def test_all_clients_of_ours_come_in_by_every_way(broker: SecuredKafka, way: str) -> None:
    client = await client_of(broker, way)
    another = TopicSpec(f"{client.topic}-another", 1)
    await client.allow("READ", "WRITE")
    await client.allow_to_join()
    await broker.allow(client.user, "CREATE", topic=another.name)
    books = Books()

    await ensure_topics(client.bootstrap, [another], client.settings)
    sent = await client.send(b"came in")
    member = client.listen(books)
    await until(lambda: books.values == {b"came in"} and member.ready)
    await member.stop()

    assert sent == Delivery(0, 0)


@pytest.mark.parametrize("way", WAYS)
async def test_a_file_is_published_by_every_way(
    broker: SecuredKafka, way: str, tmp_path: Path
) -> None:
    client = await client_of(broker, way)
    await client.allow("WRITE")
    (tmp_path / "events.jsonl").write_text('{"id": "1"}\n')
    security = dict(client.security)
    if security.pop("sasl_plain_password", None):
        security["sasl_plain_password_file"] = str(tmp_path / "password")
        (tmp_path / "password").write_text(f"{PASSWORD}\n")

    told = await sanban(
        *("publish", str(tmp_path / "events.jsonl")),
        SANBAN_KAFKA_BOOTSTRAP=client.bootstrap,
        SANBAN_KAFKA_SECURITY=json.dumps(security),
        SANBAN_COMPLAINTS_TOPIC=client.topic,
    )

    assert told.code == 0
    assert told.complaint == ""
    assert told.output == f"1 event sent to {client.topic}\n"


async def test_a_user_with_a_comma_comes_in(broker: SecuredKafka) -> None:
    client = await client_of(broker, "SCRAM-SHA-512", user="office, north=1")
    await client.allow("WRITE")

    assert await client.send() == Delivery(0, 0)


def wrong_doors(broker: SecuredKafka, stranger: Authority) -> dict[str, tuple[str, Any, str]]:
    """Where somebody knocks, with what, and what he is told."""
    scram = broker.over_sasl("SCRAM-SHA-512", "intake")
    plain = broker.over_sasl("PLAIN", PLAIN_USER)
    nobody = {"security_protocol": "SSL", "ssl_cafile": str(broker.authority.certificate)}
    foreign = stranger.issue("intake")
    theirs = {"ssl_certfile": str(foreign.certificate), "ssl_keyfile": str(foreign.key)}
    both = {**scram, **broker.with_certificate("intake"), "security_protocol": "SASL_SSL"}
    elsewhere = broker.sasl.replace("localhost", "127.0.0.1")
    open_port = broker.bootstrap.replace("127.0.0.1", "localhost")
    return {
        "wrong password": (
            broker.sasl,
            {**scram, "sasl_plain_password": "wrong"},
            r"does not know the user 'intake', or not with this password \(SCRAM-SHA-512\)",
        ),
        "wrong password of PLAIN": (
            broker.sasl,
            {**plain, "sasl_plain_password": "wrong"},
            r"does not know the user 'plain-user', or not with this password \(PLAIN\)",
        ),
        "another mechanism": (
            broker.sasl,
            {**scram, "sasl_mechanism": "SCRAM-SHA-256"},
            "does not offer SCRAM-SHA-256; it offers PLAIN, SCRAM-SHA-512: correct sasl_mechanism",
        ),
        "unknown CA": (
            broker.sasl,
            {**scram, "ssl_cafile": str(stranger.certificate)},
            "not to be trusted .*ssl_cafile",
        ),
        "wrong host name": (elsewhere, scram, "another name .*'127.0.0.1'.*SANBAN_KAFKA_BOOTSTRAP"),
        "no certificate": (broker.mutual, nobody, "does not take our certificate.*ssl_certfile"),
        "a stranger's certificate": (
            broker.mutual,
            {**nobody, **theirs},
            "does not take our certificate.*ssl_certfile",
        ),
        "no TLS": (broker.sasl, {}, "does not speak PLAINTEXT: correct security_protocol"),
        "TLS where there is none": (open_port, nobody, "does not speak SSL: correct security_pr"),
        "no user": (broker.sasl, nobody, "does not speak SSL: correct security_protocol"),
        "a user where nobody asks": (broker.mutual, both, "wants no user: correct security_pr"),
    }


DOORS = (
    *("wrong password", "wrong password of PLAIN", "another mechanism", "unknown CA"),
    *("wrong host name", "no certificate", "a stranger's certificate", "no TLS"),
    *("TLS where there is none", "no user", "a user where nobody asks"),
)


@pytest.mark.parametrize("door", DOORS)
async def test_whoever_is_kept_out_is_told_what_to_change(
    broker: SecuredKafka, door: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    address, security, told = wrong_doors(broker, Authority(tmp_path))[door]
    caplog.set_level(logging.DEBUG)

    said = await Client(broker, "intake", address, security, "t").refused()

    assert re.match(f"kafka refuses: .*{told}", said)
    assert PASSWORD not in said + caplog.text


async def test_whoever_may_not_write_is_told_what_to_grant(broker: SecuredKafka) -> None:
    client = await client_of(broker, "SCRAM-SHA-512")

    said = await client.refused()
    await client.allow("WRITE")

    wanted = f"the user {client.user!r} may not do this: grant it WRITE on topic {client.topic}"
    assert said == f"kafka refuses: {wanted}"
    assert await client.send() == Delivery(0, 0)


async def test_whoever_may_not_make_a_topic_is_told_so(broker: SecuredKafka) -> None:
    client = await client_of(broker, "certificate")

    with pytest.raises(KafkaRefuses, match="the owner of our certificate may not do this: grant"):
        await ensure_topics(client.bootstrap, [TopicSpec("another", 1)], client.settings)


async def test_one_producer_goes_on_as_soon_as_it_may(broker: SecuredKafka) -> None:
    """A refused client of kafka-python stays refused: ours is made anew."""
    client = await client_of(broker, "certificate")
    async with Producer(ProducerOptions(client.bootstrap, client=client.settings)) as producer:
        with pytest.raises(KafkaRefuses):
            await producer.send(client.topic, key=b"k", value=b"v")
        await client.allow("WRITE")

        assert await producer.send(client.topic, key=b"k", value=b"v") == Delivery(0, 0)


@pytest.mark.parametrize("missing", ["topic", "reading", "group"])
async def test_a_consumer_without_a_permission_is_not_ready_and_says_which(
    broker: SecuredKafka, missing: str
) -> None:
    client = await client_of(broker, "certificate")
    if missing != "topic":
        await client.allow("DESCRIBE" if missing == "reading" else "READ")
    if missing != "group":
        await client.allow_to_join()
    await publish(broker.bootstrap, client.topic, 1)
    books = Books()

    member = client.listen(books)
    wanted = f"grant it READ on topic {client.topic} and on group {client.group}"
    await until(lambda: wanted in member.health.ready()[1])
    assert books.handled == []
    await client.allow("READ")
    await client.allow_to_join()
    await until(lambda: books.values == {b"record 0"} and member.ready)
    await member.stop()


async def test_a_consumer_with_a_wrong_password_waits_until_it_is_right(
    broker: SecuredKafka,
) -> None:
    client = await client_of(broker, "SCRAM-SHA-512")
    await client.allow("READ")
    await client.allow_to_join()
    await publish(broker.bootstrap, client.topic, 1)
    await broker.set_password(client.user, "changed")
    books = Books()

    member = client.listen(books)
    await until(lambda: "does not know the user" in member.health.ready()[1])
    assert member.health.alive()[0]
    await broker.set_password(client.user, PASSWORD)
    await until(lambda: books.values == {b"record 0"} and member.ready)
    await member.stop()
