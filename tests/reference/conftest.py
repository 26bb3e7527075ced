"""These tests compare with TensorFlow; without it they are skipped, and say so."""

import os

import pytest

# TensorFlow's start-up messages say nothing about the tests
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytest.importorskip("tensorflow", reason="the comparison with TensorFlow needs it: pip install '.[test]'")
