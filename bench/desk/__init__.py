"""The console before a town of a million cases: how it is filled, who asks, and what that takes."""
