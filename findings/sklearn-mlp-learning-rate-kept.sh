#!/usr/bin/env bash
# scikit-learn 1.9.1: set_params(learning_rate_init=...) of an MLP that has been fitted has no effect on partial_fit: the
# step is the same to the last bit at 0.01 and at 100, while get_params shows the new rate.
#
# Why a guess from memory is wrong: an estimator's parameters are read when it fits, and partial_fit with a rate that the
# caller lowers from time to time is the usual way to write a schedule; SGDRegressor works so with eta0. An MLP copies the
# rate (and the momentum) into its solver at the first fit, and partial_fit keeps that solver; alpha, set in the same
# way, counts at once, and so does the rate if the next call is fit with warm_start=True.
#
# Seen (Python 3.11, scikit-learn 1.9.1 from PyPI), largest change of a weight in the next step, as a multiple of the
# change without set_params:
#   SGDRegressor,  eta0               x 100, partial_fit: 100
#   MLPRegressor,  learning_rate_init x 100, partial_fit: 1
#   MLPRegressor,  learning_rate_init x 1e4, partial_fit: 1
#   MLPRegressor,  momentum from 0.5 to 0,   partial_fit: 1
#   MLPRegressor,  alpha from 0 to 100,      partial_fit: 5.113
#   MLPRegressor,  learning_rate_init x 100, warm fit:    100
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDRegressor
from sklearn.neural_network import MLPRegressor

warnings.simplefilter("ignore", ConvergenceWarning)
x = np.random.default_rng(0).normal(size=(20, 2))
y = x[:, 0]


def linear(**settings):
    return SGDRegressor(learning_rate="constant", eta0=1e-8, alpha=0, shuffle=False, **settings)


def mlp(**settings):
    start = {"hidden_layer_sizes": 3, "solver": "sgd", "learning_rate_init": 0.01, "momentum": 0, "alpha": 0}
    return MLPRegressor(**{**start, "shuffle": False, "max_iter": 1, "random_state": 0, **settings})


def weights(model):
    return np.concatenate([np.ravel(w) for w in getattr(model, "coefs_", None) or [model.coef_]])


def step(model, changes, method):
    model.partial_fit(x, y).set_params(**changes)
    assert changes.items() <= model.get_params().items()
    before = weights(model)
    getattr(model, method)(x, y)
    return abs(weights(model) - before).max()


def ratio(text, make, changes, method="partial_fit", **settings):
    result = step(make(**settings), changes, method) / step(make(**settings), {}, method)
    print(f"{text} {result:.4g}")
    return result


assert round(ratio("SGDRegressor,  eta0               x 100, partial_fit:", linear, {"eta0": 1e-6})) == 100
assert ratio("MLPRegressor,  learning_rate_init x 100, partial_fit:", mlp, {"learning_rate_init": 1.0}) == 1
assert ratio("MLPRegressor,  learning_rate_init x 1e4, partial_fit:", mlp, {"learning_rate_init": 100.0}) == 1
assert ratio("MLPRegressor,  momentum from 0.5 to 0,   partial_fit:", mlp, {"momentum": 0.0}, momentum=0.5) == 1
assert ratio("MLPRegressor,  alpha from 0 to 100,      partial_fit:", mlp, {"alpha": 100.0}) != 1
changes = {"learning_rate_init": 1.0}
warm = ratio("MLPRegressor,  learning_rate_init x 100, warm fit:   ", mlp, changes, "fit", warm_start=True)
assert round(warm) == 100
END
"$folder/venv/bin/python" "$folder/run.py"
