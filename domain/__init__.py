"""The rules of complaint handling. Pure: no clock, no network, no database, no Temporal."""
