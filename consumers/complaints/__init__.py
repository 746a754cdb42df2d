"""From a complaint's record to its case: filing, clustering, order of starts, follow-ups.

Not here: decoding (consumers/decoding) and the plan of a case (domain/planning).
"""
