"""SANBAN_KAFKA_SECURITY: checked when it is read, and made into settings of kafka-python.

kafka-python 3.0.12 checks little of it: it takes `ssl_ciphers` and never applies them, continues
without a user for SCRAM, does not escape `,` and `=` in user names, and asks at the terminal for
the password of a key. This module refuses what cannot work, and builds the rest.
"""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

KEYS: dict[str, tuple[type, str]] = {
    "security_protocol": (str, "`PLAINTEXT`, `SSL`, `SASL_SSL` or `SASL_PLAINTEXT`. Required."),
    "ssl_cafile": (
        str,
        "File (PEM) with the CAs of the broker's certificate; default: the system's.",
    ),
    "ssl_certfile": (str, "File (PEM) with our own certificate, for mTLS."),
    "ssl_keyfile": (str, "File (PEM) with its key; not needed when `ssl_certfile` has it."),
    "ssl_password": (str, "Password of that key. Secret: better in a file."),
    "ssl_password_file": (str, "File with the password of that key."),
    "ssl_crlfile": (str, "File (PEM) with the list of revoked certificates."),
    "ssl_ciphers": (str, "Ciphers that OpenSSL may use up to TLS 1.2, in its notation."),
    "ssl_check_hostname": (
        bool,
        "`false` accepts any name in the broker's certificate: for tests.",
    ),
    "sasl_mechanism": (str, "`SCRAM-SHA-512`, `SCRAM-SHA-256` or `PLAIN`; PLAIN only over TLS."),
    "sasl_plain_username": (str, "The user, for SCRAM and for PLAIN."),
    "sasl_plain_password": (str, "Its password. Secret: better in a file."),
    "sasl_plain_password_file": (str, "File with the password."),
}
"""Key -> type of its value, and meaning."""

_PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT")
_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def client_settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings for a client of kafka-python; {} for {}.

    Reads the files that are named. Raises ValueError, which names the key and never a secret.
    """
    if not given:
        return {}
    for key, value in given.items():
        _check_type(key, value)
    protocol = given.get("security_protocol")
    if protocol not in _PROTOCOLS:
        _wrong("security_protocol", f"must be one of {', '.join(_PROTOCOLS)}")
    return {
        "security_protocol": protocol,
        **_tls(given, used=protocol.endswith("SSL")),
        **_sasl(given, used=protocol.startswith("SASL")),
    }


def _check_type(key: str, value: object) -> None:
    if key not in KEYS:
        _wrong(key, f"is not a setting; there are {', '.join(KEYS)}")
    kind, _ = KEYS[key]
    if not isinstance(value, kind) or value == "":
        _wrong(key, "must be true or false" if kind is bool else "must be text, and not empty")


def _tls(given: Mapping[str, Any], *, used: bool) -> dict[str, Any]:
    named = [key for key in given if key.startswith("ssl_")]
    if not used:
        if named:
            _wrong(named[0], "has no effect: security_protocol must be SSL or SASL_SSL for it")
        return {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = given.get("ssl_check_hostname", True)
    _trust(context, given)
    _show(context, given)
    if "ssl_ciphers" in given:
        try:
            context.set_ciphers(given["ssl_ciphers"])
        except ssl.SSLError:
            _wrong("ssl_ciphers", "names no cipher that OpenSSL has here")
    return {"ssl_context": context}


def _trust(context: ssl.SSLContext, given: Mapping[str, Any]) -> None:
    if "ssl_cafile" in given:
        _load(context, given, "ssl_cafile")
    else:
        context.load_default_certs()
    if "ssl_crlfile" in given:
        _load(context, given, "ssl_crlfile")
        context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def _load(context: ssl.SSLContext, given: Mapping[str, Any], key: str) -> None:
    _read(given, key)
    try:
        context.load_verify_locations(cafile=given[key])
    except ssl.SSLError:
        _wrong(key, f"{given[key]} holds neither a certificate nor a list of revoked ones in PEM")


def _show(context: ssl.SSLContext, given: Mapping[str, Any]) -> None:
    """Load our own certificate, if one is given."""
    if "ssl_certfile" not in given:
        for key in ("ssl_keyfile", "ssl_password", "ssl_password_file"):
            if key in given:
                _wrong(key, "belongs to ssl_certfile, which is missing")
        return
    certificate, keyfile = given["ssl_certfile"], given.get("ssl_keyfile")
    _load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), given, "ssl_certfile")
    if keyfile is not None:
        _read(given, "ssl_keyfile")
    password = _secret(given, "ssl_password")
    try:
        # Without any password OpenSSL would ask for one at the terminal.
        context.load_cert_chain(certificate, keyfile, password=password or "")
    except ssl.SSLError as error:
        where = "ssl_keyfile" if keyfile is not None else "ssl_certfile"
        if error.reason == "KEY_VALUES_MISMATCH":
            _wrong(where, "the key is not that of the certificate in ssl_certfile")
        _wrong(
            where,
            f"{keyfile or certificate} holds no key in PEM, or its password (ssl_password_file) "
            "is missing or wrong",
        )


def _sasl(given: Mapping[str, Any], *, used: bool) -> dict[str, Any]:
    named = [key for key in given if key.startswith("sasl_")]
    if not used:
        if named:
            _wrong(named[0], "has no effect: security_protocol must be SASL_SSL for it")
        return {}
    mechanism = given.get("sasl_mechanism")
    if mechanism not in _MECHANISMS:
        _wrong("sasl_mechanism", f"must be one of {', '.join(_MECHANISMS)}")
    if mechanism == "PLAIN" and given["security_protocol"] == "SASL_PLAINTEXT":
        _wrong(
            "sasl_mechanism",
            "PLAIN sends the password as it is: security_protocol must be SASL_SSL, or use SCRAM",
        )
    user = given.get("sasl_plain_username")
    if user is None:
        _wrong("sasl_plain_username", f"is missing; {mechanism} needs a user")
    if "\0" in user:
        _wrong("sasl_plain_username", "must not contain NUL")
    password = _secret(given, "sasl_plain_password")
    if password is None:
        _wrong(
            "sasl_plain_password_file", f"is missing; {mechanism} needs a password, best in a file"
        )
    if mechanism != "PLAIN":
        user = user.replace("=", "=3D").replace(",", "=2C")  # RFC 5802, 5.1
    return {
        "sasl_mechanism": mechanism,
        "sasl_plain_username": user,
        "sasl_plain_password": password,
    }


def _secret(given: Mapping[str, Any], key: str) -> str | None:
    file = f"{key}_file"
    if file not in given:
        return given.get(key)
    if key in given:
        _wrong(file, f"is given beside {key}: leave one out")
    try:
        secret = _read(given, file).decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        secret = ""
    if not secret:
        _wrong(file, f"there is no text in {given[file]}")
    return secret


def _read(given: Mapping[str, Any], key: str) -> bytes:
    path = Path(given[key])
    try:
        return path.read_bytes()
    except OSError as error:
        _wrong(key, f"cannot read {path}: {error.strerror}")


def _wrong(key: str, what: str) -> NoReturn:
    raise ValueError(f"{key}: {what}")
