"""People of the town at their browsers: signed in, with a plain HTTP client on one connection."""

import http.client
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from bench.town import town
from console.desk.context import COOKIE, form_token_of, hashed
from domain.people.rosters import Person
from domain.vocabulary import OVERSEERS
from runtime.embedded.ports import LOOPBACK
from schemas.console import Session
from store.connection import Database
from store.console.sessions import PostgresSessions

PATIENCE_S, LONG_S, RESTS_S = 60.0, 1800.0, 30.0
_HIDDEN = re.compile(r'<input type="hidden" name="(id|seq|token)" value="([^"]*)"')


@dataclass(frozen=True)
class Page:
    """An answer. `seconds`: from the request until the last byte."""

    status: int
    body: str
    seconds: float
    location: str = ""


@dataclass
class Visitor:
    """One person; not to be used by two threads at a time."""

    person: Person
    port: int
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _connection: http.client.HTTPConnection | None = None
    _used: float = 0.0

    def get(self, path: str) -> Page:
        return self._ask("GET", path, None)

    def post(self, path: str, form: Sequence[tuple[str, str]]) -> Page:
        return self._ask("POST", path, urlencode(form))

    def give(self, number: str, kind: str, fields: Sequence[tuple[str, str]]) -> Page:
        """Open the form of an act and send it; return the answer, timed from the sending."""
        form = self.get(f"/cases/{number}/acts/{kind}")
        if form.status != 200:
            return form
        hidden = dict(_HIDDEN.findall(form.body))
        return self.post(f"/cases/{number}/acts/{kind}", [*hidden.items(), *fields])

    def lines(self, path: str) -> int:
        """Read a file to its end; return how many lines it has."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=LONG_S)
        connection.request("GET", path, headers={"Cookie": f"{COOKIE}={self.secret}"})
        answer, found = connection.getresponse(), 0
        while piece := answer.read(1 << 16):
            found += piece.count(b"\n")
        connection.close()
        return found

    def _ask(self, method: str, path: str, body: str | None) -> Page:
        # The server closes a connection that rests for longer than a minute.
        if self._connection is None or time.monotonic() - self._used > RESTS_S:
            self._connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=PATIENCE_S)
        headers = {"Cookie": f"{COOKIE}={self.secret}"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        seconds, self._used = time.perf_counter() - begun, time.monotonic()
        return Page(answer.status, text, seconds, answer.getheader("Location", ""))


async def signed_in(database: Database, port: int, now: datetime, most: int) -> list[Visitor]:
    """Return people of the roster, one of each unit and role first, each with a session."""
    people = [each for each in town().roster.people if not {*each.roles} <= OVERSEERS]
    seen, first, later = set[tuple[str, frozenset[str]]](), list[Person](), list[Person]()
    for person in people:
        kind = (person.unit, frozenset(person.roles))
        (later if kind in seen else first).append(person)
        seen.add(kind)
    visitors = [Visitor(person, port) for person in [*first, *later][:most]]
    sessions = PostgresSessions(database)
    for each in visitors:
        token = hashed(form_token_of(each.secret))
        await sessions.begin(
            Session(hashed(each.secret), town().tenant, each.person.id, "zh", now, now, form=token)
        )
    return visitors
