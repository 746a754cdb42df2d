"""The consumer group of intake: polling, rebalance, watchdog.

Not here: what a record means (consumers/decoding) and the client itself, with reading outside a
group (gateways/kafka).
"""
