"""Reading who reported a case: behind a reason that is journaled, and masked until it is given."""

from enum import StrEnum

LONGEST_REASON = 500
_LONG_NUMBER, _SHORT_NUMBER = 10, 7
_MASKED = "****"


class Purpose(StrEnum):
    """What the name and the number are read for: a closed list, so that readings can be counted."""

    CALLBACK = "callback"  # 回访
    FACTS = "facts"  # 核实情况
    REPLY = "reply"  # 答复诉求人
    VISIT = "visit"  # 约定上门
    AUTHORITY = "authority"  # 依法调取
    REPAIR = "repair"  # 排除故障: to see what is wrong with a record
    OTHER = "other"  # the text says what


def masked_name(name: str) -> str:
    """Return the first character of a name, and as many asterisks whatever its length is."""
    name = name.strip()
    return f"{name[0]}**" if name else ""


def masked_number(number: str) -> str:
    """Return a few digits of a telephone number: enough to tell two apart, too few to call one."""
    digits = "".join(each for each in number if each.isdecimal())
    if len(digits) >= _LONG_NUMBER:
        return f"{digits[:3]}{_MASKED}{digits[-4:]}"
    if len(digits) >= _SHORT_NUMBER:
        return f"{_MASKED}{digits[-2:]}"
    return _MASKED if number.strip() else ""
