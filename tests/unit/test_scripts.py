import re
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.records import CaseRow
from store.errors import MigrationError
from store.scripts import Script, outdated, shipped_scripts

ROOT = Path(__file__).parents[2]
RELEASED = (Path(__file__).parent / "script_revisions.txt").read_text().splitlines()
SCRIPTS = shipped_scripts()
TEXTS = {script.name: script.text for script in SCRIPTS}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_changed_script_has_a_new_revision(script: Script) -> None:
    """Without one, an older program that migrates would put its text over the newer one.

    After a change of a script: raise its revision, and add the line that this test wants.
    """
    text = (ROOT / "store" / script.name).read_text("utf-8")
    digest = sha256(text.encode()).hexdigest()

    assert f"{script.name} {script.revision} {digest}" in RELEASED


def test_a_revision_is_one_text_for_ever() -> None:
    revisions = [line.rsplit(" ", 1)[0] for line in RELEASED]

    assert len(revisions) == len(set(revisions))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_drops_nothing(script: Script) -> None:
    """An older program may still call it: a later migration drops it."""
    assert re.search(r"\bDROP\b", script.text) is None
    assert "CREATE OR REPLACE" in script.text


def test_case_put_writes_every_column_of_the_read_model() -> None:
    text = TEXTS["functions/case_put.sql"]
    written = re.findall(r"^        (\w+) = ", text, re.MULTILINE)

    assert sorted(written) == sorted(set(CaseRow.model_fields) - {"case_id"})


def test_a_script_without_a_revision_is_refused() -> None:
    with pytest.raises(MigrationError, match="revision: 1"):
        assert Script("functions/x.sql", "SELECT 1").revision


def test_the_newer_of_two_texts_is_that_of_the_higher_revision() -> None:
    first, second = (Script("functions/x.sql", f"-- revision: {n}\n") for n in (1, 2))

    assert outdated([second], [("functions/x.sql", 1, first.sha256)]) == (second,)
    assert outdated([first], [("functions/x.sql", 2, second.sha256)]) == ()
    assert outdated([first], [("functions/x.sql", 1, first.sha256)]) == ()
    assert outdated([first], []) == (first,)
