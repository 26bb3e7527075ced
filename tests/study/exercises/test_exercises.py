"""All exercises: the code runs where a reader pastes it, is short, and prints the same each time."""

import importlib
import inspect
import pkgutil

import pytest

from npnet.study import exercises
from npnet.study.content import Exercise


def every():
    for found in pkgutil.iter_modules(exercises.__path__, "npnet.study.exercises."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__:
                yield pytest.param(function, id=name)


@pytest.mark.parametrize("make", list(every()))
def test_an_exercise_asks_runs_and_answers(make, capsys):
    exercise = make()
    assert isinstance(exercise, Exercise)
    assert "?" in exercise.question
    assert exercise.filled.endswith(".")
    lines = [line for line in exercise.code.splitlines() if line and not line.startswith(("import ", "from "))]
    assert 3 <= len(lines) <= 10
    assert max(map(len, exercise.code.splitlines())) <= 100
    exec(exercise.code, {})
    assert capsys.readouterr().out == exercise.output != ""
