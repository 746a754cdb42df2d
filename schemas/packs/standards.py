"""The filing and closing standards of a category, and the codes by which sources name it."""

from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, ValidationInfo, field_validator, model_validator

from domain.policy.standards import Standard, WorkStep
from domain.sla.clocks import Measure
from schemas.base import Written
from schemas.durations import CountedAmount, counted, in_one_way, measured
from schemas.mistakes import Misplaced
from schemas.texts import Code, Name, Short

Files = Annotated[int, Field(ge=0, le=20)]
_UNCOUNTED = "does not say how it is counted; write 2wd, 4wh or 7nd, or add `measure`"
_IN_HOURS = frozenset({Measure.WORKING, Measure.CONTINUOUS})


class EvidenceEntry(Written):
    """How many files show the place before the work, and after it."""

    before: Files = 0
    after: Files | None = None


class _Limited(Written):
    """A limit says itself how it is counted: `2wd`, `4wh`, `7nd`, or `2h` with `measure`."""

    measure: Measure | None = None
    within: CountedAmount | None = None

    @field_validator("within", mode="plain")
    @classmethod
    def _within(cls, text: object, info: ValidationInfo) -> CountedAmount:
        # A wrong measure is one mistake: without it, days are allowed here.
        measure = info.data.get("measure", Measure.CONTINUOUS)
        return counted(text, days=measure is Measure.CONTINUOUS)

    @model_validator(mode="after")
    def _is_counted(self) -> Self:
        if self.within is None:
            if self.measure is not None:
                raise Misplaced("says how a limit is counted, and there is none; add `within`")
            return self
        if self.within.measure is None and self.measure is None:
            raise Misplaced(_UNCOUNTED, "within")
        if mistake := in_one_way(self.within, self.measure):
            raise Misplaced(mistake, "measure")
        return self

    @property
    def _plain(self) -> Measure | None:
        if self.within is None:
            return None
        return measured(self.within, self.measure or Measure.WORKING)


class StepEntry(_Limited):
    """One step of the work, and how many files show that it is done."""

    id: Code
    evidence: Files = 0

    @model_validator(mode="after")
    def _has_a_limit(self) -> "StepEntry":
        if self.within is None:
            raise Misplaced("has no limit; add `within`")
        return self

    def to_domain(self) -> WorkStep:
        if self.within is None or self._plain is None:
            raise ValueError("has no limit")
        return WorkStep(self.id, self.within.amount, self._plain, self.evidence)


class StandardEntry(_Limited):
    """One condition of a class: its limit, and what closes it.

    It has a limit, or `steps`, each with its own, of which the last is the whole. Or the holder may
    name a date, which is at most `date_within` after it got the case; then `within` is the time to
    name it, or to be done.
    """

    id: Code
    when: Short
    to: Literal["end_of_day"] | None = None
    close: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    evidence: EvidenceEntry = EvidenceEntry()
    default: StrictBool = False
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=2, max_length=9)] | None = None
    date_within: CountedAmount | None = None

    @field_validator("date_within", mode="plain")
    @classmethod
    def _date_within(cls, text: object) -> CountedAmount:
        found = counted(text, days=True)
        if found.measure is None:
            raise ValueError(_UNCOUNTED)
        return found

    @model_validator(mode="after")
    def _limit_is_whole(self) -> "StandardEntry":
        if self.to is not None and self.within is None:
            raise Misplaced("says how a limit is counted, and there is none; add `within`")
        if self.to is not None and self._plain in _IN_HOURS:
            raise Misplaced("ends a limit in working days, such as 2wd; remove it", "to")
        if self.steps and self.within is not None:
            raise Misplaced("is the limit of the last step already; remove it", "within")
        if self.date_within is not None and self.within is None:
            reason = "needs `within`, the time to name the date or to be done; add it"
            raise Misplaced(reason, "date_within")
        return self

    def to_domain(self) -> Standard:
        steps = tuple(each.to_domain() for each in self.steps or ())
        last = steps[-1] if steps else None
        measure = Measure.END_OF_DAY if self.to else self._plain
        return Standard(
            id=self.id,
            when=self.when,
            within=last.within if last else self.within.amount if self.within else None,
            measure=last.measure if last else measure,
            close=self.close,
            before=self.evidence.before,
            after=self.evidence.after,
            default=self.default,
            steps=steps or None,
            dated=self.date_within.amount if self.date_within else None,
            dated_measure=self.date_within.measure if self.date_within else None,
        )
