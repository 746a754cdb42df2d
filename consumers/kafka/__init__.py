"""Reading Kafka: client, partitions, rebalance, progress, watchdog.

Not here: what a record means (consumers/decoding).
"""
