"""The namespace of cases on a Temporal server: what is there, and making what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from runtime.wiring.temporal import PROBE
from schemas.intake import Unavailable

_PREFIX = "INDEXED_VALUE_TYPE_"


@dataclass(frozen=True, slots=True)
class NamespaceFacts:
    """`attributes` are those that were registered: name -> type, as in the registry."""

    retention: timedelta
    attributes: Mapping[str, str]


async def namespace_facts(client: Client) -> NamespaceFacts | None:
    """Return what the server says of our namespace; None if it has none of that name.

    Raises Unavailable.
    """
    try:
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=client.namespace), timeout=PROBE
        )
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace), timeout=PROBE
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise Unavailable("temporal", error.message) from error
    except RuntimeError as error:
        raise Unavailable("temporal", str(error)) from error
    kept = described.config.workflow_execution_retention_ttl
    return NamespaceFacts(
        kept.ToTimedelta(),
        {name: _name(kind) for name, kind in listed.custom_attributes.items()},
    )


async def create_namespace(client: Client, retention: timedelta) -> None:
    """Make our namespace. Raises Unavailable."""
    kept = Duration()
    kept.FromTimedelta(retention)
    try:
        await client.workflow_service.register_namespace(
            RegisterNamespaceRequest(
                namespace=client.namespace, workflow_execution_retention_period=kept
            )
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise Unavailable("temporal", error.message) from error


async def add_attributes(client: Client, attributes: Mapping[str, str]) -> None:
    """Register search attributes: name -> type. Raises Unavailable."""
    wanted = {
        name: IndexedValueType.Value(f"{_PREFIX}{kind.upper()}")
        for name, kind in attributes.items()
    }
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=wanted)
        )
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise Unavailable("temporal", error.message) from error


def _name(kind: int) -> str:
    """Return a type as the registry writes it: INDEXED_VALUE_TYPE_KEYWORD is Keyword."""
    words = IndexedValueType.Name(kind).removeprefix(_PREFIX).split("_")  # type: ignore[arg-type]
    return "".join(word.capitalize() for word in words)
