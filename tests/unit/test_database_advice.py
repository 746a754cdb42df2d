"""What a command says to do follows from what PostgreSQL says, and names the right setting."""

import pytest

from runtime.problems import Problem
from runtime.settings import load
from store.errors import START_IT, StoreUnavailable, advice_of, advised

REFUSALS = {
    'FATAL:  role "sanban_app" does not exist': "`sanban prepare --create` makes the role",
    'FATAL:  password authentication failed for user "sanban_app"': "correct the password",
    "fe_sendauth: no password supplied": "give the password",
    'FATAL:  Peer authentication failed for user "x"': "let this user in by pg_hba.conf",
    'FATAL:  no pg_hba.conf entry for host "::1"': "let this user in by pg_hba.conf",
    'FATAL:  database "sanban" does not exist': "make the database",
}


@pytest.mark.parametrize("said", REFUSALS)
def test_a_refusal_of_the_server_has_its_own_advice(said: str) -> None:
    do = advice_of(f"connection to server at 127.0.0.1 failed: {said}")

    assert do.startswith(REFUSALS[said])
    assert "SANBAN_DATABASE_URL" in do
    # The reason of a readiness page ends with ": " and what to do.
    assert ": " not in do
    assert advised(StoreUnavailable(said)).rpartition(": ")[2] == do


def test_a_server_that_is_away_is_started() -> None:
    assert advice_of("Connection refused") == START_IT


def test_the_owner_corrects_his_own_url_and_is_made_by_hand() -> None:
    do = advice_of('FATAL:  role "sanban_admin" does not exist', owner=True)

    assert do == "make it, or correct the user in SANBAN_DATABASE_OWNER_URL"
    assert advice_of("Connection refused", owner=True).endswith("SANBAN_DATABASE_OWNER_URL")


@pytest.mark.parametrize("password", ["a/b", "a@b", "a%b", "a b"])
def test_a_password_that_breaks_the_url_is_a_problem_which_quotes_nothing(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANBAN_DATABASE_URL", f"postgresql://sanban_app:{password}@db/sanban")
    with pytest.raises(Problem) as found:
        load()

    assert "%40 for @, %2F for /" in str(found.value)
    assert password not in str(found.value)


@pytest.mark.parametrize("password", ["a%2Fb", "a%40b", "a#b", "a:b"])
def test_a_password_that_is_written_right_is_taken(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql://sanban_app:{password}@db/sanban"
    monkeypatch.setenv("SANBAN_DATABASE_URL", url)

    assert load().database_url.get_secret_value() == url
