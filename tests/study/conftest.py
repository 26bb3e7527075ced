import os
import subprocess
import sys

import pytest

from npnet import language
from npnet.language import LANGUAGES
from tests.study.browser import WIDE, show, start, wait
from tests.study.markup import read


@pytest.fixture(scope="session")
def study(tmp_path_factory):
    """The folder that one quick run of the command made, and what it printed."""
    out = tmp_path_factory.mktemp("study") / "new" / "folder"
    command = [sys.executable, "-W", "error", "-m", "npnet", "study", "--quick", "--out", str(out)]
    environment = {**os.environ, "COLUMNS": "80"}
    return out, subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8", env=environment)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    driver = start(tmp_path_factory.mktemp("profile"))
    yield driver
    driver.quit()


@pytest.fixture(params=LANGUAGES)
def say(request):
    """Each language in turn."""
    return language.get(request.param)


@pytest.fixture
def browser(chromium, study, say):
    """The page of each language just opened, at the width of a desk's screen and in light colours."""
    show(chromium, WIDE, "light")
    page = (study[0] / say.page).as_uri()
    chromium.get(page)
    # On a busy machine, the last page may still stand there
    loaded = "return document.readyState === 'complete' && location.href === arguments[0]"
    wait(chromium, lambda: chromium.execute_script(loaded, page))
    return chromium


@pytest.fixture(scope="session")
def page(study):
    """The page of that run, as a tree."""
    out, _ = study
    return read((out / "index.html").read_text(encoding="utf-8"))
