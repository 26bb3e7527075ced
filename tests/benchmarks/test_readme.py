"""The README of the benchmarks: its links lead to files, and what it names exists."""

import re

from benchmarks import ROOT, guard, sleeping
from benchmarks import __main__ as command
from benchmarks.contestants import entries
from benchmarks.race import Settings

FOLDER = ROOT / "benchmarks"
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_links_lead_to_files():
    links = re.findall(r"\]\(([^)]+)\)", README)
    assert links
    assert all((FOLDER / link).exists() for link in links)


def test_the_contestants_that_it_lists_are_known():
    table = README.partition("## The contestants")[2].partition("\n\n")[2].partition("\n\n")[0]
    listed = re.findall(r"^\| ([\w -]+) \|", table, re.MULTILINE)[1:]
    # Two that appear in one benchmark each are left to the report
    assert set(entries()) - set(listed) == {"one by one", "keras call"}
    assert set(listed) <= set(entries())
    assert all(f"| {name} | {entries()[name].how} |" in table for name in listed)


def test_its_numbers_are_those_of_the_code():
    assert (Settings().rounds, Settings().round_seconds) == (11, 0.25)
    assert (sleeping.PAUSE, sleeping.LOOK * sleeping.MOST_LOOKS) == (1, 3)
    assert f"{guard.FACTOR:g} times" in README
    assert command.folder(["digits"], False).as_posix() in README
    assert command.folder(None, False).as_posix() in README
