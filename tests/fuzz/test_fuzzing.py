"""What is found is kept once for each place, and counted whatever ends the process."""

import pytest

from tests.fuzz.fuzzing import Findings, words


def test_findings_are_kept_once_for_each_place(tmp_path):
    def enter(content):
        if content == b"a":
            raise TypeError("one")
        if content == b"b":
            raise SystemExit("another")

    findings = Findings(tmp_path)
    for content in (b"", b"a", b"b", b"a"):
        findings.give(enter, content)
    assert findings.counted() == (4, 3)
    kept = sorted(file for file in findings.folder.iterdir() if not file.suffix)
    assert sorted(file.read_bytes() for file in kept) == [b"a", b"b"]
    assert {file.with_suffix(".txt").read_text().splitlines()[-1] for file in kept} == {
        "TypeError: one", "SystemExit: another",
    }  # fmt: skip
    # Another process goes on counting
    assert Findings(tmp_path).counted() == (4, 3)


def test_what_is_run_is_found(tmp_path):
    findings = Findings(tmp_path)
    findings.give(lambda content: exec(content), b"1")
    assert findings.counted() == (1, 1)


def test_an_interruption_is_one(tmp_path):
    def enter(content):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Findings(tmp_path).give(enter, b"")


def test_the_words_of_seeds_are_a_dictionary():
    assert words([b"\x00kind: MLP, kind"]) == '"\\x4d\\x4c\\x50"\n"\\x6b\\x69\\x6e\\x64"\n'
