"""A framework that fails in any way is a row that says so, and not the end."""

import pytest

from reference.differences import frameworks, topics
from reference.differences.measuring import measure

ROWS = topics.rows("corners")["corners"][:3]
FIRST, SECOND, THIRD = (row.name for row in ROWS)


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """What comes of a process whose code is given."""

    def run(code, seconds=60.0):
        (tmp_path / "made_up.py").write_text(f"import json, os, sys, time\n{code}\n", encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        return measure(frameworks.get("npnet"), ROWS, seconds, "made_up")

    return run


SAID = """
def say(**what): print(json.dumps(what), flush=True)
say(versions={"numpy": "9"})
say(begun=sys.argv[2]); say(answer="1")
say(begun=sys.argv[3])
"""


def test_answers_and_versions_are_read(measured):
    found = measured(SAID + "say(answer='2'); say(begun=sys.argv[4]); say(failed='ValueError: no')")
    assert found.versions == {"numpy": "9"}
    assert found.answers == {FIRST: "1", SECOND: "2"}
    assert found.failures == {THIRD: "ValueError: no"}


def test_a_crash_is_a_row_that_says_so(measured):
    found = measured(SAID + "os.abort()")
    assert found.answers == {FIRST: "1"}
    assert found.failures == {SECOND: "ended by SIGABRT", THIRD: f"not asked, after {SECOND} ended the process"}


def test_a_process_that_leaves_says_its_last_words(measured):
    found = measured(SAID + "sys.exit('out of luck')")
    assert found.failures[SECOND] == "out of luck"


def test_one_without_words_says_its_status(measured):
    assert measured(SAID + "os._exit(7)").failures[SECOND] == "ended with status 7"


def test_one_that_cannot_be_imported_has_no_answers(measured):
    found = measured("raise ImportError('no such library')")
    assert found.answers == {}
    assert found.failures[FIRST] == "ImportError: no such library"


def test_one_that_hangs_is_ended(measured):
    assert measured("time.sleep(600)", seconds=0.5).failures[FIRST] == "no answer within 0.5 s"


def test_npnet_answers_in_a_process_of_its_own():
    found = measure(frameworks.get("npnet"), ROWS)
    assert found.failures == {}
    assert found.answers == {FIRST: "0", SECOND: "nan nan", THIRD: "0.1"}


def test_a_framework_is_missing_if_one_of_its_packages_is(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "jax" else object())
    assert frameworks.get("keras-jax").missing == ["jax"]
    assert frameworks.get("keras-tensorflow").missing == []
