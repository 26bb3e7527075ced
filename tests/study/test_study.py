import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas
import pytest

from npnet import cli
from npnet.study import files

TABLES = [
    "activation_derivatives", "activations", "complexity", "cross_entropies", "learning_rates", "one_weight",
    "optimizer_pairs", "optimizer_times", "optimizers", "regularization",
]  # fmt: skip
FIGURES = ["activations", "learning_rates", "one_weight", "optimizers", "regularization"]


class Page(HTMLParser):
    """The tags and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The folder that one run of the command made, and what it printed."""
    out = tmp_path_factory.mktemp("study") / "new" / "folder"
    command = [sys.executable, "-W", "error", "-m", "npnet", "study", "--out", str(out)]
    return out, subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")


def test_every_table_and_figure_is_written_and_nothing_else(study):
    out, _ = study
    written = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    figures = {f"figures/{name}.{kind}" for name in FIGURES for kind in ("svg", "png")}
    assert written == {"index.html", *figures, *(f"tables/{name}.csv" for name in TABLES)}


def test_the_page_shows_every_table_and_figure_in_the_notes_order(study):
    out, _ = study
    page = Page((out / "index.html").read_text(encoding="utf-8"))
    images = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(images) == len(FIGURES)
    assert all(image["alt"] and image["src"].startswith("data:image/svg+xml") for image in images)
    assert sum(tag == "table" for tag, _ in page.tags) == len(TABLES)
    sections = [attributes["id"] for tag, attributes in page.tags if tag == "section"]
    assert sections == sorted(sections)
    text = " ".join(page.text)
    assert "0.07394592752994529" in text
    assert "2.58349207e+00" in text


def test_the_page_needs_no_other_file(study):
    out, _ = study
    page = Page((out / "index.html").read_text(encoding="utf-8"))
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "iframe")
        for name in ("src", "href"):
            assert attributes.get(name, "#").startswith(("#", "data:"))


def test_csv_files_hold_all_digits(study):
    out, _ = study
    rates = (out / "tables" / "learning_rates.csv").read_text()
    assert "99,0.07394592752994529" in rates
    losses = pandas.read_csv(out / "tables" / "cross_entropies.csv")
    assert len(losses) == 5


def test_the_tables_are_printed_within_80_columns(study):
    _, process = study
    assert "0.18270344949672818" in process.stdout
    assert "2.58349207e+00" in process.stdout
    assert max(len(line.rstrip()) for line in process.stdout.splitlines() if "file://" not in line) <= 80
    assert process.stderr == ""


def test_a_folder_that_cannot_be_made_gives_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert cli.main(["study", "--out", str(tmp_path / "file" / "study")]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"npnet study: {tmp_path}")
    assert captured.err.count("\n") == 1


def test_a_blocked_name_is_found_before_the_work_begins(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("npnet.study.runner.SECTIONS", (lambda: pytest.fail("the work began"),))
    (tmp_path / "index.html").mkdir()
    assert cli.main(["study", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"npnet study: {tmp_path / 'index.html'}: Is a directory\n"


def test_bad_arguments_give_status_2(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["stady"])
    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        cli.main(["study", "--out", ""])
    assert caught.value.code == 2


def test_the_version_is_known(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--version"])
    assert capsys.readouterr().out.startswith("npnet ")


def test_a_terminal_without_utf8_gets_no_traceback(tmp_path):
    code = "import sys; from npnet.study import runner; runner.SECTIONS = runner.SECTIONS[:3]; from npnet import cli; "
    command = [sys.executable, "-c", code + f"sys.exit(cli.main(['study', '--out', {str(tmp_path)!r}]))"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert (process.returncode, process.stderr) == (0, "")


def test_the_bare_command_shows_help_that_begins_with_the_study(capsys):
    assert cli.main([]) == 0
    assert "Begin with: npnet study" in capsys.readouterr().out


def test_an_interrupted_run_says_so(monkeypatch, tmp_path, capsys):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("npnet.study.runner.SECTIONS", (interrupt,))
    assert cli.main(["study", "--out", str(tmp_path)]) == 130
    assert "interrupted" in capsys.readouterr().err
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_file_gets_its_name_only_when_it_is_whole(monkeypatch, tmp_path):
    path = tmp_path / "page.html"
    files.write(path, "old")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


def test_importing_npnet_loads_nothing_heavy():
    heavy = "{'pandas', 'matplotlib', 'tensorflow', 'rich', 'jinja2'}"
    code = f"import sys; from npnet import *; MLP([4, 3], seed=0); print({heavy} & set(sys.modules))"
    root = Path(__file__).parent.parent.parent
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root).stdout == "set()\n"
