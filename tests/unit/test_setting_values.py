"""Settings and files that people edit are read in one spelling, and told in our words."""

from pathlib import Path

import pytest

from console.gateway.clients import ClientFile
from runtime.problems import Problem
from runtime.settings import load
from runtime.wiring.reloading_file import Flawed, read_as
from schemas.contacts_file import ContactsFile

CLIENT = """\
clients:
  - {name: app, tenant: t, source: https://a.example, channel: citizen, sha256: %s, NAME: VALUE}
""" % ("a" * 64)


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("HTTP_PORT", "1_0", "must be a whole number; write digits alone, such as 8"),
        ("HTTP_PORT", " 8", "must be a whole number; write digits alone, such as 8"),
        ("HTTP_PORT", "8.0", "must be a whole number; write digits alone, such as 8"),
        ("HTTP_PORT", "８", "must be a whole number; write digits alone, such as 8"),
        ("HTTP_PORT", "65536", "must be at most 65535"),
        ("CHECKPOINT_SECONDS", "inf", "is no decimal number; write digits and a point"),
        ("CHECKPOINT_SECONDS", "1e1", "is no decimal number; write digits and a point"),
        ("CHECKPOINT_SECONDS", "0", "must be more than 0"),
        ("SANDBOXED", "on", "must be true or false"),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("GATEWAY_PROXIES", "[1]", "must be a network in quotes"),
        ("GATEWAY_PROXIES", '["x"]', "must be a network, such as 10.0.0.0/28"),
        ("PACKS", "[1]", "must be a path"),
        ("DATABASE_URL", "postgresql://h/\udcff", "must be UTF-8"),
        ("KAFKA_BOOTSTRAP", "h\udcff:9092", "must be UTF-8"),
    ],
)
def test_a_wrong_setting_is_told_and_never_guessed_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, said: str, told: str
) -> None:
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.setenv(f"SANBAN_{name}", said)

    with pytest.raises(Problem) as caught:
        load()

    assert f"SANBAN_{name}" in str(caught.value)
    assert f": {told}" in str(caught.value)


def test_plain_settings_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.setenv("SANBAN_HTTP_PORT", "8080")
    monkeypatch.setenv("SANBAN_CHECKPOINT_SECONDS", "0.5")
    monkeypatch.setenv("SANBAN_SANDBOXED", "true")
    monkeypatch.setenv("SANBAN_GATEWAY_PROXIES", '["10.0.0.0/28"]')

    read = load()

    assert read.http_port == 8080
    assert read.checkpoint_seconds == 0.5
    assert read.sandboxed
    assert [str(each) for each in read.gateway_proxies] == ["10.0.0.0/28"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("per_minute", "true", "must be a whole number"),
        ("per_minute", "'60'", "must be a whole number"),
        ("burst", "1_0", "must be a whole number"),
        ("burst", "0", "must be at least 1"),
        ("bursts", "1", "is not a field of the schema; remove it or check its spelling"),
    ],
)
def test_a_clients_file_is_not_guessed_at(name: str, value: str, told: str) -> None:
    content = CLIENT.replace("NAME", name).replace("VALUE", value).encode()

    with pytest.raises(Flawed) as caught:
        read_as(ClientFile, content, Path("clients.yaml"))

    assert str(caught.value) == f"clients.yaml:2: clients[0].{name}: {told}"


@pytest.mark.parametrize(
    ("person", "told"),
    [
        ("tang-ke: {addresses: [1]}", "must be a text"),
        ("tang-ke: {addresses: [x], language: 1}", "must be one of zh, en"),
        ("Tang Ke: {addresses: [x]}", "must be an id: 1 to 64 small letters, digits and hyphens"),
    ],
)
def test_a_contacts_file_is_told_in_our_words(person: str, told: str) -> None:
    content = f"people:\n  town:\n    {person}\n".encode()

    with pytest.raises(Flawed) as caught:
        read_as(ContactsFile, content, Path("contacts.yaml"))

    assert told in str(caught.value)
