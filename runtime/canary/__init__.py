"""The canary: a report of no town that goes the whole way every few minutes, and says if it did.

Not here: its tenant's rules (packs/watch/canary), and what rings when it is silent (deploy/bell).
"""
