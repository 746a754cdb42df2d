"""One-time links: for one task and one outside party, for a while, for one report."""

from datetime import timedelta

from domain.case.draft import Decisions, Draft, Refused
from domain.case.events import CommandRefused
from domain.case.evidence import needs
from domain.case.joint_work.acts import Report
from domain.case.outside_links import MOST_TRIES, LinkEnd, TaskLink
from domain.case.part import Part
from domain.case.parts.decide import expect, find, move
from domain.case.parts.facts import PartState
from domain.case.powers import kind_of, powers
from domain.case.refusals import Refusal
from domain.case.seen_files import note_seen
from domain.case.supervision.decide import urge_once
from domain.case.task_links.acts import GiveLink, ReportByLink, RevokeLink
from domain.case.task_links.facts import LinkEnded, LinkGiven, LinkTried
from domain.case.validation import moment
from domain.policy.part_rules import PartKind
from domain.policy.powers import Power

_LONGEST = timedelta(days=31)
_MOST = 10
_NO_LINK = "no link of this task is open, or this is not its token; ask the office that gave it"


def give_link(draft: Draft, act: GiveLink) -> None:
    """A unit whose people have accounts needs none; one link at a time for a task."""
    part = find(draft, act.part, PartKind.TASK)
    expect(part, PartState.OPEN)
    if act.party not in part.units:
        detail = f"{part.id} asks {', '.join(part.units)}; a link is for the party that it asks"
        raise Refused(Refusal.NOT_YOUR_PART, detail)
    if not _is_outside(draft, act.party):
        detail = f"{act.party} is of kind {kind_of(draft, act.party)}, whose people act themselves"
        raise Refused(Refusal.NO_POWER, f"{detail}; a link is for an outside party")
    moment(draft, act.until, _LONGEST)
    given = [link for link in draft.case.task_links or () if link.part == part.id]
    if len(given) >= _MOST:
        raise Refused(Refusal.LIMIT_REACHED, f"{_MOST} links are all that {part.id} may have")
    if _live(draft, part.id) is not None:
        draft.add(LinkEnded(part=part.id, because=LinkEnd.REPLACED))
    draft.add(LinkGiven(part=part.id, party=act.party, sha256=act.sha256, until=act.until))


def _is_outside(draft: Draft, unit: str) -> bool:
    """Return whether units of this kind take tasks, and take no other part in a case."""
    may = powers(draft, unit).may
    return Power.TASK in may and Power.ASSIST not in may


def revoke_link(draft: Draft, act: RevokeLink) -> None:
    if _live(draft, act.part) is None:
        raise Refused(Refusal.NO_SUCH_PART, f"no link of {act.part} is open")
    draft.add(LinkEnded(part=act.part, because=LinkEnd.REVOKED, reason=act.reason))


def report_by_link(draft: Draft, act: ReportByLink) -> None:
    """As a report of the party itself; the link has then done its service.

    A wrong proof is journaled and counted. It has the same answer as a task without a link.
    """
    link = _live(draft, act.part)
    if link is None:
        raise Refused(Refusal.WRONG_LINK, _NO_LINK)
    if not link.proved_by(act.proof) or draft.command.actor.unit != link.party:
        _wrong(draft, link)
        return
    note_seen(draft)
    part = find(draft, act.part, PartKind.TASK)
    lacking = f"{part.evidence} pieces of evidence needed, {len(act.evidence)} given"
    needs(draft, act.evidence, part.evidence, lacking, part, of_now=True)
    report = Report(part=part.id, text=act.text, evidence=act.evidence)
    move(draft, part, PartState.REPORTED, report, note="by its link")
    draft.add(LinkEnded(part=part.id, because=LinkEnd.USED))


def _wrong(draft: Draft, link: TaskLink) -> None:
    """Count a wrong try. By the rules of earlier releases too many of them ended the link.

    They end it no more: who tries knows the number of the case, and no one guesses the secret, so
    an end would only take the link from the party that has it. The lead is asked to look, once for
    each link: a party that lost its link tries in vain, and a stranger is known by that.
    """
    draft.add(LinkTried(part=link.part, tries=link.tries + 1))
    if link.tries + 1 >= MOST_TRIES and not draft.case.plan.follows(3):
        draft.add(LinkEnded(part=link.part, because=LinkEnd.GUESSED))
    elif link.tries + 1 == MOST_TRIES:
        urge_once(
            draft,
            f"a wrong token was tried {MOST_TRIES} times for the link of {link.part}: ask "
            f"{link.party} whether its link has come; if it is lost, give another one (give_link)",
        )
    # Beside the rows that count it: the command is refused all the same.
    draft.add(CommandRefused(refusal=Refusal.WRONG_LINK, detail=_NO_LINK))


def _live(draft: Draft, name: str) -> TaskLink | None:
    """Return the link of a task that is worth a report now."""
    part = draft.case.part(name)
    if part is None or not _waits(part):
        return None
    links = reversed(draft.case.task_links or ())
    return next((link for link in links if link.part == name and link.is_live(draft.now)), None)


def _waits(part: Part) -> bool:
    return part.kind is PartKind.TASK and part.state is PartState.OPEN


DECISIONS: Decisions = {
    GiveLink: give_link,
    RevokeLink: revoke_link,
    ReportByLink: report_by_link,
}
