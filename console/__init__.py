"""People's way in over HTTP; in this version the health and metrics pages."""
