"""Messages about parts that do not answer say where these were looked for."""

import pytest

from runtime.cli.output import counted
from runtime.settings import Settings
from runtime.wiring.parts import start_it


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("kafka", "start it at 127.0.0.1:9, or correct SANBAN_KAFKA_BOOTSTRAP"),
        ("temporal", "start it at 127.0.0.1:7, or correct TEMPORAL_ADDRESS"),
        ("postgresql", "start it, or correct SANBAN_DATABASE_URL"),
    ],
)
def test_the_address_and_its_setting_are_named(
    monkeypatch: pytest.MonkeyPatch, part: str, said: str
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:7")
    settings = Settings(
        kafka_bootstrap="127.0.0.1:9",
        database_url="postgresql://sanban_app:secret@127.0.0.1:5/sanban",
    )

    assert start_it(settings, part) == f"{said}, then run this again"


def test_one_is_no_plural() -> None:
    assert [counted(number, "event") for number in (0, 1, 2)] == ["0 events", "1 event", "2 events"]
