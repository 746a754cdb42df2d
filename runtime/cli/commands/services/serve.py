"""`sanban intake | worker | relay | notify | gateway | console`: one service as a process.

Each imports its own service alone, when it starts: the others would only make the start slower.
"""


def intake() -> None:
    """Turn complaints into cases; deliver other systems' commands to them. Run several to scale."""
    from runtime.services.intake import IntakeService
    from runtime.services.serving import run_alone

    run_alone(IntakeService)


def worker() -> None:
    """Run the workflows of cases. Run several to scale."""
    from runtime.services.serving import run_alone
    from runtime.services.worker import WorkerService

    run_alone(WorkerService)


def relay() -> None:
    """Publish what happens to cases to other systems. If several run, one works, others wait."""
    from runtime.services.relay.service import RelayService
    from runtime.services.serving import run_alone

    run_alone(RelayService)


def notify() -> None:
    """Send people the notices of their cases' clocks. If several run, one works, others wait."""
    from runtime.services.notifier.service import NotifierService
    from runtime.services.serving import run_alone

    run_alone(NotifierService)


def gateway() -> None:
    """Accept complaints and acts over HTTP, from senders without Kafka. Run several to scale."""
    from runtime.services.gateway.service import GatewayService
    from runtime.services.serving import run_alone

    run_alone(GatewayService)


def console() -> None:
    """Serve the pages on which people of the town work. Run several to scale."""
    from runtime.services.console.service import ConsoleService
    from runtime.services.serving import run_alone

    run_alone(ConsoleService)


COMMANDS = (worker, relay, notify, gateway)
"""The commands `sanban NAME`; `sanban intake` and `sanban console` are also groups of commands."""
