"""What the report of a joint action may say."""

from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.joint_work.acts import ReportAction
from domain.case.part import Part
from domain.case.refusals import Refusal
from domain.case.speakers import speaks
from domain.case.stand_ins import are_two
from domain.case.validation import wordless
from domain.policy.resources import ResourceUse


def roll_call(draft: Draft, part: Part, act: ReportAction) -> None:
    """Raises Refused for more than were planned without a reason, and for what nothing shows: a
    file that showed who came to an earlier action of the case does not show it of this one.
    """
    brought = [counter.name for counter in act.counters if counter.number]
    if not act.people and (act.vehicles or brought):
        what = ", ".join([*(["vehicles"] if act.vehicles else []), *brought])
        detail = f"no one came to {part.id}, so it brought nothing; {what} cannot be above 0"
        raise Refused(Refusal.TOO_MUCH, detail)
    if draft.case.plan.follows(3):
        _each_unit_answers(draft, part, act)
    for what, came, planned in zip(
        ("people", "vehicles"), (act.people, act.vehicles), part.planned or (), strict=False
    ):
        if came > planned and wordless(draft, act.reason):
            detail = f"{came} {what} came, and {planned} were planned; say why with `reason`"
            raise Refused(Refusal.REASON_NEEDED, detail)
    _reserved_vehicles(draft, part, act)
    if act.people:
        actions = (each for each in draft.case.parts if each.type.shows_attendance)
        shown = tuple(digest for each in actions for digest in each.shown)
        lacking = "a roll call needs a file that shows who came"
        needs(draft, act.evidence, 1, lacking, shown=shown)


def _each_unit_answers(draft: Draft, part: Part, act: ReportAction) -> None:
    """Raises Refused unless a person of each unit that came is named, and not only the one who
    enters the result: who came is not one person's word.
    """
    came = act.came or ()
    if not act.people and not came:
        return
    if not came:
        detail = "name a person of each unit that came: came=UNIT:PERSON"
        raise Refused(Refusal.MISSING_EVIDENCE, detail)
    for each in came:
        if each.unit not in part.units:
            detail = f"{part.id} is of {', '.join(part.units)}; {each.unit} is none of them"
            raise Refused(Refusal.NOT_YOUR_PART, detail)
        speaks(draft, each.unit, each.person)
    persons = {each.person for each in came}
    if len(persons) > act.people:
        detail = f"{len(persons)} persons are named of {act.people} people who came"
        raise Refused(Refusal.TOO_MUCH, detail)
    if not are_two(draft, draft.command.actor.id, *persons):
        detail = f"{draft.command.actor.id} enters the result; name another person who came, too"
        raise Refused(Refusal.SAME_PERSON, detail)


def _reserved_vehicles(draft: Draft, part: Part, act: ReportAction) -> None:
    """Raises Refused unless the roll call says which of the vehicles that are reserved came."""
    reserved = {
        each.resource: each.use
        for each in draft.case.reservations or ()
        if each.part == part.id and each.freed_at is None
    }
    brought = dict.fromkeys(act.brought or ())
    for id_ in brought:
        if id_ not in reserved:
            names = ", ".join(reserved) or "nothing"
            detail = f"{id_} is not reserved for {part.id}; reserved is: {names}"
            raise Refused(Refusal.NOT_RESERVED, detail)
    vehicles = [id_ for id_, use in reserved.items() if use is ResourceUse.VEHICLE]
    came = [id_ for id_ in vehicles if id_ in brought]
    if len(came) > act.vehicles:
        detail = f"{', '.join(came)} came, and `vehicles` is {act.vehicles}; count them in"
        raise Refused(Refusal.TOO_MUCH, detail)
    if vehicles and not came and act.vehicles and wordless(draft, act.reason):
        detail = f"{', '.join(vehicles)} reserved: say which came with `brought`, or why none did"
        raise Refused(Refusal.REASON_NEEDED, f"{detail}, with `reason`")
