"""An operator's tools for intake, on the embedded servers as `sanban up` starts them."""

import json
from pathlib import Path

from tests.integration.promises.events import event
from tests.smoke.conftest import UpProcess
from tests.smoke.test_embedded_broker import lines, until

SOURCE = "/demo/tools"
WHO = ("--as", "ruan-fang", "--reason", "for the test")
AGREED = "everything agrees\n"


async def test_a_letter_is_found_shown_sent_again_and_everything_agrees(
    up: UpProcess, tmp_path: Path
) -> None:
    good = event(SOURCE, "good")
    bad = [event(SOURCE, f"bad-{n}", tenant="nowhere") for n in range(3)]
    await up.type("publish", str(lines(tmp_path, good, *bad)))
    await until(up, lambda told: told.code == 0, "cases", "show", good.case_id)
    mine = ("deadletters", "list", "--json", "--reason-code", "unknown_tenant")
    told = await until(up, lambda told: len(json.loads(told.output)["letters"]) >= len(bad), *mine)
    numbers = [str(each["number"]) for each in json.loads(told.output)["letters"][: len(bad)]]
    masked = await up.type("deadletters", "show", numbers[0])
    shown = [
        await up.type("deadletters", "show", number, "--reveal", "repair", *WHO)
        for number in numbers
    ]
    replayed = await up.type("deadletters", "replay", *numbers, *WHO)
    ledger = await up.type("intake", "ledger", "--case", good.case_id)
    # What was sent again is decided a moment later; until then reconcile counts it as waiting.
    reconciled = await until(up, lambda told: told.output.endswith(AGREED), "reconcile")
    audited = await up.type("audit", "verify")
    replayed_here = await up.type("upgrade", "check")

    assert '"tenant": "nowhere"' not in masked.output
    assert [each.output.count('"tenant": "nowhere"') for each in shown] == [1, 1, 1], shown[0]
    assert replayed.output.endswith("3 of 3 sent again by ruan-fang: for the test\n")
    assert "accepted" in ledger.output
    assert reconciled.code == 0
    assert "2 of operations, " in audited.output
    assert audited.output.endswith(" 0 broken\n")
    assert replayed_here.code == 0, replayed_here
    assert "replayed on this build: the same steps and rows" in replayed_here.output
