"""How thoroughly properties are tried: `pytest --hypothesis-profile=many` for the night."""

from hypothesis import settings

# No deadline for one example: nothing is wrong with a rule because the machine is busy.
settings.register_profile("few", deadline=None)
settings.register_profile("many", deadline=None, max_examples=3000)
settings.load_profile("few")
