"""No reason names a type of Python, a regular expression, or repeats pydantic's own words."""

import re
from typing import Any

import pytest
from pydantic_core import InitErrorDetails, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from schemas.mistakes import problem_of
from schemas.packs.policy import PolicyFile
from store.packs.problems import misshapen

FOREIGN = re.compile(
    r"Input should|should be|should have|should match|valid (string|integer|number|datetime|date)"
    r"|\b(str|int|bool|dict|tuple|frozenset|NoneType|None|True|False|Decimal|datetime|timedelta)\b"
    r"|<class|pydantic|[\^\[\]\\$]|\{"
)
OWN = ("value_error", "assertion_error")
"""These repeat the words of our own models, so no example of pydantic says anything about them."""
ERRORS: dict[str, Any] = {
    each["type"]: each for each in list_all_errors() if each["type"] not in OWN
}


@pytest.mark.parametrize("kind", sorted(ERRORS))
@pytest.mark.parametrize("said", ["1_0", True, [1], {"a": 1}])
def test_no_error_of_any_type_is_told_in_words_of_python(kind: str, said: Any) -> None:
    context = ERRORS[kind].get("example_context") or {}
    told: Any = {"type": kind, "loc": ("zone",), "msg": "", "input": said, "ctx": context}
    found = ValidationError.from_exception_data(
        "a file", [InitErrorDetails(type=kind, loc=("zone",), input=said, ctx=context)]
    )

    reasons = [problem_of(told), *(reason for _, reason in misshapen(found, PolicyFile))]

    assert [each for each in reasons if FOREIGN.search(each)] == []
    assert all(reasons)
