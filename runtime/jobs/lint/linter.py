"""Find every mistake in events that are not sent yet: where it is, and what to do.

Intake's own decoders judge (consumers/decoding), so an event without mistakes here is accepted
there. A decoder stops at the first wrong attribute. The linter then puts a right value in its place
in a copy of the event, and lets the decoder read the copy.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from consumers.commands.intake import with_actor
from consumers.decoding import command_events
from consumers.decoding import complaint_events as events
from consumers.decoding.command_events import CommandEvent
from consumers.decoding.complaint_events import ComplaintEvent
from consumers.decoding.envelopes import MAX_BYTES, data_in
from consumers.decoding.json_values import parse_json
from consumers.decoding.readings import why_not_placed, why_not_taken, why_unserved
from consumers.decoding.unreadable import Unreadable
from domain.case.actors import NotBelieved
from domain.policy.model import Policy
from runtime.jobs.lint.categories import remarks_on_category
from runtime.jobs.lint.hints import hint
from runtime.jobs.lint.orders import remark_on_issuer
from runtime.jobs.lint.places import remark_on_place
from runtime.jobs.publish import KEYS, STRUCTURED
from schemas.events.inbound import InboundTopic, types_of
from schemas.intake import Position, Record, RejectReason
from store.packs.yaml_files import YamlPage, read_yaml
from workflows.command_limits import unfit

_ATTRIBUTE = re.compile(r"CloudEvents attribute (\w+): (.*)", re.DOTALL)
_PATH = re.compile(r"((?:data|source)(?:[.\[][^:]*)?): (.*)", re.DOTALL)
_AT_LINE = re.compile(r"not JSON at line (\d+)")
_TENANT = re.compile("[a-z][a-z0-9-]{0,39}")
_SOUND: Mapping[str, str] = {"specversion": "1.0", "id": "1", "source": "/"}
_OF_TYPE = frozenset({RejectReason.UNSUPPORTED_TYPE, RejectReason.UNSUPPORTED_VERSION})

Document = dict[str, object]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in an event.

    `line` is that of the file. `path` leads through the event; "" means the whole event. `reason`
    is the code that a receipt would have; None: a remark, intake takes the event. `problem` says
    what is wrong and what to do; it repeats names of fields, and no values.
    """

    line: int
    path: str
    reason: RejectReason | None
    problem: str


@dataclass
class Linter:
    """Finds mistakes in the events of one file. `policies` are those in service, by tenant."""

    policies: Mapping[str, Policy]
    topic: InboundTopic
    now: datetime
    max_bytes: int = MAX_BYTES
    _seen: dict[tuple[str, ...], tuple[int, object]] = field(default_factory=dict)

    def mistakes(self, number: int, value: bytes) -> list[Mistake]:
        """Return the mistakes of the event that begins at line `number`; none if it is right."""
        document = _document(value)
        page = read_yaml(value) if b"\n" in value else YamlPage(lines={(): 1})
        # A corrected copy is read again, and has the mistakes that were not corrected again.
        each_once = dict.fromkeys(self._found(number, value, document))
        found = []
        for path, reason, problem in each_once:
            line = _line_in(page, path, problem)
            found.append(Mistake(number + line - 1, path, reason, problem))
        return found

    def mistakes_of(self, record: Record) -> list[Mistake]:
        """Return the mistakes of a record as it would be sent: its key and headers count, too."""
        try:
            found = list(self._refusals(self._read(record)))
        except Unreadable as error:
            placed = [_placed(each) for each in error.mistakes]
            found = [(path, error.reason, problem) for path, problem in placed]
        value = record.value or b""
        page = read_yaml(value) if b"\n" in value else YamlPage(lines={(): 1})
        return [
            Mistake(_line_in(page, path, problem), path, reason, problem)
            for path, reason, problem in found
        ]

    def _found(
        self, number: int, value: bytes, document: Document | None
    ) -> Iterator[tuple[str, RejectReason | None, str]]:
        record = self._record(value, document)
        # Attributes that were corrected. One that is refused again after that ends the loop.
        event, corrected = None, set[str]()
        while event is None:
            try:
                event = self._read(record)
            except Unreadable as error:
                corrections = _corrections(document, error, self.topic)
                for mistake in error.mistakes:
                    path, problem = _placed(mistake)
                    if error.reason in _OF_TYPE and not path:
                        guess = f"; did you mean {corrections['type']}?" if corrections else ""
                        yield "type", error.reason, problem + guess
                    else:
                        yield path, error.reason, problem + hint(path, problem, document)
                if corrections is None or corrected >= corrections.keys():
                    yield from self._tenant(document, error)
                    return
                corrected |= corrections.keys()
                document = {**(document or {}), **corrections}
                document = {name: each for name, each in document.items() if each is not None}
                record = self._record(json.dumps(document).encode(), document)
        for refusal in self._refusals(event):
            if refusal[0] not in corrected:
                yield refusal
        # A corrected event has no identity of its own, so it is compared with no other.
        if not corrected:
            yield from self._conflicts(number, event)

    def _read(self, record: Record) -> ComplaintEvent | CommandEvent:
        if self.topic is InboundTopic.COMMANDS:
            return command_events.read(record, max_bytes=self.max_bytes)
        return events.read(record, now=self.now, max_bytes=self.max_bytes)

    def _record(self, value: bytes, document: Document | None) -> Record:
        key = KEYS[self.topic](document)
        return Record(Position("", "", "", 0, 0), key, value, STRUCTURED)

    def _refusals(
        self, event: ComplaintEvent | CommandEvent
    ) -> Iterator[tuple[str, RejectReason | None, str]]:
        """Yield what intake refuses an event for that can be read, then what it only remarks."""
        tenant = event.said.tenant if isinstance(event, ComplaintEvent) else event.tenant
        policy = self.policies.get(tenant)
        if policy is None:
            yield self._unserved(tenant)
            return
        if why := self._why_not_allowed(event, policy):
            path, problem = _placed(why[1])
            yield path, why[0], problem

        if isinstance(event, ComplaintEvent):
            if why_placed := why_not_placed(event, policy):
                path, problem = _placed(why_placed)
                yield path, RejectReason.WRONG_DATUM, problem
            elif remark := remark_on_place(event, policy):
                yield remark[0], None, remark[1]
            if issuer := remark_on_issuer(event, policy):
                yield issuer[0], None, issuer[1]
            for path, problem in remarks_on_category(event, policy):
                yield path, None, problem

    def _why_not_allowed(
        self, event: ComplaintEvent | CommandEvent, policy: Policy
    ) -> tuple[RejectReason, str] | None:
        if isinstance(event, ComplaintEvent):
            why = why_not_taken(event, policy)
            return (RejectReason.SOURCE_NOT_ALLOWED, why) if why else None
        try:
            message = with_actor(event, policy, self.now)
        except NotBelieved as error:
            return RejectReason.SOURCE_NOT_ALLOWED, str(error)
        # The roster may have added texts to the actor, and they count.
        too_long = unfit(message)
        return (RejectReason.COMMAND_UNFIT, f"data.act: {too_long}") if too_long else None

    def _tenant(
        self, document: Document | None, error: Unreadable
    ) -> Iterator[tuple[str, RejectReason, str]]:
        """Report an unknown tenant of an event that cannot be read as a whole."""
        data = (document or {}).get("data")
        tenant = data.get("tenant") if isinstance(data, dict) else None
        told = any(mistake.startswith("data.tenant: ") for mistake in error.mistakes)
        # Other text could be personal data, which must not be printed.
        if not isinstance(tenant, str) or _TENANT.fullmatch(tenant) is None:
            return
        if tenant not in self.policies and not told:
            yield self._unserved(tenant)

    def _unserved(self, tenant: str) -> tuple[str, RejectReason, str]:
        path, problem = _placed(why_unserved(tenant))
        near = get_close_matches(tenant, [*self.policies], n=1)
        guess = f"; did you mean {near[0]}?" if near else ""
        return path, RejectReason.UNKNOWN_TENANT, problem + guess

    def _conflicts(
        self, number: int, event: ComplaintEvent | CommandEvent
    ) -> Iterator[tuple[str, RejectReason, str]]:
        if isinstance(event, ComplaintEvent):
            identity: tuple[str, ...] = (event.said.tenant, event.source, event.event_id)
            content: object = event.digest
        else:
            identity, content = (event.source, event.event_id), (event.case_id, event.message)
        first, before = self._seen.setdefault(identity, (number, content))
        if before != content:
            told = f"the event of line {first} has this source and id, with other content"
            do = "give a changed event an id of its own"
            yield "id", RejectReason.IDENTITY_CONFLICT, f"{told}; {do}"


def _placed(mistake: str) -> tuple[str, str]:
    """Split a mistake of a decoder into path and problem: ("data.tenant", "is missing; add it")."""
    if found := _ATTRIBUTE.fullmatch(mistake) or _PATH.fullmatch(mistake):
        return found[1], found[2]
    return "", mistake


def _document(value: bytes) -> Document | None:
    try:
        document = parse_json(value)
    except Unreadable:
        return None
    if not isinstance(document, dict):
        return None
    try:
        data = data_in(document)
    except Unreadable:
        return document
    plain = {name: value for name, value in document.items() if name != "data_base64"}
    return plain if data is None else plain | {"data": data}


def _corrections(
    document: Document | None, error: Unreadable, topic: InboundTopic
) -> Document | None:
    """Return right values for the attribute that a decoder refused, so that it can read the rest.

    A value of None removes the attribute. Returns None if no value would help.
    """
    if document is None:
        return None
    if error.detail.startswith("data.schema_version: "):
        data = document.get("data")
        return {"data": {**data, "schema_version": 1}} if isinstance(data, dict) else None
    if found := _ATTRIBUTE.fullmatch(error.detail):
        name = found[1]
        return {name: types_of(topic)[0] if name == "type" else _SOUND.get(name)}
    if error.reason in _OF_TYPE:
        said = str(document.get("type"))
        near = get_close_matches(said, types_of(topic))
        return {"type": near[0]} if near else None
    if error.reason is RejectReason.UNSUPPORTED_CONTENT_TYPE and "datacontenttype" in document:
        return {"datacontenttype": None}
    return None


def _line_in(page: YamlPage, path: str, problem: str) -> int:
    """Return the line of a path, counted from 1 in the text of the event."""
    if found := _AT_LINE.match(problem):
        return int(found[1])
    steps = re.findall(r"[^.\[\]]+", path)
    return page.line(tuple(int(step) if step.isdigit() else step for step in steps))
