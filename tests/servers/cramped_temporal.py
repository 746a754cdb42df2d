"""The embedded Temporal server with very little room for history."""

from typing_extensions import override

from runtime.embedded.temporal import EmbeddedTemporal


class CrampedTemporal(EmbeddedTemporal):
    """Suggests a new run after 60 events; the usual server does after 4096."""

    @override
    def command(self) -> list[str]:
        limit = "limit.historyCount.suggestContinueAsNew=60"
        return [*super().command(), "--dynamic-config-value", limit]
