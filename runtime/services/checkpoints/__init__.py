"""`sanban audit checkpoint`: signs the Merkle root of the journal, and keeps its keys.

Not here: trees and notes (domain/audit, schemas/audit).
"""
