"""The rows: what is asked of whom, and that the recorded answers are given again."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from npnet.study import differences
from reference.differences import frameworks, record, topics
from reference.differences.measuring import measure
from reference.differences.row import outcome, place, relative, text

ROWS = [row for rows in topics.rows().values() for row in rows]
METHODS = {framework.package for framework in frameworks.FRAMEWORKS}


def ids(row):
    return row.name


def test_there_are_at_least_40_questions_in_six_topics():
    assert len(ROWS) >= 40
    assert list(topics.rows()) == ["corners", "losses", "optimizers", "precision", "reporting", "memory"]
    assert len({row.name for row in ROWS}) == len({row.question for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_each_question_is_short_and_has_an_answer_and_its_sources(row):
    assert 5 < len(row.question) <= 66
    assert row.mathematics
    asked = {method for method in METHODS if row.asks(method)}
    assert asked
    assert set(row.sources) <= asked | {"mathematics"}
    assert any(method in row.sources for method in asked)


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_each_source_is_a_file_of_the_package(row):
    for method, file in row.sources.items():
        package, _, rest = file.partition("/")
        found = None if method == "mathematics" else importlib.util.find_spec(package)
        if found is not None:
            assert (Path(found.submodule_search_locations[0]) / rest).is_file(), file


@pytest.mark.parametrize("framework", frameworks.FRAMEWORKS, ids=lambda framework: framework.key)
def test_each_installed_framework_answers_as_recorded(framework):
    if framework.missing:
        pytest.skip(f"{', '.join(framework.missing)} is not installed")
    found = measure(framework, ROWS)
    assert found.failures == {}
    assert set(found.answers) == {row.name for row in framework.asked(ROWS)}
    recorded = record.read()
    # With other versions answers may be others, which the table reports
    if record.version_text(found) == record.versions(recorded, framework.key):
        assert found.answers == record.answers(recorded, framework.key)


def test_the_record_has_all_rows_and_frameworks():
    recorded = record.read()
    assert [row["name"] for row in recorded["rows"]] == [row.name for row in ROWS]
    assert [row["question"] for row in recorded["rows"]] == [row.question for row in ROWS]
    assert [item["key"] for item in recorded["frameworks"]] == [item.key for item in frameworks.FRAMEWORKS]
    assert differences.read().total == len(ROWS)


def test_answers_are_texts():
    assert text("outside") == "outside"
    assert text(None) == "none"
    assert (text(True), text(np.bool_(False))) == ("yes", "no")
    assert text([np.float32(16.118095), -0.0]) == "16.118 0"
    assert outcome(lambda: 1 / 0) == "ZeroDivisionError"
    assert outcome(lambda: 0.5) == "0.5"


def test_an_error_is_a_share_of_the_exact_number():
    assert relative(0.1 + 0.2, 0.3) == "under 1e-14"
    assert relative(np.float32(0.1), 0.1) == "1.5e-08"


def test_a_formula_is_known_by_its_result():
    formulas = {"inside": 0.5, "outside": 2.0}
    assert place(0.5001, formulas) == "inside"
    assert place(2.0, formulas) == "outside"
    assert place(0.51, formulas) == "0.51"


def test_the_readme_has_rows_of_the_record():
    readme = (Path(__file__).parents[3] / "reference" / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| question | mathematics | answers |\n")[2].partition("\n\n")[0].splitlines()[1:]
    rows = {
        f"| {question.text} | {question.mathematics} | "
        + "; ".join(f"{answer}: {', '.join(names)}" for answer, names in question.answers.items())
        + " |"
        for questions in differences.read().topics.values()
        for question in questions
    }
    assert len(table) >= 10
    assert set(table) <= rows
