"""Settings: read once from the environment when a process starts, never at import."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict, SettingsError

from consumers.decoding.envelopes import MAX_BYTES
from packs import canary_pack, shipped_packs
from runtime.kafka_settings import KafkaSettings
from runtime.places import home_of_up
from runtime.problems import Problem
from runtime.setting_values import Network, PostgresUrl, in_one_spelling
from runtime.watch_settings import WatchSettings
from schemas.mistakes import problem_of

if TYPE_CHECKING:
    from temporalio.envconfig import ClientConnectConfig

PREFIX = "SANBAN_"
CONNECTIONS = "connections.env"
"""Written by `sanban up` into its directory, so that other commands find its servers."""

_QUOTED = re.compile(r'"(\w+)"')
_HOST_AND_PORT = re.compile(r"\S+:\d+")


class Settings(KafkaSettings, WatchSettings):
    """Each field is an environment variable SANBAN_<NAME>; docs/SETTINGS.md lists them.

    Temporal's own are TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and so on (temporalio.envconfig).
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_url: PostgresUrl = Field(
        SecretStr(""), description="PostgreSQL, as the role sanban_app."
    )
    database_owner_url: PostgresUrl = Field(
        SecretStr(""), description="PostgreSQL, as a role that may migrate. Only for migrate."
    )
    sealing_key: str = Field(
        "",
        description="File with the master key that wraps the keys of personal words: 32 bytes in "
        "base64. Without it the database has these keys unprotected.",
    )
    checkpoint_key: str = Field(
        "", description="Key that signs checkpoints; `sanban audit checkpoint keygen` makes one."
    )
    checkpoint_old_key: str = Field(
        "", description="File of the previous key, while SANBAN_CHECKPOINT_KEY takes over from it."
    )
    checkpoint_dir: str = Field(
        "", description="Directory of checkpoints outside the database, best on another machine."
    )
    checkpoint_seconds: float = Field(
        60, gt=0, description="Seconds between two checkpoints, while there are new rows."
    )
    lease_seconds: float = Field(
        15,
        ge=3,
        le=300,
        description="Seconds after which another process takes over from a relay, notifier or "
        "checkpoints that is frozen or cut off; the same for all of them.",
    )
    parked_hours: float = Field(
        24, gt=0, description="Hours that a record waits for its complaint or case at most."
    )
    archive_days: int = Field(
        90, ge=0, description="Days after its end when `sanban archive` moves a case away."
    )
    max_event_bytes: int = Field(
        MAX_BYTES,
        ge=1024,
        description="Bytes of key, value and headers above which a record is a dead letter.",
    )
    intake_bytes: int = Field(
        64 * 1024 * 1024,
        ge=8 * 1024 * 1024,
        description="Bytes of records that each loop of intake holds at once (see RUNBOOK.md).",
    )
    task_queue: str = Field("sanban", description="Temporal task queue of the worker.")
    packs: tuple[Path, ...] = Field(
        (),
        description="Directories of policy packs as a JSON list, one a tenant; default: shipped.",
    )
    http_host: str = Field(
        "127.0.0.1", description="Address on which /metrics, /livez and /readyz listen."
    )
    http_port: int = Field(0, ge=0, le=65535, description="Their port; 0 chooses a free one.")
    gateway_host: str = Field(
        "127.0.0.1", description="Address of the HTTP gateway; a reverse proxy adds TLS."
    )
    gateway_port: int = Field(8311, ge=0, le=65535, description="Its port; 0 chooses a free one.")
    gateway_proxies: tuple[Network, ...] = Field(
        (),
        description='Networks of the reverse proxies before it, as a JSON list: `["10.0.0.0/28"]`. '
        "Only these are believed about who asks.",
    )
    gateway_proxy_header: Literal["x-forwarded-for", "forwarded"] = Field(
        "x-forwarded-for", description="Where these add their peer. The other header is not read."
    )
    gateway_connections: int = Field(
        500, ge=1, description="Open connections of the gateway, above which it answers 503."
    )
    gateway_connections_per_address: int = Field(
        100, ge=1, description="The same for one address, or /64 of IPv6; not for the proxies."
    )
    gateway_clients: str = Field(
        "", description="YAML file of the clients that have a token: INTEGRATORS.md shows one."
    )
    gateway_url: str = Field(
        "", description="Its public address for Open311's discovery: https://sanban.example."
    )
    gateway_contact: str = Field(
        "the operators of this service",
        description="The contact in Open311's discovery, for questions and for a token.",
    )
    gateway_confirms: Literal["broker", "ledger"] = Field(
        "broker",
        description="What the gateway waits for before it acknowledges an event: `broker`: all "
        "in-sync replicas have it; `ledger`: intake has decided it, for a broker that may forget. "
        "`sanban up` always waits for the ledger.",
    )
    gateway_same_report_minutes: float = Field(
        10,
        ge=0,
        le=1440,
        description="Minutes within which a report over Open311 that is sent again with equal "
        "content, but without an Idempotency-Key, is the same report; 0 makes each its own.",
    )
    media_dir: str = Field(
        "",
        description="Directory in which the gateway stores the photos that reports bring, a "
        "directory for each case. All gateways share it. Without it reports are taken without "
        "their photos, and the answer says so.",
    )
    media_bucket: str = Field(
        "",
        description="Bucket of an S3-compatible store that has these files instead of the "
        "directory: https://HOST/BUCKET, or https://HOST/BUCKET/FOLDER.",
    )
    media_region: str = Field("us-east-1", description="Region of the bucket.")
    media_key: str = Field(
        "",
        description="File with the access key of the bucket: its name in the first line, the "
        "secret in the second.",
    )
    media_url: str = Field(
        "",
        description="Address under which the operators serve these files to officers; without "
        "it photos are named urn:sanban:media:CASE/FILE.",
    )
    media_files: int = Field(
        10, ge=1, le=20, description="Photos of one report that are stored; more are left out."
    )
    media_file_bytes: int = Field(
        10 * 1024 * 1024, ge=1024, description="Bytes above which a photo is left out."
    )
    media_request_bytes: int = Field(
        20 * 1024 * 1024,
        ge=1024,
        description="Bytes above which a report with photos is refused whole.",
    )
    calendar_weeks: int = Field(
        6, ge=1, le=52, description="Weeks before the end of published holidays when to warn of it."
    )
    contacts: str = Field(
        "", description="YAML file with the addresses of people: RUNBOOK.md shows one."
    )
    log_format: Literal["json", "console"] = Field(
        "json",
        description="`json`: one JSON object on each line; `console`: text for people, as "
        "`sanban up` writes unless this is set.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The lowest level of lines that are written."
    )
    sandboxed: bool = Field(
        default=False,
        description="Run workflows in Temporal's sandbox, at double the cost; tests do.",
    )
    max_cached_workflows: int = Field(
        5000,
        ge=1,
        description="Cases that a worker keeps in memory; others are replayed when they wake up.",
    )
    reject_ceiling: float = Field(
        0.5,
        gt=0,
        le=1,
        description="Share of rejected records above which intake stops; 1 never stops it.",
    )
    concurrent_starts: int = Field(
        32,
        ge=1,
        description="Workflow starts in flight at once in intake, and the same number of commands.",
    )
    home: Path = Field(
        default_factory=home_of_up,
        description="Directory of the data of `sanban up`, in which every command looks for its "
        "servers. Default: `var/sanban` in the checkout (of a wheel: in its environment), wherever "
        "the command runs; for root /var/lib/sanban.",
    )

    _in_one_spelling = field_validator("*", mode="before")(in_one_spelling)

    def pack_directories(self) -> tuple[Path, ...]:
        own = self.packs or shipped_packs()
        return (*own, canary_pack()) if self.canary else own

    def need(self, name: str) -> str:
        """Return the text of a setting that is needed. Raises Problem when it is not set."""
        value = getattr(self, name)
        text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        if not text:
            raise Problem(
                f"{PREFIX}{name.upper()} is not set",
                do=f"set it, or run `sanban up` first, which writes {self.home / CONNECTIONS}",
            )
        return text


def load() -> Settings:
    """Read the environment, then the connections of a `sanban up` nearby. Raises Problem."""
    try:
        home = Settings().home
        return Settings(_env_file=home / CONNECTIONS)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        what = f"{PREFIX}{name.upper()}: {problem_of(first)}"
        raise _wrong(what) from error
    except SettingsError as error:  # a field that is not even JSON
        named = _QUOTED.search(str(error))
        raise _wrong(f"{PREFIX}{named[1].upper()}: not JSON" if named else str(error)) from error


def _wrong(what: str) -> Problem:
    return Problem(
        f"wrong configuration: {what}", do="correct it; docs/SETTINGS.md lists every setting"
    )


def temporal_settings(settings: Settings) -> "ClientConnectConfig":
    """Read TEMPORAL_* of the environment; its default address is that of a `sanban up` nearby.

    Raises Problem.
    """
    # A third of what a program imports, and many have no use for it (runtime/cli/main.py).
    from temporalio.envconfig import ClientConfig  # noqa: PLC0415

    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise Problem(f"wrong Temporal configuration: {error}") from error
    if "target_host" not in config:
        address = _nearby(settings).get("TEMPORAL_ADDRESS")
        if address is None:
            raise Problem(
                "TEMPORAL_ADDRESS is not set",
                do="set it to host:port of the Temporal server, or run `sanban up` first",
            )
        config["target_host"] = address
    if not _HOST_AND_PORT.fullmatch(config["target_host"]):
        raise Problem(
            f"wrong configuration: TEMPORAL_ADDRESS: {config['target_host']!r} is not host:port",
            do="correct it",
        )
    return config


def _nearby(settings: Settings) -> dict[str, str]:
    try:
        lines = (settings.home / CONNECTIONS).read_text().splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line)
