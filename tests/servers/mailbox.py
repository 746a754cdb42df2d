"""A mail server that keeps all letters; it knows only the SMTP commands that a client needs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from runtime.embedded.ports import LOOPBACK


@dataclass
class Mailbox:
    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)

    def address(self, to: str) -> str:
        """Return a URL of apprise that leads here."""
        return f"mailto://{LOOPBACK}:{self.port}?from=sanban@example.org&to={to}&mode=insecure"

    def to(self, recipient: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if recipient in str(letter["To"])]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mailbox\r\n")
        while line := await reader.readline():
            match line.split()[0].upper() if line.split() else b"":
                case b"EHLO" | b"HELO":
                    writer.write(b"250-mailbox\r\n250 8BITMIME\r\n")
                case b"MAIL" | b"RCPT" | b"RSET" | b"NOOP":
                    writer.write(b"250 fine\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    body = (await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
                    self.letters.append(_letter(body))
                    writer.write(b"250 kept\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"502 no\r\n")
        writer.close()


def words(letter: EmailMessage) -> str:
    """Return the text of a letter."""
    body = letter.get_body(("plain", "html"))
    return str(body.get_content()).replace("\r\n", "\n").strip() if body else ""


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    kept = Mailbox()
    server = await asyncio.start_server(kept.serve, LOOPBACK, 0)
    kept.port = server.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        server.close()
        await server.wait_closed()


def _letter(body: bytes) -> EmailMessage:
    letter = message_from_bytes(body, policy=policy.default)
    assert isinstance(letter, EmailMessage)
    return letter
