"""Explains why a broker refuses us, in words for the person who has to change something."""

from collections.abc import Mapping
from typing import Any

from kafka import errors as kafka_errors

from schemas.intake import Unavailable

REFUSALS = (
    kafka_errors.AuthorizationError,
    kafka_errors.IllegalSaslStateError,
    kafka_errors.SaslAuthenticationFailedError,
    kafka_errors.UnsupportedSaslMechanismError,
)
"""Errors that end only when a person changes a setting, a user or a permission. A client of
kafka-python remembers such an error for good: a new attempt needs a new client."""


class KafkaRefuses(Unavailable):
    """The broker refuses us. Waiting helps once a person has done what the text says."""

    def __init__(self, detail: str) -> None:
        super().__init__("kafka")
        self.args = (f"kafka refuses: {detail}",)


def refusal(
    error: kafka_errors.KafkaError, client: Mapping[str, Any], *, wanted: str
) -> str | None:
    """Return what to do about one of REFUSALS; None for any other error.

    `wanted` names the permissions that are needed, as in "WRITE on topic x".
    """
    if isinstance(error, kafka_errors.AuthorizationError):
        return f"{_who(client)} may not do this: grant it {wanted}"
    if isinstance(error, kafka_errors.SaslAuthenticationFailedError):
        return not_known(client)
    if isinstance(error, kafka_errors.UnsupportedSaslMechanismError):
        return not_offered(client, "")
    if isinstance(error, kafka_errors.IllegalSaslStateError):
        return no_user_wanted()
    return None


def not_known(client: Mapping[str, Any]) -> str:
    return (
        f"the broker does not know {_who(client)}, or not with this password "
        f"({client.get('sasl_mechanism')}): correct SANBAN_KAFKA_SECURITY and start again, or set "
        "the password on the broker"
    )


def no_user_wanted() -> str:
    return (
        "this listener of the broker wants no user: correct security_protocol in "
        "SANBAN_KAFKA_SECURITY, or the port in SANBAN_KAFKA_BOOTSTRAP"
    )


def not_offered(client: Mapping[str, Any], offered: str) -> str:
    instead = f"; it offers {offered}" if offered else ""
    return (
        f"the broker does not offer {client.get('sasl_mechanism')}{instead}: correct "
        "sasl_mechanism in SANBAN_KAFKA_SECURITY"
    )


def _who(client: Mapping[str, Any]) -> str:
    if user := client.get("sasl_plain_username"):
        if client.get("sasl_mechanism") != "PLAIN":
            user = user.replace("=2C", ",").replace("=3D", "=")
        return f"the user {user!r}"
    return "the owner of our certificate" if "ssl_context" in client else "a client without a user"
