"""What `sanban cases similar` says, as lines and as JSON."""

import json

import pytest

from domain.matching.clustering import Candidate, CaseState
from domain.matching.similarity import Resemblance
from runtime.cli.views.surges import print_similar, similar_as_json
from tests.unit.test_similarity import PIPE

FOUND = [
    (Candidate("far", 1, PIPE, CaseState.OVER), Resemblance(55, "the same street")),
    (Candidate("near", 2, PIPE, CaseState.OWN), Resemblance(90, "the same place")),
]


def test_the_most_similar_case_comes_first_in_both(capsys: pytest.CaptureFixture[str]) -> None:
    print_similar(FOUND)
    lines = capsys.readouterr().out.splitlines()
    similar_as_json(FOUND)
    document = json.loads(capsys.readouterr().out)

    assert lines[1].startswith("near")
    assert lines[-1] == "2 similar"
    assert [each["case_id"] for each in document] == ["near", "far"]
    assert document[0]["score"] == 90
    assert document[0]["state"] == "open"
    assert document[0]["why"] == "the same place"
