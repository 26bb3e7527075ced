"""``npnet check``: its exit status, what it hands on, and what it says where it can't do what was asked."""

import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

import reference
from npnet import cli
from npnet.commands import check as command

COMMAND = "check"


class Said:
    """A report that is what a test wants."""

    def __init__(self, passed):
        self.passed = passed
        self.saved = []

    def __bool__(self):
        return self.passed

    def print_to(self, console):
        console.print("a table")

    def save(self, path):
        self.saved.append(path)


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "model.keras"
    path.touch()
    return path


@pytest.fixture
def asked(monkeypatch):
    """What the check was asked for; `asked.report` is what it returns."""
    found = SimpleNamespace(report=Said(True), arguments=None)

    def check(*arguments):
        found.arguments = arguments
        if isinstance(found.report, Exception):
            raise found.report
        return found.report

    monkeypatch.setattr(command, "_reference", lambda: SimpleNamespace(check=check))
    return found


def test_the_exit_status_is_whether_all_lines_agree(run, model, asked):
    assert run(str(model)) == (0, "a table\n", "")
    asked.report = Said(False)
    assert run(str(model)) == (1, "a table\n", "")


def test_what_was_asked_for_is_handed_on(run, model, asked, tmp_path):
    run(str(model))
    assert asked.arguments == (model, None, None, None, None, 50, 0)
    page = tmp_path / "report.html"
    run(str(model), "--loss", "mse", "--optimizer", "adam", "--steps", "7", "--seed", "3", "--html", str(page))
    assert asked.arguments == (model, None, None, "mse", "adam", 7, 3)
    assert asked.report.saved == [page]


def test_samples_and_labels_are_those_of_a_file(run, model, asked, tmp_path):
    x, y = np.arange(6.0).reshape(3, 2), np.array([0, 1, 1])
    np.savez(tmp_path / "data.npz", x=x, y=y)
    run(str(model), "--data", str(tmp_path / "data.npz"))
    np.testing.assert_array_equal(asked.arguments[1], x)
    np.testing.assert_array_equal(asked.arguments[2], y)
    np.savez(tmp_path / "x.npz", x=x)
    run(str(model), "--data", str(tmp_path / "x.npz"))
    assert asked.arguments[2] is None
    for header in ("", "a,b,label\n"):
        (tmp_path / "data.csv").write_text(header + "0,1,0\n2,3,1\n4,5,1\n", encoding="utf-8")
        run(str(model), "--data", str(tmp_path / "data.csv"))
        np.testing.assert_array_equal(asked.arguments[1], x)
        np.testing.assert_array_equal(asked.arguments[2], y)


def test_whole_labels_of_a_text_file_are_classes(run, model, asked, tmp_path):
    table = tmp_path / "data.csv"
    for text, labels in (("1,2\n3,0\n", np.array([2, 0])), ("1,2\n\n3,0.5\n", np.array([2, 0.5]))):
        table.write_text(text, encoding="utf-8")
        run(str(model), "--data", str(table))
        np.testing.assert_array_equal(asked.arguments[2], labels)
        assert asked.arguments[2].dtype == labels.dtype


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("data.csv", "", "expected rows of numbers, got none"),
        ("data.csv", "a,b\n", "expected rows of numbers, got none"),
        ("data.csv", "a,b\n1,setosa\n", "could not convert string 'setosa'"),
        ("data.npz", "hello", "expected an .npz file"),
    ],
)
def test_data_that_can_not_be_read_are_named(run, model, asked, tmp_path, name, content, said):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    status, out, err = run(str(model), "--data", str(path))
    assert (status, out) == (2, "")
    assert err.startswith(f"npnet check: {path}: {said}")
    assert err.count("\n") == 1
    assert asked.arguments is None


def test_arrays_that_may_hold_code_are_refused_with_the_name_of_their_file(run, model, asked, tmp_path):
    path = tmp_path / "data.npz"
    np.savez(path, x=np.array([[1, None]]), y=np.zeros(1))
    status, _, err = run(str(model), "--data", str(path))
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(f"npnet check: {path}: Object arrays cannot be loaded")


def test_a_page_that_can_not_be_written_is_told_before_the_check(run, model, asked, tmp_path):
    assert run(str(model), "--html", str(tmp_path)) == (2, "", f"npnet check: {tmp_path}: Is a directory\n")
    assert asked.arguments is None


def test_what_can_not_be_checked_is_one_line_and_status_2(run, model, asked, tmp_path):
    missing = tmp_path / "no.keras"
    assert run(str(missing)) == (2, "", f"npnet check: {missing}: no such file\n")
    asked.report = ValueError("model: expected\n  a chain")
    assert run(str(model)) == (2, "", "npnet check: model: expected a chain\n")
    np.savez(tmp_path / "data.npz", z=np.ones(2))
    status, out, err = run(str(model), "--data", str(tmp_path / "data.npz"))
    assert (status, out) == (2, "")
    assert err == f"npnet check: {tmp_path / 'data.npz'}: expected arrays x and y, got z\n"
    status, _, err = run(str(model), "--data", str(model))
    assert (status, err) == (2, f"npnet check: {model}: expected an .npz or a .csv file\n")
    missing = tmp_path / "no.npz"
    assert run(str(model), "--data", str(missing)) == (2, "", f"npnet check: {missing}: No such file or directory\n")


@pytest.mark.parametrize("wrong", [["--steps", "0"], ["--steps", "x"], ["--seed", "-1"], []])
def test_wrong_arguments_show_the_usage(wrong, model):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["check", *([str(model)] if wrong else []), *wrong])


def test_in_a_clone_it_is_the_folder_beside_npnet():
    # By either name: an editable installation finds the folder as npnet.reference, too
    assert command._reference().__file__ == reference.__file__


def test_another_package_of_that_name_is_none(monkeypatch, tmp_path):
    other = SimpleNamespace(__file__=str(tmp_path / "reference" / "__init__.py"))

    def found(name):
        if name == "reference":
            return other
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr("importlib.import_module", found)
    with pytest.raises(ModuleNotFoundError) as caught:
        command._reference()
    assert caught.value.name == "npnet.reference"


def test_what_is_missing_is_named(tmp_path):
    (tmp_path / "model.keras").touch()
    code = (
        "import importlib.abc, sys\n"
        "class Absent(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name in {'keras', 'tensorflow'}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        "from npnet import cli\n"
        "sys.exit(cli.main(['check', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "model.keras")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    said = "npnet check: keras is not installed; pip install 'npnet[reference]' installs what it needs\n"
    assert (done.returncode, done.stderr) == (2, said)


def test_a_file_that_may_hold_code_is_refused(run, tmp_path):
    path = tmp_path / "model.pkl"
    path.touch()
    status, out, err = run(str(path))
    assert (status, out) == (2, "")
    assert err.startswith("npnet check: model: expected a file whose loading runs no code, got a .pkl file")
