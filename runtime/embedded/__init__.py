"""The servers of one machine: Temporal, a Kafka-protocol broker, PostgreSQL."""
