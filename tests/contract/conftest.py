"""The store's databases, for ports that have a PostgreSQL behind them."""

from tests.integration.conftest import app_dsn, database, superuser_dsn

__all__ = ["app_dsn", "database", "superuser_dsn"]
