"""Dead letters on a Monday morning: what was our mistake is sent again, and has its effect once."""

import json
import re

from packs import pack_of
from runtime.jobs.dead_letters import REPLAY_OF
from tests.integration.promises import broker
from tests.integration.promises.events import event
from tests.integration.promises.town import Town
from tests.smoke.commands import Told, sanban

WHO = ("--as", "ruan-fang", "--reason", "pack installed")


async def deadletters(town: Town, *words: str) -> Told:
    return await sanban("deadletters", *words, **town.environment)


async def test_what_nobody_served_is_sent_again_once_somebody_does(town: Town) -> None:
    """The event's identity is the one it came with: its case has the number it would have had."""
    packs = json.dumps([str(pack_of("hotline12345"))])
    await town.intake.launch(SANBAN_PACKS=packs, SANBAN_REJECT_CEILING="1")
    events = [event(town.source, f"E-{number}") for number in range(3)]
    bad = event(town.source, "bad").but(value=b'{"reporter": "\xe7\x8e\x8b\x1b[31m"}')
    await town.publish(*events, bad)
    await town.until_decided(4)
    listed = await deadletters(town, "list")
    summary = await deadletters(town, "list", "--summary")
    await town.intake.stop()
    await town.intake.launch(SANBAN_PACKS=town.environment["SANBAN_PACKS"])
    replayed = await deadletters(town, "replay", "--all", "--reason-code", "unknown_tenant", *WHO)
    await town.worker.start()
    await town.until_cases(3)
    after = json.loads((await deadletters(town, "list", "--all", "--json")).output)["letters"]
    numbers = [str(each["number"]) for each in after if each["state"] == "replayed"]
    again = await deadletters(town, "replay", *numbers, *WHO)
    outcomes = await town.until_decided(10)
    audited = await sanban("audit", "verify", **town.environment)

    assert listed.code == 0
    assert listed.output.endswith("4 shown; 4 open, 0 replayed, 0 discarded\n")
    assert re.search(r"unknown_tenant +open +3 ", summary.output)
    assert replayed.code == 0
    assert replayed.output.splitlines()[-1] == "3 of 3 sent again by ruan-fang: pack installed"
    assert [each["state"] for each in after] == ["open", "replayed", "replayed", "replayed"]
    assert {each["action"]["came_of"] for each in after[1:]} == {"accepted"}
    assert await town.cases() == {each.case_id for each in events}
    assert again.output.count("so it has no second effect") == 3
    assert outcomes == {"accepted": 3, "duplicate": 3, "rejected": 4}
    assert audited.output.startswith("3 cases, 2 of operations, ")
    assert audited.output.endswith(" 0 broken\n")
    sent = await broker.read(town.servers.kafka.bootstrap, town.topic)
    assert sum(REPLAY_OF in dict(record.headers) for record in sent) == 6


async def test_a_letter_is_shown_safely_and_without_what_it_says_where_that_is_asked(
    town: Town,
) -> None:
    name = "王女士"
    value = json.dumps({"data": {"reporter": name, "n": 5}, "ok": True}, ensure_ascii=False)
    escape = event(town.source, "two").but(value=b"\x1b[31m" + name.encode())
    await town.intake.launch(SANBAN_REJECT_CEILING="1")
    await town.publish(
        event(town.source, "one").but(value=value.encode()),
        escape,
        escape.but(value=b"\xff\xfe"),
    )
    await town.until_decided(3)
    letters = json.loads((await deadletters(town, "list", "--json")).output)["letters"]
    by_reason = {each["reason"]: str(each["number"]) for each in letters}
    reveal = ("--reveal", "repair", *WHO)
    shown = {reason: await deadletters(town, "show", n, *reveal) for reason, n in by_reason.items()}
    hidden = [await deadletters(town, "show", n) for n in by_reason.values()]
    whole = await deadletters(town, "show", by_reason["not_utf8"], "--json", *reveal)

    assert f'"reporter": "{name}"' in shown["not_cloudevent"].output
    assert f"\\x1b[31m{name}" in shown["not_json"].output
    assert "hex fffe" in shown["not_utf8"].output
    assert "\x1b" not in "".join(each.output for each in shown.values())
    assert all(name not in each.output and "[31m" not in each.output for each in hidden)
    assert any('"reporter": "(3 characters)"' in each.output for each in hidden)
    assert json.loads(whole.output)["record"]["value"] == "fffe"


async def test_whoever_decides_is_known_and_says_why(town: Town) -> None:
    await town.intake.launch(SANBAN_REJECT_CEILING="1")
    await town.publish(event(town.source, "one").but(value=b"{"))
    await town.until_decided(1)
    letter = json.loads((await deadletters(town, "list", "--json")).output)["letters"][0]
    number = str(letter["number"])
    complaints = {
        ("replay", number, "--reason", "x"): "nobody acts -- give --as",
        ("replay", number, "--as", "nobody", "--reason", "x"): "no person 'nobody' in the roster",
        ("discard", number, "--as", "ruan-fang"): "no reason given -- say why with --reason",
        ("discard", *WHO): "no letters given -- give their numbers",
        ("discard", number, "--all", *WHO): "no letters given",
        ("show", "4711"): "no dead letter 4711 -- `sanban deadletters list`",
    }
    for words, complaint in complaints.items():
        told = await deadletters(town, *words)
        assert told.code == 2, told
        assert complaint in told.complaint, told
    discarded = await deadletters(town, "discard", number, *WHO)
    left = await deadletters(town, "list")
    shown = await deadletters(town, "show", number)

    assert discarded.output == "1 discarded by ruan-fang: pack installed\n"
    assert "0 shown; 0 open, 0 replayed, 1 discarded" in left.output
    assert re.search("discarded by ruan-fang on .*: pack installed", shown.output)
