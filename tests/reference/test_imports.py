"""The bounds need NumPy only; TensorFlow is loaded when something of it is asked for."""

import pkgutil
import subprocess
import sys

import pytest

import reference
from reference import bounds

MODULES = [f"reference.bounds.{module.name}" for module in pkgutil.iter_modules(bounds.__path__)]


def loaded(statement):
    """The top-level packages that a fresh process has loaded after a statement."""
    command = f"import sys; {statement}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_bounds_do_not_load_tensorflow():
    packages = loaded(f"import {', '.join(MODULES)}")
    assert "numpy" in packages
    assert not packages & {"tensorflow", "keras", "pandas", "matplotlib", "rich"}


def test_neither_do_the_package_and_its_command():
    assert not loaded("import reference.__main__") & {"tensorflow", "keras", "torch", "onnx", "sklearn"}


def test_the_conversions_of_models_are_names_of_the_package():
    assert {f"{way}_{name}" for way in ("from", "to") for name in ("keras", "onnx", "sklearn", "torch")} <= set(
        reference.__all__
    )
    with pytest.raises(AttributeError, match="no attribute 'to_jax'"):
        _ = reference.to_jax
