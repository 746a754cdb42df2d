"""Who passes a grid, finds something on a patrol, and plans one; and what they may say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from domain.complaints import Evidence
from domain.matching.suggestions import suggestions
from domain.patrols.routes import Patrol
from domain.patrols.stops import KeptStop, Stop, StopState, stops_of
from domain.people.capacities import Capacity, capacities
from domain.planning.grids import grid_around
from domain.policy.model import Policy
from domain.policy.shapes import Point
from domain.policy_checks.findings import no_such
from domain.sla.explanations import local
from domain.vocabulary import CREW, DECIDERS, Role

_PICTURES = ("image/", "video/")
_SETTLED = {
    StopState.PASSED: "was passed",
    StopState.MISSED: "was counted as missed",
    StopState.CANCELLED: "is on a patrol that was cancelled",
    StopState.UNCOUNTED: "could be passed until the patrol was over,",
}
_FILED_LATE = timedelta(days=1)
"""So long after a patrol has closed a finding is still filed as one of it, and a pass in time."""

_GUESSES = 2


class PatrolFault(StrEnum):
    """Why a pass, a finding or a plan is not taken: codes for pages, which have their own words."""

    OTHER_UNIT = "other_unit"
    OFF_ROUTE = "off_route"
    SETTLED = "settled"
    TO_COME = "to_come"
    OUTSIDE_TIME = "outside_time"
    ELSEWHERE = "elsewhere"
    NO_PICTURE = "no_picture"
    SHOWN_BEFORE = "shown_before"
    UNKNOWN_CATEGORY = "unknown_category"
    FOUND_BEFORE = "found_before"
    ID_USED = "id_used"
    BAD_PLAN = "bad_plan"


class PatrolRefused(Exception):
    """The pass, the finding or the plan is not taken; the text says why."""

    def __init__(self, fault: PatrolFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class PatrolPass:
    """A person was there: in which grid, when, at which point; pictures may show it."""

    grid: str
    at: datetime
    point: Point
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Patroller:
    """A person of the town at a moment, who says something of its patrols."""

    policy: Policy
    person: str
    now: datetime

    def may_patrol(self, patrol: Patrol) -> bool:
        """Return whether the person is of the unit that patrols, also as a deputy or on duty."""
        return any(each.role in CREW and each.unit == patrol.unit for each in self._given)

    def may_plan(self, unit: str) -> bool:
        """Return whether the person plans patrols of the unit."""
        heads = (each.role is Role.UNIT_HEAD and each.unit == unit for each in self._given)
        return any(heads) or any(each.role in DECIDERS for each in self._given)

    def check_pass(
        self,
        patrol: Patrol,
        said: PatrolPass,
        kept: Sequence[KeptStop],
        shown: Collection[str] = (),
    ) -> KeptStop:
        """Return the row of a pass. Raises PatrolRefused.

        The point has to lie in the grid, the moment within the patrol, and each grid is passed
        once. What was missed is still passed for a day, where a picture shows that the person was
        there in time. `shown`: the digests of files that proved another pass.
        """
        self._must_patrol(patrol)
        self._must_be_on_the_route(patrol, said.grid)
        stop = next(each for each in stops_of(patrol, kept, self.now) if each.grid == said.grid)
        late = stop.state is StopState.MISSED and self.now < patrol.closes + _FILED_LATE
        if stop.state is not StopState.TO_COME and not (late and said.at < patrol.closes):
            raise PatrolRefused(PatrolFault.SETTLED, self._settled(patrol, stop, late=late))
        self._must_be_within(patrol, said.at, f"you were in {said.grid}")
        if late and all(picture.taken_at is None for picture in said.evidence):
            raise PatrolRefused(
                PatrolFault.NO_PICTURE,
                f"{said.grid} was counted as missed; a picture with its moment shows that you were "
                "there before (FILE@TIME)",
            )
        for picture in said.evidence:
            if picture.taken_at is not None:
                self._must_be_within(patrol, picture.taken_at, "a picture was taken")
        self._must_be_in(said.grid, said.point)
        if any(not each.media_type.startswith(_PICTURES) for each in said.evidence):
            raise PatrolRefused(
                PatrolFault.NO_PICTURE, "a pass is shown by pictures (image or video)"
            )
        if again := {each.sha256 for each in said.evidence} & {*shown}:
            raise PatrolRefused(
                PatrolFault.SHOWN_BEFORE,
                f"a file proved another pass already (sha256 {min(again)}); take a new picture",
            )
        return KeptStop(
            patrol=patrol.id,
            grid=said.grid,
            day=patrol.day,
            unit=patrol.unit,
            passed=True,
            at=said.at,
            person=self.person,
            point=said.point,
            evidence=said.evidence,
            typed_late=late,
        )

    def _settled(self, patrol: Patrol, stop: Stop, *, late: bool) -> str:
        at = stop.kept.at if stop.kept else patrol.closes
        if patrol.cancelled is not None and not stop.kept:
            at = patrol.cancelled.at
        how = ""
        if late:
            ends = self._local(patrol.closes + _FILED_LATE)
            how = (
                f"; until {ends} say when you were there before that (--at), with a picture of then"
            )
        return f"{stop.grid} {_SETTLED[stop.state]} at {self._local(at)}{how}"

    def check_finding(
        self, patrol: Patrol, grid: str, point: Point | None, category: str | None = None
    ) -> None:
        """Raise PatrolRefused where the person can have found nothing there on this patrol.

        Also for a category that the responsibility list does not have: what no unit owns is filed
        without one, and a person sorts it.
        """
        self._must_patrol(patrol)
        self._must_be_on_the_route(patrol, grid)
        ends = patrol.closes + _FILED_LATE
        if not patrol.opens <= self.now < ends:
            span = f"{self._local(patrol.opens)} until {self._local(ends)}"
            raise PatrolRefused(
                PatrolFault.OUTSIDE_TIME,
                f"findings of {patrol.id} are filed from {span}; file it on a patrol of today",
            )
        if category is not None:
            self._must_be_listed(category)
        if point is not None:
            self._must_be_in(grid, point)

    def check_cancel(self, patrol: Patrol) -> None:
        """Raise PatrolRefused where the person may not take the patrol off, or it is over."""
        if not self.may_plan(patrol.unit):
            raise PatrolRefused(
                PatrolFault.OTHER_UNIT,
                f"{self.person} cancels no patrol of {patrol.unit}: its head does, or a "
                "dispatcher, the office or a leader",
            )
        if patrol.cancelled is not None:
            gone = patrol.cancelled
            detail = f"{patrol.id} was cancelled at {self._local(gone.at)} by {gone.person}"
            raise PatrolRefused(PatrolFault.SETTLED, detail)
        if patrol.closes <= self.now:
            detail = f"{patrol.id} was over at {self._local(patrol.closes)}; what it missed stays"
            raise PatrolRefused(PatrolFault.SETTLED, detail)

    def check_plan(self, patrol: Patrol) -> None:
        """Raise PatrolRefused where the person may not plan the patrol, or it can never be."""
        policy, unit = self.policy, self.policy.unit(patrol.unit)
        if unit is None or unit.successor is not None:
            living_units = (each.id for each in policy.units if each.successor is None)
            raise PatrolRefused(PatrolFault.BAD_PLAN, no_such("unit", patrol.unit, living_units))
        if not self.may_plan(patrol.unit):
            raise PatrolRefused(
                PatrolFault.OTHER_UNIT,
                f"{self.person} plans no patrol of {patrol.unit}: its head does, or a dispatcher, "
                "the office or a leader",
            )
        living = [grid.id for grid in policy.grids if not grid.successors]
        if not patrol.grids:
            raise PatrolRefused(PatrolFault.BAD_PLAN, "the route has no grid")
        if unknown := [grid for grid in patrol.grids if grid not in living]:
            raise PatrolRefused(PatrolFault.BAD_PLAN, no_such("grid", unknown[0], living))
        if len({*patrol.grids}) < len(patrol.grids):
            raise PatrolRefused(PatrolFault.BAD_PLAN, "the route has a grid twice")
        for category in patrol.look_at:
            self._must_be_listed(category)
        if patrol.closes <= self.now:
            raise PatrolRefused(
                PatrolFault.BAD_PLAN, f"it would be over already, at {self._local(patrol.closes)}"
            )

    @cached_property
    def _given(self) -> tuple[Capacity, ...]:
        return capacities(self.policy.roster, self.person, self.now)

    def _local(self, at: datetime) -> str:
        return local(at, ZoneInfo(self.policy.calendar.zone))

    def _must_patrol(self, patrol: Patrol) -> None:
        if not self.may_patrol(patrol):
            detail = f"{patrol.unit} patrols {patrol.id}; {self.person} is not one of it"
            raise PatrolRefused(PatrolFault.OTHER_UNIT, detail)

    def _must_be_on_the_route(self, patrol: Patrol, grid: str) -> None:
        if grid not in patrol.grids:
            route = ", ".join(patrol.grids)
            raise PatrolRefused(
                PatrolFault.OFF_ROUTE, f"{grid} is not on the route of {patrol.id}: {route}"
            )

    def _must_be_listed(self, category: str) -> None:
        """Raise PatrolRefused for a category that the responsibility list does not have."""
        if self.policy.category(category) is None:
            raise PatrolRefused(PatrolFault.UNKNOWN_CATEGORY, self._meant(category))

    def _meant(self, category: str) -> str:
        """Return the reason for an unknown category, with the one that these words could mean."""
        known = [each.id for each in self.policy.categories]
        near = suggestions(self.policy.categories, category)
        if near and not category.isascii():
            named = " or ".join(f"{each.category!r} ({each.name})" for each in near[:_GUESSES])
            return f"no category {category!r}; did you mean {named}?"
        return no_such("category", category, known)

    def _must_be_within(self, patrol: Patrol, at: datetime, what: str) -> None:
        """Raise PatrolRefused for a moment that is to come, or not within the patrol."""
        when = f"{what} at {self._local(at)}"
        if at > self.now:
            raise PatrolRefused(
                PatrolFault.TO_COME,
                f"{when}, which is to come: it is {self._local(self.now)} now; say when it was",
            )
        if not patrol.opens <= at < patrol.closes:
            span = f"{self._local(patrol.opens)} until {self._local(patrol.closes)}"
            raise PatrolRefused(
                PatrolFault.OUTSIDE_TIME,
                f"{when}; {patrol.id} is from {span}: say a moment within that, or choose the "
                "patrol of that time",
            )

    def _must_be_in(self, grid: str, point: Point) -> None:
        """Raise PatrolRefused for a point in another grid, where the town has shapes."""
        if not self.policy.shapes:
            return
        around = grid_around(self.policy, point)
        if around != grid:
            where = f"in {around}" if around else "in no grid"
            raise PatrolRefused(PatrolFault.ELSEWHERE, f"the point lies {where}, not in {grid}")
