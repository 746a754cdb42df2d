"""SANBAN_KAFKA_SECURITY: what cannot work is refused when it is read, by the name of its key."""

import json
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from kafka.net.sasl.scram import ScramClient

from gateways.kafka.producer import ProducerOptions
from runtime.kafka_security import client_settings
from runtime.problems import Problem
from runtime.settings import Settings, load
from tests.servers.certificates import Authority

SECRET = "Geheim-7gQ"  # noqa: S105 - of nobody
SCRAM = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": "intake",
    "sasl_plain_password": SECRET,
}
IN_A_FILE = {key: value for key, value in SCRAM.items() if key != "sasl_plain_password"}
MUTUAL = {"security_protocol": "SSL", "ssl_cafile": "ca.pem", "ssl_certfile": "ours.pem"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a careful and a careless operator may point at."""
    folder = tmp_path_factory.mktemp("certificates")
    authority = Authority(folder)
    assert authority.certificate.exists()
    authority.issue("ours")
    authority.issue("locked", password=SECRET)
    (folder / "both.pem").write_bytes(authority.issue("ours").bundle().read_bytes())
    (folder / "password").write_text(f"{SECRET}\n")
    (folder / "empty").touch()
    return folder


def within(folder: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """With the names of files as paths."""
    return {
        key: str(folder / value) if "file" in key and value else value
        for key, value in given.items()
    }


def but(given: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """None leaves a key out."""
    return {key: value for key, value in {**given, **changes}.items() if value is not None}


WRONG = {
    "a key that is none": (but(SCRAM, sasl_password=SECRET), "sasl_password: is not a setting"),
    "a client setting": (but(SCRAM, client_id="x"), "client_id: is not a setting"),
    "no protocol": (but(SCRAM, security_protocol=None), "security_protocol: must be one of"),
    "another protocol": ({"security_protocol": "TLS"}, "security_protocol: must be one of"),
    "no text": (but(SCRAM, sasl_plain_username=7), "sasl_plain_username: must be text"),
    "empty text": (but(SCRAM, sasl_plain_password=""), "sasl_plain_password: must be text"),
    "no truth": (but(MUTUAL, ssl_check_hostname="no"), "ssl_check_hostname: must be true or f"),
    "TLS without effect": (
        {"security_protocol": "PLAINTEXT", "ssl_cafile": "ca.pem"},
        "ssl_cafile: has no effect",
    ),
    "SASL without effect": (but(SCRAM, security_protocol="SSL"), "sasl_mechanism: has no effect"),
    "no mechanism": (but(SCRAM, sasl_mechanism=None), "sasl_mechanism: must be one of PLAIN"),
    "a mechanism we lack": (but(SCRAM, sasl_mechanism="GSSAPI"), "sasl_mechanism: must be one of"),
    "a password in the clear": (
        but(SCRAM, sasl_mechanism="PLAIN", security_protocol="SASL_PLAINTEXT"),
        "sasl_mechanism: PLAIN sends the password as it is",
    ),
    "no user": (but(SCRAM, sasl_plain_username=None), "sasl_plain_username: is missing"),
    "NUL in a user": (but(SCRAM, sasl_plain_username="a\0b"), "sasl_plain_username: must not"),
    "no password": (IN_A_FILE, "sasl_plain_password_file: is missing"),
    "two passwords": (
        {**SCRAM, "sasl_plain_password_file": "password"},
        "sasl_plain_password_file: is given beside sasl_plain_password",
    ),
    "no file of a password": (
        {**IN_A_FILE, "sasl_plain_password_file": "nowhere"},
        "sasl_plain_password_file: cannot read .*nowhere: No such file",
    ),
    "an empty file": (
        {**IN_A_FILE, "sasl_plain_password_file": "empty"},
        "sasl_plain_password_file: there is no text in .*empty",
    ),
    "no file of a CA": (but(MUTUAL, ssl_cafile="nowhere"), "ssl_cafile: cannot read .*nowhere"),
    "no CA in its file": (but(MUTUAL, ssl_cafile="password"), "ssl_cafile: .*neither a certif"),
    "no list in its file": (but(MUTUAL, ssl_crlfile="empty"), "ssl_crlfile: .*neither a certifi"),
    "a key and no certificate": (
        but(MUTUAL, ssl_certfile=None, ssl_keyfile="ours.key"),
        "ssl_keyfile: belongs to ssl_certfile, which is missing",
    ),
    "a certificate and no key": (MUTUAL, "ssl_certfile: .*ours.pem holds no key"),
    "no certificate": (but(MUTUAL, ssl_certfile="ours.key"), "ssl_certfile: .*neither a certif"),
    "somebody else's key": (but(MUTUAL, ssl_keyfile="ca.key"), "ssl_keyfile: the key is not that"),
    "a locked key": (
        but(MUTUAL, ssl_certfile="locked.pem", ssl_keyfile="locked.key"),
        r"ssl_keyfile: .*its password \(ssl_password_file\) is missing or wrong",
    ),
    "another password of the key": (
        {**MUTUAL, "ssl_certfile": "both.pem", "ssl_keyfile": "locked.key", "ssl_password": "x"},
        "ssl_keyfile: .*missing or wrong",
    ),
    "no such cipher": (but(SCRAM, ssl_ciphers="ENIGMA"), "ssl_ciphers: names no cipher"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_work_is_refused_by_the_name_of_its_key(case: str, files: Path) -> None:
    given, message = WRONG[case]

    with pytest.raises(ValueError, match=f"^{message}") as refused:
        client_settings(within(files, given))
    assert SECRET not in str(refused.value)


def test_nothing_given_is_nothing_asked() -> None:
    assert client_settings({}) == {}
    assert client_settings({"security_protocol": "PLAINTEXT"}) == {"security_protocol": "PLAINTEXT"}


def test_a_password_may_lie_in_a_file(files: Path) -> None:
    given = {**IN_A_FILE, "sasl_plain_password_file": "password"}

    made = client_settings(within(files, given))

    assert made["sasl_plain_password"] == SECRET
    assert made.keys() == {
        "security_protocol",
        "ssl_context",
        *("sasl_mechanism", "sasl_plain_username", "sasl_plain_password"),
    }


@pytest.mark.parametrize(
    "ours",
    [
        {"ssl_keyfile": "ours.key"},
        {"ssl_certfile": "both.pem"},
        {"ssl_certfile": "locked.pem", "ssl_keyfile": "locked.key", "ssl_password": SECRET},
        {
            "ssl_certfile": "locked.pem",
            "ssl_keyfile": "locked.key",
            "ssl_password_file": "password",
        },
    ],
)
def test_our_certificate_may_have_its_key_beside_it_or_locked(
    ours: dict[str, str], files: Path
) -> None:
    context = client_settings(within(files, but(MUTUAL, **ours)))["ssl_context"]

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert [each["subject"] for each in context.get_ca_certs()] == [((("commonName", "ca"),),)]


def test_ciphers_are_applied() -> None:
    """kafka-python takes the setting and does nothing with it."""
    chosen = "ECDHE-ECDSA-AES256-GCM-SHA384"

    context = client_settings(but(SCRAM, ssl_ciphers=chosen))["ssl_context"]

    older = {each["name"] for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"}
    assert older == {chosen}


def test_the_name_of_the_broker_is_checked_unless_somebody_says_otherwise() -> None:
    assert client_settings(SCRAM)["ssl_context"].check_hostname
    careless = client_settings(but(SCRAM, ssl_check_hostname=False))["ssl_context"]
    assert not careless.check_hostname
    assert careless.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("mechanism", "sent"), [("SCRAM-SHA-256", "a=2Cb=3Dc"), ("PLAIN", "a,b=c")]
)
def test_a_user_is_sent_as_its_mechanism_writes_it(mechanism: str, sent: str) -> None:
    """RFC 5802 5.1; kafka-python would let «,» end the name."""
    made = client_settings(but(SCRAM, sasl_mechanism=mechanism, sasl_plain_username="a,b=c"))

    assert made["sasl_plain_username"] == sent
    if mechanism != "PLAIN":
        first = ScramClient(sent, SECRET, mechanism).first_message().decode()
        assert first.startswith(f"n,,n={sent},r=")


def test_a_wrong_setting_ends_a_process_with_a_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SANBAN_HOME", str(tmp_path))
    monkeypatch.setenv("SANBAN_KAFKA_SECURITY", json.dumps(but(SCRAM, ssl_cafile="/nowhere/ca")))

    with pytest.raises(Problem) as problem:
        load()

    said = "SANBAN_KAFKA_SECURITY: ssl_cafile: cannot read /nowhere/ca: No such file or directory"
    assert str(problem.value).startswith(f"wrong configuration: {said} -- correct it")
    assert SECRET not in str(problem.value)


def test_nobody_who_prints_settings_prints_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANBAN_KAFKA_SECURITY", json.dumps(SCRAM))

    settings = Settings()

    assert settings.kafka_security["sasl_plain_password"] == SECRET
    assert SECRET not in repr(settings)
    assert SECRET not in repr(ProducerOptions("nowhere:1", client=settings.kafka_security))
