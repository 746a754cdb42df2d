"""The tests: `python -m tests` runs them all."""

import os
import sys

# The suite starts hundreds of processes. Where modules compiled are not kept, as some machines of
# CI have it, each of them compiles the libraries again: 4.4 s of CPU for a console instead of 0.75.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
