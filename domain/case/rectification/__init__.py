"""What has to be put right by a day: promised, ordered, served.

Not here: who checks it (inspections); the way to a penalty (penalties).
"""
