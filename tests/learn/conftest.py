"""Training needs the packages of the extra `learn`; they are in `test` too, so that nothing here is skipped there."""

import pytest

for name in ("lightgbm", "numpy", "rapidfuzz", "resiliparse", "html_text", "inscriptis", "scipy", "tld"):
    pytest.importorskip(name, reason=f"training needs {name}: pip install 'harvester[learn]'")
