"""Commands about inbound events: check and send them, read the ledger, settle dead letters.

Not here: the intake service (runtime/services); the comparison with Kafka (maintenance).
"""
