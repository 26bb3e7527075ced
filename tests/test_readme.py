"""The README's links lead to files, the names beside them exist, and its example runs."""

import re
from pathlib import Path

import pytest

from npnet import derivations
from npnet.experiments import claims, errata

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOTES = README.partition("\n## The notes\n")[2]
LINKS = re.findall(r"\[(.*?)\]\(([^#)][^)]*)\)", README)


@pytest.mark.parametrize(("text", "target"), LINKS)
def test_links_lead_to_what_they_name(text, target):
    assert (ROOT / target).exists()
    name = re.fullmatch(r"`(\w+)`", text)
    if name and target.endswith(".py") and Path(target).stem != name[1]:
        assert re.search(rf"^(class|def) {name[1]}\b", (ROOT / target).read_text(encoding="utf-8"), re.MULTILINE)


def test_the_examples_run(capsys):
    example, many, check = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(example.strip().splitlines()) == 10
    names = {}
    exec(example, names)
    assert names["accuracy"] > 0.9
    assert "total" in capsys.readouterr().out
    exec(many, {})
    assert re.fullmatch(r"Interval\(estimate=.*\)\n\(30, 3\) \(30, 3, 100\)\n", capsys.readouterr().out)
    exec(check, {})
    assert capsys.readouterr().out.startswith("gradient check passed")


def test_there_are_exactly_two_set_up_commands():
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv")]
    assert ["npnet study" in command for command in commands] == [True, False]
    assert ["-m pytest" in command for command in commands] == [False, True]


@pytest.mark.parametrize("what", [derivations, claims, errata], ids=lambda module: module.__name__)
def test_the_study_has_as_many_as_it_says(what):
    (number,) = re.findall(rf"- (\d+) \*\*{what.__name__.rpartition('.')[2]}\*\*", README)
    assert int(number) == len(what.every())


def test_the_notes_errata_are_listed_by_their_names_and_sections():
    items = re.findall(r"^- ([\d.]+(?: and [\d.]+)?): (.*?)(?=^- |\Z)", NOTES, re.MULTILINE | re.DOTALL)
    listed = [
        (name, sections) for sections, text in items for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", text)
    ]
    assert sorted(name for name, _ in listed) == sorted(erratum.name for erratum in errata.every())
    for name, sections in listed:
        assert errata.get(name).section.split()[0] in sections.split(" and ")


@pytest.mark.parametrize("erratum", errata.every(), ids=lambda erratum: erratum.name)
def test_what_an_erratum_points_at_is_linked(erratum):
    assert f"[`{erratum.shipped.__name__}`]({erratum.where.partition(':')[0]})" in NOTES
