"""What a stranger wrote is shown by every view, and acts in none."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import get_type_hints

from domain.case.citizen.acts import Supplement
from domain.case.commands import Actor
from domain.case.events import Event, Fact
from domain.case.handling.acts import Comment
from domain.case.public_view import PublicView
from domain.case.state import Case
from domain.complaints import Evidence
from domain.people.rosters import Duty
from domain.sla.calendars import Calendar
from domain.vocabulary import Role, Tier
from runtime.cli import views
from runtime.cli.demo.follow import Follower, TownTime
from runtime.cli.output import Output, Table, say, say_json, say_lines
from runtime.cli.views.events import detail, headline
from schemas.audit.exports import Everything, Scope
from schemas.intake import Reporter
from tests.builders import PHOTO, plan
from tests.hostile import ACTS, acting, harmless, hostile
from tests.town import at, calendar
from tests.unit.rows.story import Story

NOW = at("2026-11-25 09:00")
SHOWN = "[red]路[/red][link=https://x.example]x[/link][/]:smile:"
"""The end of ACTS, which every text shows as it is."""


def hostile_story() -> Story:
    given = plan(tier=Tier.SUPERVISE)
    said = replace(given.complaint, text=ACTS, complaint_id=ACTS)
    story = Story(replace(given, complaint=said, category_name=ACTS))
    story.do("sign", NOW)
    story.do(Comment(text=ACTS), NOW)
    story.do(Supplement(text=ACTS), NOW, by=Actor(ACTS, Role.REPORTER))
    return story


def hostile_events() -> list[Event]:
    """One of every fact."""
    made = enumerate((hostile(kind, KNOWN) for kind in get_args(Fact)), start=1)
    actor = Actor(ACTS, Role.HANDLER, ACTS)
    return [Event(seq, NOW, actor, ACTS, ACTS, fact) for seq, fact in made]


KNOWN: Mapping[Any, Callable[[], Any]] = {
    Calendar: calendar,
    Evidence: lambda: replace(PHOTO, uri=ACTS),
    Duty: lambda: Duty(ACTS, Role.HANDLER, (ACTS,)),
    Case: lambda: hostile_story().case,
    Scope: Everything,
    ZoneInfo: lambda: ZoneInfo("Asia/Shanghai"),
    object: lambda: ACTS,
}
"""How to make what cannot have just any text in it."""

ARGUMENTS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "cases.print_case": lambda: {
        "events": hostile_story().events,
        "now": NOW,
        "reporter": Reporter(ACTS, ACTS, confidential=True),
    },
    "cases.print_explanation": lambda: {
        "case": hostile_story().case,
        "coming": hostile_events(),
        "now": NOW,
    },
    # The zone is that of the pinned calendar, which the loader has checked.
    "follow.print_followed": lambda: {
        "view": replace(hostile(PublicView, KNOWN), zone="Asia/Shanghai"),
    },
}
"""View -> arguments, where its annotations do not say enough."""


def all_views() -> dict[str, Callable[..., None]]:
    """Return every function that prints, of every module of runtime/cli/views."""
    found: dict[str, Callable[..., None]] = {}
    for each in pkgutil.iter_modules(views.__path__):
        module: ModuleType = importlib.import_module(f"{views.__name__}.{each.name}")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("print_") and function.__module__ == module.__name__:
                found[f"{each.name}.{name}"] = function
    return found


VIEWS = all_views()


def arguments_of(name: str) -> dict[str, Any]:
    if make := ARGUMENTS.get(name):
        return make()
    hints = get_type_hints(VIEWS[name], include_extras=True)
    return {each: hostile(kind, KNOWN) for each, kind in hints.items() if each != "return"}


@pytest.mark.parametrize("name", sorted(VIEWS))
@pytest.mark.parametrize("coloured", [False, True], ids=["in a pipe", "in colour"])
def test_nothing_that_a_stranger_wrote_acts_in_a_view(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, coloured: bool
) -> None:
    if coloured:
        monkeypatch.setenv("FORCE_COLOR", "1")
        monkeypatch.setenv("COLUMNS", "200")

    VIEWS[name](**arguments_of(name))
    shown = capsys.readouterr().out

    assert shown
    assert "\x1b]" not in shown
    assert harmless(without_styles(shown))


def without_styles(text: str) -> str:
    """Remove the styles that are ours."""
    for style in ("0", "1", "2", "31", "32", "33", "35", "36", "1;35", "34"):
        text = text.replace(f"\x1b[{style}m", "")
    return text


def test_every_fact_is_shown_with_all_of_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(show_header=False)
    for event in hostile_events():
        table.add_row(headline(event), detail(event, str))
    Output().table(table)

    assert harmless(capsys.readouterr().out)


def test_a_text_of_several_lines_keeps_them_and_none_looks_like_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output().lines("first\r\nunit  forged\n\x1b[2J")

    shown = [line.rstrip() for line in capsys.readouterr().out.split("\n")]
    assert shown == ["  first", "  unit  forged", "  \\x1b[2J", ""]


def test_json_says_the_same_and_acts_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    document = {ACTS: [ACTS, {"text": ACTS}]}
    say_json(document)
    shown = capsys.readouterr().out

    assert acting(shown) == []
    assert json.loads(shown) == document


def test_a_line_is_one_line_and_a_document_has_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    say(ACTS, "a\nb")
    say_lines("a\tb\nc\n", err=True)
    told = capsys.readouterr()

    assert harmless(told.out)
    assert told.out.endswith("a\\nb\n")
    assert told.err == "a\\tb\nc\n"


def test_the_demo_shows_what_happens_and_nothing_of_it_acts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    time = TownTime(NOW, NOW - NOW, 1)
    follower = Follower(None, None, "t", time, lambda *_: None)  # type: ignore[arg-type]
    for event in hostile_events():
        follower._tell(ACTS, event)

    assert harmless(capsys.readouterr().out)
