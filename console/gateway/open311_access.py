"""What a caller of Open311 may ask about: its parameters, its client, its town and its services."""

from collections.abc import Iterable, Mapping
from typing import NoReturn

from starlette.requests import Request

from console.gateway.answers import HttpRefusal
from console.gateway.clients import Client
from console.gateway.context import GatewayContext, bearer
from domain.policy.model import Category, Policy

_NOTHING = frozenset({"", "null", "undefined"})
"""Values that programs write where they have none."""


def is_nothing(value: str) -> bool:
    """Return whether a parameter counts as not given."""
    return value.strip() in _NOTHING


def asked_of(request: Request) -> Mapping[str, str]:
    """Return the parameters of the address that say something, their names in small letters.

    A parameter that is given several times is a list, as one with commas is.
    """
    return _joined(request.query_params.multi_items())


def _joined(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        if not is_nothing(value):
            key = name.lower().removesuffix("[]")
            found[key] = f"{found[key]},{value}" if key in found else value
    return found


def token_of(request: Request) -> str:
    """Return the token of the header or of the address, or ""."""
    return bearer(request) or asked_of(request).get("api_key", "")


def no_key() -> HttpRefusal:
    return HttpRefusal(
        403,
        "no_token",
        "no api_key, or an unknown one; send api_key, or Authorization: Bearer TOKEN",
    )


def policy_asked(context: GatewayContext, request: Request) -> Policy:
    """Return the policy that the token or jurisdiction_id names. Services need no token."""
    named = asked_of(request).get("jurisdiction_id", "")
    if token := token_of(request):
        return policy_of(context, context.admit(request, token, refuse=no_key), named)
    context.admit_anonymous(request)
    if not named and len(context.policies) == 1:
        return next(iter(context.policies.values()))
    if not named:
        refuse(f"jurisdiction_id: is missing; send one of {', '.join(sorted(context.policies))}")
    return served(context, named)


def policy_of(context: GatewayContext, client: Client, named: str) -> Policy:
    """Return the policy of the client's town. Raises HttpRefusal if another town is named."""
    if named and served(context, named).tenant != client.tenant:
        raise HttpRefusal(
            403,
            "not_yours",
            f"jurisdiction_id: this token speaks only for {client.tenant}; send that, or nothing",
        )
    return served(context, client.tenant)


def served(context: GatewayContext, tenant: str) -> Policy:
    """Return the policy of a named town, in any case. Raises HttpRefusal 404."""
    found = context.policies.get(tenant.strip().lower())  # tenants have small letters
    if found is None:
        raise HttpRefusal(
            404,
            "not_found",
            f"jurisdiction_id: not found; send one of {', '.join(sorted(context.policies))}",
        )
    return found


def category_of(policy: Policy, code: str) -> Category:
    """Return the category of a service_code, in any case. Raises HttpRefusal 404."""
    category = policy.category(code) or find_category(policy, code)
    if category is None:
        raise HttpRefusal(404, "not_found", "service_code: not found; GET services lists them")
    return category


def find_category(policy: Policy, code: str) -> Category | None:
    """Return the only category that has this code if capitals do not count."""
    wanted = code.strip().lower()
    found = [each for each in policy.categories if each.id.lower() == wanted]
    return found[0] if len(found) == 1 else None


def refuse(detail: str) -> NoReturn:
    raise HttpRefusal(400, "invalid_request", detail)
