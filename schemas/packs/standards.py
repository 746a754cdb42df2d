"""The filing and closing standards of a category, and the codes by which sources name it."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, ValidationInfo, field_validator, model_validator

from domain.policy.standards import Standard
from domain.sla.clocks import Measure
from schemas.base import Written
from schemas.durations import CountedAmount, counted, in_one_way, measured
from schemas.mistakes import Misplaced
from schemas.texts import Code, Name, Short

Files = Annotated[int, Field(ge=0, le=20)]
_IN_HOURS = frozenset({Measure.WORKING, Measure.CONTINUOUS})


class EvidenceEntry(Written):
    """How many files show the place before the work, and after it."""

    before: Files = 0
    after: Files | None = None


class StandardEntry(Written):
    """One condition of a class: its limit, and what closes it.

    The limit says itself how it is counted, because a class is handled by units with different
    hours: `2wd`, `4wh`, `7nd`, or `2h` with `measure: continuous`.
    """

    id: Code
    when: Short
    measure: Measure | None = None
    to: Literal["end_of_day"] | None = None
    within: CountedAmount | None = None
    close: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    evidence: EvidenceEntry = EvidenceEntry()
    default: StrictBool = False

    @field_validator("within", mode="plain")
    @classmethod
    def _within(cls, text: object, info: ValidationInfo) -> CountedAmount:
        # A wrong measure is one mistake: without it, days are allowed here.
        measure = info.data.get("measure", Measure.CONTINUOUS)
        return counted(text, days=measure is Measure.CONTINUOUS)

    @model_validator(mode="after")
    def _limit_is_whole(self) -> "StandardEntry":
        if self.within is None:
            if self.measure is not None or self.to is not None:
                raise Misplaced("says how a limit is counted, and there is none; add `within`")
            return self
        if self.within.measure is None and self.measure is None:
            reason = "does not say how it is counted; write 2wd, 4wh or 7nd, or add `measure`"
            raise Misplaced(reason, "within")
        if mistake := in_one_way(self.within, self.measure):
            raise Misplaced(mistake, "measure")
        if self.to is not None and self._plain in _IN_HOURS:
            raise Misplaced("ends a limit in working days, such as 2wd; remove it", "to")
        return self

    @property
    def _plain(self) -> Measure | None:
        if self.within is None:
            return None
        return measured(self.within, self.measure or Measure.WORKING)

    def to_domain(self) -> Standard:
        return Standard(
            id=self.id,
            when=self.when,
            within=self.within.amount if self.within else None,
            measure=Measure.END_OF_DAY if self.to else self._plain,
            close=self.close,
            before=self.evidence.before,
            after=self.evidence.after,
            default=self.default,
        )
