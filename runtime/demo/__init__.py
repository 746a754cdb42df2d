"""A day in the town: its complaints, what people do about them, and what nobody does."""
