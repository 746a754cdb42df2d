"""Writing to Kafka and asking the brokers: producer, topics, refusals, receipts read back.

Not here: the consumer groups of intake (consumers/kafka).
"""
