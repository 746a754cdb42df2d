"""What a citizen says after the complaint.

Not here: the complaint (domain/complaints.py); the call at the end (closing).
"""
