"""What a unit or a source may ask for: each request has a decider and a default.

Not here: what is granted, where another topic owns it (dispatch, tiers, suspension, closing).
"""
