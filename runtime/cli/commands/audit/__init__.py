"""`sanban audit`: verify and export the journal, and sign checkpoints of it.

Not here: comparison with Kafka and Temporal, and repair (maintenance).
"""
