"""Files that name their recorder: the case must have had it when they were taken."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from zoneinfo import ZoneInfo

from domain.case.draft import Draft, Refused
from domain.case.evidence import not_ahead
from domain.case.refusals import Refusal
from domain.case.resources.facts import FileDoubted
from domain.complaints import Evidence
from domain.policy.resources import Resource, ResourceUse, UnreservedFile
from domain.sla.explanations import local
from domain.vocabulary import Role


def check_recorders(draft: Draft) -> None:
    """Check each file of the act that names its recorder: the case had it when it was taken.

    Raises Refused, or adds a row if the town flags such files instead of refusing them.
    """
    if draft.command.actor.role is Role.ENGINE:
        return
    for file, id_ in recorded_files(draft.command.act):
        recorder = resource_known(draft, id_)
        if recorder.use is not ResourceUse.RECORDER:
            detail = f"{id_} ({recorder.name}) is a {recorder.kind}, which records no files"
            raise Refused(Refusal.UNKNOWN_RESOURCE, f"{detail}; name the recorder")
        if file.taken_at is None or file.taken_at.tzinfo is None:
            detail = f"say when {id_} has taken {file.uri}, with its zone"
            raise Refused(Refusal.BAD_DATE, f"{detail}: FILE@MOMENT@{id_}")
        not_ahead(draft, (file,))
        reservations = draft.case.reservations or ()
        if any(each.resource == id_ and each.had_at(file.taken_at) for each in reservations):
            continue
        if draft.command.lookup.unreserved_files is UnreservedFile.FLAG:
            draft.add(FileDoubted(sha256=file.sha256, recorder=id_, taken_at=file.taken_at))
            continue
        when = local(file.taken_at, ZoneInfo(draft.case.plan.calendar.zone))
        detail = f"{id_} was not reserved for this case at {when}"
        do = "correct the recorder or the moment; reserve a recorder before it is used"
        raise Refused(Refusal.NOT_RESERVED, f"{detail}; {do}")


def recorded_files(act: object) -> Iterator[tuple[Evidence, str]]:
    """Yield the files of an act, at any depth, that name their recorder, with its id."""
    if isinstance(act, Evidence):
        if act.recorder is not None:
            yield act, act.recorder
    elif isinstance(act, tuple):
        for each in act:
            yield from recorded_files(each)
    elif is_dataclass(act) and not isinstance(act, type):
        for field in fields(act):
            yield from recorded_files(getattr(act, field.name))


def resource_known(draft: Draft, id_: str) -> Resource:
    """Return a resource of the ledger. Raises Refused for an unknown id."""
    found = next((each for each in draft.command.lookup.resources if each.id == id_), None)
    if found is None:
        detail = draft.command.lookup.problem or f"no resource {id_}; see resources.yaml"
        raise Refused(Refusal.UNKNOWN_RESOURCE, detail)
    return found
