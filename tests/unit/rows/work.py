"""A class whose standards are closed in steps, or by a date; and a case that a unit has."""

from dataclasses import replace

from domain.vocabulary import Role
from tests.builders import ACTORS
from tests.unit.rows.story import Story
from tests.unit.standards import DRAINS, RECEIVED, planned, town

WORK = (
    DRAINS
    + """\
      - {id: flooded, when: 堵塞积水, close: [restored], evidence: {after: 1},
         steps: [{id: drain, within: 4wh, evidence: 1}, {id: control, within: 2wd},
                 {id: repair, within: 4wd, evidence: 2}]}
      - {id: old, when: 老旧管网, within: 2wd, date_within: 4wd, close: [restored],
         evidence: {after: 1}}
"""
)
TOWN = town(WORK)
TEN = RECEIVED
CREW = replace(ACTORS[Role.HANDLER], unit="urban-mgmt")


def story(standard: str = "flooded") -> Story:
    """A case that a unit got on Wednesday, 1 July 2026 at 10:00, and has signed for."""
    told = Story(planned(standard, TOWN), TEN)
    told.do("sign", TEN, by=CREW)
    return told
