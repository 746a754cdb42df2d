"""One usual form of every command a person may give, and the role that usually gives it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import chain

from domain.case.called_meetings import MeetingState
from domain.case.campaigns.acts import Count
from domain.case.citizen.acts import PassOn, Rate, Supplement
from domain.case.closing.acts import Close, Resolve, SendBack, Verify, Withdraw, WriteOff
from domain.case.commands import Act
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.escalation.acts import Ring
from domain.case.folders.acts import AddPiece, RecognisePiece
from domain.case.handling.acts import Comment, Progress, Sign
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    Attendance,
    Conclude,
    Convene,
    Counter,
    GiveTask,
    Hold,
    Investigate,
    PlanAction,
    Report,
    ReportAction,
    SendCheck,
)
from domain.case.look_backs.acts import LookBack
from domain.case.merging.acts import (
    Follow,
    Join,
    Leave,
    Link,
    Merge,
    Scatter,
    StayMerged,
    Unlink,
    Unmerge,
)
from domain.case.notices.acts import KeepNotice
from domain.case.orders.acts import ChangeDeadline
from domain.case.outside_links import digest_of, proof_of, token_of
from domain.case.parts.acts import Waive
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.rectification.acts import Commit, OrderRectification, Serve
from domain.case.registration.acts import ChooseStandard, Recheck, Refuse, Settle, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import (
    Answer,
    AskExemption,
    AskExtension,
    AskReopening,
    DeclineFiling,
)
from domain.case.resources.acts import ConfirmReservation, Release, Reserve, YieldReservation
from domain.case.retractions.acts import Retract
from domain.case.special_meetings.acts import TellMeeting
from domain.case.supervision.acts import (
    Appoint,
    Circulate,
    Inquire,
    IssueLetter,
    NoShow,
    Summon,
    Urge,
)
from domain.case.suspension.acts import AskSuspension, Resume, Suspend
from domain.case.task_links.acts import GiveLink, ReportByLink, RevokeLink
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.complaints import Evidence
from domain.people.rosters import Person
from domain.vocabulary import Callback, NoFiling, OutsideMandate, Response, Role, Stage, Tier
from tests.town import at

PHOTO = Evidence("0" * 64, "s3://evidence/1.jpg", "image/jpeg")
BEFORE = Evidence("2" * 64, "s3://evidence/noon.jpg", "image/jpeg")
"""What the reporter saw."""
SCAN = Evidence("1" * 64, "s3://evidence/signed.pdf", "application/pdf")
MINUTES = Evidence("3" * 64, "s3://evidence/minutes.pdf", "application/pdf")
RECEIPT = Evidence("40" * 32, "s3://evidence/receipt.pdf", "application/pdf")
"""Of the person whom an order was served on."""
CROWD = Evidence("50" * 32, "s3://evidence/crowd.jpg", "image/jpeg")
FINDING = Evidence("70" * 32, "s3://evidence/finding.pdf", "application/pdf")
CLEARED = Evidence("60" * 32, "s3://evidence/cleared.jpg", "image/jpeg")
"""What a member has done: a file proves one act of a case."""
STREET = Evidence("80" * 32, "s3://evidence/street.jpg", "image/jpeg")
"""How it is weeks after the end."""
ATTENDED = (Attendance("squad", "zhao"), Attendance("water", "feng"))
WATER_CAME = ATTENDED[1:]


def attending(people: Iterable[Person], units: Iterable[str]) -> tuple[Attendance, ...]:
    """Return a regular person of each unit as the one who came to a meeting."""
    regular = {each.unit: each.id for each in people if {*each.roles} != {Role.AUXILIARY}}
    return tuple(Attendance(unit, regular[unit]) for unit in dict.fromkeys(units))


OTHER_CASE = "7kq2m-9xa4t-bnc2w"
"""The case that others are merged into, and linked to."""
SOON = at("2026-07-02 10:00")
AUGUST = at("2026-08-03 08:00")


def advanced(step: PenaltyStep, yuan: int | None = None) -> AdvancePenalty:
    """Make a step of penalty-1 with the document of this step."""
    number = tuple(PenaltyStep).index(step)
    paper = replace(SCAN, sha256=f"{number:063x}d")
    return AdvancePenalty(part="penalty-1", step=step, amount_yuan=yuan, evidence=(paper,))


PLAIN: tuple[tuple[Act, Role], ...] = (
    (Triage(category="street-stalls"), Role.DISPATCHER),
    (ChooseStandard(standard="loose", reason="It only rattles."), Role.DISPATCHER),
    (Settle(result="Told where the market is.", evidence=(PHOTO,)), Role.DISPATCHER),
    (Dispatch(unit="squad"), Role.DISPATCHER),
    (Sign(), Role.HANDLER),
    (Progress(note="We talked to the owners.", response=Response.REACHED), Role.HANDLER),
    (Return(reason="The pavement is the water bureau's."), Role.HANDLER),
    (Resolve(result="The stalls are gone.", evidence=(PHOTO,)), Role.HANDLER),
    (Verify(passed=True, note="They are gone."), Role.VERIFIER),
    (Close(callback=Callback.SATISFIED), Role.HOTLINE),
    (LookBack(held=True, note="Still gone.", evidence=(STREET,)), Role.DISPATCHER),
    (WriteOff(note="Done."), Role.SUPERIOR),
    (SendBack(reason="Say since when."), Role.SUPERIOR),
    (ChangeDeadline(due_at=AUGUST, reason="The thaw is late."), Role.SUPERIOR),
    (RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."), Role.SUPERVISOR),
    (Withdraw(reason="Solved by itself."), Role.REPORTER),
    (Supplement(text="Two more since noon.", evidence=(BEFORE,)), Role.REPORTER),
    (Rate(callback=Callback.SATISFIED), Role.REPORTER),
    (Comment(text="Still there this morning."), Role.REPORTER),
    (Suspend(reason="Frost.", measures="A fence.", until=AUGUST), Role.SUPERVISOR),
    (Resume(reason="Thaw."), Role.SUPERVISOR),
    (Ring(), Role.ENGINE),
)
REQUESTS: tuple[tuple[Act, Role], ...] = (
    (
        Refuse(because=OutsideMandate.STATUTORY_CHANNEL, advice="The court hears this."),
        Role.DISPATCHER,
    ),
    (AskExtension(hours=16, reason="Rain."), Role.HANDLER),
    (AskSuspension(reason="Frost.", measures="A fence.", until=AUGUST), Role.HANDLER),
    (AskReopening(reason="They are back.", evidence=(PHOTO,)), Role.REPORTER),
    (AskTier(to=Tier.SUPERVISE, reason="Three bureaus."), Role.HANDLER),
    (AskExemption(reason="A landslide closed the road."), Role.HANDLER),
    (DeclineFiling(because=NoFiling.MINOR_AND_CORRECTED, note="At once."), Role.HANDLER),
    (Answer(part="return-1", granted=True, reason="So it is."), Role.DISPATCHER),
    (Retract(part="return-1", reason="It is ours after all."), Role.HANDLER),
)
JOINT: tuple[tuple[Act, Role], ...] = (
    (SendCheck(unit="squad", what="Are they still there?"), Role.DISPATCHER),
    (GiveTask(unit="water", what="Clear the drain."), Role.HANDLER),
    (Convene(units=("water",), at=SOON, agenda="Whose pavement?"), Role.SUPERVISOR),
    (Investigate(units=("water",), subject="Where the water comes from"), Role.SUPERVISOR),
    (
        PlanAction(units=("water",), at=SOON, goal="Catch the dogs.", people=12, vehicles=3),
        Role.SUPERVISOR,
    ),
    (
        ReportAction(
            part="joint_action-1",
            text="Caught.",
            people=11,
            counters=(Counter("dogs", 4),),
            evidence=(CROWD,),
            came=ATTENDED,
        ),
        Role.HANDLER,
    ),
    (Count(campaign="demolition", amount=320, evidence=(PHOTO,)), Role.HANDLER),
    (
        Hold(
            part="conference-1",
            minutes="Agreed.",
            present=("squad", "water"),
            came=WATER_CAME,
            evidence=(MINUTES,),
        ),
        Role.HANDLER,
    ),
    (Report(part="task-1", text="Cleared.", evidence=(CLEARED,)), Role.HANDLER),
    (Check(part="task-1", passed=True, note="It is.", evidence=(PHOTO,)), Role.VERIFIER),
    (
        Recheck(part="recheck-1", clear=True, note="Nobody is there.", evidence=(PHOTO,)),
        Role.REPORTER,
    ),
    (
        Conclude(part="investigation-1", finding="A broken pipe.", evidence=(FINDING,)),
        Role.SUPERVISOR,
    ),
    (Waive(part="task-1", reason="No longer needed."), Role.SUPERVISOR),
)
TOKEN = token_of(OTHER_CASE, "task-1", "s" * 32)
"""Of the link in these acts."""
OUTSIDE: tuple[tuple[Act, Role], ...] = (
    (
        GiveLink(part="task-1", party="water", sha256=digest_of(proof_of(TOKEN)), until=SOON),
        Role.HANDLER,
    ),
    (RevokeLink(part="task-1", reason="Sent to the wrong house."), Role.HANDLER),
    (
        ReportByLink(part="task-1", proof=proof_of(TOKEN), text="Cleared.", evidence=(PHOTO,)),
        Role.OUTSIDE,
    ),
)
FOLDER: tuple[tuple[Act, Role], ...] = (
    (AddPiece(part="investigation-1", text="The outlet.", evidence=(PHOTO,)), Role.HANDLER),
    (RecognisePiece(part="investigation-1", piece="piece-1"), Role.HANDLER),
)
RESOURCES: tuple[tuple[Act, Role], ...] = (
    (Reserve(resources=("car-1",), until=SOON), Role.HANDLER),
    (Release(resources=("car-1",), reason="It is done."), Role.HANDLER),
    (
        ConfirmReservation(row=1, resource="car-1", start=at("2026-07-01 09:00"), until=SOON),
        Role.ENGINE,
    ),
    (
        YieldReservation(
            case=OTHER_CASE,
            resource="car-1",
            start=at("2026-07-01 09:00"),
            until=SOON,
            at=at("2026-07-01 09:00"),
        ),
        Role.ENGINE,
    ),
)
SUPERVISION: tuple[tuple[Act, Role], ...] = (
    (Appoint(lead="squad", members=("water",), instruction="Together."), Role.SUPERVISOR),
    (IssueLetter(text="Say why it takes so long."), Role.SUPERVISOR),
    (Urge(text="School begins on Monday."), Role.DISPATCHER),
    (Circulate(text="The squad is late again."), Role.SUPERVISOR),
    (Summon(whom="the owner", at=SOON, about="The stalls"), Role.SUPERVISOR),
    (NoShow(part="interview-1"), Role.SUPERVISOR),
    (
        Commit(whom="the owner", measures="Leave.", until=AUGUST, evidence=(SCAN,)),
        Role.SUPERVISOR,
    ),
    (OrderRectification(whom="the owner", items=("Clear the pavement",)), Role.SUPERVISOR),
    (Serve(part="rectification-1", evidence=(RECEIPT,)), Role.HANDLER),
    (Inquire(subject="Who let it happen"), Role.SUPERVISOR),
    (FilePenalty(number="2026-17", officers=("li", "zhao"), basis="Art. 12"), Role.HANDLER),
    (advanced(PenaltyStep.INVESTIGATED), Role.HANDLER),
)
BETWEEN: tuple[tuple[Act, Role], ...] = (
    (Merge(into=OTHER_CASE, reason="The same stalls."), Role.DISPATCHER),
    (Unmerge(reason="Other stalls."), Role.DISPATCHER),
    (Scatter(reason="Two different pipes."), Role.DISPATCHER),
    (Link(to=OTHER_CASE, reason="Near it."), Role.DISPATCHER),
    (Unlink(to=OTHER_CASE, reason="Not so near."), Role.DISPATCHER),
    (Repin(policy="sha256:next", reason="New limits."), Role.SUPERVISOR),
    (Join(case=OTHER_CASE), Role.ENGINE),
    (Leave(case=OTHER_CASE), Role.ENGINE),
    (Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Cleared."), Role.ENGINE),
    (PassOn(case=OTHER_CASE, text="Two more since noon."), Role.ENGINE),
    (StayMerged(case=OTHER_CASE, reason="The same stalls, seen from behind."), Role.ENGINE),
    (
        TellMeeting(case=OTHER_CASE, part="conference-1", state=MeetingState.CALLED, at=SOON),
        Role.ENGINE,
    ),
    (KeepNotice(row=1, person="li", attempts=1, channel="mailto"), Role.ENGINE),
)


def _by_kind() -> Iterator[tuple[str, tuple[Act, Role]]]:
    for act, role in chain(
        PLAIN, REQUESTS, JOINT, FOLDER, RESOURCES, OUTSIDE, SUPERVISION, BETWEEN
    ):
        yield act.kind, (act, role)


ACTS: Mapping[str, tuple[Act, Role]] = dict(_by_kind())
"""All but `open`, which needs a plan (tests/builders.py)."""


def reported(part: str) -> Report:
    """Return the report on a part, with a paper that shows it alone."""
    shown = replace(MINUTES, sha256=sha256(part.encode()).hexdigest())
    return Report(part=part, text="Done.", evidence=(shown,))
