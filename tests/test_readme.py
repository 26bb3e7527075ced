"""The README's links lead to files, its commands and numbers are those of the code, and its examples run."""

import configparser
import importlib.util
import re
from pathlib import Path

import pytest

from npnet import cli, derivations
from npnet.experiments import claims, errata

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = re.findall(r"\[(.*?)\]\(([^#)][^)]*)\)", README)


def test_it_is_a_front_door():
    assert len(README.splitlines()) <= 110
    assert max(map(len, README.splitlines())) < 120


@pytest.mark.parametrize(("text", "target"), LINKS)
def test_links_lead_to_what_they_name(text, target):
    assert (ROOT / target).exists()
    name = re.fullmatch(r"`([\w./]+)`", text)
    if name and "/" in name[1]:
        assert name[1] == target
    elif name and target.endswith(".py") and Path(target).stem != name[1]:
        assert re.search(rf"^(class|def) {name[1]}\b", (ROOT / target).read_text(encoding="utf-8"), re.MULTILINE)


def test_it_leads_to_each_other_readme():
    folders = [ROOT / name for name in ("benchmarks", "npnet", "reference")]
    readmes = {path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("README.md")}
    assert readmes <= {target for _, target in LINKS}


def test_the_files_of_a_step_are_linked_in_order():
    section = README.partition("## Read one training step")[2].partition("##")[0]
    assert re.findall(r"^\d\. \[`(?:npnet/)?([\w/]+)\.py`\]", section, re.MULTILINE) == [
        "engine/stepping", "engine/layers", "activations", "losses", "optimizers",
    ]  # fmt: skip


def test_the_examples_run_one_after_another(capsys):
    example, many = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(example.strip().splitlines()) == 10
    names = {}
    exec(example, names)
    assert names["accuracy"] > 0.9
    assert names["gradient"].shape == names["net"].parameters.shape
    assert "total" in capsys.readouterr().out
    exec(many, names)
    assert capsys.readouterr().out == "(500, 100) (30, 3) (30, 3, 100)\n"


def test_there_are_exactly_two_set_up_commands():
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert ["npnet study" in command for command in commands] == [True, False]
    assert ["-m pytest" in command for command in commands] == [False, True]
    # What is edited in the clone is what runs
    assert all("pip install -e " in command for command in commands)


def test_what_is_installed_is_declared():
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = re.findall(r"pip install -e '\.\[(\w+)\]'", README)
    assert set(extras) == {"study", "test", "reference"}
    assert set(extras) <= set(settings["options.extras_require"])


def test_the_commands_exist():
    modules = set(re.findall(r"bin/python -m ([\w.]+)", README))
    assert modules > {"reference", "benchmarks", "tests.mutants", "tests.exhaustive"}
    assert all(importlib.util.find_spec(module) for module in modules)
    assert all((ROOT / path).is_file() for path in re.findall(r"\btests/[\w/]+\.py\b", README))
    for arguments in re.findall(r"bin/npnet ([\w -]+)", README):
        cli.parser().parse_args(arguments.split())


@pytest.mark.parametrize("what", [derivations, claims, errata], ids=lambda module: module.__name__)
def test_the_study_has_as_many_as_it_says(what):
    (number,) = re.findall(rf"- (\d+) \*\*{what.__name__.rpartition('.')[2]}\*\*", README)
    assert int(number) == len(what.every())


def test_it_has_all_verdicts():
    (line,) = [line for line in README.splitlines() if "**claims**" in line]
    assert all(verdict in line for verdict in claims.VERDICTS)


def test_the_table_of_speed_is_that_of_the_benchmarks():
    benchmarks = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| [\w -]+, (?:time|× npnet) \|.*", README, re.MULTILINE)
    assert rows
    assert rows == re.findall(r"^\| [\w -]+, (?:time|× npnet) \|.*", benchmarks, re.MULTILINE)
