"""scikit-learn's own checks of estimators, all of them: what is skipped, scikit-learn skips."""

import pytest

pytest.importorskip("sklearn", "1.6")
from sklearn.utils.estimator_checks import parametrize_with_checks

from npnet.estimators import NpnetClassifier, NpnetRegressor


@parametrize_with_checks([NpnetClassifier(), NpnetRegressor()])
def test_a_check_of_scikit_learn(estimator, check):
    check(estimator)


class Forgetful(NpnetClassifier):
    """It can fail: a fit that ignores the weights of the samples."""

    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


def test_the_checks_find_weights_that_are_ignored():
    checks = {check.func.__name__: (one, check) for one, check in _checks(Forgetful())}
    one, check = checks["check_sample_weight_equivalence_on_dense_data"]
    with pytest.raises(AssertionError, match="not equivalent"):
        check(one)


def _checks(estimator):
    return parametrize_with_checks([estimator]).args[1]
