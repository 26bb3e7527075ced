import os
import subprocess
import sys

import pytest

from tests.study.markup import read


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """The folder that one quick run of the command made, and what it printed."""
    out = tmp_path_factory.mktemp("study") / "new" / "folder"
    command = [sys.executable, "-W", "error", "-m", "npnet", "study", "--quick", "--out", str(out)]
    environment = {**os.environ, "COLUMNS": "80"}
    return out, subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", env=environment)


@pytest.fixture(scope="session")
def page(study):
    """The page of that run, as a tree."""
    out, _ = study
    return read((out / "index.html").read_text(encoding="utf-8"))
