"""What comes in from Kafka: every record ends in exactly one named outcome.

Not here: who starts the loops and with which settings (runtime/services).
"""
