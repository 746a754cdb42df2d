"""Check the leading group: its posts have people who can act, and its decisions have posts."""

from collections.abc import Iterator

from domain.people.leading_group import Approval, LeadingGroup, posts, told_post
from domain.policy.model import Policy
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.policy_checks.findings import Path, PolicyFinding, listed, repeated
from domain.vocabulary import Role, Tier

_GROUP = "leading_group"


def leading_group(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of `leading_group` in roster.yaml, of `approvers` in policy.yaml, and of the
    posts that ladders.yaml tells.
    """
    staff = draft.staff
    if staff is None:
        return
    yield from _told(draft, staff)
    if staff.leading_group is None:
        if draft.approvers is not None:
            reason = (
                "roster.yaml has no leading_group, so no person has a post; name its head there"
            )
            yield PolicyFinding("policy", ("supervise", "approvers"), reason)
        return
    yield from _people(staff, staff.leading_group)
    yield from _members(draft, staff, staff.leading_group)


def _told(draft: PolicyDraft, staff: Staff) -> Iterator[PolicyFinding]:
    """Every post that a rung tells has a person."""
    group = staff.leading_group
    held = {post for _, post in posts(group, staff.people)} if group else set()
    for index, ladder in enumerate(draft.ladders or ()):
        for number, rung in enumerate(ladder.rungs):
            for place, recipient in enumerate(rung.tell):
                post = told_post(recipient.unit)
                if post is None or post in held:
                    continue
                reason = f"no person is {post} of the leading_group; name one in roster.yaml"
                if group is None:
                    reason = "roster.yaml has no leading_group, so no person has a post; name it"
                path = ("ladders", index, "rungs", number, "tell", place)
                yield PolicyFinding("ladders", path, reason)


def _people(staff: Staff, group: LeadingGroup) -> Iterator[PolicyFinding]:
    by_id = {person.id: person for person in staff.people}
    seen = dict[str, str]()
    for path, id_ in _named(group):
        place: Path = (_GROUP, *path)
        person = by_id.get(id_)
        if person is None:
            yield PolicyFinding("roster", place, staff.names.no_such(id_))
            continue
        if id_ in seen:
            reason = f"{id_!r} is {seen[id_]} already; a person has one post"
            yield PolicyFinding("roster", place, reason)
        elif Role.LEADER not in person.roles:
            reason = f"{id_!r} has not the role leader, in which the leading group decides; add it"
            yield PolicyFinding("roster", place, reason)
        seen.setdefault(id_, str(path[0]))


def _named(group: LeadingGroup) -> Iterator[tuple[Path, str]]:
    yield ("head",), group.head
    if group.standing_deputy is not None:
        yield ("standing_deputy",), group.standing_deputy
    for index, id_ in enumerate(group.deputies):
        yield ("deputies", index), id_


def _members(draft: PolicyDraft, staff: Staff, group: LeadingGroup) -> Iterator[PolicyFinding]:
    yield from repeated("roster", (_GROUP, "members"), group.members)
    for index, unit in enumerate(group.members):
        place: Path = (_GROUP, "members", index)
        if draft.units is not None and unit not in draft.unit_names:
            yield PolicyFinding("roster", place, draft.unit_names.no_such(unit))
        elif (heir := draft.heirs.get(unit)) is not None:
            yield PolicyFinding("roster", place, f"{unit!r} is gone; write {heir!r}")
        elif (unit, Role.UNIT_HEAD) not in staff.posts:
            reason = f"nobody is unit_head of {unit!r}, so no person is the member; name one"
            yield PolicyFinding("roster", place, reason)


def group_lacking(policy: Policy) -> Iterator[str]:
    """Yield remarks on what the leading group of a valid policy lacks."""
    group, approvers = policy.roster.leading_group, policy.approvers
    if group is None:
        yield (
            "roster.yaml: no leading_group: in tier supervise every person with the role leader or "
            "supervisor decides as the parts allow; name its head, deputies and members"
        )
        return
    if group.standing_deputy is None:
        yield "roster.yaml: the leading_group has no standing_deputy (常务副组长)"
    by_id = {person.id: person for person in policy.roster.people}
    if alone := [id_ for id_, _ in group.named if not by_id[id_].deputies]:
        yield (
            f"roster.yaml: {listed(alone)} of the leading_group without `deputies`: while away, "
            "only a higher post decides"
        )
    leads = {each.lead for each in policy.categories if each.lead and each.tier is Tier.SUPERVISE}
    helps = {
        unit for each in policy.categories if each.tier is Tier.SUPERVISE for unit in each.helpers
    }
    led = dict.fromkeys(
        unit.id
        for unit in policy.units
        if unit.id in leads | helps and unit.id not in group.members and not unit.successor
    )
    if led:
        yield (
            f"roster.yaml: {listed(tuple(led))} in supervised categories, and no member of the "
            "leading_group; add what is a department to `members`"
        )
    silent = [each for each in Approval if approvers is None or approvers.post_for(each) is None]
    if silent:
        yield (
            f"policy.yaml: supervise.approvers names no post for {listed(silent)}: there the role "
            "alone decides"
        )
