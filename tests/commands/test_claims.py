"""``npnet claims``: what it prints, and its exit status."""

import math

import pytest

from npnet import cli
from npnet.commands import claims as command
from npnet.experiments import Interval, claims
from npnet.experiments.claims.claim import FEWEST

COMMAND = "claims"


def test_without_a_name_it_lists_all(run_in_words):
    status, out, err = run_in_words()
    assert (status, err) == (0, "")
    assert all(claim.name in out for claim in claims.every())


def test_a_name_gives_the_claim_its_verdict_numbers_and_the_time_that_it_took(run_in_words):
    status, out, _ = run_in_words("adam-correction", "--seeds", "10")
    claim = claims.get("adam-correction")
    finding = claim.run(range(10))
    assert status == 0
    assert out.startswith(f"{claim.statement} Section 5.2 (5) of the notes: ")
    assert claim.meaning in out
    assert f"{finding.verdict}: {finding.text}" in out
    assert all(f"{measure.value.estimate:.4g}" in out for measure in finding.measures.values())
    assert "Measured over 10 seeds in " in out
    assert "npnet/experiments/claims/optimizing.py:" in out
    assert out.endswith("index.html#claim-adam-correction")


def test_of_few_seeds_it_says_how_many_the_study_takes(run_in_words, monkeypatch):
    few = claims.get("tanh-mean").run(range(10))
    asked = []
    monkeypatch.setattr(claims.Claim, "run", lambda claim, seeds: asked.append(len(seeds)) or few)
    assert "Measured over 20 seeds" in run_in_words("tanh-mean")[1]
    assert "npnet study takes 100, as --seeds 100 does" in run_in_words("tanh-mean")[1]
    assert "npnet study takes" not in run_in_words("tanh-mean", "--seeds", "100")[1]
    assert asked == [20, 20, 100]


def test_a_bound_is_open_to_one_side(run_in_words, monkeypatch):
    measure = claims.Measure("epochs (at least)", Interval(3.0, 2.0, math.inf))
    found = claims.Finding("holds", "Found.", {"epochs": measure})
    monkeypatch.setattr(claims.Claim, "run", lambda claim, seeds: found)
    assert "epochs (at least) 3 [2, ∞]" in run_in_words("tanh-mean")[1]


def test_an_unknown_name_is_one_line_and_status_2(run_in_words):
    assert run_in_words("tanh-maen") == (
        2,
        "",
        "npnet claims: no claim is named 'tanh-maen'; did you mean tanh-mean or tanh-vanishes?\n",
    )
    assert run_in_words("sgd") == (2, "", "npnet claims: no claim is named 'sgd'; npnet claims lists them\n")


def test_the_fewest_seeds_are_those_of_a_claim():
    # The command has the number for itself, as its help is not to wait for the claims
    assert command.FEWEST == FEWEST


@pytest.mark.parametrize("seeds", ["9", "-1", "many", "1e2"])
def test_a_number_of_seeds_that_is_too_small_or_none_is_refused(seeds, capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["claims", "tanh-mean", "--seeds", seeds])
    assert caught.value.code == 2
    assert "expected a whole number >= 10" in capsys.readouterr().err or seeds == "-1"
