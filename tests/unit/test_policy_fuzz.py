"""However a pack is written: it is a policy, or its problems name line and reason."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.policy.diffs import diff, roster_diff
from domain.policy.model import Policy
from runtime.policy_lines import line
from schemas.packs.content import content_of, policy_from
from store.packs import yaml_files
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import HOLIDAYS, PACK, written

PROBLEM = re.compile(r"([a-z0-9]+)\.yaml:([0-9]+): .+")
LONGEST = 700
VALUE = re.compile(r"(?<=[:\[{,-] )(\"[^\"]*\"|[^\s\[\]{},]+)")
"""A value as the small pack has them: a word, or a text in quotes."""

LAUGHS = "&a [&b [x, x, x], *b, *b, *b]"
EVIL = (
    *("", "~", "[]", "{}", "[[]]", "{a: b}", "true", "-1", "0", "1e400", "0x10", ".inf", ".nan"),
    *("9" * 18, "9" * 5000, "-" + "9" * 30, "1_000", "07", "3.5"),
    *("0001-01-01", "9999-12-31", "2026-02-30", "2026-13-01", "2026-10-01T00:00:00Z", "1795828320"),
    *("0h", "99999h", "99999d", "1h60min", "24:00-24:00", "00:00-24:00", "99:99-99:99", "-", "0d"),
    *(
        '"\\U00110000"',
        '"\\ud800"',
        '"\\0"',
        '"\\u202e"',
        '"\\e[31m"',
        '"\\x"',
        '"',
        "'",
        "%",
        "@x",
    ),
    *("*a", LAUGHS, "<<", "!!python/object/apply:os.system [x]", "!!binary aGk=", "!x y", "&a b"),
    *("[" * 300, "{a: " * 300, "? [a]", "a: b: c", "|", ">", "# x", "---", "...", "- - - x"),
    *(
        "x" * 100_000,
        '"' + "很长" * 5000 + '"',
        "[" + "x, " * 3000 + "x]",
        "{" + "x" * 5000 + ": 1}",
    ),
    *(
        "@holder",
        "@parent",
        "@elsewhere",
        "always",
        "handler",
        "engine",
        "reporter",
        "Asia",
        "../x",
    ),
    *("{case!r}", "{case:99999999}", "{", "}", "{0}", "{case.__class__}"),
)
ENCODINGS = ("gb18030", "utf-16", "utf-16-le", "utf-32", "utf-8-sig")


def _value(text: str, at: float, evil: str) -> str:
    places = [match.span() for match in VALUE.finditer(text)]
    begins, ends = places[int(at * (len(places) - 1))]
    return text[:begins] + evil + text[ends:]


def _line(text: str, at: float, how: str) -> str:
    lines = text.splitlines(keepends=True)
    place = int(at * (len(lines) - 1))
    line = lines[place]
    changed = {
        "drop": "",
        "twice": line * 2,
        "indent": "  " + line,
        "outdent": line.lstrip(),
        "tab": "\t" + line,
        "no end": line.rstrip("\n"),
        "cut": line[: len(line) // 2],
    }
    return "".join([*lines[:place], changed[how], *lines[place + 1 :]])


PLACES = st.floats(0, 1)
LINES = st.sampled_from(("drop", "twice", "indent", "outdent", "tab", "no end", "cut"))
MUTATED = st.one_of(
    st.tuples(st.just(_value), PLACES, st.sampled_from(EVIL)),
    st.tuples(st.just(_value), PLACES, st.text(max_size=30)),
    st.tuples(st.just(_line), PLACES, LINES),
)


def mutants() -> st.SearchStrategy[dict[str, str | bytes | None]]:
    @st.composite
    def draw_one(draw: st.DrawFn) -> dict[str, str | bytes | None]:
        name = draw(st.sampled_from(sorted(PACK)))
        text = PACK[name]
        for change, at, how in draw(st.lists(MUTATED, min_size=1, max_size=3)):
            if text.strip() and VALUE.search(text):
                text = change(text, at, how)
        encoding = draw(st.sampled_from(("utf-8",) * 6 + ENCODINGS))
        return {name: text.encode(encoding, "surrogatepass")}

    return draw_one()


def loaded(directory: Path, changed: dict[str, str | bytes | None]) -> Policy | None:
    """Return the policy; None if the pack has problems, each of which is looked at."""
    try:
        return load_pack(written(directory, **changed), HOLIDAYS)
    except BrokenPack as broken:
        for problem in map(str, broken.problems):
            _is_clear(problem, directory)
        return None


def _is_clear(problem: str, directory: Path) -> None:
    place = PROBLEM.fullmatch(problem)
    assert place is not None, problem
    text = (directory / f"{place[1]}.yaml").read_bytes()
    assert 1 <= int(place[2]) <= text.count(b"\n") + 1, problem
    assert len(problem) <= LONGEST, problem
    assert problem.isprintable(), problem
    assert not re.search(r"<class|Traceback|pydantic|NoneType|\^\[", problem), problem


@pytest.mark.parametrize("number", range(len(EVIL)))
def test_an_evil_value_is_told_with_its_line(tmp_path: Path, number: int) -> None:
    """In three of the files, at three places: the property below tries the others by chance."""
    names = sorted(PACK)
    for turn in range(3):
        name = names[(3 * number + turn) % len(names)]
        loaded(tmp_path, {name: _value(PACK[name], (number + turn) % 7 / 6, EVIL[number])})


@pytest.mark.parametrize("evil", EVIL, ids=lambda evil: evil[:12])
def test_both_parsers_of_yaml_read_the_same(monkeypatch: pytest.MonkeyPatch, evil: str) -> None:
    content = _value(PACK["categories"], 0.5, evil).encode("utf-8", "surrogatepass")
    fast = yaml_files.read_yaml(content)
    monkeypatch.setattr(yaml_files, "_PARSER", yaml.BaseLoader)
    slow = yaml_files.read_yaml(content)

    assert bool(fast.flaws) == bool(slow.flaws)
    assert fast.flaws or fast.value == slow.value
    assert fast.flaws or fast.lines == slow.lines


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changed=mutants())
@example(changed={"channels": "channels:\n  - {channel: hotline, \U00018cd6: true}\n"})
def test_a_mutated_pack_is_a_policy_or_its_problems_are_told(
    tmp_path: Path, changed: dict[str, str | bytes | None]
) -> None:
    policy = loaded(tmp_path, changed)

    if policy is not None:
        whole = load_pack(written(tmp_path), HOLIDAYS)
        assert policy_from(content_of(policy), policy.roster).hash == policy.hash
        zone = ZoneInfo(policy.calendar.zone)
        for change in (*diff(whole, policy), *roster_diff(whole.roster, policy.roster)):
            assert line(change, zone)
