"""Sends messages to people through apprise, to any kind of address.

apprise logs addresses, hosts and recipients, and urllib3 logs paths with tokens in them: neither
log is written. A failure is a code; `apprise -v` by hand says more.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import apprise
from apprise import AppriseAsset, AppriseResultStatus, NotifyFormat

from domain.case.notices.acts import Failure
from domain.notifications.rendering import RenderedNotice

for _name in ("apprise", "urllib3"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

HEADER = "Sanban-Message-Id"
FIELD = "message_id"
"""Names of the id of a message, for services that allow it: as a header, as a field of the body."""

SECONDS_TO_SEND = 20.0
_GRACE_S = 5.0


class Senders:
    """A pool with one thread for each message on its way: apprise blocks while it sends."""

    def __init__(self, seconds_to_send: float = SECONDS_TO_SEND, at_once: int = 1) -> None:
        self._seconds = seconds_to_send
        self._threads = ThreadPoolExecutor(at_once, "notice")
        self._asset = AppriseAsset(
            app_id="Sanban",
            app_desc="Sanban",
            storage_mode="memory",
            allow_templates=False,
            service_timeout=seconds_to_send,
        )

    async def send(self, address: str, said: RenderedNotice, id_: str) -> Failure | None:
        """Send; return why it was not taken, or None. After NO_ANSWER it may have been taken."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds + _GRACE_S):
                return await loop.run_in_executor(self._threads, self._send, address, said, id_)
        except TimeoutError:
            return Failure.NO_ANSWER

    def knows(self, address: str) -> bool:
        """Return True if the form of the address is one that apprise can send to."""
        return apprise.Apprise.instantiate(address, asset=self._asset) is not None

    def close(self) -> None:
        """Close without waiting for messages on their way."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, address: str, said: RenderedNotice, id_: str) -> Failure | None:
        service = apprise.Apprise.instantiate(address, asset=self._asset)
        if service is None:
            return Failure.BAD_ADDRESS
        # apprise waits 4 s by itself. A slow service would be sent the message again, although it
        # had taken it.
        service.socket_read_timeout = max(service.socket_read_timeout, self._seconds)
        for names, key in (("headers", HEADER), ("payload_extras", FIELD)):
            more = getattr(service, names, None)
            if isinstance(more, dict):
                more[key] = id_
        sender = apprise.Apprise(asset=self._asset)
        sender.add(service)
        result = sender.notify(
            said.text, said.title, body_format=NotifyFormat.TEXT, timeout=self._seconds
        )
        match result.status:
            case AppriseResultStatus.SUCCESS:
                return None
            case AppriseResultStatus.TIMEOUT:
                return Failure.NO_ANSWER
            case _:
                return Failure.NOT_TAKEN
