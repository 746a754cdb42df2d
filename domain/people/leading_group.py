"""The leading group (领导小组): its posts, and which decisions each post takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.vocabulary import Role

_PLACE = "@post:"
"""In a ladder, before a post: the people who have it."""


class Post(StrEnum):
    """A post of the leading group, lowest first; each also decides for those before it."""

    MEMBER = "member"  # 成员: the head of a department
    DEPUTY = "deputy"  # 副组长
    STANDING_DEPUTY = "standing_deputy"  # 常务副组长
    HEAD = "head"  # 组长

    @property
    def rank(self) -> int:
        """The place in the order of posts: 0 for a member."""
        return tuple(Post).index(self)


def place_of(post: Post) -> str:
    """Return what stands for a post in the place of a unit."""
    return f"{_PLACE}{post}"


def told_post(unit: str) -> Post | None:
    """Return the post that stands in the place of a unit; None if a unit is named."""
    return Post(unit.removeprefix(_PLACE)) if unit.startswith(_PLACE) else None


class Approval(StrEnum):
    """What a policy may leave to a post in tier supervise."""

    REQUESTS = "requests"  # of which the policy names a leader as decider; and an ordered rest
    RULINGS = "rulings"  # who has the case; whether a dissatisfied citizen has cause
    SIGNATURES = "signatures"  # the second one, by which a result is verified
    WAIVERS = "waivers"  # of work that then need not be finished


@dataclass(frozen=True, slots=True)
class LeadingGroup:
    """Who has which post: ids of people; and the units whose heads are members."""

    head: str
    standing_deputy: str | None = None
    deputies: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[tuple[str, Post], ...]:
        """Return the people with a post of their own, the highest post first."""
        standing = (self.standing_deputy,) if self.standing_deputy else ()
        return (
            (self.head, Post.HEAD),
            *((person, Post.STANDING_DEPUTY) for person in standing),
            *((person, Post.DEPUTY) for person in self.deputies),
        )


@dataclass(frozen=True, slots=True)
class Approvers:
    """From which post on each decision is taken in tier supervise; None: by role, as elsewhere."""

    requests: Post | None = None
    rulings: Post | None = None
    signatures: Post | None = None
    waivers: Post | None = None

    def post_for(self, decision: Approval) -> Post | None:
        return {
            Approval.REQUESTS: self.requests,
            Approval.RULINGS: self.rulings,
            Approval.SIGNATURES: self.signatures,
            Approval.WAIVERS: self.waivers,
        }[decision]


class _Person(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def roles(self) -> tuple[Role, ...]: ...


def posts(group: LeadingGroup, people: Iterable[_Person]) -> Iterator[tuple[str, Post]]:
    """Yield each person of the group once, with the highest post, the highest first.

    A member is every head of a unit that the group names: who heads it may change, and the group
    need not say so.
    """
    named = dict(reversed(group.named))
    yield from sorted(named.items(), key=lambda held: -held[1].rank)
    for person in people:
        heads = person.unit in group.members and Role.UNIT_HEAD in person.roles
        if heads and person.id not in named:
            yield person.id, Post.MEMBER
