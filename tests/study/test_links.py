from pathlib import Path

import pytest

from npnet import derivations
from npnet.experiments import errata
from npnet.study import links


def test_a_page_in_the_clone_leads_to_the_file_beside_it(tmp_path):
    folder = tmp_path / "out" / "study"
    target = links.source("npnet/schedules.py:62", folder, tmp_path)
    assert target == "../../npnet/schedules.py#L62"
    assert (folder / target.partition("#")[0]).resolve() == tmp_path / "npnet" / "schedules.py"
    assert links.source("npnet/derivations/relu.py", tmp_path, tmp_path) == "npnet/derivations/relu.py"


@pytest.mark.parametrize("folder", [None, Path("/elsewhere/study")])
def test_a_page_outside_the_clone_has_no_link(folder, tmp_path):
    assert links.source("npnet/schedules.py:62", folder, tmp_path) == ""


def test_every_place_is_a_file_of_the_clone():
    places = [chain.where for chain in derivations.every()] + [erratum.where for erratum in errata.every()]
    for place in places:
        file, _, line = place.partition(":")
        assert 0 < int(line) <= len((links.ROOT / file).read_text(encoding="utf-8").splitlines())
