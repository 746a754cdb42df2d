"""A refusal at the terminal is in its language; its code and its row stay."""

import pytest

from runtime.cli.languages import ListLanguage
from runtime.cli.refusals import refusals_in
from runtime.problems import RefusalProblem
from tests.fakes.gateway import POLICIES, TOWN

TEXT = "close is possible in verified; this is dispatched; now: sign, by a person of environment"


def refused(language: ListLanguage, code: str = "wrong_stage", text: str = TEXT) -> RefusalProblem:
    with pytest.raises(RefusalProblem) as caught, refusals_in(language, POLICIES[TOWN]):
        raise RefusalProblem(code, text, 7)
    return caught.value


def test_in_chinese_it_says_what_is_wrong_and_what_is_possible_now() -> None:
    problem = refused(ListLanguage.ZH)

    assert str(problem).startswith("没有办成（wrong_stage）：现在的环节不能办")
    assert "可办的是待回访，现在是待签收" in str(problem)
    assert str(problem).endswith("现在可以：签收（生态环境所）")
    assert problem.code == "wrong_stage"
    assert problem.seq == 7


def test_in_english_and_for_an_unknown_code_it_stays_as_it_was() -> None:
    assert str(refused(ListLanguage.EN)) == f"refused (wrong_stage): {TEXT}"
    assert str(refused(ListLanguage.ZH, "of_later", "no")) == "refused (of_later): no"
