#!/usr/bin/env bash
# scikit-learn 1.9.1: r2_score of labels that are all equal is 0.0 or 1.0 by its documentation (force_finite=True, the
# default). It is so only where the mean of the equal numbers is that number after rounding: for three labels of 0.1 it is
# -1.7e31.
#
# Why a guess from memory is wrong: the parameter exists so that a constant target gives a finite, harmless score in
# cross-validation, and tests use 1, 5 or -1, whose mean is exact. The mean of 0.1, 0.1, 0.1 is another float64, so that
# the sum of squares that is divided by is 1e-34 in place of 0, and the case for constants is not taken. One such fold
# makes the mean of all folds meaningless; explained_variance_score does the same.
#
# Seen (Python 3.11, scikit-learn 1.9.1, NumPy 2.4.6 from PyPI), three equal labels, one prediction off by 0.1:
#   label 0.5   r2_score 0                explained_variance_score 0
#   label 0.1   r2_score -1.73e+31        explained_variance_score -1.15e+31
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q scikit-learn==1.9.1 numpy==2.4.6
cat > "$folder/run.py" << 'END'
import numpy as np
from sklearn.metrics import explained_variance_score, r2_score

for label in (0.5, 0.1):
    labels = np.full(3, label)
    predictions = labels + [0, 0, 0.1]
    scores = {score.__name__: score(labels, predictions) for score in (r2_score, explained_variance_score)}
    print(f"label {label}  ", "  ".join(f"{name} {score:<15.3g}" for name, score in scores.items()))
    assert (labels.mean() == label) == (label == 0.5)
    assert all(score == 0 for score in scores.values()) == (label == 0.5)
    assert label == 0.5 or all(score < -1e30 for score in scores.values())
END
"$folder/venv/bin/python" "$folder/run.py"
