"""What happened beyond the plain life (domain/events.py), by subject."""
