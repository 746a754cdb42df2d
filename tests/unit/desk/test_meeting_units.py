"""The form of a meeting lets choose units that it can have heard, and no other."""

import re
from datetime import timedelta

from tests.fakes.desk import NOW
from tests.unit.desk.test_letters import called, supervised


async def test_the_form_of_a_meeting_lists_the_units_that_have_to_do_with_it() -> None:
    desk, office, case = await supervised()
    await office.fill(f"/cases/{case}/acts/convene", **called())
    desk.now = NOW + timedelta(hours=26)
    await office.sign_in("shen-haifeng", language="zh")

    form = (await office.open(f"/cases/{case}/acts/hold")).text
    present = set(re.findall(r'name="present" value="([^"]+)"', form))
    lead = form.partition('name="lead"')[2].partition("</select>")[0]

    assert {"market-supervision", desk.lives[case].case.holder} <= present
    assert "water-company" not in present
    assert "hetang-village" not in lead
    assert "market-supervision" in lead
