"""No secret is in what an object shows of itself: tracebacks and logs may quote that."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from consumers.kafka.settings import SourceOptions
from gateways.kafka.producer import ProducerOptions
from gateways.kafka.receipt_reader import ReceiptOptions
from gateways.kafka.record_reader import ReaderOptions
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.problems import Problem
from runtime.services.checkpoints.keys import read_key
from runtime.services.gateway.clients import DevelopmentClients
from runtime.settings import Settings, load
from runtime.wiring.databases import options_of
from schemas.audit.signed_notes import PrivateKey
from store.ciphers import Wrapping
from store.connection import Database, DatabaseOptions

SECRET = "correct-horse-battery"  # noqa: S105 - of nothing
URL = f"postgresql://sanban_app:{SECRET}@127.0.0.1:1/sanban"
KAFKA = {"sasl_plain_username": "u", "sasl_plain_password": SECRET}
BYTES = SECRET.encode().ljust(32, b"!")


async def database() -> Database:
    return Database(DatabaseOptions(URL))


@pytest.mark.parametrize(
    "made",
    [
        lambda: Settings.model_construct(database_url=SecretStr(URL), kafka_security=KAFKA),
        lambda: DatabaseOptions(URL, master_key=BYTES),
        lambda: options_of(Settings(database_url=SecretStr(URL)), "test", seals=False),
        lambda: Wrapping(BYTES, BYTES),
        lambda: PrivateKey("town", BYTES),
        lambda: DevelopmentClients(Path("clients"), Path("tokens"), {"town": SECRET}),
        lambda: ProducerOptions("127.0.0.1:1", KAFKA),
        lambda: ReaderOptions("127.0.0.1:1", KAFKA),
        lambda: ReceiptOptions("127.0.0.1:1", "receipts", KAFKA),
        lambda: SourceOptions("127.0.0.1:1", ("t",), "g", client=KAFKA),
    ],
)
def test_it_shows_no_secret(made: Callable[[], object]) -> None:
    shown = repr(made())

    assert SECRET not in shown


async def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    reason = await (await database()).ping()

    assert reason
    assert SECRET not in reason


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANBAN_DATABASE_URL", f"mysql://u:{SECRET}@h/d"),
        ("SANBAN_DATABASE_URL", f"postgresql://u:{SECRET}@h/d?{SECRET}=1"),
        ("SANBAN_DATABASE_OWNER_URL", SECRET),
        ("SANBAN_KAFKA_SECURITY", f'{{"sasl_plain_password": "{SECRET}"'),
        ("SANBAN_KAFKA_SECURITY", f'{{"security_protocol": "{SECRET}"}}'),
        ("SANBAN_KAFKA_SECURITY", f'{{"sasl_plain_password": "{SECRET}"}}'),
        ("SANBAN_KAFKA_SECURITY", f'{{"sasl_plain_password": ["{SECRET}"]}}'),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.setenv(name, value)

    with pytest.raises(Problem) as told:
        load()

    assert name in str(told.value)
    assert SECRET not in str(told.value)


def test_a_wrong_key_is_named_without_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"PRIVATE+KEY+town+{SECRET}+{SECRET}")
    with pytest.raises(Problem) as of_checkpoints:
        read_key(file, "SANBAN_CHECKPOINT_KEY")
    settings = Settings(database_url=SecretStr(URL), sealing_key=str(file))
    with pytest.raises(Problem) as of_sealing:
        options_of(settings, "test", seals=True)

    assert SECRET not in str(of_checkpoints.value)
    assert SECRET not in str(of_sealing.value)


def test_no_password_is_in_the_arguments_of_the_database(tmp_path: Path) -> None:
    """The kernel shows the arguments of a process to everyone on the machine."""
    (tmp_path / "password").write_text(SECRET)

    assert SECRET not in " ".join(EmbeddedPostgres(tmp_path, port=1).command())
