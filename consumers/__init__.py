"""From a record of Kafka to exactly one named outcome: kafka/ polls, loop.py hands out chunks,
decoding/ reads their records, complaints/ and commands/ decide these, outcomes/ keeps how they end.

Not here: who starts the loops and with which settings (runtime/services).
"""
