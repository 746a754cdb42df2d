"""What has to be put right by a day: promised, ordered, served.

Not here: who looks whether it was (inspections); the way to a penalty (penalties).
"""
