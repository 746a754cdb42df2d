#!/usr/bin/env python3
"""Ring when the watchdog, or another source, has not been heard for some minutes.

It runs on another machine than Sanban, and needs Python alone:

    python3 bell.py --listen 0.0.0.0:8399 --ring 'mail -s Sanban duty@example.org'

Alertmanager posts its Watchdog to /watchdog; another source NAME of `--sources` to /NAME. COMMAND
gets what is wrong on its standard input: at once, every half an hour, and when all is heard again.
One that fails is tried again with the next look. GET / answers 200 if all is heard.
"""

import argparse
import subprocess
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, HTTPServer

AGAIN_S = 1800


class Bell:
    """What was heard and when; `ring` gets the words of an alarm."""

    def __init__(
        self,
        sources: Iterable[str],
        seconds: float,
        ring: Callable[[str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds, self.ring, self.clock = seconds, ring, clock
        # At its start all count as heard, so that it does not ring before the first could come.
        self.heard = dict.fromkeys(sources, clock())
        self.rang: tuple[list[str], float] | None = None

    def hear(self, source: str) -> bool:
        """Note that a source was heard; False for one that is not waited for."""
        if source in self.heard:
            self.heard[source] = self.clock()
        return source in self.heard

    def silent(self) -> dict[str, float]:
        """Return what is silent, and for how many seconds."""
        ages = {name: self.clock() - at for name, at in self.heard.items()}
        return {name: age for name, age in ages.items() if age > self.seconds}

    def look(self) -> None:
        """Ring when something falls silent, every half an hour while it is, and when it ends."""
        silent = self.silent()
        if silent and (not self.rang or self.rang[0] != [*silent] or self._is_again()):
            self.rang = ([*silent], self.clock())
            self.ring(f"SANBAN ALARM: {said(silent)}. See RUNBOOK.md, «The outside bell rings».")
        elif not silent and self.rang:
            self.rang = None
            self.ring("Sanban: all is heard again.")

    def _is_again(self) -> bool:
        return self.rang is not None and self.clock() - self.rang[1] >= AGAIN_S


def said(silent: dict[str, float]) -> str:
    """Return in words what is silent."""
    return "; ".join(f"{name} silent for {age / 60:.1f} min" for name, age in silent.items())


def server_of(bell: Bell, host: str, port: int) -> HTTPServer:
    """Return a server that hears; a caller that is silent itself is dropped after five seconds."""

    class Ear(BaseHTTPRequestHandler):
        timeout = 5

        def do_POST(self) -> None:
            self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 1 << 20))
            self._answer(200 if bell.hear(self.path.strip("/")) else 404, "")

        def do_GET(self) -> None:
            silent = bell.silent()
            self._answer(503 if silent else 200, said(silent) or "all is heard")

        def _answer(self, status: int, text: str) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(f"{text}\n".encode())

    return HTTPServer((host, port), Ear)


def main() -> None:
    """Hear and look, for ever."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:8399")
    parser.add_argument("--minutes", type=float, default=11, help="of silence, then it rings")
    parser.add_argument("--sources", default="watchdog,canary", help="what must be heard")
    parser.add_argument("--ring", required=True, metavar="COMMAND", help="how it rings")
    given = parser.parse_args()

    def ring(words: str) -> None:
        print(words, flush=True)
        # The one who keeps this machine chose the command.
        done = subprocess.run(given.ring, shell=True, input=words, text=True, check=False)  # noqa: S602
        if done.returncode and bell.silent():
            print(f"the command failed with {done.returncode}; it is tried again", flush=True)
            bell.rang = None

    bell = Bell(given.sources.split(","), given.minutes * 60, ring)
    host, _, port = given.listen.rpartition(":")
    server = server_of(bell, host, int(port))
    server.timeout = min(10.0, bell.seconds / 4)
    while True:
        server.handle_request()
        bell.look()


if __name__ == "__main__":
    main()
