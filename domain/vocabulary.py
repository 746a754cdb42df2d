"""The closed lists of words that all other rules use; docs/GLOSSARY.md explains each word."""

from enum import StrEnum


class Flag(StrEnum):
    """What makes a matter one of the leading group, of whatever category it is."""

    STABILITY_RISK = "stability_risk"  # 群体性、稳定风险
    HISTORY = "history"  # 历史遗留


class Tier(StrEnum):
    """How deep a case is handled, lowest first."""

    DIRECT = "direct"  # 直办
    ASSIGN = "assign"  # 交办
    SUPERVISE = "supervise"  # 督办

    @property
    def depth(self) -> int:
        """The place in the order of tiers: 0 for direct."""
        return tuple(Tier).index(self)


class Stage(StrEnum):
    """Where a case stands in its life."""

    RECEIVED = "received"  # 已登记: not triaged yet
    TRIAGED = "triaged"  # 已受理: tier and urgency are known, no holder yet
    DISPATCHED = "dispatched"  # 待签收
    SIGNED = "signed"  # 已签收
    IN_PROGRESS = "in_progress"  # 办理中
    RESOLVED = "resolved"  # 已办结: the holder says so
    VERIFIED = "verified"  # 已核查: a verifier agrees; the citizen is asked
    REPORTED = "reported"  # 已上报: only the superior that issued the case may write it off
    CLOSED = "closed"  # 已结案: may still be reopened
    REFUSED = "refused"  # 不予受理: outside the mandate; reviewed
    MERGED = "merged"  # 已并单: it follows another case
    ARCHIVED = "archived"  # 已归档: nothing more will happen
    WITHDRAWN = "withdrawn"  # 已撤诉

    @property
    def is_final(self) -> bool:
        return self in FINAL_STAGES


HELD_STAGES = frozenset({Stage.DISPATCHED, Stage.SIGNED, Stage.IN_PROGRESS})
"""Stages in which the holder has to act."""
FINAL_STAGES = frozenset({Stage.ARCHIVED, Stage.WITHDRAWN})
ENDED_STAGES = FINAL_STAGES | {Stage.CLOSED, Stage.REFUSED}
"""Stages in which no work is done on the case. Until it is archived it may be reopened."""


class Urgency(StrEnum):
    """How soon somebody must act: each degree has limits of its own for every clock."""

    CRITICAL = "critical"  # 特急: danger to life or property
    URGENT = "urgent"  # 紧急: utilities, group risk, street items in real time
    NORMAL = "normal"  # 一般
    COMPLEX = "complex"  # 复杂 or left over from history

    @property
    def rank(self) -> int:
        """The place in the order of degrees: 0 for critical, the most urgent."""
        return tuple(Urgency).index(self)


class Channel(StrEnum):
    """By which way a complaint came."""

    HOTLINE = "hotline"  # 热线
    SUPERIOR = "superior"  # 上级交办
    PATROL = "patrol"  # 网格巡查
    CAMERA = "camera"  # 天眼监控
    CITIZEN = "citizen"  # 群众投诉 (app, letter, visit)
    DEPARTMENT = "department"  # 其他部门移送


BY_CITIZENS = frozenset({Channel.HOTLINE, Channel.CITIZEN})
"""The channels by which a citizen reports; by the others an official, or a machine, does."""


class Elsewhere(StrEnum):
    """What becomes of a file that was evidence in a case of another matter, at another place."""

    SHOW = "show"  # those who look at the case read where and when it was
    REFUSE = "refuse"  # and it does not count as the end of the work


class Role(StrEnum):
    """In which capacity somebody acts on a case."""

    REPORTER = "reporter"  # 诉求人
    DISPATCHER = "dispatcher"  # 平台调度员
    HANDLER = "handler"  # 承办人 of a unit: a regular officer
    AUXILIARY = "auxiliary"  # 协管员: may dissuade and record, not penalise
    UNIT_HEAD = "unit_head"  # 单位负责人
    VERIFIER = "verifier"  # 核查员
    HOTLINE = "hotline"  # 热线坐席: calls the citizen back
    SUPERVISOR = "supervisor"  # 督办员, of the leading group's office
    LEADER = "leader"  # 领导小组
    SUPERIOR = "superior"  # 上级: the office that issued the case
    ENGINE = "engine"  # Sanban itself: opens cases, rings clocks
    OUTSIDE = "outside"  # 社会力量: an outside party, by a one-time link
    OPERATOR = "operator"  # 运维员: keeps intake and services well, reads no case
    AUDITOR = "auditor"  # 审计员: reads all of the tenant without personal data, changes nothing


REGULAR = frozenset({Role.HANDLER, Role.UNIT_HEAD})
"""The regular officers of a unit (正式队员)."""
CREW = REGULAR | {Role.AUXILIARY}
"""The roles that handle cases for a unit."""
OFFICE = frozenset({Role.SUPERVISOR, Role.LEADER})
"""The leading group and its office."""
OVERSEERS = frozenset({Role.OPERATOR, Role.AUDITOR})
"""The roles that act on no case."""
DECIDERS = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)
"""Who may be the decider of a request, by rank: each also decides for those before."""


def decides_below(role: Role, decider: Role) -> bool:
    """Return whether a role of DECIDERS ranks below another one of them."""
    return DECIDERS.index(role) < DECIDERS.index(decider)


class Supervision(StrEnum):
    """Who supervises: the level of the office, lowest first (督办层级)."""

    TOWN = "town"
    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"

    @property
    def rank(self) -> int:
        """The place in the order of levels: 0 for the town."""
        return tuple(Supervision).index(self)


class OutsideMandate(StrEnum):
    """Why a complaint is not taken on: the closed list (不予受理)."""

    EMERGENCY = "emergency"  # 110, 119, 120 and 122 are alarmed at once
    STATUTORY_CHANNEL = "statutory_channel"  # litigation, arbitration, petition, review
    ALREADY_HANDLED = "already_handled"  # the same matter, and no new facts
    PRIVACY = "privacy"  # secrets and privacy of others
    BEYOND_PUBLIC_DUTY = "beyond_public_duty"
    UNLAWFUL = "unlawful"


class NoFiling(StrEnum):
    """Why no enforcement case is filed: the closed list (不予立案)."""

    NO_VIOLATION = "no_violation"
    MINOR_AND_CORRECTED = "minor_and_corrected"  # put right in time, no harm done
    OUT_OF_TIME = "out_of_time"  # past the limitation period
    NOT_OUR_JURISDICTION = "not_our_jurisdiction"
    OFFENDER_UNKNOWN = "offender_unknown"
    MEDIATED = "mediated"  # 调解: settled between those concerned


class Callback(StrEnum):
    """What the citizen said when asked (回访)."""

    SATISFIED = "satisfied"
    BASICALLY_SATISFIED = "basically_satisfied"
    UNSATISFIED = "unsatisfied"
    NOT_REACHED = "not_reached"
    NO_REPLY_WANTED = "no_reply_wanted"
    EXPLAINED = "explained"  # not satisfied without cause, as a supervisor ruled


class Response(StrEnum):
    """The first response of a unit (首次响应): what it was."""

    REACHED = "reached"  # it has talked to who reported
    NOT_REACHED = "not_reached"  # it has tried; three such calls are a response
    ON_SITE = "on_site"  # it has come to the place


RATINGS = (Callback.SATISFIED, Callback.BASICALLY_SATISFIED, Callback.UNSATISFIED)
"""How a citizen can rate the work (评价); the other members describe the call."""
