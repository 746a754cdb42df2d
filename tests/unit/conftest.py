"""How thoroughly properties are tried, and the verifier that shares no code with ours.

`pytest --hypothesis-profile=many` tries more, for the night.
"""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No deadline for one example: nothing is wrong with a rule because the machine is busy. As in
# tests/conftest.py, the same examples each time in CI.
settings.register_profile("few", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.register_profile("many", deadline=None, max_examples=3000)
settings.load_profile("few")

PROGRAM = Path(__file__).parents[2] / "docs" / "clients" / "python" / "verify_export.py"


@pytest.fixture(scope="session")
def program() -> Any:
    sys.path.append(str(PROGRAM.parent))
    spec = spec_from_file_location("verify_export", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
