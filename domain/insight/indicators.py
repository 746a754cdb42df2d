"""The indicators of a town (domain.md, section 3), and those that no sum over cases gives.

A formula that changes gets a new id, so a figure of a closed month never changes its meaning.
"""

from collections.abc import Mapping

from domain.insight.clock_indicators import CLOCKS_KEPT
from domain.insight.ending_indicators import ENDING
from domain.insight.handling_indicators import HANDLING
from domain.insight.indicator import Indicator
from domain.insight.intake_indicators import INTAKE
from domain.insight.joint_indicators import JOINT

INDICATORS: tuple[Indicator, ...] = tuple(
    sorted((*INTAKE, *HANDLING, *ENDING, *JOINT, *CLOCKS_KEPT), key=lambda each: each.number)
)
"""In the order of their rows in domain.md."""

BY_ID: Mapping[str, Indicator] = {each.id: each for each in INDICATORS}

WITHOUT_DATA: Mapping[int, tuple[str, str]] = {
    22: ("三率综合得分", "from 19, 20 and 21, weighed: shown with them, it counts no cases"),
    27: ("接通率", "calls are counted by the hotline's own exchange"),
    32: ("网格覆盖·力量密度", "passes of patrols are no cases: `sanban patrols`"),
    33: ("杂务占比", "hours of work outside the catalogue are recorded nowhere yet"),
    36: ("双线考评", "a score of the appraisal, which is not there yet"),
}
"""The rows of domain.md, section 3, that are no sum over cases, and why."""
