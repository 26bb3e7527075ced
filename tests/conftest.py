"""Hypothesis profiles: `dev` for the everyday loop, `ci` for a run that never varies, `thorough` for a long search."""

import os

from hypothesis import HealthCheck, settings

slow_is_fine = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=30, **slow_is_fine)
settings.register_profile("ci", max_examples=60, derandomize=True, database=None, **slow_is_fine)
settings.register_profile("thorough", max_examples=2000, **slow_is_fine)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
