"""Models of the events that other systems send and receive, over Kafka and HTTP.

Not here: records between our own processes (schemas/records.py, schemas/journal.py).
"""
