"""Every service there is; `sanban up` runs them all."""

from collections.abc import Sequence

from runtime.services.base import Service
from runtime.services.checkpoints.service import CheckpointService
from runtime.services.console.service import ConsoleService
from runtime.services.gateway.service import GatewayService
from runtime.services.intake import IntakeService
from runtime.services.notifier.service import NotifierService
from runtime.services.relay.service import RelayService
from runtime.services.worker import WorkerService

SERVICES: Sequence[type[Service]] = (
    WorkerService,
    IntakeService,
    GatewayService,
    ConsoleService,
    RelayService,
    NotifierService,
    CheckpointService,
)
