"""Every service there is; `sanban up` runs them all."""

import importlib
from collections.abc import Sequence

from runtime.processes import PROCESSES, Process
from runtime.services.base import Service


def service_of(process: Process) -> type[Service]:
    """Return the class of a process; imports its module."""
    module, _, name = process.service.partition(":")
    service: type[Service] = getattr(importlib.import_module(f"runtime.services.{module}"), name)
    return service


SERVICES: Sequence[type[Service]] = tuple(service_of(process) for process in PROCESSES)
