"""`sanban migrate`: bring the database up to this version of the program."""

from runtime.cli.output import say
from runtime.problems import Problem
from runtime.settings import load
from store.errors import MigrationError, StoreUnavailable, advice_of
from store.migrate import migrate as apply_migrations


def migrate() -> None:
    """Migrate the database to this version, as its owner (SANBAN_DATABASE_OWNER_URL)."""
    settings = load()
    try:
        done = apply_migrations(settings.need("database_owner_url"))
    except StoreUnavailable as error:
        raise Problem(str(error), do=advice_of(error.detail, owner=True)) from error
    except MigrationError as error:
        raise Problem(str(error)) from error
    say(*(done or ["nothing to do"]))
