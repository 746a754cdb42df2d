"""Pages of the console, without servers."""
