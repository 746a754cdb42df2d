"""The servers of one machine: Temporal, a Kafka-protocol broker, PostgreSQL.

Not here: our own processes (runtime/services).
"""
