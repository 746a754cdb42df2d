"""What the console keeps in the database: who is signed in."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, and in which language the pages speak. `id` is a hash of the cookie."""

    id: str
    tenant: str
    person: str
    language: str
    begun_at: datetime
