import subprocess
import sys

import pytest

from tests.study.markup import read


@pytest.fixture(scope="session")
def reference(tmp_path_factory):
    """The folder of the reference that the command made, and what the command printed."""
    out = tmp_path_factory.mktemp("reference") / "new" / "api"
    command = [sys.executable, "-m", "npnet", "api", "--out", str(out)]
    return out, subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")


@pytest.fixture(scope="session")
def pages(reference):
    """The pages of that reference by their names, as trees."""
    return {path.name: read(path.read_text(encoding="utf-8")) for path in reference[0].glob("*.html")}
