"""What is taken out of the words of a person who reports in confidence."""

import pytest

from domain.privacy.confidential import HIDDEN, without


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我是陈静，举报隔壁摊位", f"我是{HIDDEN}，举报隔壁摊位"),
        ("我是陈女士，住 3 幢", f"我是{HIDDEN}，住 3 幢"),
        ("电话13600000008", f"电话{HIDDEN}"),
        ("电话 136-0000-0008，请回电", f"电话 {HIDDEN}，请回电"),
        ("电话 136 0000 0008", f"电话 {HIDDEN}"),
        ("陈旧的棚子，陈列在路边", "陈旧的棚子，陈列在路边"),
        ("门牌 136 号", "门牌 136 号"),
    ],
)
def test_names_and_numbers_are_taken_out_in_the_forms_in_which_people_write_them(
    text: str, shown: str
) -> None:
    assert without(("陈静", "13600000008"), text) == shown


def test_the_number_is_taken_out_with_the_code_of_the_country_or_without() -> None:
    assert without(("+86 136 0000 0008",), "打13600000008") == f"打{HIDDEN}"


def test_a_longer_name_goes_before_one_that_is_a_part_of_it() -> None:
    assert without(("王静", "王静怡"), "王静怡来过") == f"{HIDDEN}来过"


def test_without_names_the_text_stays_as_it_is() -> None:
    assert without((), "陈女士 13600000008") == "陈女士 13600000008"
