import pytest

from tests.mutants import catalogue
from tests.mutants.__main__ import ROOT

MODULES = catalogue.modules()


@pytest.mark.parametrize("module", MODULES)
def test_every_entry_fits_the_source_and_has_tests(module):
    mutants = catalogue.mutants_of(ROOT, module, MODULES[module])
    assert len({mutant.address for mutant in mutants}) == len(mutants) > 0
    assert [file for file in catalogue.tests_of(module, MODULES[module]) if not (ROOT / file).exists()] == []
