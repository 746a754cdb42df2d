"""Finds out why no connection to a broker came about, with a connection of its own.

kafka-python 3.0 reports a failed handshake and a wrong password like a broker that is away: it
tries again until its time is up and raises a timeout. This module may go when the client says what
the broker objected to.
"""

import socket
import ssl
import struct
from collections.abc import Mapping
from io import BufferedRWPair
from typing import Any

from kafka.net.sasl import get_sasl_mechanism

from gateways.kafka.refusals import no_user_wanted, not_known, not_offered

_OTHER_NAME = (62, 64)  # OpenSSL: the certificate is for another host, or another address
_TIMEOUT_S = 3.0
_LARGEST_ANSWER = 1024 * 1024
_NOT_OFFERED = 33
# Key and version of the requests ApiVersions, SaslHandshake and SaslAuthenticate.
_VERSIONS, _HANDSHAKE, _AUTHENTICATE = (18, 0), (17, 1), (36, 0)
_INT = struct.Struct(">i")


class _HungUp(Exception):
    """The answer is not Kafka's, or there is none."""


def why_not_connected(bootstrap: str, client: Mapping[str, Any]) -> str | None:
    """Return what the first broker of `bootstrap` that objects objects to; None if none does.

    Blocks for a few seconds. `client` has the settings that kafka-python was given.
    """
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        if host and port.isdecimal() and (why := _ask(host.strip("[]"), int(port), client)):
            return why
    return None


def _ask(host: str, port: int, client: Mapping[str, Any]) -> str | None:
    here = f"{host}:{port}"
    context = client.get("ssl_context")
    try:
        with socket.create_connection((host, port), _TIMEOUT_S) as connection:
            if context is None:
                return _talk(connection, here, client)
            with context.wrap_socket(connection, server_hostname=host) as encrypted:
                return _talk(encrypted, here, client)
    except ssl.SSLCertVerificationError as error:
        return _not_trusted(error, here)
    except (ssl.SSLEOFError, ConnectionResetError):
        return _another_listener(here, client)
    except ssl.SSLError as error:
        return _not_taken(error, here, client)
    except OSError:  # away, or slow: that is no refusal
        return None


def _talk(connection: socket.socket, here: str, client: Mapping[str, Any]) -> str | None:
    with connection.makefile("rwb") as line:
        try:
            if "sasl_mechanism" in client:
                return _introduce(line, here, client)
            # A listener that wants a user answers the first request and hangs up on the second.
            for _ in range(2):
                _call(line, _VERSIONS, b"")
        except (_HungUp, struct.error, ValueError):
            return _another_listener(here, client)
    return None


def _introduce(line: BufferedRWPair, here: str, client: Mapping[str, Any]) -> str | None:
    name: str = client["sasl_mechanism"]
    answer = _call(line, _HANDSHAKE, struct.pack(">h", len(name)) + name.encode())
    code, number = struct.unpack_from(">hi", answer)
    if code == _NOT_OFFERED:
        return not_offered(client, _names(answer[6:], number))
    if code:
        return no_user_wanted()
    mechanism = get_sasl_mechanism(name)(host=here.rpartition(":")[0], **client)
    while not mechanism.is_done():
        said = mechanism.auth_bytes()
        answer = _call(line, _AUTHENTICATE, _INT.pack(len(said)) + said)
        code, length = struct.unpack_from(">hh", answer)
        if code:
            return not_known(client)
        at = 4 + max(length, 0)
        (size,) = _INT.unpack_from(answer, at)
        mechanism.receive(answer[at + 4 : at + 4 + size])
    return None


def _call(line: BufferedRWPair, request: tuple[int, int], body: bytes) -> bytes:
    """Send a request of this (key, version); return the answer without its correlation id."""
    # Correlation id 0, and no client id (length -1).
    message = struct.pack(">hhih", *request, 0, -1) + body
    line.write(_INT.pack(len(message)) + message)
    line.flush()
    head = line.read(_INT.size)
    (size,) = _INT.unpack(head) if len(head) == _INT.size else (-1,)
    if not _INT.size <= size <= _LARGEST_ANSWER:
        raise _HungUp
    return line.read(size)[_INT.size :]


def _names(text: bytes, number: int) -> str:
    names = []
    for _ in range(number):
        (size,) = struct.unpack_from(">h", text)
        names.append(text[2 : 2 + size].decode())
        text = text[2 + size :]
    return ", ".join(names)


def _not_trusted(error: ssl.SSLCertVerificationError, here: str) -> str:
    why = error.verify_message.rstrip(".")
    if error.verify_code in _OTHER_NAME:
        return (
            f"the certificate of the broker at {here} is for another name ({why}): write a name "
            "that it contains in SANBAN_KAFKA_BOOTSTRAP, or give the broker another certificate"
        )
    return (
        f"the certificate of the broker at {here} is not to be trusted ({why}): is the file of "
        "its CA in ssl_cafile of SANBAN_KAFKA_SECURITY?"
    )


def _not_taken(error: ssl.SSLError, here: str, client: Mapping[str, Any]) -> str:
    reason = error.reason or ""
    if "ALERT" in reason and ("CERTIFICATE" in reason or "UNKNOWN_CA" in reason):
        return (
            f"the broker at {here} does not take our certificate, or has none of ours "
            f"({_spoken(reason)}): correct ssl_certfile and ssl_keyfile in SANBAN_KAFKA_SECURITY"
        )
    if reason == "WRONG_VERSION_NUMBER":
        return _another_listener(here, client)
    return f"no TLS with the broker at {here} ({_spoken(reason)}): see ssl_ciphers, and its side"


def _spoken(reason: str) -> str:
    return reason.lower().replace("_", " ")


def _another_listener(here: str, client: Mapping[str, Any]) -> str:
    protocol = client.get("security_protocol", "PLAINTEXT")
    return (
        f"what listens at {here} does not speak {protocol}: correct security_protocol in "
        "SANBAN_KAFKA_SECURITY, or the port in SANBAN_KAFKA_BOOTSTRAP"
    )
