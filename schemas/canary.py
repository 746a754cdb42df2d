"""The canary's own names: its tenant, its source, its category (docs/adr/0035-canary.md)."""

TENANT = "canary"
"""No town: what is of no tenant in particular leaves it out, as `sanban report` does."""
SOURCE = "/sanban/canary"
CATEGORY = "canary"
