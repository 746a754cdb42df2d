"""People's and programs' way in over HTTP: health and metrics of every process, and the gateway."""
