"""Which acts a person can give to a case now, and why not the others: each is tried, and undone.

Trying means `decide`, which is pure. So what the page says is what the case would answer, as far as
values that the person has yet to give do not decide.
"""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from console.desk.acts import ACTS, choices_of, fields_of, sample_act
from domain.case.actors import actor_of_person
from domain.case.commands import Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.events import CommandRefused
from domain.case.part import Part
from domain.case.permissions import PERMISSIONS, forbidden
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.people.capacities import Capacity, capacities
from domain.policy.model import Policy
from domain.vocabulary import Role
from schemas.case import Question
from workflows.questions import question

LookUp = Callable[[Question], Awaitable[Lookup]]

NOT_FOR_PAGES = frozenset({"repin", "report_by_link", "rate", "recheck"})
"""For operators, for the holder of a link, or said by a source."""
_BY_PLAN = frozenset({"triage", "choose_standard"})
"""A trial would need a whole plan, so only the table of permissions is asked."""
_OF_VALUES = frozenset(
    {
        Refusal.MISSING_EVIDENCE,
        Refusal.UNKNOWN_UNIT,
        Refusal.UNKNOWN_CATEGORY,
        Refusal.UNKNOWN_GRID,
        Refusal.UNKNOWN_CAMPAIGN,
        Refusal.UNKNOWN_PART_NUMBER,
        Refusal.REASON_NEEDED,
        Refusal.NO_SUCH_RESULT,
        Refusal.BAD_DATE,
        Refusal.TOO_MUCH,
        Refusal.TWO_OFFICERS,
        Refusal.NOT_OF_THE_UNIT,
        Refusal.NOT_A_CANDIDATE,
        Refusal.ASSISTS_ONLY,
        Refusal.OTHER_CASE,
        Refusal.MISSING_PLAN,
        Refusal.WRONG_LINK,
        Refusal.UNKNOWN_RESOURCE,
        Refusal.NOT_YOUR_RESOURCE,
        Refusal.NOT_IN_SERVICE,
        Refusal.RESOURCE_TAKEN,
        Refusal.NOT_RESERVED,
    }
)
"""Refusals that other values could avoid: the act is offered, and the case says what is wrong."""
_OF_PART = frozenset(
    {
        Refusal.NO_SUCH_PART,
        Refusal.NOT_YOUR_PART,
        Refusal.WRONG_STEP,
        Refusal.WRONG_ROLE,
        Refusal.SAME_PERSON,
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act that the person may give now, as `actor`. `parts`: to which parts, if it names one."""

    kind: str
    actor: Actor
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotNow:
    """An act that the person's roles could give, and why the case would refuse it now."""

    kind: str
    refusal: Refusal
    detail: str


@dataclass(frozen=True, slots=True)
class Chances:
    now: tuple[Offer, ...]
    not_now: tuple[NotNow, ...]


@dataclass(frozen=True)
class Seeker:
    """A person who looks for what can be done with a case, by the policy and roster of the town."""

    look_up: LookUp
    policy: Policy
    person: str
    now: datetime

    async def all(self, case: Case) -> Chances:
        """Return what the person can do with the case, in the order of the permissions."""
        offers, refused = list[Offer](), list[NotNow]()
        for kind in kinds_for(self._roles):
            found = await self.tried(case, kind)
            offers += [found] if isinstance(found, Offer) else []
            refused += [found] if isinstance(found, NotNow) else []
        return Chances(tuple(offers), tuple(refused))

    async def one(self, case: Case, kind: str, part: str = "") -> Offer | None:
        """Return the act if the person can give it now, to this part if one is named."""
        if kind not in kinds_for(self._roles):
            return None
        found = await self.tried(case, kind, part)
        return found if isinstance(found, Offer) else None

    async def tried(self, case: Case, kind: str, part: str = "") -> Offer | NotNow:
        """Return the act in the first capacity in which the case takes it, or else why not in the
        first: own roles come before those of an absent person. `part`: in one that may give it to
        this part, if there is one.
        """
        questions = tuple(each.id for each in self.policy.categories if each.consult)
        offer, no = None, None
        for actor in self._actors(kind):
            found = await _Trial(self.look_up, case, actor, self.now, questions).of(kind)
            if isinstance(found, NotNow):
                no = no or found
            elif not part or part in found.parts or not found.parts:
                return found
            else:
                offer = offer or found
        return offer or no or NotNow(kind, Refusal.WRONG_ROLE, "")

    async def looked_up(self, case: Case, command: Command) -> Command:
        """Return the command with what its case would look up for it."""
        asked = question(case, command, self.now)
        lookup = await self.look_up(asked) if asked is not None else Lookup()
        return Command(command.id, command.actor, command.act, lookup)

    def _actors(self, kind: str) -> Iterator[Actor]:
        """Yield the person as the actor in each capacity that may give such an act, once."""
        given, fits = self._given, PERMISSIONS[kind].roles
        as_actor = partial(
            actor_of_person, self.policy, self.person, self.now, kind=kind, given=given
        )
        first = as_actor()
        yield first
        for each in given:
            if each.role in fits:
                actor = as_actor(role=each.role, for_person=each.for_person)
                if actor != first:
                    yield actor

    @cached_property
    def _given(self) -> tuple[Capacity, ...]:
        return capacities(self.policy.roster, self.person, self.now)

    @property
    def _roles(self) -> set[Role]:
        return {each.role for each in self._given}


def kinds_for(roles: set[Role]) -> Iterator[str]:
    """Yield the kinds of act that one of these roles gives at some time."""
    for kind, permission in PERMISSIONS.items():
        if kind in ACTS and kind not in NOT_FOR_PAGES and permission.roles & roles:
            yield kind


def _of_part(kind: str, part: Part) -> dict[str, object]:
    """Return the fields of an act that its part alone decides: the party that a task asks."""
    names = {each.name for each in fields_of(kind)}
    return {"party": part.units[0]} if "party" in names and part.units else {}


@dataclass(frozen=True, slots=True)
class _Trial:
    look_up: LookUp
    case: Case
    actor: Actor
    now: datetime
    questions: tuple[str, ...]

    async def of(self, kind: str) -> Offer | NotNow:
        blank = Command("trial", self.actor, sample_act(kind, self.now))
        if (never := forbidden(self.case, await self._asked(blank))) is not None:
            return NotNow(kind, *never)
        if kind in _BY_PLAN:
            return Offer(kind, self.actor)
        if any(each.name == "part" and each.required for each in fields_of(kind)):
            return await self._of_parts(kind)
        no = await self._refused_whole(kind)
        if no is None or no.refusal in _OF_VALUES:
            return Offer(kind, self.actor)
        return NotNow(kind, no.refusal, no.detail)

    async def _refused_whole(self, kind: str) -> CommandRefused | None:
        """Return why the case refuses the act; an answer at the desk to what has no category yet,
        only if it is refused as each kind of question.
        """
        no = await self._refused(kind)
        if kind == "settle" and self.case.plan.category is None:
            for category in self.questions:
                if no is not None:
                    no = await self._refused(kind, category=category)
        return no

    async def _of_parts(self, kind: str) -> Offer | NotNow:
        fitting, last = list[str](), None
        for part in self.case.open_parts():
            no = await self._refused(kind, part=part.id, **_of_part(kind, part))
            if no is None or no.refusal in _OF_VALUES or no.refusal is Refusal.NO_QUORUM:
                fitting.append(part.id)
            elif last is None or no.refusal not in _OF_PART:
                last = no
        if fitting:
            return Offer(kind, self.actor, tuple(fitting))
        if last is None:
            return NotNow(kind, Refusal.NO_SUCH_PART, "")
        return NotNow(kind, last.refusal, last.detail)

    async def _refused(self, kind: str, **said: object) -> CommandRefused | None:
        """Return why the case would refuse the act; None if one choice of a closed list would do.

        Of the choices the refusal is that of the last one: lists go from low to high, and what the
        first one is refused for (a tier that the case has already) says nothing of the others.
        """
        no = await self._tried(kind, **said)
        if no is None or no.refusal in _OF_VALUES:
            return no
        for choice in choices_of(kind):
            if not said.keys() & choice.keys():
                no = await self._tried(kind, **said, **choice)
                if no is None or no.refusal in _OF_VALUES:
                    return no
        return no

    async def _tried(self, kind: str, **said: object) -> CommandRefused | None:
        act = sample_act(kind, self.now, **said)
        asked = await self._asked(Command("trial", self.actor, act))
        events = decide(self.case, asked, self.now).events
        facts = [event.fact for event in events if isinstance(event.fact, CommandRefused)]
        return facts[0] if facts else None

    async def _asked(self, command: Command) -> Command:
        """Return the command with what its case would look up for it."""
        asked = None if command.act.kind in _BY_PLAN else question(self.case, command, self.now)
        lookup = await self.look_up(asked) if asked is not None else Lookup()
        return Command(command.id, command.actor, command.act, lookup)
