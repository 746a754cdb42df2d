"""Clients of Kafka: producer, readers without a group, topics, and why a broker refuses us.

Not here: the consumer groups of intake (consumers/kafka).
"""
