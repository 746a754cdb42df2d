"""Reading the bytes of a dead letter at a terminal: journaled, because a citizen wrote them."""

from collections.abc import Mapping
from uuid import uuid4

from domain.policy.model import Policy
from domain.privacy.readings import Purpose
from runtime.clock import utc_now
from runtime.jobs.dead_letters import Workbench, origin_of, others_told
from runtime.problems import Problem
from runtime.settings import Settings
from runtime.wiring.operators import Operator, must_be_of_their_tenant, operator
from runtime.wiring.packs import load_all
from store.intake.dead_letter_states import DeadLetter
from store.privacy.readings import PersonalReading, PostgresReadings, ReadingKind


class LetterReading:
    """Who reads, and what for. The constructor raises Problem for a person who may not."""

    def __init__(
        self,
        settings: Settings,
        purpose: Purpose | None,
        person: str,
        why: str,
        roster: str | None,
    ) -> None:
        if purpose is None and (person or why):
            raise Problem("--as and --reason are for --reveal", do="say what for with --reveal")
        self.purpose = purpose
        self.policies: Mapping[str, Policy] = load_all(settings) if purpose else {}
        self._who: Operator | None = (
            operator(self.policies, person, why, utc_now(), roster, of_intake=True)
            if purpose
            else None
        )

    async def note(self, bench: Workbench, letter: DeadLetter) -> None:
        """Journal the reading, if the bytes are to be shown. Raises Problem."""
        who, purpose = self._who, self.purpose
        if who is None or purpose is None:
            return
        must_be_of_their_tenant(who, self.policies, await bench.tenants_of([letter]))
        reading = PersonalReading(
            id=str(uuid4()),
            kind=ReadingKind.LETTER,
            at=utc_now(),
            tenant=who.tenant,
            person=who.person,
            about=origin_of(letter),
            purpose=purpose,
            why=who.why,
            door="terminal",
            for_person=who.for_person,
            also_told=others_told(letter, who.tenant, self.policies),
        )
        await PostgresReadings(bench.letters.database).note(reading)
