"""Masked names and numbers tell two reporters apart, and call none."""

import pytest

from domain.privacy.readings import masked_name, masked_number


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王静", "王**"), (" 欧阳修远 ", "欧**"), ("Li Na", "L**"), ("", ""), (" ", "")],
)
def test_a_masked_name_has_one_character_and_not_its_length(name: str, shown: str) -> None:
    assert masked_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13600000217", "136****0217"),
        ("+86 136-0000-0217", "861****0217"),
        ("0573 8312345", "057****2345"),
        ("83123456", "****56"),
        ("12345", "****"),
        ("WeChat wang", "****"),
        ("", ""),
    ],
)
def test_a_masked_number_cannot_be_called(number: str, shown: str) -> None:
    assert masked_number(number) == shown
