"""The databases of the store, for ports that are implemented on PostgreSQL."""

from tests.integration.conftest import app_dsn, database, superuser_dsn

__all__ = ["app_dsn", "database", "superuser_dsn"]
