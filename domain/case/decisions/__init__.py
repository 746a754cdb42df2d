"""What a command does to a case: `decide(case, command, now)`, pure. One file a stage of life.

Not here: what an event does to the case (domain/case/evolution).
"""

from domain.case.decisions.decide import Decision, decide

__all__ = ["Decision", "decide"]
