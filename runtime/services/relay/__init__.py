"""`sanban relay`: publishes case events from the journal to Kafka.

Not here: which events outsiders may know (schemas/events/case_events.py).
"""
