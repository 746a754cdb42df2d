"""Rights are read from the SQL that gives them."""

from store.grants import Grant, grants_in
from store.migrate import shipped
from store.scripts import shipped_scripts

SQL = """
GRANT SELECT, UPDATE (until, ended_by) ON sanban.absences TO sanban_app;
GRANT EXECUTE ON FUNCTION
    sanban.one(text, integer), sanban.other(jsonb)
TO sanban_app;
GRANT USAGE ON SCHEMA sanban TO sanban_reader, sanban_unit_reader;
-- GRANT DELETE ON sanban.journal TO sanban_app is never written.
"""


def test_every_right_of_every_role_on_every_object_is_found() -> None:
    assert grants_in([SQL, SQL]) == [
        Grant("sanban_app", "table", "sanban.absences", "SELECT"),
        Grant("sanban_app", "table", "sanban.absences", "UPDATE", "until"),
        Grant("sanban_app", "table", "sanban.absences", "UPDATE", "ended_by"),
        Grant("sanban_app", "function", "sanban.one(text, integer)", "EXECUTE"),
        Grant("sanban_app", "function", "sanban.other(jsonb)", "EXECUTE"),
        Grant("sanban_reader", "schema", "sanban", "USAGE"),
        Grant("sanban_unit_reader", "schema", "sanban", "USAGE"),
    ]


def test_no_grant_of_ours_is_written_so_that_it_is_not_found() -> None:
    texts = [each.text for each in (*shipped(), *shipped_scripts())]  # type: ignore[attr-defined]
    written = sum(line.startswith("GRANT ") for text in texts for line in text.splitlines())
    found = sum(bool(grants_in([text])) for text in texts)

    assert written >= found > 0
    for text in texts:
        lines = [line for line in text.splitlines() if line.startswith("GRANT ")]
        assert bool(grants_in([text])) == bool(lines)


def test_a_right_is_shown_as_the_statement_that_gives_it() -> None:
    [grant] = grants_in(["GRANT UPDATE (size) ON sanban.checkpoints_published TO sanban_app;\n"])

    assert str(grant) == "GRANT UPDATE (size) ON sanban.checkpoints_published TO sanban_app"
