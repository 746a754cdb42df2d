"""The processes of production and the settings of each: for `sanban up`, `doctor` and deploy/.

It names services and imports none, because that takes seconds (runtime/services/registry.py does).
docs/SETTINGS.md follows from this table.
"""

from collections.abc import Collection
from dataclasses import dataclass

from runtime.settings import PREFIX

EVERY = ("database_url", "http_host", "http_port", "log_format", "log_level", "image")
"""Settings that every process reads."""
KAFKA = ("kafka_bootstrap", "kafka_security")
LEASED = ("lease_seconds",)
REREAD = ("contacts", "gateway_clients", "console_subjects")
"""Secrets that a process opens itself, again and again; each other one may be a credential."""
MEDIA = ("media_dir", "media_bucket", "media_region", "media_key", "media_url")


@dataclass(frozen=True, slots=True)
class Process:
    """A process by the name of its service, whose class `service` names below runtime.services.

    `command` follows `sanban`. `settings` are those it reads beside EVERY, and `required` those
    without which it does not start, or does nothing. `secrets` are settings that name a file which
    no other user may read; `data` name directories in which it writes. `port` is the setting of the
    port on which people or other systems come in, `health_port` the one of /metrics where deploy/
    chooses. `stands_by`: of several, one works.
    """

    name: str
    service: str
    command: tuple[str, ...]
    does: str
    health_port: int
    settings: tuple[str, ...]
    required: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    """Topics, by the settings that name them."""
    writes: tuple[str, ...] = ()
    port: str = ""
    temporal: bool = False
    seals: bool = False
    packs: bool = True
    stands_by: bool = False

    @property
    def user(self) -> str:
        """Return its user on a machine with systemd; who share the directory of photos are one."""
        return "sanban-web" if "media_dir" in self.data else f"sanban-{self.name}"

    @property
    def topics(self) -> tuple[str, ...]:
        return (*self.reads, *self.writes)

    @property
    def all_settings(self) -> tuple[str, ...]:
        """Return every setting that the process reads, each once, topics among them."""
        own = (
            *EVERY,
            *(("sealing_key",) if self.seals else ()),
            *(("packs", "canary") if self.packs else ()),
            *self.settings,
            *self.topics,
        )
        return tuple(dict.fromkeys(own))


PROCESSES: tuple[Process, ...] = (
    Process(
        "worker",
        "worker:WorkerService",
        ("worker",),
        "runs the workflows of cases",
        9311,
        ("task_queue", "sandboxed", "max_cached_workflows"),
        temporal=True,
    ),
    Process(
        "intake",
        "intake:IntakeService",
        ("intake",),
        "turns complaints into cases, and gives other systems' commands to them",
        9321,
        (
            *KAFKA,
            "kafka_group",
            "kafka_session_timeout_ms",
            "task_queue",
            "intake_bytes",
            "max_event_bytes",
            "parked_hours",
            "reject_ceiling",
            "concurrent_starts",
            "calendar_weeks",
        ),
        required=("kafka_bootstrap",),
        secrets=("sealing_key",),
        reads=("complaints_topic", "case_commands_topic"),
        writes=("dead_letters_topic", "receipts_topic"),
        temporal=True,
        seals=True,
    ),
    Process(
        "gateway",
        "gateway.service:GatewayService",
        ("gateway",),
        "accepts complaints and acts over HTTP",
        9331,
        (
            *KAFKA,
            "max_event_bytes",
            "gateway_host",
            "gateway_port",
            "gateway_proxies",
            "gateway_proxy_header",
            "gateway_connections",
            "gateway_connections_per_address",
            "gateway_clients",
            "gateway_url",
            "gateway_contact",
            "gateway_confirms",
            "gateway_same_report_minutes",
            *MEDIA,
            "media_files",
            "media_file_bytes",
            "media_request_bytes",
        ),
        required=("kafka_bootstrap", "gateway_clients"),
        secrets=("sealing_key", "gateway_clients", "media_key"),
        data=("media_dir",),
        writes=("complaints_topic", "case_commands_topic"),
        port="gateway_port",
        seals=True,
    ),
    Process(
        "console",
        "console.service:ConsoleService",
        ("console",),
        "serves the pages on which people of the town work",
        9341,
        (
            *KAFKA,
            "task_queue",
            "contacts",
            "gateway_proxies",
            "gateway_proxy_header",
            "gateway_url",
            "console_host",
            "console_port",
            "console_url",
            "console_proxies",
            "console_proxy_header",
            "console_contact",
            "console_issuer",
            "console_client_id",
            "console_client_secret",
            "console_scopes",
            "console_claim",
            "console_subjects",
            "console_accounts",
            "console_training",
            *MEDIA,
        ),
        secrets=("sealing_key", "console_client_secret", "console_subjects", "media_key"),
        data=("media_dir",),
        reads=("dead_letters_topic",),
        writes=("complaints_topic", "case_commands_topic"),
        port="console_port",
        temporal=True,
        seals=True,
    ),
    Process(
        "relay",
        "relay.service:RelayService",
        ("relay",),
        "publishes what happens to cases to other systems",
        9351,
        (*KAFKA, *LEASED, "sealing_key"),
        required=("kafka_bootstrap",),
        secrets=("sealing_key",),
        writes=("case_events_topic", "replies_topic"),
        packs=False,
        stands_by=True,
    ),
    Process(
        "notify",
        "notifier.service:NotifierService",
        ("notify",),
        "sends people the notices of their cases' clocks",
        9361,
        (*LEASED, "task_queue", "contacts"),
        required=("contacts",),
        secrets=("contacts",),
        temporal=True,
        stands_by=True,
    ),
    Process(
        "checkpoints",
        "checkpoints.service:CheckpointService",
        ("audit", "checkpoint", "run"),
        "signs the journal",
        9371,
        (
            *KAFKA,
            *LEASED,
            "checkpoint_key",
            "checkpoint_old_key",
            "checkpoint_dir",
            "checkpoint_seconds",
        ),
        required=("kafka_bootstrap", "checkpoint_key", "checkpoint_dir"),
        secrets=("checkpoint_key", "checkpoint_old_key"),
        data=("checkpoint_dir",),
        writes=("checkpoints_topic",),
        packs=False,
        stands_by=True,
    ),
)
NAMES = tuple(process.name for process in PROCESSES)


def processes_named(names: Collection[str]) -> tuple[Process, ...]:
    """Return the processes of these names in the order of the table; all of them for none."""
    return tuple(each for each in PROCESSES if not names or each.name in names)


def variable(setting: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{setting.upper()}"
