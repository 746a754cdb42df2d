"""What other systems send to us and receive from us over Kafka and HTTP.

Not here: records between our own processes (schemas/records.py, schemas/journal.py).
"""
