"""An Apache Kafka that authenticates its clients and checks their permissions."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from typing_extensions import override

from runtime.embedded.ports import free_port
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.certificates import Authority

# Whoever comes over the plain listener is nobody, and may do everything: the tests themselves.
SETTINGS = """\
listeners=PLAINTEXT://{own},CONTROLLER://{controller},SASL://{sasl},MUTUAL://{mutual}
advertised.listeners=PLAINTEXT://{own},SASL://{sasl},MUTUAL://{mutual}
listener.security.protocol.map=\
PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_SSL,MUTUAL:SSL
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
ssl.keystore.type=PEM
ssl.keystore.location={server}
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.mutual.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=([^,]+).*$/$1/
listener.name.sasl.sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl.plain.sasl.jaas.config=\
org.apache.kafka.common.security.plain.PlainLoginModule required user_{plain}="{password}";
listener.name.sasl.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
"""
PASSWORD = "Geheim-7gQ"  # noqa: S105 - of the users of one test
PLAIN_USER = "plain-user"
HOST = "localhost"  # the only name in the broker's certificate


class SecuredKafka(ApacheKafka):
    """`bootstrap` is the plain listener; `sasl` and `mutual` are those that authenticate."""

    def __init__(self, directory: Path) -> None:
        self.sasl_port, self.mutual_port = free_port(), free_port()
        super().__init__(directory, more_ports=[self.sasl_port, self.mutual_port])
        self.authority = Authority(self.directory / "certificates")

    @property
    def sasl(self) -> str:
        return f"{HOST}:{self.sasl_port}"

    @property
    def mutual(self) -> str:
        return f"{HOST}:{self.mutual_port}"

    @override
    def settings(self) -> str:
        lines = super().settings().splitlines()
        kept = [line for line in lines if not line.partition("=")[0].endswith("listeners")]
        ours = SETTINGS.format(
            own=self.bootstrap,
            controller=f"{self.bootstrap.partition(':')[0]}:{self._controller_port}",
            sasl=self.sasl,
            mutual=self.mutual,
            server=self.authority.issue("broker", host=HOST).bundle(),
            ca=self.authority.certificate,
            plain=PLAIN_USER,
            password=PASSWORD,
        )
        return "\n".join([*kept, ours])

    def over_sasl(self, mechanism: str, user: str, **changes: Any) -> dict[str, Any]:
        """Return SANBAN_KAFKA_SECURITY for that user."""
        return {
            "security_protocol": "SASL_SSL",
            "ssl_cafile": str(self.authority.certificate),
            "sasl_mechanism": mechanism,
            "sasl_plain_username": user,
            "sasl_plain_password": PASSWORD,
        } | changes

    def with_certificate(self, name: str, **changes: Any) -> dict[str, Any]:
        """Return SANBAN_KAFKA_SECURITY for a client with a certificate of that name."""
        ours = self.authority.issue(name)
        return {
            "security_protocol": "SSL",
            "ssl_cafile": str(self.authority.certificate),
            "ssl_certfile": str(ours.certificate),
            "ssl_keyfile": str(ours.key),
        } | changes

    async def set_password(self, user: str, password: str = PASSWORD) -> None:
        """Set a password for SCRAM; makes the user if there is none."""
        change = UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password)
        await asyncio.to_thread(self._set_password, change)

    def _set_password(self, change: UserScramCredentialUpsertion) -> None:
        with self._admin() as admin:
            failed = admin.alter_user_scram_credentials([change])
            assert not any(failed.values()), failed

    async def allow(self, user: str, *operations: str, topic: str = "", group: str = "") -> None:
        """Allow operations of Kafka (READ, WRITE and so on) on one topic or one group."""
        resource = ResourcePattern(
            ResourceType.TOPIC if topic else ResourceType.GROUP, topic or group
        )
        grants = [
            ACL(f"User:{user}", "*", ACLOperation[each], ACLPermissionType.ALLOW, resource)
            for each in operations
        ]
        await asyncio.to_thread(self._allow, grants)

    def _allow(self, grants: list[ACL]) -> None:
        with self._admin() as admin:
            failed = admin.create_acls(grants)["failed"]
            assert not failed, failed

    @contextmanager
    def _admin(self) -> Iterator[KafkaAdminClient]:
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        try:
            yield admin
        finally:
            admin.close()
