"""`sanban relay` as a child of a test."""

from tests.integration.promises.services import Service


class RelayProcess(Service):
    title = "sanban relay"
    name = "relay"
