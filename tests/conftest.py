"""Hypothesis profiles: `dev` for the everyday loop, `ci` for a run that never varies, `thorough` for a long search.

The profile is chosen by the environment variable HYPOTHESIS_PROFILE; `ci` is the default, and tests.mutants has one of
its own. Without a framework the tests of its counterparts are left out, such as tests/reference/torch, and the
report's header says so.
"""

import importlib.util
import os

from hypothesis import HealthCheck, Phase, settings

slow_is_fine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=30, **slow_is_fine)
settings.register_profile("ci", max_examples=60, derandomize=True, database=None, **slow_is_fine)
# A mutant is to be noticed, not explained: an example that fails is not made smaller
settings.register_profile("mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate])
settings.register_profile("thorough", max_examples=2000, **slow_is_fine)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# TensorFlow's start-up messages say nothing about the tests
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The frameworks whose counterparts have tests of their own
ABSENT = [name for name in ("onnx", "sklearn", "tensorflow", "torch") if importlib.util.find_spec(name) is None]
collect_ignore = [f"reference/{name}" for name in ABSENT]


def pytest_report_header():
    return [f"{name} is not installed: tests/reference/{name} is left out" for name in ABSENT]
