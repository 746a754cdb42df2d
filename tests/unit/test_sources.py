"""A source may say what its town lets it say; whoever claims more is told which field is wrong."""

from dataclasses import replace

import pytest

from domain.policy.sources import (
    ActingRule,
    SourceRule,
    remarks,
    rule_of,
    vouches_for,
    why_not_acting,
    why_not_filed,
    why_not_heard,
)
from domain.vocabulary import Channel, Role

HOTLINE = SourceRule("https://12345.example/hotline", (Channel.HOTLINE, Channel.CITIZEN))
CAMERAS = SourceRule("https://camera.example/*", (Channel.CAMERA,))
OFFICE = SourceRule(
    "https://hetang.example/office",
    commands=ActingRule((Role.HANDLER, Role.UNIT_HEAD), ("hetang", "yinxing")),
)
DESK = SourceRule("https://desk.example/desk", commands=ActingRule((Role.DISPATCHER,)))
RULES = (HOTLINE, CAMERAS, OFFICE, DESK)


@pytest.mark.parametrize(
    ("source", "channel", "told"),
    [
        (HOTLINE.source, Channel.HOTLINE, ""),
        (HOTLINE.source, Channel.CITIZEN, ""),
        (
            HOTLINE.source,
            Channel.SUPERIOR,
            (
                "data.channel: this source may not claim superior, but hotline, citizen; correct "
                "the channel or the source, or ask the operators to list it in sources.yaml"
            ),
        ),
        (
            OFFICE.source,
            Channel.PATROL,
            (
                "data.channel: this source may not claim patrol, but nothing at all; correct "
                "the channel or the source, or ask the operators to list it in sources.yaml"
            ),
        ),
        (
            "https://stranger.example",
            Channel.HOTLINE,
            (
                "source: this tenant takes nothing from it; check its spelling, or ask the "
                "operators to list it in sources.yaml"
            ),
        ),
    ],
)
def test_a_source_files_by_its_own_channels_alone(source: str, channel: Channel, told: str) -> None:
    assert why_not_filed(RULES, source, channel) == told


@pytest.mark.parametrize(
    ("source", "covered"),
    [
        ("https://camera.example", True),
        ("https://camera.example/", True),
        ("https://camera.example/gate/3", True),
        ("https://camera.example.org/3", False),
        ("https://camera.examples", False),
        ("https://camera.example:8443/3", False),
        ("HTTPS://camera.example/3", False),
        ("https://hetang.example/office/3", False),
        ("https://hetang.example", False),
        ("https://camera.example/gate..3/.well-known/...", True),
        ("https://camera.example/gate%203/", True),
        ("https://camera.example/gate?see=../x//y", True),
        ("https://camera.example/../12345.example/hotline", False),
        ("https://camera.example/gate/..", False),
        ("https://camera.example/./3", False),
        ("https://camera.example//3", False),
        ("https://camera.example//", False),
        ("https://camera.example/%2e%2E/3", False),
        ("https://camera.example/gate%2f..%2F3", False),
        ("https://camera.example/%252e%252e/3", False),
        ("https://camera.example/gate\\..\\3", False),
    ],
)
def test_a_beginning_ends_at_a_slash_and_a_whole_source_is_itself_alone(
    source: str, *, covered: bool
) -> None:
    assert (why_not_heard(RULES, source) == "") is covered


def test_the_rule_that_says_most_counts() -> None:
    town = SourceRule("https://town.example/*", (Channel.PATROL,))
    office = SourceRule("https://town.example/office/*", (Channel.DEPARTMENT,))
    desk = SourceRule("https://town.example/office", (Channel.HOTLINE,))

    for rules in ((town, office, desk), (desk, office, town)):
        assert rule_of(rules, "https://town.example/7") is town
        assert rule_of(rules, "https://town.example/office/7") is office
        assert rule_of(rules, "https://town.example/office") is desk
        assert rule_of(rules, "https://elsewhere.example") is None


@pytest.mark.parametrize(
    ("source", "role", "unit", "told"),
    [
        (OFFICE.source, Role.HANDLER, "hetang", ""),
        (OFFICE.source, Role.UNIT_HEAD, "yinxing", ""),
        (DESK.source, Role.DISPATCHER, None, ""),
        (DESK.source, Role.DISPATCHER, "anybody", ""),
        (HOTLINE.source, Role.HOTLINE, None, "source: it may not act on cases; "),
        ("/stranger", Role.HANDLER, "hetang", "source: this tenant takes nothing from it; "),
        (
            OFFICE.source,
            Role.LEADER,
            "hetang",
            "data.actor.role: this source may not act as leader, but as handler, unit_head; ",
        ),
        (
            OFFICE.source,
            Role.HANDLER,
            "police",
            "data.actor.unit: this source may not act for it: it may act for hetang, yinxing; ",
        ),
        (
            OFFICE.source,
            Role.HANDLER,
            None,
            "data.actor.unit: is missing; this source must say one: it may act for hetang, ",
        ),
    ],
)
def test_a_source_acts_in_its_own_roles_for_its_own_units_alone(
    source: str, role: Role, unit: str | None, told: str
) -> None:
    why = why_not_acting(RULES, source, role, unit)

    assert why.startswith(told)
    assert bool(why) is bool(told)


@pytest.mark.parametrize(
    ("name", "vouched"),
    [
        ("seat-7", True),
        ("seat-", True),
        ("seat-沈 芳", True),
        ("kiosk", True),
        ("kiosk-2", False),
        ("Seat-7", False),
        ("seat-7\u200b", False),
        ("seat-\u3164", False),  # a letter, by its category
        ("seat-\u00a07", False),
        ("seat-\ue0007", False),
        ("seat-7 ", False),
        (" seat-7", False),
        ("seat-*", False),
    ],
)
def test_a_source_vouches_for_its_own_names_alone(name: str, *, vouched: bool) -> None:
    desk = replace(DESK, commands=ActingRule((Role.DISPATCHER,), (), ("seat-*", "kiosk")))

    assert vouches_for([OFFICE, desk], desk.source, name) is vouched
    assert not vouches_for([OFFICE, desk], OFFICE.source, name)


def test_a_source_that_may_act_does_so_under_its_own_name() -> None:
    assert vouches_for(RULES, DESK.source, DESK.source)
    assert not vouches_for(RULES, DESK.source, OFFICE.source)
    assert not vouches_for(RULES, HOTLINE.source, HOTLINE.source)
    assert not vouches_for((), "/anybody", "/anybody")


def test_a_source_that_is_listed_is_heard_whatever_it_files() -> None:
    assert [why_not_heard(RULES, rule.source) for rule in (HOTLINE, OFFICE)] == ["", ""]


def test_without_any_rule_every_source_says_everything() -> None:
    assert why_not_heard((), "/anybody") == ""
    assert why_not_filed((), "/anybody", Channel.SUPERIOR) == ""
    assert why_not_acting((), "/anybody", Role.LEADER, None) == ""


def test_a_town_is_told_what_its_rules_leave_open_or_shut() -> None:
    (open_to_all,) = remarks(())

    assert open_to_all.startswith("no sources.yaml: whoever may write on the topics ")
    assert list(remarks([SourceRule("/all", tuple(Channel))])) == []
    assert list(remarks([HOTLINE, SourceRule("/b", (Channel.PATROL, Channel.CAMERA))])) == [
        f"sources.yaml: no source may claim channel {channel}; nothing comes by it"
        for channel in (Channel.SUPERIOR, Channel.DEPARTMENT)
    ]
