"""The links of reference/README.md lead to files, and the example without TensorFlow runs."""

import re
from pathlib import Path

import pytest

import reference

FOLDER = Path(reference.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_to_files(target):
    assert (FOLDER / target).exists()


def test_every_file_is_named():
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("bounds/*.py")} - {"bounds/__init__.py"}
    assert files <= set(re.findall(r"\]\(([^)]+)\)", README))


def test_gradients_of_ones_own_are_checked(capsys):
    (example,) = [example for example in EXAMPLES if "gradcheck" in example]
    exec(example, {})
    printed = capsys.readouterr().out
    assert printed.startswith("gradient check passed: 2 derivatives (complex)")
    assert printed.endswith("[1.         2.71828183]\n")
