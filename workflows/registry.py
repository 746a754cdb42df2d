"""Every workflow type, for workers and for replay tests."""

from collections.abc import Mapping

from domain.vocabulary import Tier
from workflows.actor import CaseActor
from workflows.assign import AssignCase
from workflows.direct import DirectCase
from workflows.supervise import SuperviseCase

WORKFLOWS: tuple[type[CaseActor], ...] = (DirectCase, AssignCase, SuperviseCase)
BY_TIER: Mapping[Tier, type[CaseActor]] = {workflow.tier: workflow for workflow in WORKFLOWS}
