"""The Temporal client: one converter, one namespace, metrics of the SDK's core on loopback."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
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
from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)
from temporalio.service import GrpcCompression, RPCError, RPCStatusCode
from typing_extensions import override

from runtime.problems import Problem
from workflows.search_attributes import REGISTRY

PROBE = timedelta(seconds=3)
POLLED_WITHIN = timedelta(seconds=75)
"""A worker that has nothing to do asks once a minute."""
CORE_LOG = "temporalio.core"

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
    """Make the metrics and the log of the core: once a process, before its client.

    The core is written in Rust, and writes to standard error itself unless its lines are forwarded.
    """
    telemetry = TelemetryConfig(
        logging=LoggingConfig(
            TelemetryFilter(core_level="WARN", other_level="ERROR"),
            LogForwardingConfig(
                logging.getLogger(CORE_LOG),
                append_target_to_name=False,
                prepend_target_on_message=False,
                append_log_fields_to_message=False,
            ),
        ),
        metrics=PrometheusConfig(
            bind_address=f"127.0.0.1:{port}",
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
        ),
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
            return (
                f"temporal: there is no namespace {client.namespace}: `sanban prepare --create` "
                "makes it, or correct TEMPORAL_NAMESPACE"
            )
        return f"temporal: {error.message}"
    except RuntimeError as error:
        return f"temporal: {error}"
    missing = sorted(set(REGISTRY) - set(described.custom_attributes))
    if missing:
        return (
            f"temporal: search attributes {', '.join(missing)} are not registered: "
            "`sanban prepare --create` registers them"
        )
    return None


async def has_worker(client: Client, task_queue: str, now: datetime) -> bool:
    """Return whether a worker has lately asked the server for work of the queue."""
    polled = await last_poll(client, task_queue)
    return polled is not None and polled > now - POLLED_WITHIN


async def last_poll(client: Client, task_queue: str) -> datetime | None:
    """Return when a worker last asked for work; the server forgets it after some minutes.

    None as well where the server does not answer.
    """
    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    try:
        async with asyncio.timeout(PROBE.total_seconds()):
            found = await client.workflow_service.describe_task_queue(asked, timeout=PROBE)
    except (RPCError, TimeoutError, RuntimeError):
        return None
    return max((each.last_access_time.ToDatetime(UTC) for each in found.pollers), default=None)
