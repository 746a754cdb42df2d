"""Sends messages to people through apprise, whatever their addresses are.

apprise logs addresses, hosts and recipients, and what it sends with lists tokens in their paths: of
both nothing is written. What went wrong is told by a code; `apprise -v` by hand says more.
"""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import apprise
from apprise import AppriseAsset, AppriseResultStatus, NotifyFormat

from domain.case.notices.acts import Failure
from domain.policy.notice_texts import Said

for _name in ("apprise", "urllib3"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False
    logging.getLogger(_name).setLevel(logging.CRITICAL + 1)

HEADER = "Sanban-Message-Id"
FIELD = "message_id"
"""Where the id of a message stands, by ways that allow it: in headers, in the fields of a body."""

SECONDS_TO_SEND = 20.0
_GRACE_S = 5.0


class Senders:
    """Threads, one a message on its way: what apprise sends with waits in them."""

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

    async def send(self, address: str, said: Said, id_: str) -> Failure | None:
        """Why it was not taken; None when it was. Without an answer it may have been, too."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._seconds + _GRACE_S):
                return await loop.run_in_executor(self._threads, self._send, address, said, id_)
        except TimeoutError:
            return Failure.NO_ANSWER

    def knows(self, address: str) -> bool:
        """Whether it can be sent to, as far as its form tells."""
        return apprise.Apprise.instantiate(address, asset=self._asset) is not None

    def close(self) -> None:
        """What is on its way is left to itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _send(self, address: str, said: Said, id_: str) -> Failure | None:
        service = apprise.Apprise.instantiate(address, asset=self._asset)
        if service is None:
            return Failure.BAD_ADDRESS
        # Four seconds are apprise's own: what is slow would be sent again, though it was taken.
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
