"""What a town is told of its own list of sources, and of a change of it."""

import shutil
from pathlib import Path

from packs import pack_of
from tests.fakes.open_town import open_to_all
from tests.smoke.commands import sanban

HETANG = '"https://hetang.example/office"'


async def test_a_pack_without_sources_is_sound_and_told_what_that_means(tmp_path: Path) -> None:
    told = await sanban("policy", "check", str(open_to_all(tmp_path)))
    listed = await sanban("policy", "check", str(pack_of("youchegang")))

    assert told.code == 0
    assert listed.code == 0
    # Weeks before a year ends there is one more, about the calendar.
    first, remark = without_the_calendar(told.output)
    assert first.startswith("youchegang is valid: ")
    assert remark.startswith("remark: no sources.yaml: whoever may write on the topics may claim ")
    assert len(without_the_calendar(listed.output)) == 1


def without_the_calendar(output: str) -> list[str]:
    return [line for line in output.splitlines() if not line.startswith("remark: calendar.yaml: ")]


async def test_a_diff_says_in_which_roles_and_for_whom_a_source_may_act(tmp_path: Path) -> None:
    before, after = str(open_to_all(tmp_path)), tmp_path / "after"
    shutil.copytree(pack_of("youchegang"), after)
    written = (after / "sources.yaml").read_text()
    village = "units: [hetang-village]"
    assert village in written
    (after / "sources.yaml").write_text(written.replace(village, "units: [sanitation]"))

    whole = await sanban("policy", "diff", before, str(pack_of("youchegang")))
    one = await sanban("policy", "diff", str(pack_of("youchegang")), str(after))

    assert (
        "sources https://hetang.example/office: added: "
        "commands (roles handler, auxiliary, unit_head, units hetang-village)"
    ) in whole.output.splitlines()
    assert one.output.splitlines()[0] == (
        "sources https://hetang.example/office commands units: hetang-village -> sanitation"
    )


async def test_a_diff_says_for_whom_a_source_vouches_and_the_pinned_policy_is_the_same(
    tmp_path: Path,
) -> None:
    after = tmp_path / "after"
    shutil.copytree(pack_of("youchegang"), after)
    written = (after / "sources.yaml").read_text()
    (after / "sources.yaml").write_text(written.replace('["seat-*"]', '["seat-*", kiosk]'))

    told = await sanban("policy", "diff", str(pack_of("youchegang")), str(after))

    change, total = told.output.splitlines()
    assert change == (
        "sources https://12345.example/hotline commands vouches_for: seat-* -> seat-*, kiosk"
    )
    one, other = total.partition("; ")[2].split(" -> ")
    assert one == other


async def test_the_roster_of_a_new_pack_makes_no_person_its_own_judge(tmp_path: Path) -> None:
    """Promise 37: who repins is a person of the roster in force."""
    new = tmp_path / "new"
    shutil.copytree(pack_of("youchegang"), new)
    written = (new / "roster.yaml").read_text()
    intruder = "{id: intruder, name: 某, unit: leading-group-office, roles: [supervisor]}"
    (new / "roster.yaml").write_text(written.replace("\npeople:", f"\npeople:\n  - {intruder}", 1))

    told = await sanban("policy", "repin", str(new), "--as", "intruder")

    assert told.code == 2
    assert "no person 'intruder' in the roster" in told.complaint


async def test_no_case_goes_over_to_a_pack_that_is_not_the_towns(tmp_path: Path) -> None:
    """Promise 41: a supervisor with a pack of their own could erase a lateness of one case."""
    own = tmp_path / "own"
    shutil.copytree(pack_of("youchegang"), own)
    head = own / "policy.yaml"
    head.write_text(head.read_text().replace("return_window: 8h", "return_window: 9h"))
    words = ("policy", "repin", str(own), "--as", "shen-haifeng", "--reason", "Longer.", "--yes")

    told = await sanban(*words)

    assert told.code == 2
    assert f"{own} is not the pack of youchegang in SANBAN_PACKS" in told.complaint


async def test_a_diff_says_that_a_source_may_act_no_more(tmp_path: Path) -> None:
    after = tmp_path / "after"
    shutil.copytree(pack_of("youchegang"), after)
    written = (after / "sources.yaml").read_text()
    begin = written.index(HETANG)
    end = written.index("}}", begin) + 1
    (after / "sources.yaml").write_text(
        written[:begin] + f"{HETANG}, channels: [department]" + written[end:]
    )

    told = await sanban("policy", "diff", str(pack_of("youchegang")), str(after))

    assert told.output.splitlines()[:2] == [
        "sources https://hetang.example/office channels: none -> department",
        (
            "sources https://hetang.example/office commands: "
            "(roles handler, auxiliary, unit_head, units hetang-village) -> none"
        ),
    ]
