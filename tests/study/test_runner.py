"""The output of one run: its files, and the text in the terminal."""

import importlib
import re
import subprocess
import sys

import pandas
import pytest

from npnet import derivations
from npnet.derivations import Derivation
from npnet.experiments import claims, errata
from npnet.study import runner
from npnet.study.content import RunSettings
from npnet.study.study import claims_frame, derivations_frame, errata_frame

TABLES = [
    "activation_derivatives", "activations", "claims", "complexity", "cross_entropies", "derivations", "errata",
    "gradient_flow", "learning_rates", "one_weight", "optimizer_pairs", "optimizers",
    "regularization",
]  # fmt: skip
FIGURES = [
    "activations", "gradient_flow", "learning_rates", "one_step", "one_weight", "optimizer_paths", "optimizers",
    "regularization",
]  # fmt: skip


def test_every_table_and_figure_is_written_and_nothing_else(study):
    out, _ = study
    written = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    # A quick run's page shows the drawings alone
    figures = {f"figures/{name}.svg" for name in FIGURES}
    assert written == {"index.html", "index.zh.html", *figures, *(f"tables/{name}.csv" for name in TABLES)}


def test_csv_files_hold_all_digits(study):
    tables = study[0] / "tables"
    # Section 2.2 (2)
    assert "99,0.07394592752994529" in (tables / "learning_rates.csv").read_text()
    assert len(pandas.read_csv(tables / "cross_entropies.csv")) == 5


def test_csv_files_hold_every_claim_erratum_and_line(study):
    tables = study[0] / "tables"
    found = pandas.read_csv(tables / "claims.csv")
    assert list(dict.fromkeys(found["claim"])) == [claim.name for claim in claims.every()]
    assert (found["value low"] <= found["value"]).all()
    assert (found["value"] <= found["value high"]).all()
    assert set(pandas.read_csv(tables / "errata.csv")["erratum"]) == {erratum.name for erratum in errata.every()}
    lines = pandas.read_csv(tables / "derivations.csv")
    assert len(lines) == sum(len(chain.lines) for chain in derivations.every())
    assert lines["holds"].all()
    assert (lines["discrepancy"] <= 1).all()


def test_the_tables_are_printed_within_80_columns(study):
    _, process = study
    # Sections 2.2 (2) and 3.2 (3)
    assert "0.18270344949672818" in process.stdout
    assert "2.58349207e+00" in process.stdout
    lines = [line.rstrip() for line in process.stdout.splitlines() if "file://" not in line]
    assert max(map(len, lines)) <= 80
    # Nothing is cropped: dots stand only where the middle of a long table is left out
    assert [line.split() for line in lines if "…" in line] == [["…", "…"]]
    assert process.stderr == ""
    # Names are broken between words
    assert re.search(r"^ Adagrad +RMSProp at ", process.stdout, re.MULTILINE)


def test_claims_errata_and_derivations_are_printed(study):
    text = " ".join(study[1].stdout.split())
    assert all(erratum.name in text for erratum in errata.every())
    rows = re.findall(r"^ [2-5]\.\d.* (holds|holds with a limit|left open|refuted) *$", study[1].stdout, re.MULTILINE)
    found = pandas.read_csv(study[0] / "tables" / "claims.csv").drop_duplicates("claim")
    assert rows == found["verdict"].tolist()
    chains = derivations.every()
    lines = sum(len(chain.lines) for chain in chains)
    assert f"{len(chains)} derivations, {lines} lines, 0 of them also checked on symbols: all hold." in text


def test_the_quick_run_draws_fewer_numbers_and_no_symbols():
    (quick,), (full,) = derivations.comparisons(["tanh"], *runner.QUICK_CHECK), derivations.comparisons(["tanh"])
    assert all(code for code, _ in [*quick, *full])
    assert {code.symbolic for code, _ in quick} == {None}
    assert "proved" in {code.symbolic for code, _ in full}
    assert 0 < quick[1][0].points < full[1][0].points


def test_what_another_process_does_needs_no_figures_and_pages():
    code = "import sys, npnet.derivations, npnet.experiments.claims; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"matplotlib", "jinja2", "pandas"} & set(loaded)


def test_claims_that_are_measured_apart_share_no_experiment():
    for name in runner.APART:
        module = importlib.import_module(f"npnet.experiments.claims.{name}")
        own = [value for value in vars(module).values() if getattr(value, "__module__", None) == module.__name__]
        assert own
        assert not [value for value in own if hasattr(value, "cache_info")]


def test_every_claim_is_measured_once():
    together = runner._together(claims.every())
    assert sorted(name for names in together for name in names) == sorted(claim.name for claim in claims.every())


@pytest.mark.parametrize(("quick", "seeds"), [(True, 10), (False, 100)])
def test_the_number_of_seeds(quick, seeds):
    assert RunSettings(quick).seeds == range(seeds)


def test_frames_of_nothing_are_empty():
    for frame in (claims_frame, errata_frame, derivations_frame):
        assert frame([]).empty


def test_a_line_that_does_not_hold_is_in_the_table():
    broken = Derivation("broken", "2.1", "Wrong.", derivations.get("sigmoid").variables)

    @broken.line("z", "What is sought.")
    def _(z):
        return z

    @broken.line("2z", "A mistake.")
    def _(z):
        return 2 * z

    assert derivations_frame([derivations.check(broken, symbolic=False)])["holds"].tolist() == [True, False]
