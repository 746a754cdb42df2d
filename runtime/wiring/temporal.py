"""The Temporal client: one converter, one namespace, metrics of the SDK's core on loopback."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
    SerializationContext,
)
from temporalio.envconfig import ClientConnectConfig
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode
from typing_extensions import override

from runtime.problems import Problem
from workflows.search_attributes import REGISTRY

PROBE = timedelta(seconds=3)

_CONVERTERS = tuple(
    PydanticJSONPlainPayloadConverter() if isinstance(each, JSONPlainPayloadConverter) else each
    for each in DefaultPayloadConverter.default_encoding_payload_converters
)


class _SharedConverter(CompositePayloadConverter):
    """Pydantic's converters, once a process.

    The SDK makes a converter for every workflow instance, and each builds its own adapters: that
    costs milliseconds at the first look-up of every case.
    """

    def __init__(self) -> None:
        super().__init__(*_CONVERTERS)

    @override
    def with_context(self, context: SerializationContext) -> Self:
        return self  # none of them depends on the context


DATA_CONVERTER = DataConverter(payload_converter_class=_SharedConverter)
"""Writes and reads the same bytes as temporalio.contrib.pydantic's own converter."""


@dataclass(frozen=True)
class CoreMetrics:
    """The port on which the SDK's core serves its own metrics; our /metrics includes them."""

    runtime: Runtime
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/metrics"


def core_metrics(port: int) -> CoreMetrics:
    """Make the metrics of the core: once a process, before its client."""
    telemetry = TelemetryConfig(
        metrics=PrometheusConfig(
            bind_address=f"127.0.0.1:{port}",
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
        )
    )
    return CoreMetrics(Runtime(telemetry=telemetry), port)


async def connect(
    config: ClientConnectConfig, *, lazy: bool = False, runtime: Runtime | None = None
) -> Client:
    """Connect, or with `lazy` at the first call. Raises Problem when the server is not there."""
    address = config.get("target_host", "")
    local = address.startswith(("127.0.0.1:", "localhost:"))
    try:
        return await Client.connect(
            **config,
            data_converter=DATA_CONVERTER,
            lazy=lazy,
            runtime=runtime,
            # On one machine compression only costs CPU.
            grpc_compression=GrpcCompression.NONE if local else GrpcCompression.GZIP,
        )
    except RuntimeError as error:  # how the SDK says that it cannot connect
        raise Problem(
            f"no Temporal server at {address}",
            do="start it, or correct TEMPORAL_ADDRESS",
        ) from error


async def why_not_ready(client: Client) -> str | None:
    """Return None when the server answers and knows our namespace and search attributes."""
    try:
        described = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=client.namespace), timeout=PROBE
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return f"temporal: no namespace {client.namespace}; create it"
        return f"temporal: {error.message}"
    except RuntimeError as error:
        return f"temporal: {error}"
    missing = sorted(set(REGISTRY) - set(described.custom_attributes))
    if missing:
        return f"temporal: search attributes {', '.join(missing)} are not registered"
    return None
