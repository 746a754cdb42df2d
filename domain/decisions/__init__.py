"""What a command does to a case: `decide(case, command, now)`, pure. One file a stage of life."""

from domain.decisions.decide import Decision, decide

__all__ = ["Decision", "decide"]
