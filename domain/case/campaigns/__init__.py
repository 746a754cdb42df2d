"""What a case brings for a campaign.

Not here: targets and sums over cases (domain/reporting).
"""
