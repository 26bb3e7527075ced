"""``npnet api``: its exit status, and what it says where it can't do what was asked."""

import subprocess
import sys

from npnet import cli
from npnet.study.api import building


def build(monkeypatch, outcome):
    """Let the build return what it warns of, or raise an error."""

    def build(out):
        if isinstance(outcome, list):
            return outcome
        raise outcome

    monkeypatch.setattr(building, "build", build)


def test_the_address_of_the_page_is_one_line(monkeypatch, tmp_path, capsys):
    build(monkeypatch, [])
    monkeypatch.chdir(tmp_path)
    assert cli.main(["api"]) == 0
    assert capsys.readouterr().out == f"The page: {(tmp_path / 'study' / 'api' / 'index.html').as_uri()}\n"
    assert cli.main(["api", "--out", "here", "--language", "zh"]) == 0
    assert capsys.readouterr().out.endswith(f"{(tmp_path / 'here' / 'index.html').as_uri()}\n")


def test_each_warning_is_a_line_and_the_status_1(monkeypatch, capsys):
    build(monkeypatch, ["a.py: WARNING: one", "b.py: WARNING: two"])
    assert cli.main(["api"]) == 1
    assert capsys.readouterr() == ("", "npnet api: a.py: WARNING: one\nnpnet api: b.py: WARNING: two\n")


def test_a_folder_that_cannot_be_written_gives_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert cli.main(["api", "--out", str(tmp_path / "file")]) == 2
    assert capsys.readouterr() == ("", f"npnet api: {tmp_path / 'file'}: Not a directory\n")


def test_an_interrupted_run_says_so(monkeypatch, capsys):
    build(monkeypatch, KeyboardInterrupt())
    assert cli.main(["api"]) == 130
    assert capsys.readouterr() == ("", "npnet api: interrupted; no file was left half-written\n")


WITHOUT_SPHINX = """
import sys
from npnet import cli
class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "sphinx":
            raise ModuleNotFoundError("No module named 'sphinx'", name=name)
sys.meta_path.insert(0, Absent)
sys.exit(cli.main(["api", "--out", sys.argv[1]]))
"""


def test_without_sphinx_it_says_how_to_install_it(tmp_path):
    command = [sys.executable, "-c", WITHOUT_SPHINX, str(tmp_path / "api")]
    done = subprocess.run(command, capture_output=True, text=True)
    said = "npnet api: sphinx is not installed; pip install 'npnet[docs]' installs what it needs\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert list(tmp_path.iterdir()) == []
