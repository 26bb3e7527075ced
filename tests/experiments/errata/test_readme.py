"""The README of the errata lists each of them once, in its section, beside what npnet ships."""

import re
from pathlib import Path

import pytest

from npnet.experiments import errata

FOLDER = Path(errata.__file__).parent
ROOT = FOLDER.parents[2]
README = (FOLDER / "README.md").read_text(encoding="utf-8")
ITEMS = re.findall(r"^- ([\d.]+(?: and [\d.]+)?): (.*?)(?=^- |^\n*#|\Z)", README, re.MULTILINE | re.DOTALL)
LISTED = [
    (name, sections, text) for sections, text in ITEMS for name in re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", text)
]


@pytest.mark.parametrize(("text", "target"), re.findall(r"\[`(\w+)`\]\(([^)]+)\)", README))
def test_links_lead_to_what_they_name(text, target):
    assert re.search(rf"^(class|def) {text}\b", (FOLDER / target).read_text(encoding="utf-8"), re.MULTILINE)


def test_each_is_listed_once():
    assert sorted(name for name, _, _ in LISTED) == sorted(erratum.name for erratum in errata.every())


@pytest.mark.parametrize("item", LISTED, ids=lambda item: item[0])
def test_it_stands_in_its_section_beside_the_right_form(item):
    name, sections, text = item
    erratum = errata.get(name)
    assert erratum.section.split()[0] in sections.split(" and ")
    file = ROOT / erratum.where.partition(":")[0]
    targets = [FOLDER / target for target in re.findall(rf"\[`{erratum.shipped.__name__}`\]\(([^)]+)\)", text)]
    assert [target.resolve() for target in targets] == [file]


def test_the_example_runs(capsys):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(example, {})
    assert "first step, gradient 0.01: 10 in the notes, 0.1 in npnet\n" in capsys.readouterr().out
