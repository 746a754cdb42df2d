"""The closed lists of the field (docs/GLOSSARY.md gives the Chinese terms)."""

from enum import StrEnum


class Tier(StrEnum):
    """How deep a case is handled, lowest first."""

    DIRECT = "direct"  # 直办
    ASSIGN = "assign"  # 交办
    SUPERVISE = "supervise"  # 督办

    @property
    def depth(self) -> int:
        return tuple(Tier).index(self)


class Stage(StrEnum):
    """Where a case stands in its life."""

    RECEIVED = "received"  # 已登记: nobody has decided yet what it is
    TRIAGED = "triaged"  # 已受理: tier and urgency are known, no holder yet
    DISPATCHED = "dispatched"  # 待签收
    SIGNED = "signed"  # 已签收
    IN_PROGRESS = "in_progress"  # 办理中
    RESOLVED = "resolved"  # 已办结: the holder says so
    VERIFIED = "verified"  # 已核查: somebody else agrees; the citizen is asked
    CLOSED = "closed"  # 已结案
    WITHDRAWN = "withdrawn"  # 已撤诉

    @property
    def is_final(self) -> bool:
        return self in FINAL_STAGES


FINAL_STAGES = frozenset({Stage.CLOSED, Stage.WITHDRAWN})


class Urgency(StrEnum):
    """How soon somebody must act: each degree has limits of its own for every clock."""

    CRITICAL = "critical"  # 特急: danger to life or property
    URGENT = "urgent"  # 紧急: utilities, group risk, street items in real time
    NORMAL = "normal"  # 一般
    COMPLEX = "complex"  # 复杂 or left over from history


class Channel(StrEnum):
    """By which way a complaint came."""

    HOTLINE = "hotline"  # 热线
    SUPERIOR = "superior"  # 上级交办
    PATROL = "patrol"  # 网格巡查
    CAMERA = "camera"  # 天眼监控
    CITIZEN = "citizen"  # 群众投诉 (app, letter, visit)
    DEPARTMENT = "department"  # 其他部门移送


class Role(StrEnum):
    """In which capacity somebody acts on a case."""

    REPORTER = "reporter"  # 诉求人
    DISPATCHER = "dispatcher"  # 平台调度员
    HANDLER = "handler"  # 承办人, of the holder
    UNIT_HEAD = "unit_head"  # 单位负责人
    VERIFIER = "verifier"  # 核查员
    HOTLINE = "hotline"  # 热线坐席: calls the citizen back
    SUPERVISOR = "supervisor"  # 督办员, of the leading group's office
    LEADER = "leader"  # 领导小组
    ENGINE = "engine"  # Sanban itself: opens cases, rings clocks
